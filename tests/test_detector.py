"""The detector: a verdict for every text, the same in any company."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from conftest import TinyModel, tiny_manifest, write_tiny_bundle

from babelproof import Detector, DocumentVerdict, Reason, Status, Thresholds, Verdict
from babelproof.bundle import load_bundle, write_manifest
from babelproof.labels import CHANNELS, LABELS, Label
from babelproof.readings import candidates

NAME = "The minister met Sandra Brinken in Kyiv."
COUNTRY = "The president said the war in Uzbekistan is over."
CLEAN = "The minister said talks on the plan go on."


def shown(verdict: Verdict) -> list[tuple[str, str]]:
    return [(finding.label.value, finding.text) for finding in verdict.findings]


def all_offsets_hold(verdict: DocumentVerdict, source: str | list[str]) -> bool:
    origin = [source] * len(verdict.sentences) if isinstance(source, str) else source
    return all(
        text[item.start : item.end] == item.text
        for sentence, text in zip(verdict.sentences, origin, strict=True)
        for item in (sentence, *sentence.candidates)
    )


def test_damage_is_held_and_pointed_at(detector: Detector) -> None:
    name, country, clean = detector.score([NAME, COUNTRY, CLEAN])
    assert (name.held, shown(name)) == (True, [("name", "Brinken")])
    assert (country.held, shown(country)) == (True, [("country", "Uzbekistan")])
    assert (clean.held, shown(clean)) == (False, [])
    assert name.labels[Label.NAME] > 0.5 > name.labels[Label.COUNTRY]


def test_every_number_is_a_probability_and_every_label_is_there(detector: Detector) -> None:
    for verdict in detector.score([NAME, CLEAN, "", "One", "Das ist 5"]):
        assert tuple(verdict.labels) == LABELS
        numbers = [*verdict.labels.values(), *(item.score for item in verdict.candidates)]
        assert all(0 <= number <= 1 for number in numbers)
        assert verdict.score is None or 0 <= verdict.score <= 1


def test_candidates_travel_as_what_was_found(detector: Detector) -> None:
    """They are found when first asked for; another process gets them without the reading."""
    (verdict,) = detector.score([NAME])
    sent = pickle.dumps(verdict)
    again = pickle.loads(sent)
    assert type(again.candidates) is tuple
    assert again == verdict == again
    assert {item.label for item in verdict.candidates} == set(LABELS)
    assert verdict.candidates[0] == again.candidates[0]
    assert verdict.candidates[:2] == again.candidates[:2]
    assert verdict.candidates != again.candidates[1:]
    assert len(verdict.candidates) == len(again.candidates)
    assert b"numpy" not in sent


def test_any_alone_holds_and_shows_the_word(detector: Detector) -> None:
    (verdict,) = detector.score(["Somehow the minister met the president."])
    assert verdict.held
    assert max(verdict.labels.values()) < 0.5
    assert [finding.text for finding in verdict.findings] == ["Somehow"]
    assert verdict.findings[0].score == verdict.score


def test_spans_bridge_small_gaps_and_take_whole_words(detector: Detector) -> None:
    text = "Sandra Brinken-Brinken met the president and (Brinkens) after talks."
    (verdict,) = detector.score([text])
    # "brin" between two telling tokens is bridged with the hyphen before it or not at all.
    assert [finding.text for finding in verdict.findings] == ["Brinken", "Brinken", "Brinkens"]
    (joined,) = detector.score(["The millet millet talks and the millet said millet."])
    words = [item.text for item in joined.findings if item.label is Label.MT]
    assert words == ["millet millet", "millet said millet"]


def test_a_comma_between_damaged_words_is_no_finding(detector: Detector) -> None:
    bundle = detector.bundle
    reading = detector.readings([["Brinken met the president , after talks Brinken"]])[0][0]
    assert reading is not None
    spans = reading.spans.copy()
    comma = [i for i, at in enumerate(reading.starts) if at == len("Brinken met the president ")]
    assert len(comma) == 1
    spans[comma, CHANNELS.index("name")] = 9.0
    text = "Brinken met the president , after talks Brinken"
    found = candidates(
        text,
        0,
        replace(reading, spans=spans),
        dict.fromkeys(LABELS, 0.9),
        bundle.span_threshold,
    )
    names = [item.text for item in found if item.label is Label.NAME]
    assert names == ["Brinken", "Brinken"]


@pytest.mark.parametrize(
    ("echo", "expected"), [(6.6, ["Brinken", "talks"]), (6.4, ["Brinken"]), (-9.0, ["Brinken"])]
)
def test_an_echo_of_a_sure_word_is_no_finding(
    detector: Detector, echo: float, expected: list[str]
) -> None:
    text = "Brinken met the president after talks"
    reading = detector.readings([[text]])[0][0]
    assert reading is not None
    spans = np.full_like(reading.spans, -9.0)
    name = CHANNELS.index("name")
    spans[[i for i, at in enumerate(reading.starts) if at < len("Brinken")], name] = 9.0
    spans[reading.starts == text.index("talks"), name] = echo
    found = candidates(
        text,
        0,
        replace(reading, spans=spans),
        dict.fromkeys(LABELS, 0.9),
        detector.bundle.span_threshold,
    )
    assert [item.text for item in found if item.label is Label.NAME] == expected


def test_one_word_may_carry_two_labels(detector: Detector) -> None:
    (verdict,) = detector.score(["The president met millet in Kyiv."])
    assert shown(verdict) == [("mt", "millet"), ("name", "millet")]


def test_other_thresholds_need_no_new_scores(detector: Detector) -> None:
    (verdict,) = detector.score([NAME])
    assert not verdict.judge(Thresholds(dict.fromkeys(CHANNELS, 0.99))).held
    everything = verdict.judge(Thresholds(dict.fromkeys(CHANNELS, 1e-9)))
    assert {finding.label for finding in everything.findings} == set(LABELS)
    (clean,) = detector.score([CLEAN])
    lowered = clean.judge(detector.operating_points.alone.replace(any=1e-9))
    assert lowered.held
    assert lowered.findings


def test_text_is_split_with_offsets_into_the_document(detector: Detector) -> None:
    text = f"  {CLEAN}\r\n\r\n“{NAME}” 😀\t\n\nWar.\n"
    (verdict,) = detector.score_documents([text])
    assert [sentence.status for sentence in verdict.sentences] == ["ok", "ok", "skipped", "skipped"]
    assert all_offsets_hold(verdict, text)
    assert [text[item.start : item.end] for item in verdict.sentences[1].findings] == ["Brinken"]
    assert verdict.score == max(item.score for item in verdict.sentences if item.score is not None)
    assert verdict.held


def test_sentences_are_kept_as_given_with_offsets_into_each(detector: Detector) -> None:
    given = [f" {NAME} {CLEAN}", "", CLEAN, "Kyiv"]
    (verdict,) = detector.score_documents([given])
    assert [sentence.text for sentence in verdict.sentences] == given
    assert [(item.start, item.end) for item in verdict.sentences] == [(0, len(t)) for t in given]
    assert [item.reason for item in verdict.sentences] == [None, "empty", None, Reason.TOO_SHORT]
    assert all_offsets_hold(verdict, given)
    assert verdict.status is Status.OK


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("", Reason.EMPTY),
        (" \n\t\u200b", Reason.EMPTY),
        ([], Reason.EMPTY),
        (["", " "], Reason.EMPTY),
        ("Kyiv.", Reason.TOO_SHORT),
        ("😀 😀", Reason.TOO_SHORT),
        ("Министр встретил президента. Переговоры идут.", Reason.NOT_ENGLISH),
        ("Der Minister kam. Er sprach lange mit der Presse über den Plan.", Reason.NOT_ENGLISH),
    ],
)
def test_a_document_without_anything_to_judge_is_skipped(
    detector: Detector, document: Any, reason: Reason
) -> None:
    (verdict,) = detector.score_documents([document])
    assert (verdict.status, verdict.reason, verdict.score) == (Status.SKIPPED, reason, None)
    assert not verdict.held


def test_foreign_sentences_of_an_english_document_are_skipped_and_no_context(
    detector: Detector,
) -> None:
    russian = "Министр встретил президента в Киеве."
    (verdict,) = detector.score_documents([[CLEAN, russian, NAME]])
    assert [item.status for item in verdict.sentences] == ["ok", "skipped", "ok"]
    assert verdict.sentences[1].reason == Reason.NOT_ENGLISH
    (without,) = detector.score_documents([[CLEAN, NAME]])
    assert verdict.sentences[2].score == without.sentences[1].score


def test_a_short_sentence_is_skipped_but_read_as_context(detector: Detector) -> None:
    (verdict,) = detector.score_documents([["Uzbekistan.", CLEAN]])
    (alone,) = detector.score([CLEAN])
    assert verdict.sentences[0].status is Status.SKIPPED
    assert verdict.sentences[1].score is not None
    assert alone.score is not None
    assert verdict.sentences[1].score > alone.score


def test_bad_items_become_errors_in_their_place(detector: Detector) -> None:
    given: list[Any] = [NAME, None, 5, b"bytes", CLEAN]
    verdicts = detector.score(given)
    assert [item.status for item in verdicts] == ["ok", "error", "error", "error", "ok"]
    assert verdicts[2].reason == "expected a string, found int"
    documents: list[Any] = [CLEAN, None, {"text": CLEAN}, [NAME, 7], b"x"]
    judged = detector.score_documents(documents)
    assert [item.status for item in judged] == ["ok", "error", "error", "error", "error"]
    assert judged[1].reason == "expected a string or a list of strings, found NoneType"
    assert judged[3].reason == "sentence 1: expected a string, found int"
    assert judged[3].sentences[0].held


@pytest.mark.parametrize("given", ["one text", b"bytes", 5, None])
def test_a_lone_text_is_refused(detector: Detector, given: Any) -> None:
    with pytest.raises(TypeError, match=r"expected a list.*found \w+; put it in a list"):
        detector.score(given)
    with pytest.raises(TypeError, match=r"expected a list.*found \w+; put it in a list"):
        detector.score_documents(given)


def test_no_texts_give_no_verdicts(detector: Detector) -> None:
    assert detector.score([]) == []
    assert detector.score_documents([]) == []
    assert detector.logits([]) == []
    assert [item.shape for item in detector.logits([[], [""]])] == [(0, 6), (1, 6)]


def random_documents(seed: int, count: int) -> list[list[str]]:
    rng = Random(seed)
    tokens = [token for token in TinyModel.build().tokens if token.isalnum() and len(token) > 1]
    return [
        [" ".join(rng.choices(tokens, k=rng.randint(2, 60))) for _ in range(rng.randint(1, 9))]
        for _ in range(count)
    ]


def test_scores_do_not_depend_on_the_batch(detector: Detector) -> None:
    documents = random_documents(1, 60)
    together = detector.score_documents(documents)
    for document, verdict in zip(documents, together, strict=True):
        (alone,) = detector.score_documents([document])
        for one, other in zip(verdict.sentences, alone.sentences, strict=True):
            assert one.score == pytest.approx(other.score, abs=1e-4)
            assert dict(one.labels) == pytest.approx(dict(other.labels), abs=1e-4)
            assert [item.text for item in one.findings] == [item.text for item in other.findings]


def test_order_is_kept_across_groups(detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = random_documents(2, 40)
    expected = detector.score_documents(documents)
    monkeypatch.setattr("babelproof.detector.GROUP_CHARACTERS", 500)
    found = detector.score_documents(documents)
    assert [[item.text for item in one.sentences] for one in found] == documents
    assert [one.score for one in found] == pytest.approx([one.score for one in expected], abs=1e-4)


def test_streaming_takes_no_more_documents_than_a_group(
    detector: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("babelproof.detector.GROUP_CHARACTERS", 1)
    taken = []

    def documents() -> Any:
        for number in range(1000):
            taken.append(number)
            yield CLEAN

    stream = detector.stream(documents())
    assert next(stream).status is Status.OK
    assert len(taken) == 1


def test_context_matters(detector: Detector) -> None:
    alone = detector.logits([[CLEAN]])[0][0]
    beside = detector.logits([[COUNTRY, CLEAN]])[0][1]
    assert not np.allclose(alone, beside, atol=1e-3)


def test_logits_of_sentences_without_tokens_are_nan(detector: Detector) -> None:
    rows = detector.logits([[CLEAN, "", " \n", NAME]])[0]
    assert np.isnan(rows).all(axis=1).tolist() == [False, True, True, False]


def test_a_long_sentence_is_read_to_its_end(detector: Detector) -> None:
    text = "talks on the war " * 6000 + "Uzbekistan " + "talks on the war " * 20
    assert len(text) > 100_000
    for (verdict,) in (detector.score([text]), detector.score_documents([text])[0:1]):
        sentence = verdict if isinstance(verdict, Verdict) else verdict.sentences[0]
        assert sentence.held
        (finding,) = sentence.findings
        assert finding.text == text[finding.start : finding.end] == "Uzbekistan"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("'", "’").replace('"', "“"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text + "  \n",
        lambda text: "\t " + text,
        lambda text: text.removesuffix("."),
    ],
    ids=["quotes", "nbsp", "trailing", "leading", "full stop"],
)
def test_small_things_do_not_flip_verdicts(detector: Detector, change: Any) -> None:
    for text in (NAME, COUNTRY, CLEAN, 'The president said "talks" on Kyiv\'s plan go on.'):
        (before,), (after,) = detector.score([text]), detector.score([change(text)])
        assert before.held == after.held
        assert [item.text for item in before.findings] == [item.text for item in after.findings]
        assert all(item.text == after.text[item.start : item.end] for item in after.candidates)


@pytest.mark.parametrize(
    "text",
    [
        "The \x00minister\x07 met \ud800 Brinken.",
        "The minister [SEP] met [CLS] Brinken [PAD] [UNK].",
        "😀 The minister 👩‍👩‍👧 met Brinken e\u0301\u0301\u0301.",
        "\ufeffThe minister\u00admet\u200bBrinken and\x0btalks\u2028in Kyiv.",
        "会谈 The minister met Brinken 会谈.",
        "the minister met " + "x" * 5000 + " Brinken",
    ],
)
def test_odd_characters_are_judged_with_exact_offsets(detector: Detector, text: str) -> None:
    (verdict,) = detector.score([text])
    assert verdict.status is Status.OK
    assert "Brinken" in [item.text for item in verdict.findings]
    assert all(item.text == text[item.start : item.end] for item in verdict.candidates)
    (document,) = detector.score_documents([text])
    assert document.held
    assert all_offsets_hold(document, text)


@pytest.mark.parametrize("text", [NAME, COUNTRY, CLEAN, "The president met Brinken."])
def test_a_full_stop_taken_away_leaves_score_and_findings(detector: Detector, text: str) -> None:
    full, bare, spaced = detector.score([text, text[:-1], f"{text[:-1]}  "])
    assert full.score == bare.score == spaced.score
    assert full.labels == bare.labels == spaced.labels
    assert shown(full) == shown(bare) == shown(spaced)
    assert all_offsets_hold(DocumentVerdict.of((bare,)), [text[:-1]])


def test_a_finding_on_a_full_stop_that_is_not_there_shows_the_last_word(
    detector: Detector,
) -> None:
    """Where no token is above its threshold the highest is shown: here that of the stop."""
    (verdict,) = detector.score(["Talks and talks to a"])
    for finding in verdict.candidates:
        assert finding.text
        assert finding.text == verdict.text[finding.start : finding.end]
        assert len(finding.text.split()) == 1


def test_a_score_that_is_no_number_is_an_error(tmp_path: Path) -> None:
    folder = write_tiny_bundle(tmp_path)
    model = TinyModel.build()
    model.table[model.tokens.index("millet")] = np.nan
    model.write_onnx(folder / "model.onnx")
    write_manifest(folder, tiny_manifest())
    bad, good = Detector(load_bundle(folder)).score(["The millet met.", CLEAN])
    assert (bad.status, bad.held, bad.score) == (Status.ERROR, False, None)
    assert bad.reason is not None
    assert "not finite" in bad.reason
    assert good.status is Status.OK


def test_threads_share_a_detector(tiny_bundle: Path) -> None:
    shared = Detector(load_bundle(tiny_bundle))
    documents = random_documents(3, 16)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda item: shared.score_documents([item])[0], documents))
    expected = shared.score_documents(documents)
    for one, other in zip(results, expected, strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-4)


FORK = """
import os, sys
from babelproof import Detector
detector = Detector.load(sys.argv[1], threads=2)
text = "The minister met Sandra Brinken in Kyiv."
before = detector.score([text] * 300)[0]
children = []
for _ in range(2):
    child = os.fork()
    if child == 0:
        sys.exit(0 if detector.score([text] * 300)[0] == before else 1)
    children.append(child)
codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
sys.exit(0 if codes == [0, 0] and detector.score([text])[0].held else 2)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_detector_works_after_a_fork(tiny_bundle: Path) -> None:
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-c", FORK, str(tiny_bundle)],
        env={name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
        | {"PYTHONPATH": paths},
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_runtime_does_not_report_to_its_maker(tiny_bundle: Path, tmp_path: Path) -> None:
    """Its reports wait in a data base under the cache folder; none may come into being."""
    clean = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    paths = os.pathsep.join(path for path in sys.path if path)
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": paths}
    code = "import sys; from babelproof import Detector; Detector.load(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(tiny_bundle)], env=clean | home, check=True)
    written = [str(path) for path in tmp_path.rglob("*") if path.is_file()]
    assert all("babelproof" in path for path in written), written


def test_a_detector_travels_to_another_process(detector: Detector) -> None:
    copy = pickle.loads(pickle.dumps(detector))
    assert copy.score([NAME]) == detector.score([NAME])


@pytest.mark.parametrize("threads", [0, -1, 1.5, "2"])
def test_a_number_of_threads_below_one_is_refused(tiny_bundle: Path, threads: Any) -> None:
    with pytest.raises(ValueError, match="threads: expected"):
        Detector.load(tiny_bundle, threads=threads)


def test_the_operating_point_comes_from_the_bundle(tmp_path: Path) -> None:
    folder = write_tiny_bundle(tmp_path)
    strict = replace(tiny_manifest(), operating_point=dict.fromkeys(CHANNELS, 0.999))
    write_manifest(folder, strict)
    (verdict,) = Detector.load(folder).score([NAME])
    assert not verdict.held
    assert verdict.score is not None
    assert verdict.score > 0.5


@pytest.mark.parametrize(("clean", "held"), [(0, False), (2, False), (3, True), (5, True)])
def test_sentences_of_a_document_have_thresholds_of_their_own(
    tmp_path: Path, clean: int, held: bool
) -> None:
    folder = write_tiny_bundle(tmp_path)
    never, half = dict.fromkeys(CHANNELS, 1.0), dict.fromkeys(CHANNELS, 0.5)
    points = {"operating_point": never, "operating_point_in_context": half}
    write_manifest(folder, replace(tiny_manifest(), **points))
    detector = Detector.load(folder, facts=False)
    (verdict,) = detector.score_documents([[NAME, *[CLEAN] * clean]])
    assert verdict.sentences[0].held is held
    # What cannot be judged is no context.
    (among,) = detector.score_documents([[NAME, *[CLEAN] * clean, "", "12:30", "…"]])
    assert among.sentences[0].held is held


def test_a_bundle_of_one_operating_point_holds_alone_and_in_documents_alike(
    tmp_path: Path,
) -> None:
    folder = write_tiny_bundle(tmp_path)
    values = json.loads((folder / "bundle.json").read_text())
    del values["operating_point_in_context"]  # as bundles before 0.6.0
    (folder / "bundle.json").write_text(json.dumps(values))
    points = Detector.load(folder).operating_points
    assert points.alone == points.in_context == Thresholds(dict.fromkeys(CHANNELS, 0.5))
