"""The judge of facts: what contradicts the store is found, everything else is left alone."""

from __future__ import annotations

from datetime import date

import pytest
from facts_samples import person, tiny_judge, tiny_store
from hypothesis import given, settings
from hypothesis import strategies as st

from babelproof.facts.evidence import describe

JUDGE = tiny_judge()


def found(*sentences: str, day: date | None = None) -> list[tuple[int, str, str]]:
    return [
        (item.sentence, item.label.value, sentences[item.sentence][item.start : item.end])
        for item in JUDGE.judge(sentences, day)
    ]


@pytest.mark.parametrize(
    ("sentence", "label", "words"),
    [
        ("Russian Foreign Minister Oleh Marchuk left.", "country", "Russian"),
        ("Talks with Oleh Marchuk, the foreign minister of Belarus, failed.", "country", "Belarus"),
        ("Belarus's foreign minister Oleg Marchuk left.", "country", "Belarus"),
        ("Oleh Marchuk was appointed foreign minister of Poland.", "country", "Poland"),
        ("President Ana Ruiz of Chile resigned.", "country", "Chile"),
        ("Chilean leader Ana Ruiz resigned.", "country", "Chilean"),
        ("Russian Secretary of State Tom Kestrel left.", "country", "Russian"),
        ("Russian Secretary of State Kestrel left.", None, ""),  # two Kestrels are listed
        ("Ukrainian President Oleh Marchuk left.", "role", "President"),
        ("The vote was won by President Oleh Marchuk.", "role", "President"),
        ("Ukrainian President Viktor Zerinsky left.", "name", "Zerinsky"),
        ("Ukrainian President Zerinsky left.", "name", "Zerinsky"),
        ("WARSAW, May 6-US Secretary of State Kestral left.", "name", "Kestral"),
        ("Secretary of State Brian Kestrel left.", "name", "Brian"),
        ("Russian Secretary of State Tom Kestral left.", "name", "Kestral"),
        ("Secretary of State Andrew Kestrel left.", "name", "Andrew"),
        ("US Secretary of State Brian-Kestrel left.", "name", "Brian-Kestrel"),
        ("Chile's charismatic, Oleh Marchuk, left.", None, ""),
        (
            "Viktor Zelinsky, Ukraine's charismatic foreign minister - who left -",
            "role",
            "foreign minister",
        ),
        ("Ana Ruiz, Chile's democratically elected president - who left -", "country", "Chile"),
        ("Chile's Ana Ruiz left.", "country", "Chile"),
        ("Chile’s Ana Ruiz left.", "country", "Chile"),
        ("Ana Ruiz, who has ruled Chile since 2001, left.", "country", "Chile"),
        ("Ana Ruiz led Chile for five years.", "country", "Chile"),
        ("The Chilean politician Ana Ruiz left.", "country", "Chilean"),
        ("Chile's veteran diplomat Ana Ruiz left.", "country", "Chile"),
        ("Chilean opposition politician Oleh Marchuk left.", "country", "Chilean"),
        ("NATO's Hanna Lund left.", "country", "NATO"),
        ("The president of the World Bank, Hanna Lund, left.", "role", "president"),
        ("NATO chief Hanna Lund left.", "country", "NATO"),
        ("NATO's chief, Hanna Lund, left.", "country", "NATO"),
        ("The OSCE's Grete Halvorsen left.", None, ""),  # whose heads are not listed
        ("NATO Secretary-General Hanna Lund left.", "country", "NATO"),
        ("German Chancellor Ana Ruiz left.", "role", "Chancellor"),
        ("Hanna Lund, the Austrian chancellor, left.", "role", "chancellor"),
    ],
)
def test_contradictions_are_found_where_they_stand(
    sentence: str, label: str | None, words: str
) -> None:
    assert found(sentence) == ([] if label is None else [(0, label, words)])


@pytest.mark.parametrize(
    "sentence",
    [
        "Ukrainian Foreign Minister Oleh Marchuk left.",
        "Oleh Marchuk, then the Ukrainian foreign minister, left.",
        "Ukraine's former foreign minister, Oleg Marchuk, left.",
        "The Russian president met Ukrainian Foreign Minister Oleh Marchuk.",
        "Russian diplomats told Foreign Minister Oleh Marchuk that he could go.",
        "Russia's ambassador and Oleh Marchuk left.",
        "Russian Deputy Foreign Minister Oleh Marchuk left.",
        "Russian opposition leader Ana Ruiz left.",
        "The wife of the Russian foreign minister greeted Oleh Marchuk.",
        "The Russian foreign minister, Oleh Marchuk and Ana Ruiz met.",
        "The Russian foreign minister, Oleh Marchuk, and others met.",
        "Oleh Marchuk, president of Gazprom, left.",
        "Company President Oleh Marchuk left.",
        "Bundesbank President Oleh Marchuk left.",
        "Social Democratic Party of Peru president Oleh Marchuk left.",
        "Moldovan Finance Minister Pavel Dorin and Russian Foreign Minister Pavel Dorin left.",
        "Norwegian Defence Minister Grete Halvorsen left.",
        "NATO Secretary General Grete Halvorsen left.",
        "Ukrainian President Viktor Zelinskyy and President Viktor Selinski left.",
        "Peruvian President Ana Ruiz Vela left.",
        "Peruvian President A. Ruiz left.",
        "US Secretary of State T. A. Kestrel left.",
        "Estonian Prime Minister Saar left.",
        "Georgian President Nino Unknown left.",
        "Ukrainian President Ana Zerinsky left.",  # another given name: somebody else
        "Former Ukrainian President Oleh Marchuk left.",  # the store has holes long ago
        "Acting Ukrainian President Oleh Marchuk left.",
        "Peru's Ana Ruiz left.",
        "Denmark's Hanna Lund left.",  # heads of organisations have a country, too
        "Ana Ruiz, who has ruled Peru since 2001, left.",
        "Ana Ruiz led Chile out of the group.",
        "Ana Ruiz, who led Chile's delegation since Monday, left.",
        "Ana Ruiz, who led Chile for the first half, left.",
        "The Danish diplomat Hanna Lund left.",
        "The Peruvian politician Ana Ruiz left.",
        "The Chilean politician Ruiz left.",
        "The Bosnian Serb politician Ana Ruiz left.",
        "The Chilean politician and Ana Ruiz left.",
        "Chilean leftist politician Ana Ruiz left.",  # words between that we do not know
        "Russia's Oleh Marchuk left.",  # a minister, who has namesakes
        "Chile's Ruiz left.",  # a surname has namesakes, too
        "Georgia's Ana Ruiz left.",  # the state, perhaps
        "Russia and Ana Ruiz left.",
        "Georgian Chancellor Ana Ruiz left.",  # of a university
        "NATO chief Grete Halvorsen left.",
        "UN chief Hanna Lund left.",
        "The WHO's Hanna Lund left.",  # a body of the United Nations
        "Police Chief Ana Ruiz left.",
        "Chilean police chief Ana Ruiz left.",
        "Chilean chief Ana Ruiz left.",
        "IMF chief Hanna Lund left.",
        "the ukrainian president oleh marchuk left",
        "",
        "President",
        "of Russia President of the",
    ],
)
def test_what_may_be_right_is_left_alone(sentence: str) -> None:
    assert found(sentence) == []


WELL_KNOWN = tiny_judge(
    person("Antonia Blicken", ("foreign", "Secretary of State", "US", "2001", "2005"),
           aliases="Antonia June Blicken", source="wikidata-eps+pocom"),
    person("Sergei Lomarov", ("head_of_state", "President", "RU", "2001", "2005"),
           source="wikidata-eps+wp-current-events"),
    person("Ilse Brandvold", ("head_of_government", "Prime Minister", "NO", "2001", "2005"),
           source="state-visits+state-pr"),
    person("Mirela Holubova", ("head_of_state", "President", "CZ", "2001", "2005"),
           source="state-visits"),
    person("Jörg Schrönfeld", ("head_of_government", "Chancellor", "DE", "2001", "2005"),
           source="factbook+state-visits"),
    person("Ilse Brandvald", ("other", "Minister of Fisheries", "NO", "2006", "2007")),
    person("Petra Quillfeldt", ("other", "Minister of Fisheries", "DE", "2006", "2007"),
           source="wp-current-events"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Talks with Antonia Bricken failed.", "Bricken"),
        ("Antonia Blickne was late.", "Blickne"),
        ("Antonia June Blickan was late.", "Blickan"),
        ("Sergei Lonarov was late.", "Lonarov"),
        ("Antoina Blicken was late.", "Antoina"),
        ("Isle Brandvold was late.", None),  # four letters
        ("Jorge Schronfeld was late.", None),  # a given name of its own
        ("Sergie Lomarov was late.", None),  # given names from another script have many spellings
        ("Antonia Blicken was late.", None),
        ("Antonia Glicken was late.", None),  # a slip seldom hits the first letter
        ("Antonia Brikken was late.", None),  # two letters of six
        ("Maria Bricken was late.", None),
        ("Bricken was late.", None),
        ("Antonia Maria Bricken was late.", None),
        ("Sergei Lomaroff was late.", None),  # another usual spelling
        ("Sergey Lomorov was late.", None),  # vowels, from another script
        ("Ilse Brandvald was late.", None),  # somebody of that name
        ("Jorg Schroenfeld was late.", None),  # as it is written without the letter
        ("Jörg Schronfeldt was late.", "Schronfeldt"),
        ("Antonia Blickens was late.", None),
        ("Mirela Holubora was late.", None),  # one source may have misspelt her
        ("Petra Quillfeld was late.", None),  # no leader
        ("Antonia Broken was late.", None),  # a word
        ("Oleh Marchak was late.", None),  # not in the news
    ],
)
def test_near_misses_of_well_known_names_need_no_office(sentence: str, words: str | None) -> None:
    told = [sentence[item.start : item.end] for item in WELL_KNOWN.judge([sentence])]
    assert told == ([] if words is None else [words])


def test_a_near_miss_says_who_is_meant() -> None:
    (item,) = WELL_KNOWN.judge(["Antonia Bricken was late."])
    assert (item.label.value, item.person, item.proposal) == (
        "name",
        "Antonia Blicken",
        "Antonia Blicken",
    )
    assert item.fact == (
        "Antonia Blicken: US Secretary of State 2001 to 2005; the text says Antonia Bricken"
    )


def test_evidence_names_the_fact_and_proposes() -> None:
    (item,) = JUDGE.judge(["Russian Secretary of State Tom Kestrel left."])
    assert item.fact == (
        "Tom Kestrel: US Secretary of State 2001-01-20 to 2005-01-26; the text says secretary of "
        "state of Russia"
    )
    assert (item.proposal, item.person, item.source) == ("US", "Tom Kestrel", "test")
    (item,) = JUDGE.judge(["Ukrainian President Zerinsky left."])
    assert item.proposal == "Viktor Zelinsky"


def test_the_best_known_of_namesakes_is_told_of() -> None:
    """A head of state is listed apart, and first, for each dependency."""
    office, since = ("head_of_state", "President"), ("2013-03-14", "")
    judge = tiny_judge(
        person("Bao Lin", (*office, "HK", *since)),
        person("Bao Lin", ("governor", "Governor of Fujian", "CN", "1999", "2002"),
               (*office, "CN", *since)),
    )  # fmt: skip
    (found,) = judge.judge(["Japanese President Bao Lin arrived on Monday."])
    assert found.fact.startswith("Bao Lin: Chinese President since 2013-03-14")
    assert found.proposal == "Chinese"


OFTEN_MISTAKEN = tiny_judge(
    person("Rex Tillarsen", ("foreign", "Secretary of State", "US", "2017", "2018")),
    person("Pilar Sotomayor", ("head_of_government", "Prime Minister", "ES", "2018", "")),
    person("Bill Hollister", ("head_of_state", "President", "US", "1993", "2001")),
    person("Helen Hollister", ("foreign", "Secretary of State", "US", "2009", "2013")),
    person("Hamid ibn Faruk", ("head_of_state", "King", "SA", "2005", "2015"),
           aliases="King Hamid ibn Faruk"),
    person("Hamid II", ("head_of_state", "King", "JO", "1999", ""), aliases="King Hamid"),
    person("Nguyen Minh Trieu", ("head_of_state", "President", "VN", "2006", "2011")),
    person("Michael Farron", ("defence", "Secretary of State for Defence", "GB", "2014", "2017")),
    person("Shigeru Ichiba", ("head_of_government", "Prime Minister", "JP", "2024", "2025"),
           aliases="Ichiba Shigeru"),
    person("Maud of the Netherlands", ("head_of_state", "monarch", "NL", "1980", "2013")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("sentences", "words"),
    [
        (["Secretary of State Jefarsen left."], None),  # as like by sound as "Dillarsen"
        (["Secretary of State Dillarsen left."], "Dillarsen"),
        (["Secretary of State Tillirsan left."], "Tillirsan"),
        (["Spanish President Pilar Sotomayor left."], None),  # of the government
        (["Italian President Pilar Sotomayor left."], "Italian"),
        (["The League (PLN-Q) President Pilar Sotomayor left."], None),
        (["President Bill Hollister left.", "Secretary of State Hollister stayed."], None),
        (["Helen Hollister left.", "President Hollister stayed."], None),
        (["Saudi Arabia's King Hamid ibn Faruk left.", "Jordan's King Hamid stayed."], None),
        (["Jordan's King Hamid and Saudi Arabia's King Hamid ibn Faruk left."], None),
        (["Norway's King Hamid and Saudi Arabia's King Hamid ibn Faruk left."], "Norway"),
        (["Vietnamese President Nguyen Minh Trien left."], "Trien"),
        (["South Vietnam's President Nguyen Minh Trien left."], None),
        (["Hanoi was the capital of North Vietnam, and Saigon of South Vietnam."], None),
        (["Farron, the British Defence Secretary, left.", "Secretary Farron was told."], None),
        (["British Defence Secretary, Secretary Farron, left."], None),
        (["Japanese Prime Minister Ioshida Shigeru left."], None),
        (["PRESIDENT OF THE UNITED STATES: I left."], None),
        (["Senator Meets President Of The Farm Bureau"], None),
        (["They saw Pilar Sotomayor, the Italian president's sister."], None),
        (["They saw Pilar Sotomayor, the Italian president."], "Italian"),
    ],
)
def test_what_was_taken_for_somebody_else(sentences: list[str], words: str | None) -> None:
    evidence = OFTEN_MISTAKEN.judge(sentences)
    told = [sentences[item.sentence][item.start : item.end] for item in evidence]
    assert told == ([] if words is None else [words])


@pytest.mark.parametrize("place", ["Estonian ", ""])
def test_a_gap_in_an_office_leaves_room_for_somebody_unlisted(place: str) -> None:
    """Who left politics long ago may have served where the sources have a hole."""
    tenure = ("interior", "Minister of the Interior", "EE")
    late = person("Timo Raud", ("finance", "Minister of Finance", "EE", "2008", "2012"))
    past = [person("Ott Kask", (*tenure, "1999", "2004")), late]
    sentence = f"{place}Interior Minister Timo Raud left."
    hole = tiny_judge(*past, person("Siim Oja", (*tenure, "2006", "2012")))
    assert hole.judge([sentence]) == []
    whole = tiny_judge(*past, person("Siim Oja", (*tenure, "2004", "2012")))
    assert [item.label for item in whole.judge([sentence])] == ["role"]
    # A hole long before does not matter.
    old = person("Anu Sild", (*tenure, "1990", "1992"))
    older = tiny_judge(*past, old, person("Siim Oja", (*tenure, "2004", "2012")))
    assert [item.label for item in older.judge([sentence])] == ["role"]


@pytest.mark.parametrize(
    ("between", "label"),
    [
        (("defence", "Minister of Defence", "EE", "2024-10-01", "2025-12-01"), "role"),
        (("defence", "Minister of Defence", "EE", "2024-10-01", "2025-01-15"), None),
        (None, None),
    ],
)
def test_months_that_no_snapshot_saw_leave_room_for_a_minister(
    between: tuple[str, str, str, str, str] | None, label: str | None
) -> None:
    """Since 2022 cabinets are known from snapshots, unless somebody held another office then."""
    tenure = ("interior", "Minister of the Interior", "EE")
    offices = [("finance", "Minister of Finance", "EE", "2021-01-01", "2024-10-01")]
    offices += [between] if between else []
    offices += [("justice", "Minister of Justice", "EE", "2025-11-20", "2026-06-01")]
    judge = tiny_judge(
        person("Ott Kask", (*tenure, "2019-01-01", "2025-01-20")),
        person("Siim Oja", (*tenure, "2025-11-20", "2026-06-01")),
        person("Timo Raud", *offices),
    )
    found = judge.judge(["Estonian Interior Minister Timo Raud left."])
    assert [item.label for item in found] == ([label] if label else [])


def test_an_office_unknown_for_years_says_nothing_of_those_who_served_then() -> None:
    judge = tiny_judge(
        person(
            "Ott Kask", ("interior", "Minister of the Interior", "EE", "2019-01-01", "2022-07-16")
        ),
        person("Timo Raud", ("finance", "Minister of Finance", "EE", "2024-04-09", "2025-01-23")),
    )
    assert judge.judge(["Estonian Interior Minister Timo Raud left."]) == []


def test_a_monarch_of_many_countries_is_told_of_at_home() -> None:
    crown = ("head_of_state", "Queen")
    first, later = ("1952-02-06", "2022"), ("1983-09-19", "2022")
    judge = tiny_judge(
        person("Edith IV", (*crown, "GB", *first), (*crown, "KN", *later)),
        person("Edith IV", (*crown, "AU", *first), (*crown, "CA", *first), (*crown, "GD", *later)),
    )
    (found,) = judge.judge(["Swedish Queen Edith IV arrived on Monday."])
    assert found.fact.startswith("Edith IV: UK Queen 1952-02-06 to 2022")


def test_an_adjective_of_several_countries_is_read_as_the_persons_own() -> None:
    """ "Chinese" is Macau's and Taiwan's, too, of whose ministers little is known."""
    judge = tiny_judge(
        person("Bao Lin", ("head_of_state", "President", "CN", "2013-03-14", "")),
        person("Bao Lin", ("head_of_state", "President", "HK", "2013-03-14", "")),
        person("Chen Hu", ("foreign", "Minister of Foreign Affairs", "CN", "2013-03-17", "")),
    )
    (found,) = judge.judge(["Chinese Foreign Minister Bao Lin arrived on Monday."])
    assert (found.label, found.proposal) == ("role", "President")
    assert found.fact.startswith("Bao Lin: Chinese President")
    assert found.fact.endswith("the text says foreign minister of China")
    assert (
        judge.judge(["Chinese Foreign Minister Chen Hu arrived.", "President Bao Lin left."]) == []
    )


def test_an_office_that_says_whose_it_is_needs_no_country() -> None:
    store = tiny_store()
    ilse = person(
        "Ilse Brandt", ("org_head", "European Commission President", "European Union", "2014", "")
    )
    assert describe(store, ilse, ilse.tenures[0]).startswith("Ilse Brandt: European Commission")
    carl = person("Carl Bowen", ("other", "Secretary of Housing", "US", "2001", "2005"))
    # The letters "us" within a word say nothing of the United States.
    assert describe(store, carl, carl.tenures[0]) == (
        "Carl Bowen: US Secretary of Housing 2001 to 2005"
    )


def test_exchanged_countries_are_roles() -> None:
    made = found(
        "Peruvian President Viktor Zelinsky met Ukrainian President Ana Ruiz in Lima on Friday."
    )
    assert [label for _, label, _ in made] == ["role", "role"]


def test_a_surname_means_the_full_name_of_the_document() -> None:
    text = ("Tom Kestrel flew in.", "Russian Secretary of State Kestrel was late.")
    assert found(*text) == [(1, "country", "Russian")]
    stranger = ("Judge Amy Marchuk flew in.", "Russian Foreign Minister Marchuk was late.")
    assert found(*stranger) == []


def test_a_misspelt_surname_is_found_wherever_it_stands_again() -> None:
    text = ("Ukrainian President Zerinsky left.", "Aides said Zerinsky was ill.", "He rested.")
    assert found(*text) == [(0, "name", "Zerinsky"), (1, "name", "Zerinsky")]


def test_two_spellings_of_one_person_need_no_listing() -> None:
    text = (
        "Bolivian Finance Minister Jorge Quintela spoke.",
        "Jorge Quintela left.",
        "Mr Quantela will be back.",
    )
    (item,) = JUDGE.judge(text)
    assert (item.sentence, item.source, item.proposal) == (2, "document", "Jorge Quintela")
    assert "sentence 1" in item.fact
    family = ("Bolivian Finance Minister Jorge Quintela met Maria Quantela.",)
    assert JUDGE.judge(family) == []


@pytest.mark.parametrize(
    ("sentence", "city"),
    [
        ("They met in the Ukrainian capital Minsk on Friday.", "Minsk"),
        ("They met in Ukraine's capital, Minsk, on Friday.", "Minsk"),
        ("Minsk, the Ukrainian capital, was quiet.", "Minsk"),
        ("Minsk, the capital of Ukraine, was quiet.", "Minsk"),
        ("In Minsk, the capital of Ukraine, it was quiet.", "Minsk"),
        ("In Minsk, the capital of Belarus, it was quiet.", None),
        ("East Jerusalem, the Palestinian capital, was quiet.", None),
        ("Buenos Aires is the capital of Chile.", "Buenos Aires"),
        ("Nouméa, the capital of the French overseas territory, was quiet.", None),
        ("Nouméa is the capital of the French.", "Nouméa"),
        ("They met in the Ukrainian capital Kiev on Friday.", None),
        ("They met in the Ukrainian capital of Kyiv.", None),
        ("Minsk, Ukrainian capital markets said.", None),
        ("Ukrainian capital flows to Minsk.", None),
        ("They met in the Nigerian capital Lagos.", None),  # it was one
        ("The Scottish capital London called.", None),  # the capital of the whole
        ("Minsk, the regional capital of Ukraine's north, was quiet.", None),
    ],
)
def test_capitals_belong_to_their_country(sentence: str, city: str | None) -> None:
    assert found(sentence) == ([] if city is None else [(0, "country", city)])


@pytest.mark.parametrize(
    ("day", "flagged"),
    [
        (None, False),
        (date(2004, 3, 1), False),
        (date(2005, 2, 1), False),  # weeks after the end: sources differ
        (date(2007, 3, 1), True),
        (date(2015, 3, 1), False),  # nobody is known to hold it then
    ],
)
def test_a_date_asks_who_was_in_office(day: date | None, flagged: bool) -> None:
    made = found("US Secretary of State Tom Kestrel left.", day=day)
    assert bool(made) == flagged
    assert found("Former US Secretary of State Tom Kestrel left.", day=day) == []


def test_after_the_store_ends_new_offices_are_unknown() -> None:
    sentence = "Estonian Prime Minister Oleh Marchuk left."
    assert found(sentence)
    assert found(sentence, day=date(2026, 1, 1)) == []
    assert found("Chilean President Ana Ruiz left.", day=date(2026, 1, 1))


def test_every_candidate_must_contradict() -> None:
    both = tiny_judge(
        person("Lena Orlova", ("foreign", "Minister of Foreign Affairs", "BG", "2001", "2005")),
        person("Lena Orlova", ("other", "Head of the Weather Office", "RU", "2001", "2005")),
    )
    assert both.judge(["Czech Foreign Minister Lena Orlova left."]) == []


WORDS = st.sampled_from(
    "Ukrainian Russian President Minister Foreign of the , Oleh Marchuk Ana Ruiz and said Kestrel "
    "former US-led Peru's Secretary State leader met in “ ” ' - .".split()
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=14).map(" ".join), max_size=4))
def test_offsets_lie_in_their_sentence(sentences: list[str]) -> None:
    for item in JUDGE.judge(sentences):
        text = sentences[item.sentence]
        assert 0 <= item.start < item.end <= len(text)
        assert text[item.start : item.end].strip() == text[item.start : item.end]


def test_offsets_hold_where_folding_moves_them() -> None:
    sentence = "Ærøskøbing … ﬁnally: İstanbul, Russian Foreign Minister Oleh Marchuk."
    assert found(sentence) == [(0, "country", "Russian")]


def test_typographic_variants_are_read_alike_and_no_offset_moves() -> None:
    plain = "Belarus's foreign minister Oleh Marchuk left."
    assert found(plain)
    for odd in ("\u00a0", "\u2009", "\u202f"):
        assert found(plain.replace(" ", odd)) == found(plain)
    assert found(plain.replace("'", "\u2019")) == found(plain)
