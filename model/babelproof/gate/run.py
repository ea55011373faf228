"""Runs of the gate: sources in, outcomes out, each article judged once."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from babelproof.config import Config
from babelproof.facts.dates import Day
from babelproof.gate.article import Article, Unreadable
from babelproof.gate.decide import Allowances, decide
from babelproof.gate.outcome import Decision, Outcome, Run
from babelproof.gate.policy import Policy
from babelproof.verdict import DocumentVerdict

TOGETHER = 16
"""Articles scored in one go."""


class Scorer(Protocol):
    """What scores documents: a `Detector`."""

    def score_documents(
        self, documents: Iterable[str], dates: Iterable[Day | None] | None = None
    ) -> list[DocumentVerdict]: ...


def outcomes(
    articles: Iterable[Article | Unreadable],
    scorer: Scorer,
    policy_of: Callable[[str], Policy],
    allowances: Allowances,
    date: Day | None = None,
) -> Iterator[Outcome]:
    """Give an outcome for every article, in order; what cannot be read is an error.

    `policy_of` gives the policy of a file by its name.
    """
    group: list[Article | Unreadable] = []
    for article in articles:
        group.append(article)
        if len(group) >= TOGETHER:
            yield from _decided(group, scorer, policy_of, allowances, date)
            group = []
    yield from _decided(group, scorer, policy_of, allowances, date)


def _decided(
    group: list[Article | Unreadable],
    scorer: Scorer,
    policy_of: Callable[[str], Policy],
    allowances: Allowances,
    date: Day | None,
) -> Iterator[Outcome]:
    readable = [article for article in group if isinstance(article, Article)]
    days = [article.date or date for article in readable]
    verdicts = iter(scorer.score_documents([a.text for a in readable], days) if readable else [])
    for article in group:
        if isinstance(article, Unreadable):
            yield unreadable(article)
        else:
            yield decide(article, next(verdicts), policy_of(article.name), allowances)


def unreadable(source: Unreadable) -> Outcome:
    """Give the outcome of what could not be read: never a pass."""
    return Outcome(source.name, Decision.ERROR, source.record, error=source.error)


def make_run(
    found: Iterable[Outcome], policy: Policy, config: Config, versions: dict[str, str]
) -> Run:
    """Sum up outcomes as a run, with what it ran under."""
    return Run(
        tuple(found),
        policy.to_dict() | {"config": None if config.path is None else str(config.path)},
        versions,
        datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    )
