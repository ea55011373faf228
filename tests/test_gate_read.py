"""The gate's readers: every kind of file becomes articles, or says why it cannot."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from babelproof.facts.dates import Day
from babelproof.gate import read
from babelproof.gate.article import Article, Position, Unreadable
from babelproof.gate.html import html_article
from babelproof.gate.markdown import markdown_article
from babelproof.gate.read import kind_of, read_articles, text_article


def only(name: str, kind: str | None = None) -> Article:
    (article,) = read_articles(name, kind)
    assert isinstance(article, Article), article
    return article


def refused(name: str, kind: str | None = None) -> str:
    (found,) = read_articles(name, kind)
    assert isinstance(found, Unreadable)
    assert found.error.startswith("expected ")
    assert "found" in found.error
    assert ";" in found.error or ":" in found.error
    return found.error


def put(folder: Path, name: str, data: str | bytes) -> str:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return str(path)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.txt", "txt"),
        ("a.b/c.MARKDOWN", "md"),
        ("a.md", "md"),
        ("a.HTM", "html"),
        ("a.html", "html"),
        ("a.ndjson", "jsonl"),
        ("a.jsonl", "jsonl"),
        ("a.docx", "docx"),
        ("-", "txt"),
        ("a.pdf", None),
        ("html", None),
    ],
)
def test_the_name_tells_the_kind(name: str, kind: str | None) -> None:
    assert kind_of(name) == kind


def test_a_kind_goes_before_the_name(tmp_path: Path) -> None:
    name = put(tmp_path, "a.txt", "<p>Ferries <b>sail</b></p>")
    assert only(name).text == "<p>Ferries <b>sail</b></p>"
    assert only(name, "html").text == "Ferries sail"
    assert only(name, "md").text == ""
    assert "among txt, md, html, jsonl, docx, found 'pdf'" in refused(name, "pdf")


def test_plain_text_is_its_source(tmp_path: Path) -> None:
    article = only(put(tmp_path, "a.txt", "First line.\n\nThird 🙂 line.\x00"))
    assert article.text == article.source == "First line.\n\nThird 🙂 line.\x00"
    assert article.position(article.text.index("line.\x00")) == Position(3, 9)
    assert article.position(len(article.text)) == Position(3, 15)


def test_a_byte_order_mark_and_line_ends_shift_nothing(tmp_path: Path) -> None:
    article = only(put(tmp_path, "a.txt", "\ufeffOne.\r\nTwo.\r\n\r\nThree."))
    assert article.text == "One.\nTwo.\n\nThree."
    assert article.source.startswith("One.")
    assert article.position(0) == Position(1, 1)
    assert article.position(article.text.index("Two")) == Position(2, 1)
    assert article.position(article.text.index("Three")) == Position(4, 1)
    assert article.end_position(4) == Position(1, 5)


def test_an_allowance_in_plain_text_is_for_its_line() -> None:
    article = text_article(
        "a", "One.\r\nTwo here. <!-- BabelProof : OK --> And more.\nThree.\n<!--babelproof:ok-->\n"
    )
    assert article.text == "One.\nTwo here.  And more.\nThree.\n\n"
    assert [article.text[start:end] for start, end in article.allowed] == ["Two here.  And more."]
    assert article.position(article.text.index("And")) == Position(2, 36)
    assert article.position(article.text.index("Three")) == Position(3, 1)


def test_other_comments_in_plain_text_are_text() -> None:
    text = "One. <!-- note --> <!-- babelproof: okay -->"
    assert text_article("a", text).text == text


def test_standard_input_is_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"# Said\r\n")))
    assert only("-").text == "# Said\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"# Said\r\n")))
    assert only("-", "md").text == "Said"


def test_records_are_articles_with_their_line_and_date(tmp_path: Path) -> None:
    lines = [
        {"text": "One.\r\nTwo.", "date": "2021-05-06T10:00:00Z"},
        {"sentences": ["He left.", "She stayed."], "date": "soon"},
    ]
    data = "".join(json.dumps(line) + "\n" for line in lines) + "nonsense\n{}\n"
    name = put(tmp_path, "a.jsonl", "\ufeff" + data)
    first, second, third, fourth = read_articles(name)
    assert isinstance(first, Article)
    assert (first.record, first.date, first.text) == (1, Day(2021, 5, 6), "One.\nTwo.")
    assert first.position(first.text.index("Two")) == Position(2, 1)
    assert isinstance(second, Article)
    assert (second.record, second.date) == (2, None)
    assert second.text == second.source == "He left.\n\nShe stayed."
    assert second.position(second.text.index("She")) == Position(3, 1)
    assert isinstance(third, Unreadable)
    assert third.record == 3
    assert "invalid JSON" in third.error
    assert isinstance(fourth, Unreadable)
    assert fourth.record == 4
    assert "'text' or 'sentences', found neither" in fourth.error


@pytest.mark.parametrize("field", ["score", "status", "held", "line", "error"])
def test_a_record_may_have_a_field_of_any_name(tmp_path: Path, field: str) -> None:
    """The gate adds nothing to records, so nothing of theirs is in its way."""
    article = only(put(tmp_path, "a.jsonl", json.dumps({"text": "He left.", field: 0.5})))
    assert article.text == "He left."


def test_a_record_too_long_harms_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "FILE_BYTES", 100)
    short = json.dumps({"text": "Well."})
    name = put(tmp_path, "a.jsonl", f"{short}\n{json.dumps({'text': 'x' * 1_000})}\n{short}\n")
    first, second, third = read_articles(name)
    assert isinstance(first, Article)
    assert isinstance(second, Unreadable)
    assert second.record == 2
    assert "found a larger one" in second.error
    assert isinstance(third, Article)
    assert third.record == 3


def test_too_many_records_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "RECORDS_BYTES", 40)
    data = (json.dumps({"text": "Well."}) + "\n") * 3
    assert "found a larger file" in refused(put(tmp_path, "a.jsonl", data))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
    *articles, last = read_articles("-", "jsonl")
    assert len(articles) == 2
    assert isinstance(last, Unreadable)
    assert last.record == 3
    assert "nothing from this line on was read" in last.error


def test_a_file_of_no_records_gives_no_articles(tmp_path: Path) -> None:
    assert list(read_articles(put(tmp_path, "a.jsonl", ""))) == []


@pytest.mark.parametrize("ending", ["txt", "md", "html"])
def test_files_that_cannot_be_read_say_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    assert "the byte 0xff at offset 5" in refused(put(tmp_path, f"a.{ending}", b"Good \xff"))
    assert "No such file" in refused(str(tmp_path / f"none.{ending}"))
    assert "found a folder" in refused(str(tmp_path), ending)
    assert refused(f"a\x00.{ending}")
    monkeypatch.setattr(read, "FILE_BYTES", 10)
    assert only(put(tmp_path, f"b.{ending}", "Ten bytes.")).text == "Ten bytes."
    assert "found a larger one" in refused(put(tmp_path, f"c.{ending}", "Ten bytes.."))


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    assert "found 'no ending'; where it is one of these, rename it" in refused(
        put(tmp_path, "README", "x")
    )
    assert "--as txt or md" in refused(put(tmp_path, "draft.text", "x"))


@pytest.mark.parametrize("name", ["a.pdf", "a.DOC", "a.odt", "a.rtf"])
def test_what_another_program_made_is_to_be_exported(tmp_path: Path, name: str) -> None:
    told = refused(put(tmp_path, name, "x"))
    assert "ends with .txt, .md, " in told
    assert f"found {Path(name).suffix!r}; open it in the program that made it and export" in told
    assert "rename" not in told


@pytest.mark.parametrize("ending", ["txt", "md", "html"])
def test_an_empty_file_is_an_empty_article(tmp_path: Path, ending: str) -> None:
    article = only(put(tmp_path, f"a.{ending}", ""))
    assert (article.text, article.position(0)) == ("", Position(1, 1))


SNIPPETS = [
    *"ab é🙂*_[]()<>!#-|`~\\&;:.\"'\n\r\t /=",
    "\r\n",
    "\n\n",
    "    ",
    "> ",
    "- ",
    "1. ",
    "**",
    "&amp;",
    "&nbsp;",
    "<!-- babelproof: ok -->",
    "<!--",
    "-->",
    "https://a.b/c_d",
    "[x](y)",
    "| a | b |\n|---|---|\n",
    "\n===\n",
    "```\n",
    "<p>",
    "</p>",
    "<div hidden>",
    "</div>",
    "<br>",
    "<code>",
    "</code>",
    "<a href=x>",
    "</a>",
    "<script>",
    "</script>",
    "<article>",
    "words of prose",
]
SOURCES = st.lists(st.sampled_from(SNIPPETS), max_size=40).map("".join)


def check(article: Article) -> None:
    """Every character stands where it says, or was decoded there, or stands in for code."""
    places = list(article.places)
    assert places == sorted(places)
    assert all(0 <= place <= len(article.source) for place in places)
    for character, place in zip(article.text, places, strict=False):
        found = article.source[place]
        if not character.isspace():
            assert found == character or found in "&`<" or found in "hHwW"
    for start, end in article.allowed:
        assert 0 <= start < end <= len(article.text)
    assert list(article.allowed) == sorted(article.allowed)
    article.position(len(article.text))


@settings(deadline=None)
@given(SOURCES)
@example("a<code>> </code>")
def test_text_leads_back_to_its_source(source: str) -> None:
    check(text_article("a", source))
    check(html_article("a", source))
    check(markdown_article("a", source))


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read(source: str) -> None:
    check(text_article("a", source))
    check(html_article("a", source))
    check(markdown_article("a", source.replace("\x00", "")))
