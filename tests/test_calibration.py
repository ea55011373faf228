"""`babelproof calibrate`: thresholds that hold at most so much of a user's own clean text."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import PLAIN_WORDS, write_tiny_bundle
from scipy.special import expit
from typer.testing import CliRunner, Result

from babelproof.bundle import Calibration, load_bundle, write_manifest
from babelproof.calibration.cli import parse_share
from babelproof.calibration.fit import CleanText, fit, rows_of, spread, weights_of
from babelproof.calibration.interval import fewest, share_interval
from babelproof.calibration.ladder import held
from babelproof.calibration.units import Of
from babelproof.cli import app
from babelproof.config import read_config
from babelproof.errors import CalibrationError
from babelproof.labels import CHANNELS
from babelproof.verdict import Setting
from data.cases import CASES_FOLDER

EVEN = dict.fromkeys(CHANNELS, 1.0)


def clean_text(rows: int = 3000, seed: int = 1, per_document: int = 5) -> CleanText:
    rng = np.random.default_rng(seed)
    # Channels go together, as a model's do, and so do sentences of a document.
    common = rng.normal(-3, 1, (rows, 1)) + np.repeat(
        rng.normal(0, 1, (rows // per_document, 1)), per_document, axis=0
    )
    logits = common + rng.normal(0, 1, (rows, len(CHANNELS)))
    return CleanText(expit(logits), np.repeat(np.arange(rows // per_document), per_document))


@pytest.mark.parametrize("share", [0.001, 0.005, 0.02, 0.1])
def test_the_union_holds_at_most_the_share_seen_and_unseen(share: float) -> None:
    clean = clean_text()
    found = fit(clean, share, EVEN)
    thresholds = np.array([found.thresholds[channel] for channel in CHANNELS])
    alarms = held(clean.probabilities, thresholds)
    assert alarms.sum() == found.seen
    assert alarms.mean() <= share
    value, low, high = found.unseen
    assert low <= value <= share
    assert value <= high
    # Nor does it spare much more than asked, where there is text enough to be exact.
    if share * 3000 >= 15:
        assert found.seen >= 0.5 * share * 3000
    for channel, count in found.by_channel.items():
        column = clean.probabilities[:, CHANNELS.index(channel)]
        assert (column >= found.thresholds[channel]).sum() == count


@pytest.mark.parametrize("share", [0.01, 0.1])
def test_a_share_of_articles_counts_each_by_its_surest_sentence(share: float) -> None:
    clean = clean_text(rows=5000)
    found = fit(clean, share, EVEN, Of.ARTICLES)
    thresholds = np.array([found.thresholds[channel] for channel in CHANNELS])
    alarms = held(clean.probabilities, thresholds)
    articles = {int(document) for document in clean.documents[alarms]}
    assert 0 < len(articles) == found.seen <= share * 1000
    assert found.unseen == found.articles
    assert found.unseen[0] <= share
    by_sentence = fit(clean, share, EVEN)
    assert all(found.thresholds[c] > by_sentence.thresholds[c] for c in CHANNELS)
    with pytest.raises(CalibrationError, match=r"at least 598 judged articles .* found 500"):
        fit(clean_text(rows=2500), 0.005, EVEN, Of.ARTICLES)


def test_documents_that_lie_apart_are_one_article_all_the_same() -> None:
    scattered = CleanText(np.array([[0.1] * 6, [0.5] * 6, [0.9] * 6]), np.array([7, 2, 7]))
    surest = rows_of(scattered, Of.ARTICLES)
    assert surest.probabilities[:, 0].tolist() == [0.5, 0.9]
    assert surest.documents.tolist() == [2, 7]
    assert rows_of(scattered, Of.SENTENCES) is scattered


def test_fresh_text_is_held_about_as_much_as_the_fit_says() -> None:
    found = fit(clean_text(seed=1), 0.01, EVEN)
    thresholds = np.array([found.thresholds[channel] for channel in CHANNELS])
    fresh = held(clean_text(rows=20_000, seed=9).probabilities, thresholds).mean()
    assert found.unseen[1] * 0.7 <= fresh <= found.unseen[2] * 1.3
    assert fresh <= 0.015


def test_false_alarms_are_spread_by_the_weights() -> None:
    clean = clean_text().probabilities
    weights = np.array([1.0, 0.1, 0.1, 0.1, 0.1, 0.1])
    counts = (clean >= spread(clean, 0.02, weights)).sum(axis=0)
    assert counts[0] > 3 * counts[1:].max()
    assert (counts[1:] > 0).all()
    even = (clean >= spread(clean, 0.02, np.ones(6))).sum(axis=0)
    assert even.max() <= 2 * even.min()


def test_tied_rows_and_rows_at_one_are_spared_or_refused() -> None:
    ties = np.full((1000, 6), 0.2)
    ties[:50] = 0.9
    assert held(ties, spread(ties, 0.01, np.ones(6))).sum() == 0
    ties[:50] = 1.0
    with pytest.raises(CalibrationError, match="reach probability 1"):
        spread(ties, 0.01, np.ones(6))
    assert held(ties, spread(ties, 0.05, np.ones(6))).sum() == 50


def test_too_little_text_is_refused_with_how_much_is_needed() -> None:
    assert fewest(0.005) == 598
    with pytest.raises(CalibrationError, match=r"at least 598 .*0\.5%.* found 595"):
        fit(clean_text(rows=595), 0.005, EVEN)
    fit(clean_text(rows=600), 0.005, EVEN)
    few = CleanText(clean_text(rows=600).probabilities, np.repeat(np.arange(4), 150))
    with pytest.raises(CalibrationError, match="at least 5 documents, found 4"):
        fit(few, 0.01, EVEN)
    for share in (0.0, -0.1, 0.5, 1.0, float("nan")):
        with pytest.raises(CalibrationError, match="above 0% and below 50%"):
            fit(clean_text(), share, EVEN)


def test_text_whose_documents_are_strangers_to_each_other_is_refused() -> None:
    # The highest document lies far above all others, whichever they are: none foretells it.
    probabilities = np.repeat(1 - 10.0 ** -np.arange(1, 6), 120)[:, np.newaxis].repeat(6, axis=1)
    with pytest.raises(CalibrationError, match="not fitted on"):
        fit(CleanText(probabilities, np.repeat(np.arange(5), 120)), 0.01, EVEN)


def test_the_interval_widens_where_a_document_holds_all_alarms() -> None:
    flags = np.zeros(1000, dtype=bool)
    flags[:10] = True
    spread_out = share_interval(flags, np.arange(1000))
    together = share_interval(flags, np.arange(1000) // 10)
    assert spread_out[0] == together[0] == 0.01
    assert spread_out[1:] == pytest.approx((0.00545, 0.01831), abs=2e-4)  # Wilson's, by hand
    assert together[2] > 2 * spread_out[2]
    assert share_interval(np.zeros(300, dtype=bool), np.arange(300))[2] < 0.013
    assert share_interval(np.ones(3, dtype=bool), np.zeros(3, dtype=np.int64))[2] == 1.0
    with pytest.raises(ValueError, match="expected rows"):
        share_interval(np.zeros(0, dtype=bool), np.zeros(0, dtype=np.int64))


def test_weights_come_from_the_bundle_and_leave_no_channel_out() -> None:
    own = {channel: {"clean": 0.002} for channel in CHANNELS}
    own["role"]["clean"] = 0.0
    told = {"in_context": {"by_channel": own}}
    weights = weights_of(told, Setting.IN_CONTEXT)
    assert weights["any"] == 1.0
    assert 0 < weights["role"] < 0.1
    assert weights_of(told, Setting.ALONE) == EVEN
    for nothing in (None, {}, {"by_channel": {}}, {"by_channel": dict.fromkeys(CHANNELS, 1)}):
        assert (
            weights_of({"alone": nothing}, Setting.ALONE) == weights_of(None, Setting.ALONE) == EVEN
        )


def test_shares_are_read_with_and_without_a_percent_sign() -> None:
    assert parse_share("0.5%") == parse_share("0.005") == parse_share(" .5 %") == 0.005
    for wrong in ("", "%", "half", "-1%", "0.5%%", "1e", "nan"):
        with pytest.raises(CalibrationError, match="such as"):
            parse_share(wrong)


@pytest.fixture(scope="module")
def own_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny bundle, with probabilities of plain sentences about one in four."""
    folder = write_tiny_bundle(tmp_path_factory.mktemp("bundle"))
    gentle = dict.fromkeys(CHANNELS, Calibration(0.4, 3.0))
    write_manifest(folder, replace(load_bundle(folder).manifest, calibration=gentle))
    return folder


def run(bundle: Path, *arguments: str | Path) -> Result:
    words = ["calibrate", *map(str, arguments), "--bundle", str(bundle), "--no-facts"]
    return CliRunner().invoke(app, words)


def desk_text(documents: int = 120, seed: int = 3) -> list[dict[str, object]]:
    """Documents of four plain sentences; one sentence in two hundred looks damaged."""
    rng = random.Random(seed)
    made: list[dict[str, object]] = []
    for number in range(documents):
        sentences = []
        for place in range(4):
            words = rng.choices([*PLAIN_WORDS], k=rng.randint(8, 14))
            if (number * 4 + place) % 200 == 7:
                words[3] = "somehow"
            sentences.append(" ".join(words).capitalize() + ".")
        made.append({"id": number, "text": " ".join(sentences), "score": "their own field"})
    return made


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in desk_text()))
    return path


def gated(bundle: Path, folder: Path, policy: Path) -> dict[str, Any]:
    """The gate's report on the same articles, under a policy file."""
    drafts = folder / "drafts.jsonl"
    texts = [{"text": record["text"]} for record in desk_text()]
    drafts.write_text("".join(json.dumps(record) + "\n" for record in texts))
    words = ["gate", str(drafts), "--config", str(policy), "--bundle", str(bundle), "--no-facts"]
    report: dict[str, Any] = json.loads(
        CliRunner().invoke(app, [*words, "--format", "json"]).stdout
    )
    assert report["counts"]["hold"] + report["counts"]["pass"] == len(texts)
    return report


def test_a_policy_file_is_written_that_the_gate_reads(
    own_bundle: Path, mine: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mine.toml"
    result = run(own_bundle, "--clean", mine, "--false-alarms", "2%", "-o", out)
    assert result.exit_code == 0, result.output
    assert "sentences in 120 articles" in result.output
    policy = read_config(out).policy()
    assert set(policy.fail_on) == set(CHANNELS)
    assert policy.suspect == {"any": policy.fail_on["any"]}
    told = re.search(r"Held of its sentences: (\d+) ", result.output)
    assert told is not None
    flags = sum(len(article["flags"]) for article in gated(own_bundle, tmp_path, out)["outcomes"])
    assert 0 < flags == int(told[1]) <= 0.02 * 480
    # The same file may be written again, another's may not.
    assert run(own_bundle, "--clean", mine, "-o", out).exit_code == 0
    other = tmp_path / "babelproof.toml"
    other.write_text('words = ["Ballyhackamore"]\n')
    refused = run(own_bundle, "--clean", mine, "-o", other)
    assert refused.exit_code == 2
    assert other.read_text() == 'words = ["Ballyhackamore"]\n'


def test_a_smaller_share_holds_less_and_damage_is_still_held(
    own_bundle: Path, mine: Path, tmp_path: Path
) -> None:
    found = {}
    for share in ("1%", "10%"):
        out = tmp_path / f"{share}.toml"
        assert run(own_bundle, "--clean", mine, "--false-alarms", share, "-o", out).exit_code == 0
        found[share] = read_config(out).policy().fail_on
    assert all(found["10%"][channel] <= found["1%"][channel] for channel in CHANNELS)
    assert found["10%"] != found["1%"]
    draft = tmp_path / "draft.txt"
    draft.write_text("The minister met Sandra Brinken in Kyiv on Monday.")
    gate = ["gate", str(draft), "--bundle", str(own_bundle), "--no-facts"]
    assert CliRunner().invoke(app, [*gate, "--config", str(tmp_path / "10%.toml")]).exit_code == 1


def test_a_share_of_articles_holds_the_gate_to_it(
    own_bundle: Path, mine: Path, tmp_path: Path
) -> None:
    out = tmp_path / "articles.toml"
    words = ["--clean", mine, "--false-alarms", "5%", "--of", "articles", "-o", out]
    result = run(own_bundle, *words)
    assert result.exit_code == 0, result.output
    assert "of the articles.\n" in result.output
    told = re.search(r"Held of its articles: (\d+) ", result.output)
    assert told is not None
    assert 0 < gated(own_bundle, tmp_path, out)["counts"]["hold"] == int(told[1]) <= 0.05 * 120


def test_without_output_the_policy_goes_to_standard_output_alone(
    own_bundle: Path, mine: Path
) -> None:
    result = run(own_bundle, "--clean", mine, "--false-alarms", "0.02")
    assert result.exit_code == 0
    assert result.stdout.startswith("# Written by `babelproof calibrate`.\n")
    assert "somehow" not in result.output  # no text of theirs
    again = run(own_bundle, "--clean", mine, "--false-alarms", "0.02")
    assert again.stdout == result.stdout


def test_what_cannot_be_used_is_refused_before_or_after_reading(
    own_bundle: Path, mine: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.toml"
    little = run(own_bundle, "--clean", mine, "--false-alarms", "0.1%", "-o", out)
    assert (little.exit_code, out.exists()) == (2, False)
    assert "at least 2,995" in little.output
    assert run(own_bundle, "--clean", mine, "--false-alarms", "much").exit_code == 2
    assert run(own_bundle, "--clean", tmp_path / "none.jsonl").exit_code == 2
    assert run(own_bundle, "--clean", mine, "-o", tmp_path / "no" / "x.toml").exit_code == 2
    assert run(own_bundle, "--clean", mine, "-o", tmp_path).exit_code == 2
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    assert "found 0" in run(own_bundle, "--clean", empty).output


def test_bad_records_are_told_and_the_others_fitted(own_bundle: Path, mine: Path) -> None:
    with mine.open("a") as stream:
        stream.write("{no json\n")
    result = run(own_bundle, "--clean", mine, "--false-alarms", "2%")
    assert result.exit_code == 3
    assert "mine.jsonl:121" in result.output
    assert "1 records could not be read" in result.output


def test_copies_of_a_document_are_no_other_documents(own_bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "copies.jsonl"
    path.write_text((json.dumps(desk_text(1)[0]) + "\n") * 200)
    result = run(own_bundle, "--clean", path, "--false-alarms", "2%")
    assert result.exit_code == 2
    assert "found 1" in result.output


def test_single_sentences_and_tables_are_read_as_score_reads_them(
    own_bundle: Path, tmp_path: Path
) -> None:
    sentences = [str(record["text"]).partition(".")[0] + "." for record in desk_text(320)]
    lines = tmp_path / "lines.txt"
    lines.write_text("\n".join(sentences))
    table = tmp_path / "lines.csv"
    table.write_text("headline\n" + "\n".join(sentences) + "\n")
    first = run(own_bundle, "--clean", lines, "--unit", "sentence", "--false-alarms", "2%")
    second = run(
        own_bundle,
        *("--clean", table, "--text-column", "headline"),
        *("--unit", "sentence", "--false-alarms", "2%"),
    )
    assert first.exit_code == second.exit_code == 0, first.output + second.output
    assert first.stdout.splitlines()[-7:] == second.stdout.splitlines()[-7:]


@pytest.mark.slow
def test_the_command_of_the_readme_runs_on_what_the_repository_ships(tmp_path: Path) -> None:
    out = tmp_path / "mine.toml"
    cases = CASES_FOLDER / "negative.jsonl"
    words = ["calibrate", "--clean", str(cases), "--false-alarms", "2%", "-o", str(out)]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert read_config(out).policy().mean == 1.0
