"""The report is one page made of what an evaluation left; curves and history are right."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from eval_samples import BAD, write_shared
from sklearn.metrics import average_precision_score
from slice_samples import write_corpora

from eval import report
from eval.figures import SHOWN, FiguresError
from eval.history import PATH, releases
from eval.kept import Scores, calibration_records, read_scores, write_scores
from eval.metrics import Settings
from eval.plots import found_over_alarms, precision_recall, reliability_plot, slices_plot
from eval.reliability import (
    METHODS,
    calibration_error,
    error_with_interval,
    reliability,
    unseen,
)
from eval.run import main as evaluate
from eval.worst_groups import worst_groups

ABOUT: dict[str, Any] = {"created": "2025-01-02", "bundle": {"model_sha256": "ab" * 32}}


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory, tiny_bundle: Path) -> Path:
    """The folder that an evaluation of the tiny bundle leaves."""
    folder = tmp_path_factory.mktemp("evaluated")
    write_corpora(folder / "shared")
    arguments = ["--shared", str(write_shared(folder / "shared")), "--bundle", str(tiny_bundle)]
    out = ["--out", str(folder / "reports"), "--resamples", "5", "--date", "2025-01-02"]
    assert evaluate([*arguments, *out]) == 0
    return folder / "reports"


@pytest.fixture
def reports(evaluated: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(evaluated, tmp_path / "reports"))


class Page(HTMLParser):
    """Collects elements, ids and what would be fetched; refuses what is not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.fetched: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "href", "xlink:href") and not (value or "").startswith("#"):
                self.fetched.append(value or "")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in ("meta", "br"):
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone_and_has_every_part(
    evaluated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "report.html"
    assert report.main(["--from", str(evaluated), "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    text = out.read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert page.fetched == []
    assert len(set(page.ids)) == len(page.ids)
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert page.tags.count("svg") >= 6
    for part in ("goals", "curves", "releases", "tables", "worst", "slices", "alarms"):
        assert part in page.ids
    assert "desk_dev, hold, alone: 10 false alarms, 10 misses" in text
    assert f"{BAD} 0</td>" in text
    assert "clean sentences: headlines" in text
    assert "tiny 1, 2025-01-02" in text
    again = report.render(evaluated)
    assert again == text


def test_text_from_outside_is_shown_and_never_obeyed(reports: Path) -> None:
    rows = [json.loads(line) for line in (reports / "worst.jsonl").read_text().splitlines()]
    evil = {**rows[0], "id": "<b>1", "text": "<script>x</script> \u202e {{ 7 * 7 }}"}
    evil["findings"] = [["name", "<i>&"]]
    (reports / "worst.jsonl").write_text("\n".join(map(json.dumps, [evil, *rows])) + "\n")
    page = report.render(reports)
    assert "script" not in Page(page).tags
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert '<span class="code">U+202E</span>' in page
    assert "\u202e" not in page
    assert "{{ 7 * 7 }}" in page
    assert "&lt;b&gt;1" in page
    assert "name: &lt;i&gt;&amp;" in page


def test_what_is_missing_or_of_another_evaluation_is_refused(
    reports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "page.html"

    def refused() -> str:
        assert report.main(["--from", str(reports), "--out", str(out)]) == 2
        assert not out.exists()
        return capsys.readouterr().err

    metrics = json.loads((reports / "metrics.json").read_text())
    metrics["bundle"]["model_sha256"] = "0" * 64
    (reports / "metrics.json").write_text(json.dumps(metrics))
    assert "of another; run" in refused()
    (reports / "scores.jsonl").write_text("{}\n[]\n")
    assert "scores.jsonl: expected the scores" in refused()
    (reports / "scores.jsonl").unlink()
    assert "scores.jsonl" in refused()
    (reports / "metrics.json").unlink()
    assert "eval.run" in refused()


def scores_of(truth: list[int], found: list[float], part: str = "hold") -> Scores:
    groups = tuple(range(len(truth)))
    return Scores("desk_dev", part, "alone", "any", tuple(truth), tuple(found), groups)


def test_kept_scores_come_back_and_wrong_ones_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "scores.jsonl"
    kept = [scores_of([1, 0], [0.9, 0.1]), scores_of([], [], "label mt")]
    write_scores(path, ABOUT, kept)
    assert read_scores(path, ABOUT) == kept
    with pytest.raises(FiguresError, match="of another"):
        read_scores(path, {**ABOUT, "created": "2025-01-03"})
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[1].replace("[0.9, 0.1]", "[0.9]")]))
    with pytest.raises(FiguresError, match="2 rows with 1 scores and 2 groups"):
        read_scores(path, ABOUT)
    path.write_text("")
    with pytest.raises(FiguresError, match="run `python"):
        read_scores(path, ABOUT)


def test_curves_tell_the_average_precision_and_repeat_exactly() -> None:
    rng = np.random.default_rng(4)
    truth = rng.integers(0, 2, 300).tolist()
    found = (np.round(rng.random(300) * 0.6 + 0.4 * np.array(truth), 2)).tolist()
    one = scores_of(truth, found)
    drawn = precision_recall({"ours": one}, "first")
    average = average_precision_score(truth, found)
    assert f"ours ({average:.2f}; {sum(truth)} of 300)" in drawn
    assert drawn == precision_recall({"ours": one}, "first")
    assert drawn.startswith("<svg")
    other = found_over_alarms({"ours": one}, "second")
    ids = [re.findall(r'\bid="([^"]+)"', text) for text in (drawn, other)]
    assert not set(ids[0]) & set(ids[1])
    for text, own in zip((drawn, other), ids, strict=True):
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', text)) <= set(own)


def test_reliability_parts_rows_evenly_and_sees_boasts() -> None:
    rng = np.random.default_rng(5)
    probabilities = rng.random(5000)
    truth = (rng.random(5000) < probabilities).astype(int).tolist()
    bins = reliability(truth, probabilities.tolist())
    assert [one.rows for one in bins] == [500] * 10
    assert [one.mean for one in bins] == sorted(one.mean for one in bins)
    assert all(one.low <= one.share <= one.high for one in bins)
    error = calibration_error(bins)
    assert error is not None
    assert error < 0.03
    boasts = calibration_error(reliability(truth, np.sqrt(probabilities).tolist()))
    assert boasts is not None
    assert boasts == pytest.approx(2 / 3 - 1 / 2, abs=0.02)
    assert "ours (error 0.0" in reliability_plot({"ours": bins}, "bins")
    assert (reliability([], []), calibration_error([])) == ([], None)
    assert [one.rows for one in reliability([1, 0], [0.5, 0.5])] == [1, 1]


def test_unseen_calibration_mends_boasts_and_keeps_groups_whole() -> None:
    rng = np.random.default_rng(6)
    probabilities = rng.random(2000)
    truth = (rng.random(2000) < probabilities).astype(int).tolist()
    boasts = np.sqrt(probabilities).tolist()
    groups = (np.arange(2000) // 10).tolist()
    for method in METHODS:
        mended = unseen(truth, boasts, groups, method)
        assert mended is not None
        error, low, high = error_with_interval(truth, mended, groups, Settings(resamples=20))
        assert error is not None
        assert error < 0.06
        assert low is not None
        assert high is not None
        assert low <= high
    # A group tells its own rows nothing: its truth turned round, they are given the same.
    turned = [1 - one if group == 0 else one for one, group in zip(truth, groups, strict=True)]
    before, after = (unseen(given, boasts, groups) for given in (truth, turned))
    assert before is not None
    assert after is not None
    assert np.abs(before[:10] - after[:10]).max() < 0.02


@pytest.mark.parametrize(("positives", "groups"), [(19, 60), (20, 4)])
def test_too_few_rows_or_groups_have_no_unseen_calibration(positives: int, groups: int) -> None:
    truth = [1] * positives + [0] * 40
    scores = np.linspace(0.1, 0.9, len(truth)).tolist()
    assert unseen(truth, scores, [n % groups for n in range(len(truth))]) is None


def test_calibration_is_told_as_shipped_and_unseen() -> None:
    rng = np.random.default_rng(7)
    truth = rng.integers(0, 2, 400).tolist()
    scores = [
        round(0.2 + 0.5 * one + 0.2 * noise, 3)
        for one, noise in zip(truth, rng.random(400), strict=True)
    ]
    settings = Settings(resamples=10)
    kept = [scores_of(truth, scores), scores_of(truth[:10], scores[:10], "label mt")]
    many, few = calibration_records(kept, settings)
    assert many["unseen"][0] < many["error"]
    assert many["brier"]["platt"] < many["brier"]["share"]
    assert many["brier"]["isotonic"] < many["brier"]["share"]
    assert (few["unseen"], few["isotonic"], few["brier"]) == (None, None, None)


def test_slices_without_sentences_are_not_drawn() -> None:
    records = [
        {"slice": "quotes", "held": [0.01, 0.0, 0.03]},
        {"slice": "poems", "held": [None, None, None]},
    ]
    drawn = slices_plot(records, 0.03, "slices")
    assert "quotes" in drawn
    assert "poems" not in drawn
    assert slices_plot([], 0.03, "slices").startswith("<svg")


def test_worst_rows_are_grouped_by_set_and_only_errors_are_listed() -> None:
    row = {"set": "desk_dev", "part": "hold", "setting": "alone", "id": "h1", "score": 0.5,
           "held": True, "labels": {"mt": 0.2, "name": 0.7, "role": 0.01}, "findings": [],
           "text": "One."}  # fmt: skip
    groups = worst_groups(
        [
            {**row, "error": "false alarm"},
            {**row, "error": "miss", "score": None},
            {**row, "error": "miss", "part": "origin ours"},
            {**row, "set": "cases", "right": True, "damaged": True},
            {**row, "set": "cases", "right": False, "damaged": True},
            {**row, "set": "cases", "right": False, "damaged": False},
            {**row, "set": "slices", "part": "old prose", "error": "false alarm"},
            {**row, "set": "docs_dev", "part": "native", "error": "false alarm"},
            {**row, "set": "docs_dev", "part": "weak-mt", "error": "miss"},
        ]
    )
    assert [(g.title.partition(",")[0], len(g.alarms), len(g.misses)) for g in groups] == [
        ("desk_dev", 1, 1),
        ("cases", 1, 1),
        ("clean sentences: old prose", 1, 0),
        ("docs_dev: documents by their highest sentence", 1, 1),
    ]
    assert groups[0].alarms[0].labels == "name 0.70, mt 0.20"
    assert groups[0].misses[0].score == "-"


def figures_of(version: str, auc: float, **more: Any) -> dict[str, Any]:
    task = {"set": "desk_dev", "part": "hold", "setting": "alone", "channel": "any",
            "detector": {"auc": [auc, None, None], "recall_at_1": [0.2, None, None]}}  # fmt: skip
    bundle = {"name": "b", "version": version, "model_sha256": version * 64}
    return {"format": 1, "created": "2025-01-02", "bundle": bundle, "tasks": [task], **more}


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_history_is_read_from_git_oldest_first(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        own = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(tmp_path), *own, *arguments], check=True)

    git("init", "-q")
    path = tmp_path / PATH
    path.parent.mkdir()
    for metrics in (
        figures_of("1", 0.7),
        figures_of("2", 0.75, format=0),
        figures_of("3", 0.8),
        figures_of("4", 0.9),
    ):
        path.write_text(json.dumps(metrics))
        git("add", PATH)
        git("commit", "-qm", "figures")
    (tmp_path / "other").write_text("x")
    git("add", "other")
    git("commit", "-qm", "no figures")
    what = SHOWN[0][1]
    found = releases(tmp_path, figures_of("4", 0.9))
    assert [(one.version, one.auc[what]) for one in found] == [("1", 0.7), ("3", 0.8), ("4", 0.9)]
    assert all(one.commit for one in found)
    assert found[0].auc[SHOWN[1][1]] is None
    assert found[0].alarms is None
    later = releases(tmp_path, figures_of("5", 0.95))
    assert [one.version for one in later] == ["1", "3", "4", "5"]
    assert later[-1].commit == ""


def test_without_a_checkout_the_current_figures_stand_alone(tmp_path: Path) -> None:
    (only,) = releases(tmp_path, figures_of("5", 0.95))
    assert (only.version, only.commit) == ("5", "")
