"""All corruptions by kind, `family.name`."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

from training.corruptions.base import Corruption
from training.recipe import FAMILIES


@dataclass(frozen=True)
class Registry:
    """Corruptions by kind, and which of them leave a sentence merely awkward (severity 1).

    `missing` names families that could not be imported.
    """

    corruptions: Mapping[str, Corruption]
    awkward: frozenset[str]
    missing: tuple[str, ...] = ()

    def without(self, held_out: str) -> Registry:
        """Leave one kind (`role.swap`) or one family (`role`) out; refuses unknown ones."""
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
        return Registry(kept, self.awkward, self.missing)

    def family(self, name: str) -> list[str]:
        """Give the kinds of a family, sorted."""
        return sorted(kind for kind in self.corruptions if kind.startswith(f"{name}."))


def load_registry() -> Registry:
    """Import the families and collect their corruptions."""
    corruptions: dict[str, Corruption] = {}
    awkward: set[str] = set()
    missing = []
    for family in FAMILIES:
        module = _module(family)
        if module is None:
            missing.append(family)
            continue
        for name, function in module.CORRUPTIONS.items():
            corruptions[f"{family}.{name}"] = function
        for name, function in getattr(module, "AWKWARD", {}).items():
            corruptions[f"{family}.{name}"] = function
            awkward.add(f"{family}.{name}")
    return Registry(corruptions, frozenset(awkward), tuple(missing))


def _module(family: str) -> ModuleType | None:
    name = f"training.corruptions.{family}"
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
