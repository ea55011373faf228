"""Which of somebody's offices to tell of."""

from __future__ import annotations

from collections.abc import Sequence

from babelproof.facts.store import Tenure

METROPOLES = frozenset({"CN", "DK", "FR", "GB", "NL", "NO", "US"})
"""Countries whose head of state is that of dependencies, and of realms, too."""


def at_home(tenure: Tenure) -> bool:
    """Say whether someone is head of state of more than a dependency."""
    return tenure.role == "head_of_state" and tenure.country in METROPOLES


def most_telling(tenures: Sequence[Tenure]) -> Tenure:
    """Give the office by which a reader knows someone: the last one.

    Of two of one day (China's president is that of Macao, too; a president is Andorra's prince)
    the one at home, or the one that more sources list.
    """
    return max(
        tenures,
        key=lambda tenure: (
            at_home(tenure),
            tenure.start or tenure.seen,
            tenure.end,
            tenure.source.count("+"),
        ),
    )
