"""Corruptions of roles: who did what to whom, who said what, who holds which office."""

from __future__ import annotations

from training.corruptions.base import Corruption
from training.corruptions.role_clause import CLAUSES
from training.corruptions.role_exchange import EXCHANGES
from training.corruptions.role_office import OFFICES
from training.corruptions.role_report import REPORTS
from training.corruptions.role_voice import VOICES

CORRUPTIONS: dict[str, Corruption] = {**EXCHANGES, **REPORTS, **OFFICES, **CLAUSES, **VOICES}
"""Every corruption of the family by its name."""
