"""The page of the gate: whole, harmless, readable by everyone, and by itself."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from gate_report_samples import (
    NO_PLACE,
    NOT_RECORDED,
    failed,
    held,
    hostile,
    report,
    run,
    warned,
)

from babelproof.gate.reports.as_html import STYLES
from babelproof.gate.reports.markup import shown
from babelproof.labels import LABELS

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """A page read back: its elements, its text, and whether every tag is closed."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"<{tag}> repeats an attribute"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        names = tuple(f"{tag}.{attrs.get('class') or ''}" for tag, attrs in self.open)
        self.texts.append((names, data))

    def within(self, name: str, without: tuple[str, ...] = ()) -> str:
        """Give the text inside of elements of a name, leaving others out."""
        return "".join(
            text
            for names, text in self.texts
            if any(n.startswith(name) for n in names)
            and not any(n.startswith(w) for n in names for w in without)
        )


@pytest.fixture(scope="module")
def source() -> str:
    return report("html")


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


def test_every_tag_is_closed_and_every_id_unique(page: Page) -> None:
    assert page.open == []
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_nothing_runs_and_nothing_comes_from_outside(source: str, page: Page) -> None:
    assert not {tag for tag, _ in page.elements} & {
        "script", "link", "img", "iframe", "object", "embed", "form", "base", "use", "image",
    }  # fmt: skip
    for _, attrs in page.elements:
        assert not [name for name in attrs if name.startswith("on")]
        assert not {"src", "style", "srcset", "action", "xlink:href"} & set(attrs)
        assert (attrs.get("href") or "#").startswith("#")
    style = re.search(r"<style>(.*?)</style>", source, re.DOTALL)
    assert style is not None
    assert not re.search(r"url\(|@import|expression", style[1])
    (policy,) = [
        attrs["content"]
        for tag, attrs in page.elements
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy is not None
    assert "default-src 'none'; script-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy


def test_each_article_stands_there_whole() -> None:
    outcome = held()
    page = Page(report("html", run(outcome)))
    assert page.within("div.text", without=("span.tag", "span.label", "span.note")) == outcome.text


def test_damaged_words_are_marked_and_labelled_in_words(page: Page) -> None:
    words = page.within("mark.", without=("span.label",))
    for outcome in run().outcomes:
        for flag in outcome.flags:
            for mark in flag.marks:
                word = mark.finding.text.replace("\u200b", "U+200B")
                assert word in words
    assert "a green street, and then a green street" not in words
    tags = {text for names, text in page.texts if names[-1:] == ("span.label",)}
    assert tags == {"country, role", "mt", "garble", "name"}
    assert {t for names, t in page.texts if any("span.tag" in n for n in names)} == {
        "held",
        "warned of",
    }


def test_flags_are_reached_by_keyboard_and_described(page: Page) -> None:
    flags = [a for _, a in page.elements if (a.get("class") or "").startswith("flag")]
    assert len(flags) == 3 + 2 + 3 + 1
    notes = {a["id"] for _, a in page.elements if a.get("role") == "tooltip"}
    for attrs in flags:
        assert attrs["tabindex"] == "0"
        assert attrs["aria-describedby"] in notes
    told = page.within("span.note")
    assert "Antony Blinken: US Secretary of State 2021-01-26" in told
    assert "(line 3, column 1)" in told
    ids = {a["id"] for _, a in page.elements if "id" in a}
    jumps = [(a["href"] or "")[1:] for _, a in page.elements if "href" in a]
    assert set(jumps) <= ids
    assert len(jumps) == len(flags) + len(run().outcomes)


def test_the_chart_shows_each_judged_sentence_and_says_so_in_words() -> None:
    page = Page(report("html", run(held())))
    bars = [a.get("class") for tag, a in page.elements if tag == "rect"]
    assert bars == ["bar hold", "bar", "bar hold", "bar warn"]
    signs = [a.get("class") for tag, a in page.elements if tag == "path"]
    assert signs == ["sign hold", "sign hold", "sign warn"]
    assert "sentence 2 0.99 held, sentence 4 0.93 held, sentence 5 0.71 warned of" in page.within(
        "desc."
    )


def test_hostile_text_is_shown_as_text() -> None:
    source = report("html", run(hostile()))
    page = Page(source)
    text = page.within("div.text")
    assert "<script>alert('x')</script> & \"it\" U+202Egnp.exeU+202C said aU+200Bb" in text
    assert "U+D800 U+0000 U+001B[31m" in text
    assert "\U0001f469\u200d\U0001f4bb" in text
    assert "<img src=x onerror=y>" in page.within("span.fact")
    assert not re.search("&#(8238|8237|8203|0|27|55296);", source)


def test_hidden_characters_are_named() -> None:
    assert re.sub("<.*?>", "", shown("\ufeff\xad\u2066\x85 \u200da\u200d")) == (
        "U+FEFFU+00ADU+2066  U+200DaU+200D"
    )


def test_errors_and_warnings_without_text_or_marks_have_their_place() -> None:
    page = Page(report("html", run(failed(), warned())))
    assert "expected a document, found no archive" in page.within("section.article")
    assert "let through: 2 by the word list, 1 accepted" in page.within("section.article")
    assert "1 sentence would be held by itself" in page.within("section.article")
    told = page.within("span.note")
    assert f"{NO_PLACE}." in told
    assert "The sentence" not in told.partition(NOT_RECORDED)[0].partition(NO_PLACE)[0]
    assert "mt 0.31" in told
    assert f"{NOT_RECORDED}." in told
    assert page.within("mark.") == ""


# The style sheet.

CSS = "".join(files("babelproof.gate.reports").joinpath(name).read_text("ascii") for name in STYLES)

ON_TEXT = [
    *[("ink", back) for back in ("bg", "panel", "hold-bg", "warn-bg", *LABELS)],
    *[("soft", back) for back in ("bg", "panel")],
    *[("link", back) for back in ("bg", "panel")],
    *[("on", back) for back in ("pass", "warn", "hold", "error")],
]
ON_SHAPES = [("bar", "bg"), ("hold", "bg"), ("warn", "bg"), ("line", "bg"), ("link", "panel")]


def schemes() -> dict[str, dict[str, str]]:
    """Read the colours of the light and the dark scheme from the style sheet."""
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    )
    assert set(light) == set(dark)
    return {"light": light, "dark": dark}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_the_guidelines_do() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_shapes_stand_out(scheme: str) -> None:
    colours = schemes()[scheme]
    for least, pairs in ((4.5, ON_TEXT), (3.0, ON_SHAPES)):
        for front, back in pairs:
            found = contrast(colours[front], colours[back])
            assert found >= least, f"{scheme}: {front} on {back} is {found:.2f}"


def test_all_colours_come_from_the_schemes() -> None:
    rules = re.sub(r":root \{.*?\}", "", CSS, flags=re.DOTALL)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", rules)
    assert "prefers-color-scheme: dark" in CSS
    assert "@media print" in CSS
    # The editor's page has the same palette; no colour of it is left unused by both.
    page = files("babelproof.serve").joinpath("page", "page.css").read_text("ascii")
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", page)
    used = set(re.findall(r"var\(--([\w-]+)\)", rules + page))
    assert used == set(schemes()["light"])
