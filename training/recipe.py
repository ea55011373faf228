"""The recipe of the training set: which sources, how many passages, how much damage."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from data.corpora import CLEAN
from data.splits import DEV_SHARE

FAMILIES: tuple[str, ...] = ("country", "role", "name", "garble", "mt")
"""Families of corruptions, one module each."""


class RecipeError(ValueError):
    """A setting of the recipe is unknown or out of range."""


def _corpora() -> dict[str, float]:
    return {
        "wikipedia_current_events": 0.42,
        "state_human_rights_reports": 0.13,
        "us_senate_press_releases": 0.16,
        "state_milestones": 0.09,
        "state_country_relations": 0.06,
        "cia_factbook": 0.02,
        "us_presidential_speeches": 0.03,
        "australian_pm_transcripts": 0.04,
        "whitehouse_press_briefings": 0.02,
        "re3d": 0.01,
        "ud_gum_open": 0.01,
        "ud_ewt": 0.01,
    }


def _families() -> dict[str, float]:
    # Silver brings much real mt and garble; countries and roles must come from here.
    return {"country": 0.25, "role": 0.3, "name": 0.2, "garble": 0.15, "mt": 0.1}


def _reference_families() -> dict[str, float]:
    return {"country": 0.4, "role": 0.38, "name": 0.22}


def _families_alone() -> dict[str, float]:
    # Nothing speaks against a country or a role in a sentence that stands alone: exchanging
    # them there teaches only that countries and offices are suspicious.
    return {"country": 0.04, "role": 0.16, "name": 0.25, "garble": 0.3, "mt": 0.25}


def _kinds() -> dict[str, float]:
    # In articles with exchanged facts, read sentence by sentence, most roles are names and
    # offices in one another's place; a mere verb turned round is seldom.
    return {
        **dict.fromkeys(("role.places", "role.instead", "role.wrong_office"), 4.0),
        **dict.fromkeys(("role.everywhere", "role.sentence_wide"), 2.0),
        **dict.fromkeys(("name.noise", "name.drift"), 2.0),
    }


def _rare() -> dict[str, int]:
    kinds = "teller sayer source recipient passive_agent object_first countries_exchanged voice"
    return {f"role.{kind}": 250 for kind in kinds.split()}


def _holds() -> dict[str, float]:
    reasons = ("any", "confusable", "document", "neighbour")
    kinds = [f"country.{reason}_throughout" for reason in reasons]
    return dict.fromkeys((*kinds, "country.office", "country.place", "role.everywhere"), 0.7)


def _holds_alone() -> dict[str, float]:
    reasons = ("any", "confusable", "document", "neighbour")
    countries = [f"{reason}_{scope}" for reason in reasons for scope in ("one", "sentence")]
    countries += ["capital", "compound", "people", "possessive", "longer_name"]
    roles = "agents teller sayer source sentence_wide wrong_office offices_exchanged"
    roles += " countries_exchanged"
    kinds = [
        *(f"country.{kind}" for kind in countries),
        *(f"role.{kind}" for kind in roles.split()),
        "name.given",
    ]
    # Misspelt names are seen more often: many are well known.
    return {**dict.fromkeys(kinds, 0.7), "name.drift": 0.85, "name.drift_sentence": 0.85}


def _holds_of_one_edit() -> dict[str, float]:
    return dict.fromkeys(("mt.wrong_sense", "mt.collocation", "garble.in_other_words"), 0.85)


@dataclass(frozen=True)
class Recipe:
    """Counts are passages of a full build; `--passages` scales them all by one factor.

    Targets named `…_hold` are P(hold) for the channel `any`. `held_out` names one kind of
    corruption (`role.sayer`) or a family (`role`) that training never sees.
    """

    silver_copies: float = 4.0
    """The second and later copies are scarred as everything else is."""
    read_copies: float = 0.0
    """The same of the sentences of the corpora whose labels are in `data/read_labels.tsv`."""
    article_copies: float = 5.0
    silver_twins: int = 2_000
    """Passages of judged sentences that are clean, damaged by us."""
    documents: int = 11_000
    garbled: int = 2_500
    references: int = 1_500
    reference_documents: int = 7_000
    strong: int = 1_000
    graded: int = 0
    """Passages of all other systems, graded by their distance from the reference."""
    compared: int = 0
    """Outputs that a language model compared with their reference, each alone."""
    round_trips: int = 1_500
    hard_negatives: int = 4_000
    plain: int = 2_000
    """Pairs of plain sentences, clean and turned round."""
    mutual: int = 1_000
    headlines: int = 0
    """Translated headlines that an earlier release is sure of, each alone."""
    technical: int = 0
    """Excerpts of manuals and readmes: terse prose far from news."""

    corpora: Mapping[str, float] = field(default_factory=_corpora)
    families: Mapping[str, float] = field(default_factory=_families)
    reference_families: Mapping[str, float] = field(default_factory=_reference_families)
    families_alone: Mapping[str, float] = field(default_factory=_families_alone)
    """Weights of the families where an excerpt is one sentence."""
    kinds: Mapping[str, float] = field(default_factory=_kinds)
    """How many times as often as its siblings a kind of corruption is used; others once."""
    rare: Mapping[str, int] = field(default_factory=_rare)
    """Kinds that fit few texts, and how many passages to look for over more documents."""
    holds: Mapping[str, float] = field(default_factory=_holds)
    """P(hold) of kinds that even a careful reader may not see; they weigh `doubt_weight`."""
    holds_alone: Mapping[str, float] = field(default_factory=_holds_alone)
    """The same for a sentence that stands alone: nothing in it contradicts the exchange."""
    holds_of_one_edit: Mapping[str, float] = field(default_factory=_holds_of_one_edit)
    """P(hold) where one edit is all there is; it weighs as much as any damage."""
    held_out: str = ""
    proposals: int = 1
    """Draws of an exchange of countries, names or roles; a language model keeps the likeliest."""

    max_sentences: int = 12
    single_share: float = 0.15
    damaged_share: float = 0.65
    reference_damaged_share: float = 0.55
    technical_damaged_share: float = 0.3
    compared_reference_share: float = 0.3
    compared_own_share: float = 0.0
    """What an earlier release's opinion of a compared output weighs in its target."""
    max_damaged: float = 0.4
    scar_share: float = 0.2
    renamed_share: float = 0.15
    """Share of excerpts of clean corpora whose persons get other, rarer names, all through."""
    awkward_share: float = 0.1
    """Share of a family's uses that leave a sentence merely awkward, where it has such."""

    dev_share: float = DEV_SHARE
    dev_limit: int = 1_000

    awkward_hold: float = 0.2
    reference_hold: float = 0.05
    strong_hold: float = 0.15
    garbled_hold: float = 0.8
    weak_weight: float = 0.5
    strong_weight: float = 0.3
    graded_weight: float = 0.6
    compared_weight: float = 0.7
    headline_weight: float = 0.5
    doubt_weight: float = 0.5

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name.endswith(("_share", "_hold", "_weight", "_damaged")):
                if not 0.0 <= value <= 1.0:
                    raise RecipeError(f"{item.name}: expected 0 to 1, found {value}")
            elif isinstance(value, (int, float)) and value < 0:
                raise RecipeError(f"{item.name}: expected at least 0, found {value}")
        for name in ("holds", "holds_alone", "holds_of_one_edit"):
            for kind, value in getattr(self, name).items():
                if not 0.0 <= value <= 1.0:
                    raise RecipeError(f"{name}: {kind}: expected 0 to 1, found {value}")
        if min(self.kinds.values(), default=1.0) <= 0:
            raise RecipeError(f"kinds: expected weights above 0, found {dict(self.kinds)}")
        if min(self.rare.values(), default=0) < 0:
            raise RecipeError(f"rare: expected counts of at least 0, found {dict(self.rare)}")
        for name, known in (
            ("corpora", CLEAN),
            ("families", FAMILIES),
            ("reference_families", FAMILIES),
            ("families_alone", FAMILIES),
        ):
            weights: Mapping[str, float] = getattr(self, name)
            unknown = sorted(set(weights) - set(known))
            if unknown:
                raise RecipeError(f"{name}: expected some of {', '.join(known)}, found {unknown}")
            if not weights or min(weights.values()) < 0 or sum(weights.values()) <= 0:
                raise RecipeError(f"{name}: expected weights of at least 0, found {dict(weights)}")
        if self.proposals < 1:
            raise RecipeError(f"proposals: expected at least 1, found {self.proposals}")
        if self.max_sentences < 2:
            raise RecipeError(f"max_sentences: expected at least 2, found {self.max_sentences}")

    def as_dict(self) -> dict[str, Any]:
        """Give every setting, for the manifest."""
        return asdict(self)

    def scaled(self, factor: float) -> Recipe:
        """Give the recipe with all counts multiplied."""
        counts = (
            "silver_twins",
            "documents",
            "garbled",
            "references",
            "reference_documents",
            "strong",
            "graded",
            "compared",
            "round_trips",
            "hard_negatives",
            "plain",
            "mutual",
            "headlines",
            "technical",
        )
        return replace(
            self,
            silver_copies=self.silver_copies * factor,
            read_copies=self.read_copies * factor,
            article_copies=self.article_copies * factor,
            rare={kind: round(count * factor) for kind, count in self.rare.items()},
            **{name: round(getattr(self, name) * factor) for name in counts},
        )


def read_recipe(path: Path | None) -> Recipe:
    """Read a TOML file of settings that differ from the default; refuses unknown ones."""
    if path is None:
        return Recipe()
    try:
        with path.open("rb") as file:
            given = tomllib.load(file)
    except OSError as error:
        raise RecipeError(f"{path}: expected a recipe file, found {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{path}: expected TOML, found {error}") from None
    known = {item.name: type(getattr(Recipe(), item.name)) for item in fields(Recipe)}
    for name, value in given.items():
        if name not in known:
            raise RecipeError(f"{path}: expected settings of {', '.join(known)}, found {name!r}")
        allowed = (int, float) if known[name] is float else (known[name],)
        if not isinstance(value, allowed) or isinstance(value, bool):
            raise RecipeError(f"{path}: {name}: expected {known[name].__name__}, found {value!r}")
    return Recipe(**given)
