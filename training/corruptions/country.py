"""Wrong countries: a country, a people or a capital gives way to another.

Every variant names why the new country is chosen (`document`: named elsewhere in the
text; `confusable`; `neighbour`; `any`) and how far it reaches (`one` mention, all of a
`sentence`, `throughout` the document).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Literal

from babelproof.labels import Label
from data.documents import Document
from data.lexicons import Country
from training.corruptions.base import Corrupted, Corruption, Span
from training.corruptions.country_choice import Reason, alike, choose, choose_target
from training.corruptions.country_edit import name_of, word_for, write
from training.corruptions.country_places import intrude, replace_place
from training.corruptions.country_words import office_words
from training.corruptions.edits import Edit, apply_edits, corrupted
from training.corruptions.mentions import Mention, find_mentions

Scope = Literal["one", "sentence", "throughout"]
Accepts = Callable[[str, Mention], bool]
"""Whether a variant may replace this mention of the sentence."""

FAMILY = "country"
REASONS: tuple[Reason, ...] = ("document", "confusable", "neighbour", "any")
_SPREAD: tuple[Reason, ...] = ("document",) * 4 + ("confusable",) * 3 + ("neighbour", "any", "any")


def _group(
    target: Mention, mentions: Sequence[Mention], scope: Scope, rng: Random
) -> list[Mention]:
    """The mentions that change together with the target."""
    if scope == "one":
        return [target]
    capitals = target.form == "capital" or rng.random() < 0.5
    return [
        mention
        for mention in mentions
        if mention.country == target.country
        and not mention.within_name
        and (capitals or mention.form != "capital")
        and (scope == "throughout" or mention.sentence == target.sentence)
    ]


def finish(document: Document, edits: Sequence[tuple[int, Edit]], kind: str) -> Corrupted | None:
    """The twin with these edits by sentence number, or `None` where nothing changes."""
    sentences = list(document.sentences)
    spans: list[Span] = []
    for number in sorted({number for number, _ in edits}):
        text, marks = apply_edits(sentences[number], [e for n, e in edits if n == number])
        if not text or not marks or text == sentences[number]:
            continue
        sentences[number] = text
        spans += [Span(number, start, end, Label.COUNTRY) for start, end in marks]
    return corrupted(document, sentences, spans, kind) if spans else None


def _replaced(
    document: Document,
    group: Sequence[Mention],
    new: Country,
    rng: Random,
    kind: str,
    write_name: bool = False,
    stray_the: bool = False,
) -> Corrupted | None:
    """The document with the mentions of `group` given to `new`, one name of it throughout."""
    name = name_of(new, rng)
    edits: list[tuple[int, Edit]] = []
    for mention in group:
        word = word_for(mention, new, rng)
        if write_name or (mention.form == "name" and word):
            word = name
        sentence = document.sentences[mention.sentence]
        edit = write(sentence, mention, new, word, rng, stray_the)
        if edit is not None:
            edits.append((mention.sentence, edit))
    return finish(document, edits, kind)


def replacement(
    variant: str,
    reasons: Sequence[Reason],
    scope: Scope,
    accepts: Accepts | None = None,
    write_name: bool = False,
    stray_the: bool = False,
) -> Corruption:
    """A corruption that replaces the mentions which `accepts` lets through.

    `write_name` puts the bare name whatever the form was ("the Peru economy");
    `stray_the` leaves a wrong article or none ("the Ireland", "in United States").
    """
    kind = f"{FAMILY}.{variant}"

    def corrupt(document: Document, rng: Random) -> Corrupted | None:
        mentions = find_mentions(document)
        pool = [
            mention
            for mention in mentions
            if not mention.within_name
            and (accepts is None or accepts(document.sentences[mention.sentence], mention))
        ]
        if scope == "throughout":
            pool = [m for m in pool if _sentences_of(m.country, mentions) > 1]
        if not pool:
            return None
        reason = rng.choice(reasons)
        target = choose_target(pool, mentions, rng, in_list=reason == "document")
        if target is None:
            return None
        new = choose(target.country, reason, mentions, rng)
        if new is None or alike(new, target.country) or not new.adjective:
            return None
        group = _group(target, mentions, scope, rng)
        return _replaced(document, group, new, rng, kind, write_name, stray_the)

    return corrupt


def _sentences_of(country: Country, mentions: Sequence[Mention]) -> int:
    return len({m.sentence for m in mentions if m.country == country and not m.within_name})


_BEFORE_A_NAME = frozenset(
    ("in", "to", "from", "of", "with", "by", "for", "against", "on", "over", "that", "and", "when",
     "between", "after", "across", "towards", "into", "through", "than", "while", "visited", "left")
)  # fmt: skip


def _is_capital(sentence: str, mention: Mention) -> bool:
    return mention.form == "capital"


def _is_compound(sentence: str, mention: Mention) -> bool:
    return mention.compound


def _is_adjective(sentence: str, mention: Mention) -> bool:
    return mention.form == "adjective" and mention.attributive and not mention.compound


def _is_people(sentence: str, mention: Mention) -> bool:
    return mention.form in ("people", "person")


def _is_plain_name(sentence: str, mention: Mention) -> bool:
    if mention.form != "name" or mention.attributive or mention.compound:
        return False
    start = mention.start if mention.article is None else mention.article
    # After `northern` or `Maria's` a "the" would break the grammar as well.
    return start == 0 or sentence[:start].rsplit(None, 1)[-1].lower() in _BEFORE_A_NAME


def _is_possessive(sentence: str, mention: Mention) -> bool:
    return sentence[mention.end : mention.end + 1] in ("'", "’")


def _is_before_office(sentence: str, mention: Mention) -> bool:
    rest = sentence[mention.end : mention.end + 40].split(None, 1)
    return mention.attributive and bool(rest) and rest[0] in office_words()


# The mark stands for the country: `Bank of #`, `# Civil War`, `New #`.
_NAME_AROUND = re.compile(r"[A-Z][a-z]+ of (?:the )?#|[a-z,] # [A-Z][a-z]+|[A-Z][a-z]+ #(?! [a-z])")


def _around(sentence: str, mention: Mention) -> str:
    left = sentence[max(0, mention.start - 30) : mention.start]
    return f"{left}#{sentence[mention.end : mention.end + 30]}"


def within_longer_name(document: Document, rng: Random) -> Corrupted | None:
    """The country inside a longer name exchanged on purpose: `Bank of England`."""
    kind = f"{FAMILY}.longer_name"
    mentions = find_mentions(document)
    pool = [
        mention
        for mention in mentions
        if mention.within_name
        and mention.form in ("name", "adjective")
        and mention.text[0].isupper()
        and _NAME_AROUND.search(_around(document.sentences[mention.sentence], mention))
    ]
    if not pool:
        return None
    target = rng.choice(pool)
    new = choose(target.country, rng.choice(_SPREAD), mentions, rng)
    if new is None or alike(new, target.country):
        return None
    return _replaced(document, [target], new, rng, kind)


CORRUPTIONS: dict[str, Corruption] = {
    **{
        f"{reason}_{scope}": replacement(f"{reason}_{scope}", (reason,), scope)
        for reason in REASONS
        for scope in ("one", "sentence", "throughout")
    },
    "capital": replacement("capital", _SPREAD, "one", _is_capital),
    "compound": replacement("compound", _SPREAD, "one", _is_compound),
    "people": replacement("people", _SPREAD, "one", _is_people),
    "possessive": replacement("possessive", _SPREAD, "one", _is_possessive),
    "office": replacement("office", _SPREAD, "one", _is_before_office),
    "bare_name": replacement("bare_name", _SPREAD, "one", _is_adjective, write_name=True),
    "bare_name_throughout": replacement(
        "bare_name_throughout", _SPREAD, "throughout", _is_adjective, write_name=True
    ),
    "stray_article": replacement("stray_article", _SPREAD, "one", _is_plain_name, stray_the=True),
    "longer_name": within_longer_name,
    "place": replace_place,
    "intrusion": intrude,
}
"""Every variant by its name; the kind is `country.` and the name."""
