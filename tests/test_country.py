"""Wrong countries: what is found, what is replaced, what is left alone."""

from __future__ import annotations

import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelproof.labels import Label
from data.documents import Document
from data.lexicons import country_by_code
from training.corruptions.base import Corrupted
from training.corruptions.country import CORRUPTIONS
from training.corruptions.country_choice import choose, confused_with
from training.corruptions.country_edit import takes_an, write
from training.corruptions.mentions import Mention, find_mentions

SENTENCES = (
    "Talks between Ukraine and Poland resumed in Warsaw on Monday.",
    "The Ukrainian delegation brought a new proposal, a Polish diplomat said.",
    "Kyiv wants the United States to guarantee the deal, while Poland asks for time.",
    "U.S. officials said the US would send an envoy to Ukraine's capital.",
    "Several Poles and two Spaniards watched the talks from Madrid, Spain.",
    "The Netherlands' farmers sold an Irish farmer 40 cows in Ohio.",
    "A US-Chinese working group met near Denver, and a Boeing engineer joined it.",
    "Foreign Minister Lena Brandt flew to South Korea after the Korean War anniversary.",
    "The Bank of England left rates alone.",
    "The Russian President Pavel Orlov called the Iranian Foreign Minister.",
    "He ate his lunch and went home.",
)


def document(*sentences: str) -> Document:
    return Document("own", sentences)


def found(*sentences: str) -> list[tuple[str, str, str]]:
    return [
        (mention.text, mention.country.iso2, mention.form)
        for mention in find_mentions(document(*sentences))
        if not mention.within_name
    ]


def outside_spans(new: str, spans: list[tuple[int, int]]) -> list[str]:
    pieces, place = [], 0
    for start, end in spans:
        pieces.append(new[place:start])
        place = end
    return [*pieces, new[place:]]


def keeps_the_rest(result: Corrupted) -> bool:
    """Whether the text between the spans stands in the original, in the same order.

    A word stepped in brings one space along that no span marks, so spaces beside spans are free.
    """
    for number, new in enumerate(result.document.sentences):
        old = result.original.sentences[number]
        spans = [(s.start, s.end) for s in result.spans if s.sentence == number]
        pieces = [piece.strip() for piece in outside_spans(new, spans)]
        if not (old.startswith(pieces[0]) and old.endswith(pieces[-1])):
            return False
        place = 0
        for piece in pieces:
            place = old.find(piece, place)
            if place < 0:
                return False
            place += len(piece)
    return True


def test_a_country_that_steps_in_behind_a_name_is_marked_alone() -> None:
    clean = document("A US-Chinese group met near Denver, and a Boeing engineer joined it.")
    for seed in range(400):
        result = CORRUPTIONS["intrusion"](clean, Random(seed))
        if result is not None and "Boeing " in result.document.sentences[0]:
            (span,) = result.spans
            new = result.document.sentences[0]
            assert new[: span.start] + new[span.end + 1 :] == clean.sentences[0]
            return
    pytest.fail("expected the variant to put a country behind the name for one of 400 seeds")


texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8).map(tuple)


@given(sentences=texts, variant=st.sampled_from(sorted(CORRUPTIONS)), seed=st.integers(0, 2**16))
@settings(max_examples=400, deadline=None)
def test_every_variant_keeps_its_promises(
    sentences: tuple[str, ...], variant: str, seed: int
) -> None:
    clean = document(*sentences)
    result = CORRUPTIONS[variant](clean, Random(seed))
    assert result == CORRUPTIONS[variant](clean, Random(seed))
    if result is None:
        return
    assert result.original == clean
    assert result.kind == f"country.{variant}"
    assert result.document.sentences != clean.sentences
    assert {span.label for span in result.spans} == {Label.COUNTRY}
    assert keeps_the_rest(result)


@given(text=st.text(min_size=1).map(str.strip).filter(bool), seed=st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_any_text_is_survived(text: str, seed: int) -> None:
    for corrupt in CORRUPTIONS.values():
        result = corrupt(document(text), Random(seed))
        assert result is None or keeps_the_rest(result)


@pytest.mark.parametrize("variant", sorted(CORRUPTIONS))
def test_each_variant_applies_somewhere(variant: str) -> None:
    clean = document(*SENTENCES)
    results = [CORRUPTIONS[variant](clean, Random(seed)) for seed in range(60)]
    assert any(results)


@pytest.mark.parametrize("variant", sorted(CORRUPTIONS))
def test_no_country_no_corruption(variant: str) -> None:
    clean = document("He ate his lunch and went home.", "Nobody saw the two dogs.")
    assert all(CORRUPTIONS[variant](clean, Random(seed)) is None for seed in range(20))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("US officials met an Uzbek poet.",
         [("US", "US", "adjective"), ("Uzbek", "UZ", "adjective")]),
        ("The US wants more.", [("US", "US", "name")]),
        ("A German and two Spaniards left.",
         [("German", "DE", "person"), ("Spaniards", "ES", "people")]),
        ("It flew to Tehran, Iran.", [("Tehran", "IR", "capital"), ("Iran", "IR", "name")]),
        ("The Democratic Republic of the Congo won.",
         [("Democratic Republic of the Congo", "CD", "name")]),
        ("An anti-American mood spread in Chile.",
         [("American", "US", "adjective"), ("Chile", "CL", "name")]),
        ("The talks with Iran’s envoy failed.", [("Iran", "IR", "name")]),
        ("Meanwhile China waits.", [("China", "CN", "name")]),
    ],
)  # fmt: skip
def test_mentions(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Michael Jordan scored again.",
        "Jordan said she would be late.",
        "They sailed through the South China Sea to New England.",
        "He read it in the New York Times on the Indian Ocean.",
        "Chad Miller teaches African American history.",
        "The governor of Georgia flew home to Atlanta.",
        "She bought china plates and a turkey.",
        "The Panama Canal is busy on Turkey Day.",
        "Arab-Israeli ties and the Bank of England.",
        "It was written in Spanish.",
        "She answered in Spanish in front of the crowd.",
        "THE WAR IN IRAQ",
        "Canada geese ate French fries.",
        "Tribal leaders said Indian tribes would sue.",
    ],
)
def test_a_country_inside_another_name_is_left_alone(sentence: str) -> None:
    assert found(sentence) == []


def test_an_ambiguous_name_needs_the_document() -> None:
    assert found("Jordan said it would open the border.", "Amman had closed it in May.")
    assert found("They fled to Jordan.")
    assert found("Georgia borders Armenia.") != []


def only(sentence: str) -> Mention:
    (mention,) = find_mentions(document(sentence))
    return mention


@pytest.mark.parametrize(
    ("sentence", "iso2", "word", "expected"),
    [
        ("He left the Netherlands.", "PE", "Peru", "He left Peru."),
        ("He left Peru.", "NL", "Netherlands", "He left the Netherlands."),
        ("The Philippines won.", "PE", "Peru", "Peru won."),
        ("Peru won.", "PH", "Philippines", "The Philippines won."),
        ("The Netherlands' farms grew.", "PE", "Peru", "Peru's farms grew."),
        ("Peru's farms grew.", "HN", "Honduras", "Honduras's farms grew."),
        ("He left the U.S.", "PE", "Peru", "He left Peru"),
        ("They rebuilt democratic Peru.", "US", "US", "They rebuilt democratic US."),
        ("They invade Peru.", "US", "US", "They invade the US."),
        ("The US envoy left.", "PE", "Peruvian", "The Peruvian envoy left."),
    ],
)
def test_the_article_and_the_possessive_follow(
    sentence: str, iso2: str, word: str, expected: str
) -> None:
    edit = write(sentence, only(sentence), country_by_code()[iso2], word, Random(1))
    assert edit is not None
    assert sentence[: edit.start] + edit.new + sentence[edit.end :] == expected


def test_the_indefinite_article_is_repaired_mostly() -> None:
    sentence = "It was a Russian boat."
    iran = country_by_code()["IR"]
    mention = only(sentence)
    edits = [write(sentence, mention, iran, "Iranian", Random(seed)) for seed in range(200)]
    texts = {sentence[: e.start] + e.new + sentence[e.end :] for e in edits if e}
    assert texts == {"It was an Iranian boat.", "It was a Iranian boat."}
    assert 120 < sum(e is not None and e.new == "an Iranian" for e in edits) < 180


@pytest.mark.parametrize(
    ("word", "an"),
    [("Iranian", True), ("Uzbek", True), ("Ukrainian", False), ("US", False), ("U.S.", False),
     ("Ugandan", False), ("Peruvian", False), ("Emirati", True)],
)  # fmt: skip
def test_a_or_an(word: str, an: bool) -> None:
    assert takes_an(word) is an


def test_throughout_leaves_no_name_behind() -> None:
    clean = document("Ukraine closed its ports.", "Ukraine's ships wait.", "Ukrainian crews rest.")
    for seed in range(40):
        result = CORRUPTIONS["confusable_throughout"](clean, Random(seed))
        assert result is not None
        assert not any("Ukrain" in text for text in result.document.sentences)
        assert {span.sentence for span in result.spans} == {0, 1, 2}


def test_one_leaves_the_others() -> None:
    clean = document("Ukraine closed its ports.", "Ukraine's ships wait.", "Ukrainian crews rest.")
    results = [CORRUPTIONS["any_one"](clean, Random(seed)) for seed in range(20)]
    assert all(result is not None and len(result.spans) == 1 for result in results)


def test_a_document_reason_takes_a_country_of_the_document() -> None:
    clean = document("Ukraine closed its ports.", "Ukraine asked Chile for help.")
    for seed in range(30):
        result = CORRUPTIONS["document_one"](clean, Random(seed))
        assert result is not None
        (span,) = result.spans
        written = result.document.sentences[span.sentence][span.start : span.end]
        assert written in {"Chile", "Ukraine"}


def test_confusables_of_ukraine() -> None:
    others, _ = confused_with("UA")
    assert {"UZ", "UY", "UG"} <= {country.iso2 for country in others}
    assert choose(country_by_code()["UA"], "document", (), Random(1)) is None


def test_speed() -> None:
    """A floor far under the usual speed, so that a busy machine passes."""
    documents = [
        Document(str(n), tuple(f"{n}. {text}" for text in SENTENCES[:8])) for n in range(300)
    ]
    started = time.perf_counter()
    for number, clean in enumerate(documents):
        CORRUPTIONS["any_one"](clean, Random(number))
    assert time.perf_counter() - started < 3
