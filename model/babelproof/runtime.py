"""ONNX Runtime, silenced: the one place that imports it.

From 1.29 on its Linux and macOS packages report to their maker by default, from a thread
that starts with the import and that makes forked children hang at their end. Unpublished
text is nobody's business, so it is switched off here, before the import.
"""

from __future__ import annotations

import os

_SWITCH = "ORT_DISABLE_TELEMETRY"

_asked_for = _SWITCH in os.environ
os.environ.setdefault(_SWITCH, "1")

import onnxruntime  # noqa: E402

if not _asked_for:
    # For whoever imported it before us; the switch came too late then.
    onnxruntime.disable_telemetry_events()

__all__ = ["onnxruntime"]
