"""Building a training set from a small shared folder of our own: what goes in, and where."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from babelproof.labels import LABELS, Label
from data.corpora import Translation
from data.documents import Document
from training import build
from training.corruptions.base import Corrupted, Span
from training.corruptions.english import gerund, past
from training.corruptions.registry import Registry, load_registry
from training.corruptions.round_trip import RoundTrip
from training.damage import damage, damaged_passage
from training.excerpts import excerpts, is_sound
from training.passages import CLEAN, UNKNOWN, Mark, Passage, Target
from training.real_mt import LONGEST, document_names, judged_places
from training.recipe import Recipe, RecipeError, read_recipe
from training.scarred import scarred
from training.tripped import target_of

TOWNS = ("Ellery", "Marden", "Tolvik", "Ostrava Bay", "Quillan", "Benbow", "Harrow Point")
DEEDS = ("opened a library", "closed its harbour", "elected a mayor", "repaired the bridge")


def sentence(number: int) -> str:
    town, deed = TOWNS[number % len(TOWNS)], DEEDS[number // 7 % len(DEEDS)]
    return f"In its year {number} the town of {town} {deed} after {number * 7 % 91} long debates."


def blot(document: Document, rng: Random) -> Corrupted | None:
    """A corruption for tests: a word of a random sentence becomes 'zzz'."""
    numbers = [n for n, text in enumerate(document.sentences) if "town" in text]
    if not numbers:
        return None
    number = rng.choice(numbers)
    text = document.sentences[number]
    start = text.index("town")
    changed = list(document.sentences)
    changed[number] = text[:start] + "zzz" + text[start + 4 :]
    return Corrupted(
        replace(document, sentences=tuple(changed)),
        document,
        (Span(number, start, start + 3, Label.GARBLE),),
        "garble.blot",
    )


def slip(document: Document, rng: Random) -> Corrupted | None:
    """A corruption for tests that leaves a sentence merely awkward."""
    made = blot(document, rng)
    return made and replace(made, kind="garble.slip")


REGISTRY = Registry({"garble.blot": blot, "garble.slip": slip}, frozenset({"garble.slip"}))
RECIPE = Recipe(
    silver_copies=2.0,
    article_copies=1.0,
    documents=60,
    garbled=4,
    references=4,
    strong=2,
    round_trips=0,
    hard_negatives=0,
    reference_documents=8,
    plain=5,
    mutual=2,
    rare={"garble.blot": 4, "role.nothing": 3},
    scar_share=0.0,
    corpora={"re3d": 1.0, "ud_ewt": 1.0},
    dev_share=0.2,
)


def write_parquet(path: Path, columns: str, rows: list[tuple[str, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    names = columns.split()
    pq.write_table(pa.table({name: [row[n] for row in rows] for n, name in enumerate(names)}), path)


def write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def judged(number: int, **more: object) -> dict[str, object]:
    row: dict[str, object] = {
        "id": f"s{number}",
        "text": f"Judged line {number} says the {TOWNS[number % 7]} boat was of a green street.",
        "severity": number % 3,
        "labels": [] if number % 3 == 0 else ["mt"],
        "spans": [] if number % 3 == 0 else [["mt", 0, 6]],
        "origin": "mt",
        "source": f"paper-{number}",
    }
    return row | more


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shared folder of our own writing; sentence 5 of re3d is also a judged one."""
    root = tmp_path_factory.mktemp("shared")
    clean = "source doc_id date section para sent text"
    for name, first in (("re3d", 0), ("ud_ewt", 1000)):
        rows = [
            (name, f"{name}-{n // 10}", "", "", str(n), "0", sentence(first + n))
            for n in range(200)
        ]
        write_parquet(root / "corpora" / "clean" / f"{name}.parquet", clean, rows)
    translations = [
        (
            "2019",
            "fi-en",
            system,
            str(n),
            "",
            "",
            "",
            f"{system} put {n} of town there.",
            sentence(n),
        )
        for system in ("parfda", "Best", "Middling", "Good")
        for n in range(3000, 3020)
    ]
    translations += [
        ("2022", "uk-en", "Best", str(n), f"doc{n // 5}", "", "", f"It {n} ferries.", sentence(n))
        for n in range(4000, 4020)
    ]
    write_parquet(
        root / "corpora" / "mt" / "wmt_into_english.parquet",
        "year direction system seg doc_id domain da_z hyp ref",
        translations,
    )
    write_parquet(
        root / "corpora" / "mt" / "wmt_systems.parquet",
        "year direction system n_seg sys_da_z",
        [
            ("2019", "fi-en", "parfda", "20", "-2"),
            ("2019", "fi-en", "Best", "20", "0.5"),
            ("2019", "fi-en", "Good", "20", "0.4"),
            ("2019", "fi-en", "Middling", "20", "-0.1"),
            ("2022", "uk-en", "Best", "20", "0.5"),
        ],
    )
    labels = root / "handlabels"
    write_lines(labels / "silver_train.jsonl", [judged(n) for n in range(30)])
    write_lines(
        labels / "silver_articles_train.jsonl",
        [judged(100 + n, doc=f"m{n // 15}", n=n % 15) for n in range(30)],
    )
    write_lines(
        labels / "desk_dev.jsonl",
        [judged(200, text=sentence(5), source="2022|uk-en|4003|Best")],
    )
    return root


@pytest.fixture(scope="module")
def built(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built") / "set"
    build.build(shared, out, RECIPE, REGISTRY, shared / "none", 7)
    return out


@pytest.fixture(scope="module")
def rows(built: Path) -> list[dict[str, object]]:
    loaded = datasets.load_from_disk(str(built))
    return [row for name in ("train", "dev") for row in loaded[name]]


def test_the_set_has_the_columns_and_lengths_of_the_contract(built: Path) -> None:
    loaded = datasets.load_from_disk(str(built))
    assert set(loaded) == {"train", "dev"}
    for name in ("train", "dev"):
        for row in loaded[name]:
            size = len(row["sentences"])
            assert row["split"] == name
            assert size == len(row["hold"]) == len(row["spans_known"]) == len(row["weight"])
            assert [len(labels) for labels in row["labels"]] == [len(LABELS)] * size
            for span in row["spans"]:
                assert 0 <= span["start"] < span["end"] <= len(row["sentences"][span["sentence"]])


def test_spans_point_at_the_damage_and_the_rest_is_clean(rows: list[dict[str, object]]) -> None:
    damaged = [row for row in rows if row["kind"] == "garble.blot"]
    assert damaged
    for row in damaged:
        marked = set()
        for span in row["spans"]:  # type: ignore[attr-defined]
            marked.add(span["sentence"])
            text = row["sentences"][span["sentence"]]  # type: ignore[index]
            assert text[span["start"] : span["end"]] == "zzz"
            assert span["label"] == "garble"
        holds = row["hold"]
        assert holds == [float(n in marked) for n in range(len(holds))]  # type: ignore[arg-type]
    slips = [row for row in rows if row["kind"] == "garble.slip"]
    assert all(not row["spans"] for row in slips)
    assert {round(max(row["hold"]), 3) for row in slips} <= {RECIPE.awkward_hold}  # type: ignore[call-overload]


def test_no_document_is_in_both_splits(built: Path) -> None:
    loaded = datasets.load_from_disk(str(built))
    texts = {
        name: {row["id"].split("#")[0] for row in loaded[name] if row["source"] == "re3d"}
        for name in ("train", "dev")
    }
    assert texts["train"]
    assert texts["dev"]
    assert not texts["train"] & texts["dev"]


def test_judged_sentences_stay_out_and_are_reported(
    built: Path, rows: list[dict[str, object]]
) -> None:
    everything = {text for row in rows for text in row["sentences"]}  # type: ignore[attr-defined]
    assert sentence(5) not in everything
    leakage = json.loads((built / "manifest.json").read_text())["leakage"]
    assert leakage["judged_sentences"] == {"desk_dev": 1}
    assert leakage["dropped"]["re3d: exact"] >= 1


def test_silver_is_read_often_in_train_and_once_in_dev(built: Path) -> None:
    loaded = datasets.load_from_disk(str(built))
    copies = Counter(row["id"].split("~")[0] for row in loaded["train"] if "silver|" in row["id"])
    assert set(copies.values()) == {2}
    assert not [row["id"] for row in loaded["dev"] if "~" in row["id"]]


def test_silver_targets_follow_severity(rows: list[dict[str, object]]) -> None:
    holds = {}
    for row in rows:
        if row["source"] == "silver_train":
            number = int(row["id"].split("|s")[1].split("~")[0])  # type: ignore[attr-defined]
            holds[number % 3] = (row["hold"], row["labels"], row["spans_known"], row["spans"])
    assert holds[0] == ([0.0], [[0.0] * 5], [True], [])
    assert holds[1] == ([0.25], [[0.25, 0.0, 0.0, 0.0, 0.0]], [False], [])
    assert holds[2][:3] == ([1.0], [[1.0, 0.0, 0.0, 0.0, 0.0]], [True])
    assert holds[2][3] == [{"sentence": 0, "label": "mt", "start": 0, "end": 6}]


def test_translations_have_soft_targets_and_judged_segments_are_left_out(
    rows: list[dict[str, object]],
) -> None:
    kinds = Counter(row["kind"] for row in rows if row["source"] == "wmt_into_english")
    assert {"wmt.garbled", "wmt.reference", "wmt.strong", "wmt.document"} <= set(kinds)
    for row in rows:
        if row["kind"] == "wmt.garbled":
            size = len(row["sentences"])  # type: ignore[arg-type]
            assert size == 1 or size >= 4
            assert row["labels"] == [[UNKNOWN] * 5] * size
            assert "parfda" in row["sentences"][0]  # type: ignore[index]
        if row["kind"] == "wmt.strong":
            assert "Middling" not in row["sentences"][0]  # type: ignore[index]
        # Segment 4003 is judged: its whole document, 4000 to 4004, stays out.
        assert not {"It 4001 ferries.", "It 4003 ferries."} & set(row["sentences"])  # type: ignore[call-overload]


def test_plain_sentences_come_in_pairs_beside_mutual_ones(rows: list[dict[str, object]]) -> None:
    kinds = Counter(row["kind"] for row in rows if row["source"] == "plain")
    assert kinds == {"role.plain": 5, "plain.clean": 5, "plain.mutual": 2}
    for row in rows:
        if row["source"] == "plain":
            assert row["hold"] == [float(row["kind"] == "role.plain")]
            assert row["weight"] == [1.0]


def test_rare_kinds_are_looked_for_over_more_documents(rows: list[dict[str, object]]) -> None:
    found = [row["id"] for row in rows if str(row["id"]).endswith("!garble.blot")]
    assert found
    assert not [row for row in rows if row["kind"] == "role.nothing"]


def row_of(segment: int, reference: str, document: str = "") -> Translation:
    return Translation("2019", "fi-en", "Best", segment, document, "It is.", reference)


def test_documents_are_guessed_by_their_headlines() -> None:
    texts = ("Ferries late", "All were late.", "He said: “Yes.”", "New mayor", "She won.")
    names = document_names(row_of(number, text) for number, text in enumerate(texts, start=7))
    found = [names["2019", "fi-en", number] for number in range(7, 12)]
    assert found == ["~2019~fi-en~7"] * 3 + ["~2019~fi-en~10"] * 2
    given = document_names([row_of(1, "Ferries late", "paper.3"), row_of(2, "No.", "paper.3")])
    assert set(given.values()) == {"paper.3"}
    long = document_names(row_of(number, "It rained.") for number in range(1, 100))
    assert max(Counter(long.values()).values()) == LONGEST


@pytest.mark.parametrize(
    ("kind", "size", "edits", "hold", "weight"),
    [
        ("country.any_throughout", 4, 1, 0.7, 0.5),
        ("country.any_one", 1, 1, 0.7, 0.5),
        ("country.any_one", 4, 1, 1.0, 1.0),
        ("mt.wrong_sense", 4, 1, 0.85, 1.0),
        ("mt.wrong_sense", 4, 2, 1.0, 1.0),
        ("garble.blot", 1, 1, 1.0, 1.0),
    ],
)
def test_damage_that_a_reader_may_not_see_is_held_less(
    kind: str, size: int, edits: int, hold: float, weight: float
) -> None:
    document = long_document(size)
    made = blot(document, Random(1))
    assert made is not None
    spans = made.spans + tuple(replace(made.spans[0], start=0, end=2) for _ in range(edits - 1))
    made = replace(made, spans=spans, kind=kind)
    passage = damaged_passage(document, [made], "k", RECIPE, REGISTRY)
    target = passage.targets[made.spans[0].sentence]
    assert (target.hold, target.weight) == (hold, weight)


def test_tortured_phrases_are_a_kind_where_their_file_is(shared: Path) -> None:
    assert "mt.tortured" not in load_registry().corruptions
    assert "mt.tortured" not in load_registry(shared).corruptions
    path = shared / "corpora" / "mt" / "tortured_phrases.tsv"
    path.write_text("tortured\texpected\nboat repair\tship mending\n", encoding="utf-8")
    assert "mt.tortured" in load_registry(shared).corruptions


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("open", "opened"),
        ("iron", "ironed"),
        ("edit", "edited"),
        ("visit", "visited"),
        ("scrub", "scrubbed"),
        ("plan", "planned"),
        ("admit", "admitted"),
        ("rain", "rained"),
        ("yap", "yapped"),
    ],
)
def test_only_short_verbs_double_their_last_letter(verb: str, form: str) -> None:
    assert past(verb) == form
    assert gerund(verb) == form[:-2] + "ing"


def test_the_same_seed_gives_the_same_set(shared: Path, built: Path, tmp_path: Path) -> None:
    first = json.loads((built / "manifest.json").read_text())["data_hash"]
    hashes = [
        build.build(shared, tmp_path / "again", RECIPE, REGISTRY, shared / "none", seed)[
            "data_hash"
        ]
        for seed in (7, 8)
    ]
    assert hashes[0] == first
    assert hashes[1] != first


def test_a_held_out_corruption_is_not_used(shared: Path, tmp_path: Path) -> None:
    recipe = replace(RECIPE, held_out="garble.blot")
    manifest = build.build(shared, tmp_path / "set", recipe, REGISTRY, shared / "none", 7)
    assert manifest["corruptions"] == ["garble.slip"]
    used = set(manifest["counts"]["train"]["uses_by_corruption"])
    assert used == {"garble.slip", "role.plain"}
    with pytest.raises(ValueError, match="held_out"):
        REGISTRY.without("role.nothing")


def test_the_manifest_counts_what_is_there(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_text())
    loaded = datasets.load_from_disk(str(built))
    for name in ("train", "dev"):
        counts = manifest["counts"][name]
        assert counts["passages"] == len(loaded[name]) == sum(counts["passages_by_source"].values())
        damaged = sum(hold >= 0.5 for row in loaded[name] for hold in row["hold"])
        assert counts["damaged_sentences_by_label"]["any"] == damaged
    assert "corpora/clean/re3d.parquet" in manifest["inputs"]
    assert manifest["recipe"]["documents"] == RECIPE.documents


def test_something_else_is_never_replaced(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "diary.txt").write_text("keep me")
    with pytest.raises(build.BuildError, match="choose another"):
        build.build(shared, tmp_path / "notes", RECIPE, REGISTRY, shared / "none", 7)
    assert (tmp_path / "notes" / "diary.txt").read_text() == "keep me"


def test_the_command_line_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "set")]
    assert build.main([*out, "--shared", str(tmp_path / "absent")]) == 2
    assert "--shared" in capsys.readouterr().err
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("documnets = 3\n")
    assert build.main([*out, "--shared", str(tmp_path), "--recipe", str(recipe)]) == 2
    assert "documnets" in capsys.readouterr().err


def test_kinds_that_seldom_fit_are_used_when_they_do() -> None:
    def picky(document: Document, rng: Random) -> Corrupted | None:
        made = blot(document, rng) if "library" in document.sentences[0] else None
        return made and replace(made, kind="garble.picky")

    registry = Registry({"garble.blot": blot, "garble.picky": picky}, frozenset())
    uses: Counter[str] = Counter()
    rng = Random(2)
    for number in range(400):
        document = Document("d", (sentence(number),), "re3d")
        damage(document, "k", RECIPE, registry, rng, uses)
    fitting = sum("library" in sentence(number) for number in range(400))
    assert uses.total() == 400
    assert uses["garble.picky"] > 0.6 * fitting


def long_document(size: int = 12) -> Document:
    return Document("d", tuple(sentence(number) for number in range(size)), "re3d")


def test_damage_touches_each_sentence_once_and_no_more_than_asked() -> None:
    rng = Random(3)
    for _ in range(50):
        passage = damage(long_document(), "k", RECIPE, REGISTRY, rng, Counter())
        assert passage is not None
        changed = [
            n for n, text in enumerate(passage.sentences) if text != long_document().sentences[n]
        ]
        assert 1 <= len(changed) <= 0.4 * 12 + 1
        assert len(changed) == len(passage.kinds)
        assert [n for n, t in enumerate(passage.targets) if t is not CLEAN] == changed
        assert passage.origins == long_document().sentences


def test_no_damage_where_nothing_applies() -> None:
    plain = Document("d", ("A dog barked.", "It rained."), "re3d")
    assert damage(plain, "k", RECIPE, REGISTRY, Random(1), Counter()) is None
    assert damage(plain, "k", RECIPE, Registry({}, frozenset()), Random(1), Counter()) is None


def test_an_exchange_in_a_lone_sentence_weighs_less() -> None:
    def exchange(document: Document, rng: Random) -> Corrupted | None:
        made = blot(document, rng)
        spans = tuple(replace(span, label=Label.COUNTRY) for span in made.spans) if made else ()
        return made and replace(made, spans=spans, kind="country.any_one")

    registry = Registry({"country.any_one": exchange}, frozenset())
    alone = damage(long_document(1), "k", RECIPE, registry, Random(1), Counter())
    together = damage(long_document(8), "k", RECIPE, registry, Random(1), Counter())
    assert alone is not None
    assert together is not None
    assert alone.targets[0].weight == RECIPE.doubt_weight
    assert alone.targets[0].hold == RECIPE.holds_alone["country.any_one"]
    assert {target.weight for target in together.targets} == {1.0}


def pieces(count: int) -> Iterator[Document]:
    documents = [Document(f"d{n}", long_document(40).sentences, "re3d") for n in range(3)]
    return excerpts(documents, count, Random(5), 0.25, 12)


def test_excerpts_are_runs_that_overlap_only_when_the_corpus_is_used_up() -> None:
    first = list(pieces(12))
    places = [(piece.id.split("#")[0], text) for piece in first for text in piece.sentences]
    assert len(places) == len(set(places))
    assert {len(piece.sentences) for piece in first} <= {*range(1, 13)}
    many = list(pieces(200))
    assert len(many) == 200
    assert len({piece.id for piece in many}) == 200
    assert list(pieces(12)) == first


@pytest.mark.parametrize(
    ("text", "source", "sound"),
    [
        ("He left early.", "us_senate_press_releases", True),
        ('He left early," she said.', "us_senate_press_releases", False),
        ('He left early," she said.', "re3d", True),
        ("He left early.The rest stayed.", "re3d", False),
        ("WASHINGTON, D.C. Senator Marlow today said so.", "us_senate_press_releases", False),
        ("The U.S. Senate met.", "us_senate_press_releases", True),
        ("The accord was signed by the and two others.", "us_senate_press_releases", False),
        ("They arent ready for the ban that is on.", "us_senate_press_releases", False),
    ],
)
def test_unsound_sentences_are_not_shown_as_clean(text: str, source: str, sound: bool) -> None:
    assert is_sound(text, source) is sound


def test_scars_move_marks_and_change_no_target() -> None:
    made = damage(long_document(), "k", RECIPE, REGISTRY, Random(2), Counter())
    assert made is not None
    rng = Random(4)
    changed = 0
    for _ in range(40):
        marked = scarred(made, 0.5, rng)
        changed += sum(
            one != two for one, two in zip(made.sentences, marked.sentences, strict=True)
        )
        assert [target.hold for target in marked.targets] == [
            target.hold for target in made.targets
        ]
        assert marked.origins == made.origins
        for text, target in zip(marked.sentences, marked.targets, strict=True):
            for mark in target.marks:
                assert "zzz" in text[mark.start : mark.end].lower()
    assert changed > 40
    assert scarred(made, 0.0, rng).sentences == made.sentences


def test_a_mark_without_a_label_is_left_alone() -> None:
    target = Target(1.0, (1.0,) * 5, (Mark("any", 0, 4),))
    passage = Passage("p", "s", "k", "key", (sentence(1),), (target,))
    rng = Random(1)
    assert all(scarred(passage, 1.0, rng).sentences == passage.sentences for _ in range(20))


def test_judged_sources_name_places() -> None:
    places = judged_places(
        ["newstest2021-zhen|hyp.X|paper.12|7", "2022|ru-en|lenta.1|Sys", "an-article-name", ""]
    )
    assert ("2021", "zh-en", "paper.12") in places
    assert ("2022", "ru-en", "lenta.1") in places
    assert not [place for place in places if "article" in place[2]]


def test_more_change_is_held_more_often() -> None:
    targets = [
        target_of(RoundTrip("re3d", "d", 0, "One two.", "Two one.", "eo", change, ((0, 7),)))
        for change in (0.0, 0.05, 0.15, 0.25, 0.6, 1.0)
    ]
    holds = [target.hold for target in targets]
    assert holds == sorted(holds)
    assert 0 < holds[0] < holds[-1] < 1
    for target in targets:
        labels = dict(zip(LABELS, target.labels, strict=True))
        assert labels[Label.GARBLE] == UNKNOWN
        assert 0 < labels[Label.MT] < target.hold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dev_share = 2.0", "dev_share"),
        ("documents = -1", "documents"),
        ("documents = 'many'", "documents"),
        ("nothing = 1", "nothing"),
        ("[corpora]\nelsewhere = 1.0", "elsewhere"),
        ("[families]\nrole = 0", "families"),
        ("= 3", "TOML"),
    ],
)
def test_recipes_are_checked(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    with pytest.raises(RecipeError, match=expected):
        read_recipe(path)


def test_recipes_are_read_and_scaled(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text("documents = 100\nsilver_copies = 1\n[families]\nrole = 1.0\n")
    recipe = read_recipe(path).scaled(0.5)
    assert (recipe.documents, recipe.silver_copies) == (50, 0.5)
    assert recipe.families == {"role": 1.0}
    assert recipe.garbled == Recipe().garbled // 2


@pytest.mark.parametrize("hold", [-0.5, 1.5])
def test_targets_and_passages_refuse_nonsense(hold: float) -> None:
    with pytest.raises(ValueError, match="expected 0 to 1"):
        Target(hold, (0.0,) * 5)
    with pytest.raises(ValueError, match="labels"):
        Target(0.0, ())
    with pytest.raises(ValueError, match="as many targets"):
        Passage("p", "s", "k", "key", ("One.",), ())
    outside = Target(1.0, (1.0,) * 5, (Mark("mt", 0, 99),))
    with pytest.raises(ValueError, match="outside"):
        Passage("p", "s", "k", "key", ("One.",), (outside,))
