"""All corruptions by kind, `family.name`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from training.corruptions import country, garble, mt, name, role, spinning
from training.corruptions.base import Corruption

_FAMILIES: dict[str, tuple[Mapping[str, Corruption], Mapping[str, Corruption]]] = {
    "country": (country.CORRUPTIONS, {}),
    "role": (role.CORRUPTIONS, {}),
    "name": (name.CORRUPTIONS, {}),
    "garble": (garble.CORRUPTIONS, garble.AWKWARD),
    "mt": (mt.CORRUPTIONS, mt.AWKWARD),
}


@dataclass(frozen=True)
class Registry:
    """Corruptions by kind, and which of them leave a sentence merely awkward (severity 1)."""

    corruptions: Mapping[str, Corruption]
    awkward: frozenset[str]

    def without(self, held_out: str) -> Registry:
        """Leave one kind (`role.sayer`) or one family (`role`) out; refuses unknown ones."""
        if not held_out:
            return self
        kept = {
            kind: function
            for kind, function in self.corruptions.items()
            if kind != held_out and not kind.startswith(f"{held_out}.")
        }
        if len(kept) == len(self.corruptions):
            raise ValueError(
                f"held_out: expected one of {', '.join(sorted(self.corruptions))} or a family, "
                f"found {held_out!r}"
            )
        return Registry(kept, self.awkward)

    def family(self, name: str) -> list[str]:
        """Give the kinds of a family, sorted."""
        return sorted(kind for kind in self.corruptions if kind.startswith(f"{name}."))


def load_registry(shared: Path | None = None) -> Registry:
    """Give every corruption of every family.

    With a shared folder also `mt.tortured`, which learns its words from a file there.
    """
    corruptions: dict[str, Corruption] = {}
    awkward: set[str] = set()
    for family, (grave, slips) in _FAMILIES.items():
        for variant, function in {**grave, **slips}.items():
            corruptions[f"{family}.{variant}"] = function
        awkward.update(f"{family}.{variant}" for variant in slips)
    phrases = shared and shared / "corpora" / "mt" / "tortured_phrases.tsv"
    if phrases and phrases.is_file():
        corruptions["mt.tortured"] = spinning.tortured(spinning.word_pairs(phrases))
    return Registry(corruptions, frozenset(awkward))
