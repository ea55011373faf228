"""Markdown for the gate: prose alone is judged, and every word leads back to its place."""

from __future__ import annotations

import pytest

from babelproof.gate import markdown
from babelproof.gate.article import Article, Position
from babelproof.gate.extract import ReadError
from babelproof.gate.markdown import markdown_article


def read(source: str) -> Article:
    return markdown_article("a.md", source)


def place(article: Article, words: str) -> tuple[int, int]:
    found = article.position(article.text.index(words))
    return found.line, found.column


def allowed(article: Article) -> list[str]:
    return [article.text[start:end] for start, end in article.allowed]


DRAFT = """\
---
title: The harbour
tags:
  - ferries
---

# The *big* harbour #

He said \\*that* [the talks](http://a.example/talks "Talks") went `well`,
and AT&amp;T <b>agreed</b> to them &mdash; at last.[^1]

> - A quoted **item
>   goes** on.

Setext
heading
=======

| Port | Ferries \\| boats |
|------|-----------|
| *East* pier | nine |

```python
not = "judged"
```

    nor this

<div>
nor this
</div>

1. One ~~gone~~ kept ![a picture](x.png)
2. Two<br>lines

***

[^1]: The note is judged.

[ref]: https://a.example "Title"
"""


def test_prose_alone_is_judged() -> None:
    assert read(DRAFT).text.split("\n\n") == [
        "The big harbour",
        "He said *that* the talks went well, and AT&T agreed to them — at last.",
        "A quoted item goes on.",
        "Setext heading",
        "Port",
        "Ferries | boats",
        "East pier",
        "nine",
        "One  kept",
        "Two\nlines",
        "The note is judged.",
    ]


@pytest.mark.parametrize(
    ("words", "line", "column"),
    [
        ("The big", 7, 3),
        ("big", 7, 8),
        ("harbour", 7, 13),
        ("*that*", 9, 10),
        ("that*", 9, 11),
        ("the talks", 9, 18),
        ("well", 9, 67),
        ("and AT", 10, 1),
        ("&T", 10, 7),
        ("T agreed", 10, 12),
        ("agreed", 10, 17),
        ("—", 10, 36),
        ("item", 12, 16),
        ("goes", 13, 5),
        ("heading", 16, 1),
        ("Ferries", 19, 10),
        ("| boats", 19, 19),
        ("pier", 21, 10),
        ("nine", 21, 17),
        ("kept", 33, 17),
        ("lines", 34, 11),
        ("The note", 38, 7),
    ],
)
def test_words_lead_back_to_their_place(words: str, line: int, column: int) -> None:
    assert place(read(DRAFT), words) == (line, column)


def test_line_ends_of_windows_shift_nothing() -> None:
    article = read(DRAFT.replace("\n", "\r\n"))
    assert article.text == read(DRAFT).text
    assert place(article, "goes") == (13, 5)
    assert place(article, "nine") == (21, 17)
    start = article.text.index("at last")
    assert article.end_position(start + 7) == Position(10, 51)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("+++\ntitle = 'x'\n+++\nText.", "Text."),
        ("---\n---\nText.", "Text."),
        ("---\n\n# c\ntitle: x\nmore:\n- y\n...\nText.", "Text."),
        ("---\ntitle: x\n\nText.", "title: x\n\nText."),
        ("---\nProse, not settings.\n\n---\nText.", "Prose, not settings.\n\nText."),
        ("Text.\n\n---\na: b\n---\n", "Text.\n\na: b"),
        ("+++\nText.", "+++ Text."),
    ],
)
def test_front_matter(source: str, text: str) -> None:
    assert read(source).text == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Run `make all` now.", "Run make all now."),
        ("Run ``x = `y` `` now.", "Run code now."),
        ("`x = 1`", ""),
        ("See https://a.example/b_c_d?e=f, please.", "See link, please."),
        ("See (www.a.example/b).", "See (link)."),
        ("See <https://a.example> or <me@a.example>.", "See link or link."),
        ("[https://a.example](https://a.example)", ""),
        ("A [link][ref] and [other].\n\n[ref]: /x\n", "A link and [other]."),
        ("Soft  \nhard\\\nbreaks", "Soft\nhard\nbreaks"),
        ("One \\\nof \\a \\# &nope; &#33; &lt;", "One \nof \\a # &nope; ! <"),
        ("**Bo**ld *e*_r un*", "Bold e_r un*"),
        ("* * *\n___\n", ""),
        ("~~All gone.~~", ""),
        ("\u00a0\nText.", "Text."),
        ("A\x00b", "A\ufffdb"),
    ],
)
def test_text_inside_a_block(source: str, text: str) -> None:
    assert read(source).text == text


def test_what_stands_in_for_code_and_addresses_keeps_their_place() -> None:
    article = read("Run `x=1` or\nread https://a.example/b today.")
    assert place(article, "code") == (1, 5)
    assert place(article, "or") == (1, 11)
    assert place(article, "link") == (2, 6)
    assert place(article, "today") == (2, 26)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("One. Two. <!-- babelproof: ok --> Three.\nFour.", ["Three. Four."]),
        ("One.\n\nTwo. <!--BABELPROOF:OK-->\n\nThree.", ["Two."]),
        ("One.\n\nTwo.\n\n<!-- babelproof:\nok -->\n\nThree.", ["Two."]),
        ("One.\n\nTwo.\n<!-- babelproof: ok -->\n\nThree.", ["Two."]),
        ("One.\n\n<!-- babelproof: ok -->\nTwo.\n\nThree.", ["Two."]),
        ("One.\n\n<!-- babelproof: ok --> Two.\n\nThree.", ["Two."]),
        ("- One.\n- Two. <!-- babelproof: ok -->\n- Three.", ["Two."]),
        ("One.\n\n```\ncode\n```\n\n<!-- babelproof: ok -->\n", []),
        ("One.\n\n<div>\nTwo. <!-- babelproof: ok -->\n</div>\n", []),
        ("<!-- babelproof: ok -->\n\nOne.", []),
        ("One `<!-- babelproof: ok -->`", []),
        ("One. <!-- babelproof: okay -->", []),
    ],
)
def test_allowances(source: str, expected: list[str]) -> None:
    article = read(source)
    assert allowed(article) == expected
    assert "babelproof" not in article.text


def test_a_comment_with_text_behind_it_hides_nothing() -> None:
    assert read("<!-- note --> Seen.\n\n<!-- note -->\nToo.").text == "Seen.\n\nToo."


@pytest.mark.parametrize(
    "source",
    ["> " * 100_000 + "deep", "- " * 41 + "deep", "[" * 100_000 + "deep", "a\n" * 60_000],
)
def test_documents_that_cannot_be_read_whole_are_refused(source: str) -> None:
    with pytest.raises(ReadError, match=r"expected .* found"):
        read(source)


def test_documents_too_long_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "MARKDOWN_CHARACTERS", 5)
    assert read("Five.").text == "Five."
    with pytest.raises(ReadError, match="at most 5 characters, found 6; split it"):
        read("Five..")


@pytest.mark.parametrize("unit", ["<!--", "<!--x\n", "*_", "<a ", "`a``", "[x]: \n", "![", "&a"])
def test_hostile_repeats_are_read(unit: str) -> None:
    assert isinstance(read(unit * 900), Article)
