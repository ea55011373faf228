"""What holds for every corruption, and documents to try them on (our own writing)."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted, Corruption

SENTENCES = (
    "The prime minister of Norland met her counterpart in Brenna on Tuesday to sign a new treaty.",
    "At least 14 people were killed and 230 injured on March 6 when a ferry sank near the harbour.",
    "Police officers did not open the gates until the crowd had left the square, witnesses said.",
    "“We will not wait for the court,” said Ana Ruiz, the mayor’s deputy — and she didn’t.",
    "In 2014 the Food and Drug Administration approved a cheap test for the disease.",
    "Economic growth in Varland slowed to 2.5% last year, according to the central bank.",
    "The former defence minister was sentenced to 12 years in prison for taking bribes.",
    "Élodie Brûlé, a well-known painter from Besançon, sold the red house by the river.",
    "Union leaders called for a general strike after talks with the government broke down.",
    "Opposition parties in the small republic accuse the ruling party of stealing the election.",
    "At 10:30 a.m. the 43-year-old pilot landed the plane safely on a frozen lake.",
    "Yes.",
    "Rain is expected to return on Friday, and heavy snow will follow in the northern mountains.",
)


def document(*sentences: str) -> Document:
    """A document of these sentences."""
    return Document("d", sentences, "own")


DOCUMENT = document(*SENTENCES)


def documents() -> st.SearchStrategy[Document]:
    """Documents of our sentences, with now and then a sentence of any characters."""
    anything = st.text(min_size=1, max_size=80).map(str.strip).filter(bool)
    sentence = st.one_of(st.sampled_from(SENTENCES), st.sampled_from(SENTENCES), anything)
    return st.lists(sentence, min_size=1, max_size=6).map(lambda s: Document("d", tuple(s), "own"))


def check(corruption: Corruption, doc: Document, seed: int, label: Label) -> Corrupted | None:
    """Run a corruption and check what holds for all; gives what it gave."""
    result = corruption(doc, Random(seed))
    assert result == corruption(doc, Random(seed)), "one seed, one result"
    if result is None:
        return None
    assert result.original == doc
    assert result.document.sentences != doc.sentences
    assert (result.document.id, result.document.source) == (doc.id, doc.source)
    for number, (old, new) in enumerate(zip(doc.sentences, result.document.sentences, strict=True)):
        spans = [s for s in result.spans if s.sentence == number]
        assert bool(spans) == (old != new)
        assert all(s.label is label for s in spans)
        assert [s.start for s in spans] == sorted(s.start for s in spans)
        assert_unmarked_kept(old, new, [(s.start, s.end) for s in spans])
    return result


def assert_unmarked_kept(old: str, new: str, marks: list[tuple[int, int]]) -> None:
    """What no mark covers stands in the old sentence, in the same order."""
    place = last = 0
    for start, end in [*marks, (len(new), len(new))]:
        piece = new[last:start].strip()
        found = old.find(piece, place)
        assert found >= 0, f"{piece!r} is unmarked in {new!r} and not in {old!r}"
        place, last = found + len(piece), end


def outputs(corruption: Corruption, doc: Document, tries: int = 60) -> list[str]:
    """The changed sentences that a corruption gives for the first seeds."""
    found = []
    for seed in range(tries):
        result = corruption(doc, Random(seed))
        if result is not None:
            found += [result.document.sentences[n] for n in {s.sentence for s in result.spans}]
    return found
