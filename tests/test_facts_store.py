"""The facts store: names across spellings, users' own people, files that are damaged."""

from __future__ import annotations

import gzip
import pickle
import shutil
from pathlib import Path

import pytest
from facts_samples import PEOPLE, person, tiny_store

from babelproof.errors import FactsError
from babelproof.facts.folding import fold, spelling_key
from babelproof.facts.judge import Judge
from babelproof.facts.keys import KEYS, read_keys
from babelproof.facts.mentions import Finder
from babelproof.facts.store import (
    FOLDER,
    FactStore,
    Person,
    Tenure,
    parse_person,
    person_line,
    read_store,
)
from data.build_facts import attested, build, gather


def test_a_line_gives_its_person_back() -> None:
    for someone in PEOPLE:
        assert parse_person(person_line(someone)) == someone
    odd = Person("A|b;c\td", (), (Tenure("other", "Head; of|all\nthings", "UN"),))
    read = parse_person(person_line(odd))
    assert read.name == "A,b,c,d"
    assert read.tenures[0].office == "Head, of,all,things"


def test_names_are_found_whatever_their_case_and_diacritics() -> None:
    store = tiny_store(person("Łukasz Đurić-O’Neill", ("other", "Minister", "PL", "2001", "")))
    for name in ("lukasz duric oneill", "ŁUKASZ ĐURIĆ-O'NEILL", "Lukasz Duric O`Neill"):
        assert [found.name for found in store.named(name)] == ["Łukasz Đurić-O’Neill"]
    assert store.named("Ruiz") == ()
    assert [found.name for found in store.surnamed("saar")] == ["Kaarel Saar", "Mira Saar"]
    assert len(store.holders("US", "foreign")) == 2
    assert store.holders("ZZ", "foreign") == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zelensky", "Zelenskiy"),
        ("Lukashenko", "Loukachenko"),
        ("Nazarbayev", "Nazarbaev"),
        ("Mursi", "Morsi"),
        ("Rakhmon", "Rahmon"),
    ],
)
def test_transliterations_share_a_key(one: str, other: str) -> None:
    assert fold(one) != fold(other)
    if one != "Lukashenko":  # French spelling has another consonant: an alias must say so
        assert spelling_key(one) == spelling_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Blinken", "Brinken"), ("Zelensky", "Dzerensky"), ("Merkel", "Merker")]
)
def test_damage_changes_the_key(one: str, other: str) -> None:
    assert spelling_key(one) != spelling_key(other)


def test_own_people_replace_ours_of_the_same_name() -> None:
    own = person("Oleh Marchuk", ("head_of_state", "President", "UA", "2020", ""))
    store = tiny_store().with_people([own])
    assert store.named("Oleh Marchuk") == (own,)
    assert store.named("Oleg Marchuk") == ()  # the alias went with the person it belonged to
    assert len(store) == len(PEOPLE)


def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "facts"
    shutil.copytree(FOLDER, folder)
    return folder


@pytest.mark.parametrize("file", ["people.tsv.gz", "countries.tsv", "about.json"])
def test_a_missing_file_is_named(tmp_path: Path, file: str) -> None:
    folder = copied(tmp_path)
    (folder / file).unlink()
    with pytest.raises(FactsError, match=r"expected people\.tsv\.gz, countries\.tsv"):
        FactStore.load(folder)


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "people.tsv.gz").write_bytes((FOLDER / "people.tsv.gz").read_bytes()[:5000])
    with pytest.raises(FactsError, match="install the package again"):
        FactStore.load(folder)
    (folder / "people.tsv.gz").write_bytes(gzip.compress(b"no tabs here\n"))
    with pytest.raises(FactsError, match="expected the names"):
        FactStore.load(folder).named("no tabs here")


def test_the_shipped_index_is_that_of_the_shipped_people() -> None:
    store = FactStore.load()
    read = read_keys(FOLDER / KEYS, len(store))
    assert read is not None
    for keys, built in zip(read, (store.full_names, store.surnames), strict=True):
        assert sum(line.startswith(keys.kind) for line in keys.lines) == len(built) > 30_000
        assert all(keys.get(key) == numbers for key, numbers in built.items())
        for key in ("", "nobody of this name", "zzzz", "\t", next(iter(built))[:-1] + "\x00"):
            assert list(keys.get(key)) == built.get(key, [])


def test_an_index_of_other_people_or_a_broken_one_is_not_used(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    right = FactStore.load(folder).named("Dmytro Kuleba")
    assert right
    for broken in (b"no archive", gzip.compress(b"!7\n=dmytro kuleba\t0\n"), b""):
        (folder / KEYS).write_bytes(broken)
        assert read_store(folder).named("Dmytro Kuleba") == right


def test_the_shipped_store_is_what_its_page_says() -> None:
    store = FactStore.load()
    assert len(store) == store.about["people"] > 30_000
    assert store.last == store.about["last"] >= "2026"
    assert not {"hand", "wlc"} & set(store.about["sources"])
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 15_000_000


HEADER = "name aliases office role country start end as_of source first_seen end_by flags qid"


def row(**values: str) -> dict[str, str]:
    return dict.fromkeys(HEADER.split(), "") | {"country": "UA", "role": "foreign"} | values


def test_unchecked_rows_are_left_out_and_counted() -> None:
    people, left_out = gather(
        [
            row(name="A B", office="X", source="hand"),
            row(name="C D", office="X", source="hand+cia-2019"),
            row(name="E F", office="X", source="wlc"),
        ]
    )
    assert [person.name for person in people] == ["C D"]
    assert {tenure.source for tenure in people[0].tenures} == {"cia-2019"}
    assert left_out == {"hand": 1, "wlc": 1}


def test_news_vouches_for_heads_of_organisations_when_it_says_all_that_they_head() -> None:
    def head(name: str, office: str, organisation: str) -> dict[str, str]:
        return row(name=name, office=office, country=organisation, role="org_head", source="hand")

    rows = [
        head("Hanna Lund", "NATO Secretary General", "NATO"),
        head("Ana Ruiz", "NATO Secretary General", "NATO"),
        head("Ana Ruiz", "ECB President", "European Central Bank"),
        row(name="Oleh Marchuk", office="Foreign Minister", source="hand"),
        row(name="Oleh Marchuk", office="Foreign Minister", source="hand", country="PL"),
    ]
    said = [
        ["NATO Secretary General Hanna Lund left.", "NATO Secretary General Ana Ruiz left."],
        ["Ukrainian Foreign Minister Oleh Marchuk left."],
    ]
    finder = Finder(tiny_store())
    kept = [row["name"] for row in attested(rows, said, finder) if "+" in row["source"]]
    assert kept == ["Hanna Lund", "Oleh Marchuk"]
    more = [*said, ["The president of the European Central Bank, Ana Ruiz, left."]]
    kept = [row["name"] for row in attested(rows, more, finder) if "+" in row["source"]]
    assert kept == ["Hanna Lund", "Ana Ruiz", "Ana Ruiz", "Oleh Marchuk"]


def test_rows_of_one_item_and_of_one_name_are_one_person() -> None:
    people, _ = gather(
        [
            row(name="A B", office="X", source="w", qid="Q1", aliases="Al B"),
            row(name="A Bé", office="Y", source="w", qid="Q1"),
            row(name="A B", office="Z", source="cia-2019"),
            row(name="A B", office="X", source="cia-2019", country="FR"),
        ]
    )
    assert sorted(len(person.tenures) for person in people) == [1, 3]
    first = next(person for person in people if person.qid)
    assert first.aliases == {"A B", "Al B", "A Bé"}


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    facts = tmp_path / "shared" / "facts"
    facts.mkdir(parents=True)
    lines = ["\t".join(HEADER.split())]
    for name, item in (("B C", "Q2"), ("A B", "Q1")):
        values = row(name=name, office="Minister", source="w", start="2001", as_of="2022", qid=item)
        lines.append("\t".join(values.values()))
    (facts / "officeholders.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    outs = [tmp_path / "one", tmp_path / "two"]
    for out in outs:
        assert build(tmp_path / "shared", out)["people"] == 2
    for name in ("people.tsv.gz", "countries.tsv", "confusables.tsv", "about.json", KEYS):
        assert (outs[0] / name).read_bytes() == (outs[1] / name).read_bytes()
    assert FactStore.load(outs[0]).named("a b")[0].qid == "Q1"


def test_stores_travel_to_other_processes() -> None:
    own = tiny_store()
    copy = pickle.loads(pickle.dumps(own))
    assert copy.named("Ana Ruiz") == own.named("Ana Ruiz")
    assert len(pickle.dumps(FactStore.load())) < 1000  # the shipped files are read again
    judge = pickle.loads(pickle.dumps(Judge(own)))
    assert judge.judge(["Chilean President Ana Ruiz left."])
