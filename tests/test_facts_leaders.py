"""The shipped facts: leaders of old, transliterations, near misses and what they propose."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from babelproof.facts.coverage import OWN
from babelproof.facts.evidence import Evidence
from babelproof.facts.judge import Judge
from babelproof.facts.store import FactStore
from data.facts_leaders import read_leaders, with_leaders, with_spellings
from data.shared import MalformedRow

JUDGE = Judge(FactStore.load())


def judged(sentence: str, day: date | None = None) -> list[Evidence]:
    return JUDGE.judge([sentence], day)


@pytest.mark.parametrize(
    ("sentence", "label", "words", "proposal"),
    [
        # A namesake without a high office, nor any there, excuses nobody.
        ("Australian Prime Minister Mark Carney spoke.", "country", "Australian", "Canadian"),
        ("Russian Prime Minister Mark Carney spoke.", "country", "Russian", "Canadian"),
        ("Chinese Vice President J.D. Vance spoke.", "country", "Chinese", "US"),
        ("Chinese Vice President JD Vance spoke.", "country", "Chinese", "US"),
        ("Secretary of State Dick Cheney flew home.", "role", "Secretary of State", None),
        (
            "U.S. Defense Secretary Lloyd Austin of the United Kingdom met him.",
            "country",
            "United Kingdom",
            "United States",
        ),
        ("Nabih Berri, the speaker of Libya's parliament, spoke.", "country", "Libya", "Lebanon"),
        ("Libyan parliament speaker Nabih Berri spoke.", "country", "Libyan", "Lebanese"),
        ("Jamaica's Ayman Safadi spoke at length.", "country", "Jamaica", "Jordan"),
        # Leaders of 1945 to 1990.
        ("Ghanaian President Sukarno arrived.", "country", "Ghanaian", "Indonesian"),
        ("Polish Chancellor Helmut Kohl spoke.", "country", "Polish", "German"),
        ("Egyptian President Golda Meir resigned.", "role", "President", "Prime Minister"),
        ("Iraqi President Gamal Abdel Nasser spoke.", "country", "Iraqi", "Egyptian"),
        ("Peruvian President Salvador Allende spoke.", "country", "Peruvian", "Chilean"),
        ("Romanian leader Todor Zhivkov fell.", "country", "Romanian", "Bulgarian"),
        ("Zambian President Kwame Nkrumah spoke.", "country", "Zambian", "Ghanaian"),
        # Near misses.
        ("Ursula von der Leyden spoke.", "name", "Leyden", "Ursula von der Leyen"),
        ("Ursula van der Leyen spoke.", "name", "van", "Ursula von der Leyen"),
        ("Ursula von der Lyayen spoke.", "name", "Lyayen", "Ursula von der Leyen"),
        ("Volodymyr Zelinsky spoke.", "name", "Zelinsky", "Volodymyr Zelenskyy"),
        ("Emanuel Macron spoke.", "name", "Emanuel", "Emmanuel Macron"),
        ("Italian Prime Minister Georgia Meloni spoke.", "name", "Georgia", "Giorgia Meloni"),
        ("Georgia Meloni spoke.", "name", "Georgia", "Giorgia Meloni"),
        ("Justin Trudo spoke.", "name", "Trudo", "Justin Trudeau"),
        # What stands in the text is replaced by its like.
        ("British Secretary of State Antony Blinken spoke.", "country", "British", "US"),
        ("Ukrainian President Vladimir Putin spoke.", "country", "Ukrainian", "Russian"),
        ("Sergei Lavrov, Ukraine's foreign minister, spoke.", "country", "Ukraine", "Russia"),
        ("Tashkent, the capital of Ukraine, was dark.", "country", "Tashkent", "Kyiv"),
        (
            "Norwegian President Ursula von der Leyen spoke.",
            "country",
            "Norwegian",
            "European Commission",
        ),
        (
            "Russia shares a land border of about 1,340 kilometres with the Philippines.",
            "country",
            "Philippines",
            None,
        ),
    ],
)
def test_what_was_not_heard(sentence: str, label: str, words: str, proposal: str | None) -> None:
    (item,) = judged(sentence)
    assert (item.label.value, sentence[item.start : item.end]) == (label, words)
    if proposal is not None:
        assert item.proposal == proposal


@pytest.mark.parametrize(
    "sentence",
    [
        "Uzbek President Shavkat Mirziyaev spoke.",
        "Uzbek President Shavkat Mirziyayev spoke.",
        "Armenian President Serzh Sarkisyan spoke.",
        "Armenian President Armen Sarksyan spoke.",
        "Libyan Prime Minister Abdulhamid al-Dabaiba spoke.",
        "Libyan Prime Minister Fayez Serraj spoke.",
        "Iraqi Prime Minister Mustafa Kazemi spoke.",
        "Iraqi President Abdullatif Rasheed spoke.",
        "Syrian President Ahmed al-Charaa spoke.",
        "Palestinian Prime Minister Ahmed Qureia spoke.",
        "Eritrean President Isayas Afewerki spoke.",
        "Azerbaijani Foreign Minister Dzheikhun Bairamov spoke.",
        "South Korean President Yi Myong-bak spoke.",
        "Indonesian President Soeharto spoke.",
        "Ukrainian President Petro Poroschenko spoke.",
        "Croatian President Stipe Mesic spoke.",
        "Chinese Premier Wen Chia-pao and Chairman Mao Tse-tung never met.",
        "Yemeni President Rashad al-Alimi spoke.",
        "Volodymyr Zelensky, Volodymyr Zelenskiy and Volodymyr Zelenskyy are one.",
        "Nicholas Sarkozy and Slobodan Milosevich and Gerhard Schroeder spoke.",
        "Dag Hammarskjöld, the Swedish secretary-general, died near Ndola.",
        "Israeli Foreign Minister Golda Meir flew to Accra.",
        "Egyptian Prime Minister Gamal Abdel Nasser flew to Bandung.",
        "British Foreign Secretary Anthony Eden resigned.",
        "Israeli Foreign Minister Ariel Sharon met French Prime Minister Jacques Chirac.",
        "West German Foreign Minister Willy Brandt spoke.",
        "Ireland's Jack Lynch scored twice.",
        "Trinidad and Tobago's Eric Williams scored twice.",
        "The speaker of Lebanon's parliament, Nabih Berri, spoke.",
        "Russia shares a land border of about 1,340 kilometres with Finland.",
        "U.S. Defense Secretary Lloyd Austin of Georgia spoke.",
        "Mohammed al-Dayni, a member of the Iraqi parliament, fled.",
        "Peter Makkai came in third.",
    ],
)
def test_what_is_sound_passes(sentence: str) -> None:
    assert judged(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Havel became president of Czechoslovakia at the end of December.",
        "Vaclav Havel, president of Czechoslovakia, spoke.",
        "It came three months after Foreign Minister Qin Gang met with the same fate.",
        "The men were convicted of the murder of Serbian Prime Minister Zoran Djindjic.",
        "Angela Merkel was elected German chancellor.",
        "West German Chancellor Helmut Kohl was furious.",
        "King Juan Carlos of Spain sailed off Galicia.",
        "Robert Mugabe, the president of Zimbabwe, dies in Singapore.",
        "President George W. Bush gave him a medal.",
        "Under German Chancellor Angela Merkel the pits were closed.",
    ],
)
def test_another_time_than_that_of_the_text_is_no_contradiction(sentence: str) -> None:
    assert judged(sentence, date(2023, 10, 24)) == []


def test_an_office_of_former_days_is_told_with_all_its_times() -> None:
    (item,) = judged("German Chancellor Angela Merkel opened the fair.", date(2023, 10, 24))
    assert (item.label.value, item.proposal) == ("role", "Olaf Scholz")
    (item,) = judged("US President Donald Trump opened the fair.", date(2023, 10, 24))
    assert item.fact.startswith(
        "Donald Trump: US President 2017-01-20 to 2021-01-20 and since 2025"
    )
    current = "The current foreign minister of China, Qin Gang, opened the fair."
    assert judged(current, date(2023, 12, 24))
    assert judged(current.replace("current ", ""), date(2023, 12, 24)) == []


def test_facts_read_well() -> None:
    assert "Chinese President" in judged("Chinese President Xi Jingping spoke.")[0].fact
    assert judged("EU foreign policy chief Josep Burrell spoke.")[0].fact.startswith(
        "Josep Borrell: EU High Representative"
    )
    says = judged("British Secretary of State Antony Blinken spoke.")[0].fact
    assert says.endswith("secretary of state of the United Kingdom")


def test_office_and_country_may_both_be_wrong() -> None:
    """Of Sukarno one word is the full name."""
    sentence = "Prime Minister Sukarno of Sudan arrived."
    found = [(item.label.value, sentence[item.start : item.end]) for item in judged(sentence)]
    assert found == [("role", "Prime Minister"), ("country", "Sudan")]


def test_initials_are_one_name_with_full_stops_and_without() -> None:
    store = FactStore.load()
    found = [store.named(name) for name in ("J.D. Vance", "JD Vance", "J. D. Vance")]
    assert len(found[0]) == 1
    assert found[0] == found[1] == found[2]
    assert store.named("V.P. Singh") == store.named("VP Singh") != ()


def test_the_list_is_well_formed_and_ours() -> None:
    leaders = read_leaders()
    assert len({row["name"] for row in leaders}) > 400
    assert len({tuple(row.values()) for row in leaders}) == len(leaders)
    store = FactStore.load()
    for row in leaders:
        names = (row["name"], *filter(None, row["aliases"].split("|")))
        people = {person for name in names if " " in name for person in store.named(name)}
        assert any(
            tenure.country == row["country"] and tenure.role == row["role"]
            for person in people
            for tenure in person.tenures
        ), row
    (kohl,) = store.named("Helmut Kohl")
    assert {tenure.source for tenure in kohl.tenures} == {OWN}


def test_a_list_with_an_end_before_its_start_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "leaders.tsv"
    header = "name\taliases\trole\toffice\tcountry\tstart\tend\n"
    path.write_text(header + "A B\t\tforeign\tMinister\tPE\t1990\t1980\n", encoding="utf-8")
    with pytest.raises(MalformedRow, match="a start before an end"):
        read_leaders(path)


def listed(name: str, start: str, **values: str) -> dict[str, str]:
    keys = "aliases office end as_of source first_seen end_by flags qid".split()
    row = {"name": name, "role": "head_of_state", "country": "PE", "start": start}
    return {**dict.fromkeys(keys, ""), **row, **values}


def test_leaders_join_whom_the_sources_know_and_add_what_they_lack() -> None:
    own = [
        {**listed("Ana Ruiz", "1985-07-28"), "end": "1990-07-28", "aliases": "Anita Ruiz"},
        {**listed("Ana Ruiz", "2001-05-01"), "end": "2006-05-01", "aliases": "Anita Ruiz"},
        {**listed("Li Wu", "1950"), "end": "1960"},
        {**listed("Li Wu", "1962"), "end": "1963", "country": "CL"},
    ]
    sources = [listed("Ana Ruiz Vela", "2001-05-03", aliases="Ana Ruiz", qid="Q1")]
    first, *added = with_leaders(sources, own)
    assert first == sources[0]
    assert [(row["name"], row["start"], row["qid"], row["group"]) for row in added] == [
        ("Ana Ruiz Vela", "1985-07-28", "Q1", ""),
        ("Li Wu", "1950", "", "Li Wu"),
        ("Li Wu", "1962", "", "Li Wu"),
    ]
    assert added[0]["aliases"] == "Ana Ruiz|Anita Ruiz"
    grandson = with_leaders([listed("Li Wu", "1999", qid="Q2")], own[2:])
    assert [row["qid"] for row in grandson] == ["Q2", "", ""]


def test_spellings_are_added_to_their_people() -> None:
    rows = [listed("Ana Ruiz", "2001", aliases="A. Ruiz"), listed("Ana Ruiz", "2001", country="CL")]
    more = [{"name": "Ana Ruiz", "country": "PE", "spellings": "Anna Ruis"}]
    assert [row["aliases"] for row in with_spellings(rows, more)] == ["A. Ruiz|Anna Ruis", ""]
