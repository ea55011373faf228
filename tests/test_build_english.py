"""The list of plainly English words: what other languages have is left out."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from babelproof.language import ENGLISH_WORDS
from data.build_english import in_dictionaries, in_messages
from data.shared import MissingData


def catalogue(path: Path, messages: dict[str, str]) -> None:
    """Write a message catalogue in GNU's format."""
    given = {"": "Content-Type: text/plain; charset=UTF-8\n", **messages}
    texts = [text.encode() + b"\0" for pair in sorted(given.items()) for text in pair]
    start = 28 + 16 * len(given)
    offsets = [start + sum(map(len, texts[:number])) for number in range(len(texts))]
    places = list(zip((len(text) - 1 for text in texts), offsets, strict=True))
    table = [number for place in (*places[::2], *places[1::2]) for number in place]
    head = (0x950412DE, 0, len(given), 28, 28 + 8 * len(given), 0, 0)
    path.parent.mkdir(parents=True)
    path.write_bytes(struct.pack(f"<{7 + len(table)}I", *head, *table) + b"".join(texts))


def test_languages_are_counted_once_and_english_not_at_all(tmp_path: Path) -> None:
    for name in ("de_DE", "de_AT", "nl", "en_GB"):
        (tmp_path / f"{name}.dic").write_text("3\nMinister/EPS\nhaus\n", encoding="utf-8")
    assert in_dictionaries(tmp_path, {"minister", "house"}) == {"minister": 2}


def test_words_of_translated_running_text_are_counted(tmp_path: Path) -> None:
    german = "Die Datei ist zu alt und kann nicht mehr gelesen werden"
    catalogue(
        tmp_path / "de" / "LC_MESSAGES" / "a.mo",
        {"The file is too old": german, "Open": "Neu", "same " * 9: "same " * 9},
    )
    catalogue(tmp_path / "en_GB" / "LC_MESSAGES" / "a.mo", {"color": "the colour " * 9})
    assert in_messages(tmp_path) == dict.fromkeys(german.lower().split(), 1)


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match=r"expected files \*\.dic"):
        in_dictionaries(tmp_path, {"house"})


def test_the_shipped_list_holds_what_other_languages_lack() -> None:
    words = ENGLISH_WORDS.read_text(encoding="utf-8").split()
    assert words == sorted(set(words))
    assert {"government", "yesterday", "announced"} <= set(words)
    assert not {"minister", "hospital", "was", "die", "album", "normal"} & set(words)
