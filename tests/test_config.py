"""Configuration: the nearest file, its mistakes by line, and settings for some paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from babelproof.config import Config, find_config, read_config
from babelproof.errors import ConfigError, PolicyError
from babelproof.gate.policy import DEFAULT, preset

FULL = """\
facts = ["desk.csv"]
preset = "lenient"
fail_on = { country = 0.8 }
share = 0.25
words = ["Ballyhackamore"]
words_file = "words.txt"
baseline = "accepted.json"

[[paths]]
match = "sports/*"
preset = "strict"

[[paths]]
match = "*.md"
count = 5
"""


def write(folder: Path, text: str, name: str = "babelproof.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_setting_is_read(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("Quillan\n# a comment\n\nBrinken  # a judge\n")
    config = read_config(write(tmp_path, FULL))
    assert config.facts == (tmp_path / "desk.csv",)
    assert config.words == ("Ballyhackamore", "Quillan", "Brinken")
    assert config.baseline == tmp_path / "accepted.json"
    policy = config.policy()
    assert policy.fail_on == {**preset("lenient").fail_on, "country": 0.8}
    assert policy.share == 0.25
    assert config.to_dict()["policy"]["share"] == 0.25


def test_paths_have_settings_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("")
    config = read_config(write(tmp_path, FULL))
    assert config.policy(str(tmp_path / "news.txt")).preset == "lenient"
    sports = config.policy(str(tmp_path / "sports" / "cup.txt"))
    assert sports.preset == "strict"
    both = config.policy(str(tmp_path / "sports" / "deep" / "cup.md"))
    assert (both.preset, both.count) == ("strict", 5)
    assert config.policy(str(tmp_path / "sports" / "cup.md"), {"count": 1}).count == 1
    assert config.policy("/elsewhere/x.txt").preset == "lenient"


def test_without_a_file_the_default_holds(tmp_path: Path) -> None:
    assert Config().policy("x") == preset(DEFAULT)
    with pytest.raises(PolicyError, match="preset"):
        Config().policy("", {"preset": "odd"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\nshare = 3\n", r"toml, line 2: share: expected a number above 0 and at most 1, found 3"),
        ("a = 1\n", r"line 1: a: expected a key of preset"),
        ("preset = 'x'\n", r"line 1: preset: expected one of strict"),
        ("x.y = 1\n", r"line 1: x: expected a key"),
        ("# c\nfail_on = { mt = 2 }\n", r"line 2: mt: expected a number above 0"),
        ("fail_on = 0.5\n", r"line 1: fail_on: expected a table of channels"),
        ("count = 1\nfail_on = { who = 0.5 }\n", r"line 2: fail_on: expected channels of any"),
        ("words = [1]\n", r"line 1: words: expected a list of texts"),
        ("baseline = 1\n", r"line 1: baseline: expected a text"),
        ("[[paths]]\nmatch = 'x'\nfacts = 'a'\n", r"line 3: facts: expected a key of match"),
        ("[[paths]]\ncount = 2\n", r"match: expected a text"),
        ("paths = 3\n", r"line 1: paths: expected tables"),
        ("[[paths]]\nmatch = 'x'\ncount = -1\n", r"line 3: count: expected a whole number"),
        ("words_file = 'none.txt'\n", r"none.txt: expected a word list"),
        ("share = \n", "expected TOML"),
    ],
)
def test_mistakes_are_told_by_line_and_key(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_config(write(tmp_path, text))


def test_pyproject_has_a_table_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, "[tool.babelproof]\nshare = 0.4\n", "pyproject.toml")
    inner = tmp_path / "a"
    inner.mkdir()
    assert find_config(inner).policy().share == 0.4
    write(tmp_path, "[tool.babelproof]\nshare = 4\n", "pyproject.toml")
    with pytest.raises(ConfigError, match=r"pyproject\.toml, line 2: share"):
        find_config(inner)


def test_the_nearest_configuration_counts(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[tool.babelproof]\nfacts = "x.csv"\n')
    assert find_config(inner).facts == (tmp_path / "x.csv",)
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\n")
    assert find_config(inner).facts == (tmp_path / "x.csv",)
    (tmp_path / "a" / "babelproof.toml").write_text('facts = ["y.csv", "z.csv"]\n')
    assert find_config(inner).facts == (tmp_path / "a" / "y.csv", tmp_path / "a" / "z.csv")
