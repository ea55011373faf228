"""Small things must not flip verdicts: quotes, spaces and full stops changed, verdicts compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from eval.scoring import Judge


def _curly(text: str) -> str:
    """Set straight quotes as a typesetter would: opening after a space, else closing."""
    text = re.sub(r'(^|[\s(\[])"', r"\1“", text).replace('"', "”")
    return re.sub(r"(^|[\s(\[])'", r"\1‘", text).replace("'", "’")


def _straight(text: str) -> str:
    return text.translate(str.maketrans("“”‘’", "\"\"''"))


def _full_stop(text: str) -> str:
    """Take the final full stop away, or add one after a word."""
    if text.endswith(".") and not text.endswith(".."):
        return text[:-1]
    return f"{text}." if text[-1:].isalnum() else text


CHANGES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "curly quotes": _curly,
        "straight quotes": _straight,
        "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
        "trailing spaces": lambda text: f"{text}  ",
        "final full stop": _full_stop,
    }
)


def robustness(detector: Judge, texts: Sequence[str]) -> list[dict[str, Any]]:
    """Score texts as they are and changed; give the share of flipped verdicts by change.

    Only texts that a change alters count. `mean_shift` is the mean change of P(hold).
    """
    plain = detector.score(list(texts))
    records = []
    for name, change in CHANGES.items():
        pairs = [(number, change(text)) for number, text in enumerate(texts)]
        pairs = [(number, text) for number, text in pairs if text != texts[number]]
        if not pairs:
            continue
        verdicts = detector.score([text for _, text in pairs])
        before = [plain[number] for number, _ in pairs]
        both = list(zip(before, verdicts, strict=True))
        shifts = [
            abs(old.score - new.score)
            for old, new in both
            if old.score is not None and new.score is not None
        ]
        flips = sum(old.held != new.held for old, new in both)
        records.append(
            {
                "change": name,
                "sentences": len(pairs),
                "flipped": flips,
                "share": round(flips / len(pairs), 5),
                "mean_shift": round(float(np.mean(shifts)), 5) if shifts else None,
            }
        )
    return records
