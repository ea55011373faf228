"""WordNet as files of Debian's `wordnet-base`: senses by frequency, likely parts of speech.

Only what spinning needs is read: which words share a sense, how often each sense was met
(`cntlist.rev`), and the irregular forms (`*.exc`).
"""

from __future__ import annotations

import os
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from training.corruptions.english import gerund, past, plural, third

FOLDER = Path(os.environ.get("BABELPROOF_WORDNET", "/usr/share/wordnet"))
FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
_TYPES = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}


class WordnetMissing(ValueError):
    """The folder has no WordNet data files."""


@dataclass(frozen=True)
class Reading:
    """One way to read a word: its lemma, part of speech (n v a r) and form.

    `form` is one of base, plural, third, past, gerund.
    """

    lemma: str
    pos: str
    form: str

    def inflect(self, lemma: str) -> str:
        """Another lemma in this form; only the last word of a noun phrase changes."""
        make = {"plural": plural, "third": third, "past": past, "gerund": gerund}.get(self.form)
        if make is None:
            return lemma
        if self.pos == "n" and lemma.endswith("s"):
            return lemma
        return make(lemma)


@dataclass(frozen=True)
class Wordnet:
    """Senses of English words; an empty one knows no word."""

    synsets: dict[str, dict[str, tuple[tuple[str, ...], ...]]] = field(default_factory=dict)
    """Part of speech -> lemma -> words of each of its senses, most frequent sense first."""
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    """Lemma -> part of speech -> how often it was met."""
    irregular: dict[str, dict[str, str]] = field(default_factory=dict)
    """Part of speech -> irregular form -> lemma."""

    def knows(self, lemma: str, pos: str) -> bool:
        """Whether the lemma has this part of speech."""
        return lemma in self.synsets.get(pos, {})

    def readings(self, word: str) -> list[Reading]:
        """All readings of a lower-case word, the likeliest first."""
        found: dict[Reading, None] = {}
        for pos, form, lemma in _forms(word):
            if self.knows(lemma, pos):
                found[Reading(lemma, pos, form)] = None
        for pos, forms in self.irregular.items():
            lemma = forms.get(word, "")
            if lemma and self.knows(lemma, pos) and pos in "nv":
                form = "plural" if pos == "n" else "gerund" if word.endswith("ing") else "past"
                found[Reading(lemma, pos, form)] = None
        return sorted(found, key=lambda r: -self._weight(r))

    def _weight(self, reading: Reading) -> int:
        # An inflected form counts double: `meeting` is a noun first, `called` a verb.
        known = self.counts.get(reading.lemma, {}).get(reading.pos, 0)
        return 2 * known + len(self.synsets[reading.pos][reading.lemma])

    def likely(self, word: str, share: float = 0.7) -> Reading | None:
        """The reading of a word when it clearly outweighs the other parts of speech."""
        found = self.readings(word)
        if not found:
            return None
        total = sum(self._weight(reading) for reading in found)
        same = sum(self._weight(r) for r in found if r.pos == found[0].pos)
        return found[0] if same >= share * total else None

    def wrong_senses(self, lemma: str, pos: str) -> tuple[str, ...]:
        """Words that share a less frequent sense with the lemma and not its first one."""
        senses = self.synsets.get(pos, {}).get(lemma, ())
        right = {word.lower() for word in senses[0]} if senses else set()
        wrong: dict[str, None] = {}
        for sense in senses[1:]:
            for word in sense:
                if word.lower() not in right and word.islower():
                    wrong[word] = None
        return tuple(wrong)


def _forms(word: str) -> list[tuple[str, str, str]]:
    """Candidate `(pos, form, lemma)` of a word by its ending."""
    found = [(pos, "base", word) for pos in FILES]
    if word.endswith("s") and not word.endswith("ss"):
        stems = [word[:-1]]
        if word.endswith("es"):
            stems.append(word[:-2])
        if word.endswith("ies"):
            stems = [word[:-3] + "y"]
        found += [(p, f, s) for s in stems for p, f in (("n", "plural"), ("v", "third"))]
    for ending, form in (("ed", "past"), ("ing", "gerund")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[: -len(ending)]
            stems = [stem, stem + "e"]
            if stem[-1] == stem[-2:-1]:
                stems.append(stem[:-1])
            if stem.endswith("i"):
                stems.append(stem[:-1] + "y")
            found += [("v", form, s) for s in stems]
    return found


def load(folder: Path = FOLDER) -> Wordnet:
    """Read WordNet's data files; about a second.

    Raises `WordnetMissing` when a file is absent.
    """
    needed = [f"{kind}.{name}" for name in FILES.values() for kind in ("index", "data")]
    missing = [name for name in needed if not (folder / name).is_file()]
    if missing:
        raise WordnetMissing(
            f"expected WordNet in {folder}, found no {missing[0]}; install it "
            "(apt-get install wordnet-base) or set BABELPROOF_WORDNET to its folder"
        )
    synsets = {pos: _synsets(folder, name) for pos, name in FILES.items()}
    irregular: dict[str, dict[str, str]] = {}
    for pos, name in FILES.items():
        path = folder / f"{name}.exc"
        lines = path.read_text(encoding="latin-1").split("\n") if path.is_file() else []
        irregular[pos] = {p[0]: p[1] for p in map(str.split, lines) if len(p) >= 2}
    return Wordnet(synsets, _counts(folder / "cntlist.rev"), irregular)


def _synsets(folder: Path, name: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    words: dict[str, tuple[str, ...]] = {}
    with (folder / f"data.{name}").open(encoding="latin-1") as lines:
        for line in lines:
            if line[:1] in " \n":
                continue
            parts = line.split(" ", 64)
            size = int(parts[3], 16)
            texts = parts[4 : 4 + 2 * size : 2]
            words[parts[0]] = tuple(text.partition("(")[0].replace("_", " ") for text in texts)
    index: dict[str, tuple[tuple[str, ...], ...]] = {}
    with (folder / f"index.{name}").open(encoding="latin-1") as lines:
        for line in lines:
            lemma = line.split(" ", 1)[0]
            if line.startswith("  ") or not lemma.isalpha():
                continue
            parts = line.split()
            offsets = parts[-int(parts[2]) :]
            index[lemma] = tuple(words[offset] for offset in offsets if offset in words)
    return index


def _counts(path: Path) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    if path.is_file():
        with path.open(encoding="latin-1") as lines:
            for line in lines:
                key, _, count = line.split()
                lemma, _, rest = key.partition("%")
                pos = _TYPES[rest[0]]
                counts[lemma][pos] = counts[lemma].get(pos, 0) + int(count)
    return dict(counts)


@lru_cache(maxsize=1)
def wordnet() -> Wordnet:
    """The installed WordNet, read once; an empty one with a warning where it is absent."""
    try:
        return load()
    except WordnetMissing as error:
        warnings.warn(f"{error}; spinning and word order will hardly apply", stacklevel=2)
        return Wordnet()
