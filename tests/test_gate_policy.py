"""Policies and presets: data that is checked, changed and explained."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from gate_samples import POLICY

from babelproof.errors import PolicyError
from babelproof.gate.cli import explained
from babelproof.gate.policy import DEFAULT, parse_fail_on, preset, presets
from babelproof.labels import CHANNELS


def test_every_preset_is_a_policy_with_measured_figures() -> None:
    assert set(presets()) == {"strict", "balanced", "lenient"}
    for name, given in presets().items():
        assert preset(name).preset == name
        assert {"damaged articles held", "clean articles held"} <= set(given["measured"])
    assert DEFAULT in presets()


def test_stricter_presets_hold_more() -> None:
    shares = {
        name: [given["measured"][f"{kind} articles held"][0] for kind in ("damaged", "clean")]
        for name, given in presets().items()
    }
    assert shares["strict"][0] >= shares["balanced"][0] >= shares["lenient"][0]
    assert shares["strict"][1] >= shares["balanced"][1] >= shares["lenient"][1]


def test_the_explanation_shows_every_figure() -> None:
    text = explained()
    for name in presets():
        assert name in text
    assert "damaged articles held" in text
    assert "%" in text


def test_changes_keep_what_they_do_not_name() -> None:
    changed = POLICY.changed({"fail_on": {"any": 0.5}, "count": 4})
    assert changed.fail_on == {**POLICY.fail_on, "any": 0.5}
    assert (changed.count, changed.share) == (4, POLICY.share)
    assert json.loads(json.dumps(changed.to_dict()))["fail_on"]["any"] == 0.5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fail_on": {"anyone": 0.5}}, "fail_on: expected channels of any, mt"),
        ({"suspect": {"mt": 0}}, "suspect.mt: expected a number above 0"),
        ({"suspect": {"mt": True}}, "suspect.mt: expected a number"),
        ({"suspect": {"mt": float("nan")}}, "suspect.mt: expected a number"),
        ({"share": 1.1}, "share: expected a number above 0 and at most 1"),
        ({"share": "half"}, "share: expected a number"),
        ({"document": 0}, "document: expected a number above 0 and at most 1"),
        ({"count": 0}, "count: expected a whole number from 1"),
        ({"min_words": 1.5}, "min_words: expected a whole number"),
    ],
)
def test_wrong_values_are_named(changes: dict[str, object], message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        replace(POLICY, **changes)  # type: ignore[arg-type]


def test_fail_on_is_read_from_a_command() -> None:
    assert parse_fail_on("country:0.9,any:0.97") == {"country": 0.9, "any": 0.97}
    for wrong in ("country", "country:", "country=0.9", ""):
        with pytest.raises(PolicyError, match="expected channel:probability"):
            parse_fail_on(wrong)


def test_unknown_presets_and_damaged_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="expected one of strict, balanced, lenient"):
        preset("medium")
    (tmp_path / "p.json").write_text("{}")
    with pytest.raises(PolicyError, match="expected presets"):
        presets(tmp_path / "p.json")


def test_channels_of_the_presets_are_ours() -> None:
    for name in presets():
        policy = preset(name)
        assert set(policy.fail_on) | set(policy.suspect) <= set(map(str, CHANNELS))
