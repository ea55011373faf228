"""Slices: clean sentences by kind, so that false alarms show where they fall.

Sentences come from the hand-labelled development sets' clean rows and from the clean
corpora. None of either is a sentence that training may draw from, as far as there are
enough; a slice that needs more takes documents that it may, and says how many.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter
from pathlib import Path

from babelproof.facts.store import FactStore
from data.corpora import CLEAN, read_clean, read_translations
from data.handlabels import handlabel_path, read_bench, read_documents
from data.splits import DEV_SHARE, document_key, share, split_of
from data.technical import MANUAL, READMES, technical_documents
from eval.slice_names import ORIGINS, NameList

WANTED = 430
"""Sentences of a slice where there are so many."""

ENOUGH = 300
"""Sentences below which a slice says too little."""

MOST_ALIKE = 8
"""Sentences of one document, or with one person's name, in a slice."""

READ_BEYOND: dict[str, float] = {
    "us_senate_press_releases": 0.12,
    "state_human_rights_reports": 0.3,
    "australian_pm_transcripts": 0.1,
    "whitehouse_press_briefings": 0.1,
}
"""Share of the other documents of a corpus that is looked through for slices; else all are."""

OLD_BEFORE = "1962"
"""Speeches before this year are prose of an older kind; the corpora hold none before 1945."""
HEADLINE_YEARS = ("2018", "2019", "2021")
"""Years of translations whose segments without a full stop are headlines of news."""


@dataclass(frozen=True)
class Candidate:
    """A clean sentence and where it stands: `place` names the corpus and its kind of text."""

    text: str
    document: str
    place: str
    date: str = ""
    unseen: bool = True


@dataclass(frozen=True)
class Slice:
    """Sentences of one kind; `unseen` of them lie where training may not draw from."""

    name: str
    texts: tuple[str, ...]
    documents: tuple[str, ...]
    unseen: int


Rule = Callable[[Candidate], str | None]
"""Whether a sentence is of the kind: what at most `MOST_ALIKE` may share, else `None`."""

_ENDED = re.compile(r"[.!?…:;,][\"'”’)\]]*$|[\"”)\]]$")
_CAPITALS = re.compile(r"(?<!^)(?<![.!?] )\b[A-ZÀ-ÖØ-Þ][\w’'.-]*(?:\s+[A-ZÀ-ÖØ-Þ][\w’'.-]*)*")
_QUOTE = re.compile(r"[\"“]([^\"“”]+)[\"”]")
_SCORE = re.compile(r"\b\d{1,3}\s?[–-]\s?\d{1,3}\b")
_CONTEST = re.compile(
    r"\b(?:defeat|beat|win|won|draw|final|cup|league|goal|score|match|champion|tournament|"
    r"medal|seed|round|race|grand prix|season|innings|wickets)\w*",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"for (?:more|further|additional) information|click (?:here|on)\b|please (?:contact|visit|call)"
    r"\b|www\.|https?:|\w@\w|\b\d{3}-\d{4}\b|toll[- ]free|text of (?:the|his|her|their|\w+'s?) "
    r"[\w ]*(?:is below|follows|is available)|released the following statement|is available "
    r"(?:at|on|online)\b|media (?:contact|inquiries)\b|all rights reserved|press "
    r"(?:office|contact)\b|to subscribe\b|can be "
    r"(?:found|viewed|accessed|downloaded) (?:at|on|here)\b"
)
_BOILERPLATE_PLACES = ("release", "Australian release", "ud_ewt", "ud_gum_open")


def load_slices(shared: Path, wanted: int = WANTED) -> list[Slice]:
    """Return every slice; the same sentences each time. Refuses a missing or malformed file."""
    found = list(candidates(shared))
    lower = Counter(
        word for one in found if one.unseen for word in re.findall(r"\b[a-z]{2,}\b", one.text)
    )
    names = NameList.of(FactStore.load(), (word for word, count in lower.items() if count > 1))
    return [choose(name, found, rule, wanted) for name, rule in rules(names).items()]


def rules(names: NameList) -> dict[str, Rule]:
    """Return the slices by name, each with its rule."""
    find = lru_cache(maxsize=None)(names.find)  # one look at a sentence serves every origin
    return {
        "headlines": _kept(is_headline),
        "many names": _kept(has_many_names),
        **{f"{origin} names": _named(find, origin) for origin in ORIGINS},
        "World Englishes": _kept(is_world_english),
        "quotes": _kept(is_quote),
        "sports results": _kept(is_sports_result),
        "boilerplate": _kept(is_boilerplate),
        "speech": _kept(is_speech),
        "old prose": _kept(is_old_prose),
        "informal writing": _kept(is_informal),
        "technical prose": _kept(is_technical),
        "good translations": _kept(lambda one: one.place == "translation"),
    }


def is_headline(one: Candidate) -> bool:
    """A line of 4 to 16 words in news that does not end like a sentence."""
    news = one.place in ("news", "headline of news")
    return news and 4 <= _words(one) <= 16 and not _ENDED.search(one.text)


def has_many_names(one: Candidate) -> bool:
    """At least five names or other stretches in capitals after the first word."""
    return _prose(one) and len(set(_CAPITALS.findall(one.text))) >= 5


def is_world_english(one: Candidate) -> bool:
    """Releases and speeches of Australian offices: the corpora hold no English of, say, India."""
    return one.place == "Australian release" and _prose(one)


def is_quote(one: Candidate) -> bool:
    """Six words or more between quotation marks, in releases and news."""
    spoken = one.place.startswith(("Australian interview", "briefing"))
    if spoken or not _prose(one):
        return False
    return any(len(part.split()) >= 6 for part in _QUOTE.findall(one.text))


def is_sports_result(one: Candidate) -> bool:
    """A result such as 3–1 in a sentence of news that speaks of a contest."""
    news = one.place == "news"
    return news and bool(_SCORE.search(one.text) and _CONTEST.search(one.text)) and _prose(one)


def is_boilerplate(one: Candidate) -> bool:
    """Contacts, addresses, links to the full text, and how releases introduce statements."""
    if one.place not in _BOILERPLATE_PLACES or not 3 <= _words(one) <= 60:
        return False
    return bool(_BOILERPLATE.search(one.text.lower()))


def is_speech(one: Candidate) -> bool:
    """Spoken answers with false starts: press briefings and interviews."""
    return one.place in ("briefing", "Australian interview") and _prose(one)


def is_old_prose(one: Candidate) -> bool:
    """Presidents' speeches of 1945 to 1961."""
    return one.place == "presidential speech" and "" < one.date < OLD_BEFORE and _prose(one)


def is_informal(one: Candidate) -> bool:
    """Mails, reviews, questions and posts as people wrote them."""
    return one.place == "ud_ewt" and _prose(one)


def is_technical(one: Candidate) -> bool:
    """Manuals and readmes of software, far from news."""
    return one.place in (MANUAL, READMES) and _prose(one)


def choose(name: str, found: Sequence[Candidate], rule: Rule, wanted: int) -> Slice:
    """Return a slice, in an order that a hash of the text decides.

    Sentences that training may draw from are looked at only where the others are too few.
    """
    kept: dict[str, Candidate] = {}
    uses: Counter[str] = Counter()
    for unseen in (True, False):
        if len(kept) == wanted:
            break
        fitting = [
            (share(one.text, name), one, alike)
            for one in found
            if one.unseen == unseen and (alike := rule(one)) is not None
        ]
        for _, one, alike in sorted(fitting, key=itemgetter(0)):
            if len(kept) == wanted:
                break
            if one.text not in kept and max(uses[alike], uses[one.document]) < MOST_ALIKE:
                kept[one.text] = one
                uses.update({alike, one.document})
    return Slice(
        name,
        tuple(kept),
        tuple(one.document for one in kept.values()),
        sum(one.unseen for one in kept.values()),
    )


def candidates(shared: Path) -> Iterator[Candidate]:
    """Give the clean sentences that slices are chosen from."""
    yield from _hand_labelled(shared)
    for name in CLEAN:
        beyond = READ_BEYOND.get(name, 1.0)
        for document in read_clean(shared, name, "section" if name in _SECTIONED else "document"):
            key = document_key(document)
            unseen = split_of(key, DEV_SHARE) == "dev"
            if unseen or share(document.id, "slices") < beyond:
                place = _place(name, document.section or "")
                for text in document.sentences:
                    yield Candidate(text, key, place, document.date or "", unseen)
    yield from _reference_headlines(shared)
    for document in technical_documents():
        key = document_key(document)
        unseen = split_of(key, DEV_SHARE) == "dev"
        for text in document.sentences:
            yield Candidate(text, key, document.source, unseen=unseen)


_SECTIONED = ("australian_pm_transcripts",)
"""Corpora whose sections say what kind of text it is."""

_PLACES = {
    "wikipedia_current_events": "news",
    "us_senate_press_releases": "release",
    "us_presidential_speeches": "presidential speech",
    "whitehouse_press_briefings": "briefing",
}


def _place(corpus: str, section: str) -> str:
    if corpus == "australian_pm_transcripts":
        spoken = section.startswith(("Interview", "Press", "Transcript", "Doorstop"))
        return "Australian interview" if spoken else "Australian release"
    return _PLACES.get(corpus, corpus)


def _hand_labelled(shared: Path) -> Iterator[Candidate]:
    """Give clean news and good translations of the development sets, which never train."""
    for row in read_bench(handlabel_path(shared, "bench_dev")):
        if row.task == "e_false_alarm":
            yield Candidate(row.text, f"bench|{row.group}", "news")
        elif row.human_reference and not row.label:
            yield Candidate(row.text, f"bench|{row.group}", "translation")
    for document in read_documents(handlabel_path(shared, "docs_dev")):
        if document.damaged:
            continue
        kind = "news" if document.kind == "native" else "translation"
        for number, text in enumerate(document.sentences):
            one = Candidate(text, f"docs|{document.id}", kind)
            yield one
            if not number and kind != "news":  # its headline is one of news all the same
                yield replace(one, place="headline of news")


def _reference_headlines(shared: Path) -> Iterator[Candidate]:
    """Give headlines of the news that people translated; training may draw from them."""
    seen: set[tuple[str, str, int]] = set()
    for row in read_translations(shared):
        place = (row.year, row.direction, row.segment)
        if row.year in HEADLINE_YEARS and place not in seen:
            seen.add(place)
            if row.reference and not _ENDED.search(row.reference):
                where = f"wmt|{row.year}|{row.direction}|{row.segment}"
                yield Candidate(row.reference, where, "headline of news", unseen=False)


def _kept(test: Callable[[Candidate], bool]) -> Rule:
    return lambda one: one.document if test(one) else None


def _named(find: Callable[[str], tuple[str, str] | None], origin: str) -> Rule:
    def rule(one: Candidate) -> str | None:
        found = find(one.text) if _prose(one) else None
        return found[1] if found is not None and found[0] == origin else None

    return rule


def _words(one: Candidate) -> int:
    return one.text.count(" ") + 1


def _prose(one: Candidate) -> bool:
    return 5 <= _words(one) <= 60
