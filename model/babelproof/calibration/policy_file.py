"""The policy file: fitted thresholds as a configuration of the gate, with what they hold."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from babelproof.calibration.fit import Fitted
from babelproof.durable import replaced
from babelproof.files import STANDARD, FileError
from babelproof.gate.policy import DEFAULT, Policy
from babelproof.labels import ANY

MARK = "# Written by `babelproof calibrate`"
"""How a file begins that may be written over."""


def policy_of(fitted: Fitted) -> Policy:
    """Give the policy that holds an article by one sentence that reaches a threshold.

    Nothing else makes a sentence suspect, so the share never holds an article here, and what
    the whole of it comes to is left out.
    """
    return Policy(
        preset=DEFAULT,
        fail_on=fitted.thresholds,
        suspect={ANY: fitted.thresholds[ANY]},
        share=1.0,
        count=2,
        document=1.0,
        min_words=1,
        support=0,
    )


def render(policy: Policy, notes: Sequence[str]) -> str:
    """Write a policy as the TOML that `--config` reads, below notes a line each."""
    lines = [f"{MARK}.", *(f"# {note}" for note in notes), ""]
    lines.append(f"preset = {json.dumps(policy.preset)}")
    for name in ("fail_on", "suspect"):
        values = ", ".join(f"{c} = {_number(p)}" for c, p in getattr(policy, name).items())
        lines.append(f"{name} = {{ {values} }}")
    lines += [f"share = {_number(policy.share)}", f"count = {policy.count}"]
    lines += [f"document = {_number(policy.document)}", f"min_words = {policy.min_words}"]
    lines.append(f"support = {policy.support}")
    return "\n".join(lines) + "\n"


def check_writable(name: str) -> None:
    """Refuse, before anything runs, a file that cannot be written or that is not ours.

    Another's may hold a desk's words and facts: it is never written over.
    """
    if name == STANDARD:
        return
    path = Path(name)
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise FileError(f"{name}: expected a file in a folder that can be written, found none")
    if path.exists() and not path.is_file():
        raise FileError(f"{name}: expected a file to write, found a folder or device")
    if path.exists() and path.stat().st_size and not path.read_bytes().startswith(MARK.encode()):
        raise FileError(
            f"{name}: expected a new file, or one that `babelproof calibrate` wrote, found "
            "another; write elsewhere and copy the settings"
        )


def write(name: str, text: str) -> None:
    """Write a policy to a file, all of it or nothing, or to standard output."""
    if name == STANDARD:
        sys.stdout.write(text)
        return
    with replaced(Path(name).resolve()) as stream:
        stream.write(text.encode())


def _number(value: float) -> str:
    """Write a probability so that TOML reads the same number, 1e-06 included."""
    return repr(float(value))
