"""Grading a set by a bundle: targets move towards the teacher, known spans stay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from datasets import load_from_disk
from tiny_run import DATA_HASH, own_passages, train_tiny

from babelproof.bundle import load_bundle
from babelproof.detector import Detector
from babelproof.labels import LABELS, Label
from babelproof.readings import Reading
from training.batches import collate, make_examples
from training.encoders import load_base
from training.export import export
from training.loss import batch_loss
from training.passages import CLEAN, UNLABELLED, Mark, Passage, Target
from training.settings import TrainSettings
from training.teach import Teacher, main, teach

LIMITS = {str(label): -1.0 for label in LABELS}
CALM = (-3.0,) * 6


class Reader:
    """Reads every word as one token, with the logits given by word; the pooled ones as told."""

    def __init__(self, pooled: Sequence[float], **words: Sequence[float]) -> None:
        self.pooled = np.array(pooled, dtype=np.float32)
        self.words = words

    def readings(self, documents: Sequence[Sequence[str]]) -> list[list[Reading | None]]:
        return [[self.read(text) for text in document] for document in documents]

    def read(self, text: str) -> Reading | None:
        if not text:
            return None
        words = text.split()
        starts = [text.index(word) for word in words]
        ends = [start + len(word) for start, word in zip(starts, words, strict=True)]
        spans = np.array([self.words.get(word, CALM) for word in words], dtype=np.float32)
        return Reading(self.pooled, np.array(starts, np.int32), np.array(ends, np.int32), spans)


def grade(
    reader: Reader, target: Target, text: str = "He met Brinken", share: float = 0.7
) -> Target:
    passage = Passage("p", "own", "kind", "p", (text,), (target,))
    (graded,) = Teacher(reader, LIMITS, share).grade([passage])
    assert (graded.id, graded.sentences) == (passage.id, passage.sentences)
    return graded.targets[0]


def likely(value: float) -> float:
    return 1 / (1 + np.exp(-value))


def test_what_nobody_knew_is_the_teachers_and_what_was_known_is_blended() -> None:
    reader = Reader((1.0, -2.0, 0.0, 3.0, -4.0, 2.0))
    unknown = grade(reader, Target(-1.0, UNLABELLED, spans_known=False, weight=0.4))
    assert unknown.hold == pytest.approx(likely(1.0))
    assert unknown.labels == pytest.approx([likely(x) for x in (-2.0, 0.0, 3.0, -4.0, 2.0)])
    assert unknown.weight == 0.4
    clean = grade(reader, CLEAN)
    assert clean.hold == pytest.approx(0.7 * likely(1.0))
    assert clean.labels[2] == pytest.approx(0.7 * likely(3.0))
    held = grade(reader, Target(1.0, UNLABELLED, spans_known=False), share=0.4)
    assert held.hold == pytest.approx(0.4 * likely(1.0) + 0.6)
    assert grade(reader, CLEAN, share=1.0).hold == pytest.approx(likely(1.0))


def test_known_spans_stay_whatever_the_teacher_marks() -> None:
    reader = Reader((5.0,) * 6, Brinken=(3.0,) * 6)
    own = (Mark("garble", 0, 2),)
    assert grade(reader, Target(1.0, UNLABELLED, own)).marks == own
    assert grade(reader, CLEAN).marks == ()
    assert grade(reader, CLEAN).spans_known


def test_unknown_spans_are_those_of_labels_that_the_teacher_is_sure_of() -> None:
    vague = Target(1.0, UNLABELLED, spans_known=False)
    name = (0.0, -3.0, -3.0, 2.0, -3.0, 0.0)
    sure = Reader((4.0, -4.0, -4.0, 3.0, -4.0, -0.5), Brinken=name)
    # `country` is above its limit too, but the teacher does not believe in it.
    assert grade(sure, vague).marks == (Mark(Label.NAME, 7, 14),)
    assert grade(sure, vague).spans_known
    nowhere = grade(Reader((4.0, -4.0, -4.0, 3.0, -4.0, -4.0)), vague)
    assert (nowhere.marks, nowhere.spans_known) == ((), False)


@pytest.mark.parametrize(("pooled", "known"), [(-2.0, True), (-1.0, False), (0.0, False)])
def test_a_sentence_that_the_teacher_calls_clean_has_nothing_to_mark(
    pooled: float, known: bool
) -> None:
    reader = Reader((pooled, *CALM[1:]), Brinken=(3.0,) * 6)
    target = grade(reader, Target(-1.0, UNLABELLED, spans_known=False))
    assert (target.marks, target.spans_known) == ((), known)


def test_what_cannot_be_read_keeps_its_target() -> None:
    assert grade(Reader((5.0,) * 6), CLEAN, text="") == CLEAN


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1])
def test_a_share_is_a_share(share: float) -> None:
    with pytest.raises(ValueError, match="share: expected above 0"):
        Teacher(Reader(CALM), LIMITS, share)


def test_passages_come_back_from_their_rows() -> None:
    for passage in own_passages(1):
        again = Passage.of(passage.row())
        assert again.row() == passage.row()
        assert again.targets == passage.targets


@pytest.fixture(scope="module")
def bundle(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("teacher")
    export(train_tiny(inputs, folder / "run"), folder / "bundle", "tiny", "1.2", "2026-01-31")
    return folder / "bundle"


def test_the_command_writes_a_set_to_train_on(
    bundle: Path, inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "taught"
    options = ["--bundle", str(bundle), "--set", str(inputs / "data"), "--out", str(out)]
    assert main([*options, "--share", "1"]) == 0
    assert "sentences graded" in capsys.readouterr().out
    before, after = load_from_disk(str(inputs / "data")), load_from_disk(str(out))
    assert after["train"].features == before["train"].features
    assert after["dev"].to_list() == before["dev"].to_list()
    assert after["train"]["sentences"][:] == before["train"]["sentences"][:]
    detector = Detector.load(bundle, facts=False)
    expected = np.concatenate(detector.logits(after["train"]["sentences"][:]))
    found = [
        [hold, *labels]
        for row in after["train"]
        for hold, labels in zip(row["hold"], row["labels"], strict=True)
    ]
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-expected)), atol=1e-4)
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["data_hash"] != DATA_HASH
    assert manifest["taught"] == {
        "bundle": "tiny",
        "version": "1.2",
        "model": load_bundle(bundle).manifest.files["model.onnx"],
        "share": 1.0,
        "data_hash_before": DATA_HASH,
    }
    # The same again, and other than with another share.
    assert main([*options[:-1], str(tmp_path / "again"), "--share", "1"]) == 0
    again = json.loads((tmp_path / "again" / "manifest.json").read_text())
    assert again["data_hash"] == manifest["data_hash"]
    assert main([*options[:-1], str(tmp_path / "less"), "--limit", "2"]) == 0
    less = json.loads((tmp_path / "less" / "manifest.json").read_text())
    assert less["counts"]["train"]["passages"] == 2
    assert less["data_hash"] != manifest["data_hash"]


class Stopping(Detector):
    """Stops as a signal would, when it is asked to read once more than `left`."""

    left = 0
    read = 0

    def readings(self, documents: Sequence[Sequence[str]]) -> list[list[Reading | None]]:
        self.read += len(documents)
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        return super().readings(documents)


def test_a_run_that_was_stopped_goes_on(
    bundle: Path, inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.teach.PART", 5)
    detector = Stopping.load(bundle, facts=False)
    out, total = tmp_path / "taught", len(load_from_disk(str(inputs / "data"))["train"])
    detector.left = 2
    with pytest.raises(KeyboardInterrupt):
        teach(detector, inputs / "data", out, 0.5)
    assert not out.exists()
    detector.left, detector.read = 99, 0
    resumed = teach(detector, inputs / "data", out, 0.5)
    assert detector.read == total - 10
    detector.read = 0
    straight = teach(detector, inputs / "data", tmp_path / "straight", 0.5)
    assert detector.read == total
    assert resumed == straight
    assert sorted(path.name for path in tmp_path.iterdir()) == ["straight", "taught"]
    # What was graded with another share is of no use.
    detector.left = 1
    with pytest.raises(KeyboardInterrupt):
        teach(detector, inputs / "data", out, 0.6)
    detector.left, detector.read = 99, 0
    teach(detector, inputs / "data", out, 0.7)
    assert detector.read == total


def test_a_student_learns_from_soft_targets_and_says_who_taught_it(
    bundle: Path, inputs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "taught"
    main(["--bundle", str(bundle), "--set", str(inputs / "data"), "--out", str(out)])
    base = load_base(str(inputs / "base"))
    rows = load_from_disk(str(out))["train"].to_list()
    settings = TrainSettings(data=out, out=tmp_path, batch_tokens=400)
    examples = make_examples(rows, base.tokenizer, settings.window)
    batch = collate(examples, 0)
    soft = batch.targets[batch.targets >= 0]
    assert ((soft > 0) & (soft < 1)).float().mean() > 0.9
    assert set(batch.token_targets.unique().tolist()) <= {-1.0, 0.0, 1.0}
    logits = base.model(input_ids=batch.input_ids, attention_mask=batch.attention_mask).logits
    assert batch_loss(logits, batch, settings).isfinite()
    model = train_tiny(inputs, tmp_path / "run", data=out)
    record = json.loads((model / "train.json").read_text())
    taught = json.loads((out / "manifest.json").read_text())
    assert record["data_hash"] == taught["data_hash"]
    export(model, tmp_path / "bundle", "student", "1", "2026-01-31")
    assert load_bundle(tmp_path / "bundle").manifest.training["taught"] == taught["taught"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--bundle", "absent"], "absent"),
        (["--set", "absent"], "expected a set of training.build"),
        (["--share", "0"], "share: expected above 0"),
        (["--limit", "0"], "--limit: expected at least 1"),
        (["--backend", "abacus"], "abacus"),
    ],
)
def test_the_command_says_what_is_wrong(
    bundle: Path,
    inputs: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    expected: str,
) -> None:
    given = ["--bundle", str(bundle), "--set", str(inputs / "data"), "--out", str(tmp_path / "o")]
    assert main([*given, *options]) == 2
    assert expected in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_a_set_is_not_overwritten_by_itself(
    bundle: Path, inputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    same = str(inputs / "data")
    assert main(["--bundle", str(bundle), "--set", same, "--out", same]) == 2
    assert "expected another folder" in capsys.readouterr().err
    assert (inputs / "data" / "manifest.json").is_file()
