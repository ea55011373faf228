"""Markup: small pieces of HTML, everything from outside as text."""

from __future__ import annotations

import html
import unicodedata

from babelproof.terminal import printable

_JOINER = "\u200d"


def shown(text: str) -> str:
    """Give text as HTML that shows it: what could steer or hide is named, `U+202E`.

    Line ends stay; what joins the parts of an emoji stays between them.

    >>> shown("<b>")
    '&lt;b&gt;'
    >>> shown("a\\u202eb")
    'a<span class="code">U+202E</span>b'
    """
    pieces = []
    before = ""
    for character in text:
        pieces.append(_shown(character, before))
        before = character
    return "".join(pieces)


def _shown(character: str, before: str) -> str:
    if character == "\n":
        return character
    safe = printable(character)
    hidden = unicodedata.category(character) == "Cf" and not (
        character == _JOINER and before != "" and not before.isalnum() and not before.isspace()
    )
    if hidden or (safe != character and not character.isspace()):
        return f'<span class="code">U+{ord(character):04X}</span>'
    return html.escape(safe)


def element(name: str, content: str, **attributes: str | None) -> str:
    """Give an element around ready HTML; attributes are escaped, and left out when None.

    A trailing underscore frees a name from Python's own: `class_`; others become hyphens.

    >>> element("p", "all is <i>well</i>", class_='a"b', id=None)
    '<p class="a&quot;b">all is <i>well</i></p>'
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(printable(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}>{content}</{name}>"


def span(content: str, class_: str) -> str:
    """Give a span of a class around ready HTML."""
    return element("span", content, class_=class_)


def isolated(text: str) -> str:
    """Give text whose writing direction leaves what stands around it alone."""
    return element("bdi", shown(text))
