"""Strict JSON: one object from bytes, or the reason why it could not be written back the same."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import NoReturn


class RefusedError(ValueError):
    """A line or record that cannot be scored; the message says why."""


def decode(data: bytes) -> str:
    """Decode UTF-8; refuses anything else with the offset of its first byte."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as failure:
        raise RefusedError(
            f"expected UTF-8, found the byte 0x{data[failure.start]:02x} at offset "
            f"{failure.start}; convert the input to UTF-8"
        ) from None


def parse_object(data: bytes) -> dict[str, object]:
    """Parse one line; refuses whatever could not be written back as the same JSON object."""
    text = decode(data)
    if not text.strip():
        raise RefusedError("expected a JSON object, found a blank line; remove it")
    try:
        value = json.loads(
            text, parse_float=_number, parse_constant=_constant, object_pairs_hook=_object
        )
    except json.JSONDecodeError as failure:
        raise RefusedError(
            f"expected a JSON object, found invalid JSON: {failure.msg} (column {failure.colno})"
        ) from None
    except RefusedError:
        raise
    except RecursionError:
        raise RefusedError("expected a JSON object, found one nested too deeply") from None
    except ValueError:  # the interpreter's limit on the digits of an integer
        raise RefusedError(
            "expected numbers of at most 4,300 digits, found a longer integer; give it as a string"
        ) from None
    if not isinstance(value, dict):
        raise RefusedError(f"expected a JSON object, found {kind_of(value)}")
    return value


def _number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise RefusedError(
            f"expected numbers that fit a double, found {text[:40]}; give it as a string"
        )
    return value


def _constant(name: str) -> NoReturn:
    raise RefusedError(f"expected a JSON object, found {name}, which is not JSON; use null")


def _object(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name, value in pairs:
        if name in fields:  # keeping either value would lose the other silently
            raise RefusedError(f"expected each field once, found {name[:60]!r} twice")
        fields[name] = value
    return fields


def kind_of(value: object) -> str:
    """Name a JSON value's type as JSON users do."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    kinds = {str: "a string", int: "a number", float: "a number", list: "a list"}
    return kinds.get(type(value), "an object")
