"""Reports: a run of the gate, written for people, pipelines and editors' desks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TextIO

from babelproof.gate.outcome import Run


@dataclass(frozen=True)
class Report:
    """A format of reports. Its module is loaded when the first one is written."""

    name: str
    purpose: str

    def write(self, run: Run, stream: TextIO) -> None:
        """Write a run. All formats but `text` and `github` are ASCII, whatever the stream."""
        import_module(f"{__name__}.as_{self.name}").write(run, stream)


_ALL = (
    Report("text", "for people, in colour on a terminal"),
    Report("json", "everything but the full text, by gate-report.schema.json"),
    Report("sarif", "SARIF 2.1.0, for code scanning and editors"),
    Report("junit", "JUnit XML, for CI servers: a test case for each article"),
    Report("github", "annotations of a GitHub workflow"),
    Report("html", "one page to read and print, the damage marked in the articles"),
)

FORMATS: Mapping[str, Report] = MappingProxyType({report.name: report for report in _ALL})
"""The formats by name."""


def write_report(run: Run, format: str, stream: TextIO) -> None:
    """Write a run in a format; refuses an unknown one."""
    if format not in FORMATS:
        raise ValueError(
            f"format of a report: expected one of {', '.join(FORMATS)}, found {format!r}; "
            "name one of these"
        )
    FORMATS[format].write(run, stream)
