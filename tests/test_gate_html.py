"""HTML for the gate: the prose of a page, without its furniture, at its place."""

from __future__ import annotations

import pytest

from babelproof.gate import html
from babelproof.gate.article import Article, Position
from babelproof.gate.extract import ReadError
from babelproof.gate.html import html_article

OK = "<!-- babelproof: ok -->"


def read(source: str) -> Article:
    return html_article("a.html", source)


def place(article: Article, words: str) -> tuple[int, int]:
    found = article.position(article.text.index(words))
    return found.line, found.column


PAGE = """\
<!DOCTYPE html>
<html><head><title>Harbour | Site</title><style>p { color: red }</style>
<script>if (a < b) { document.write("<p>no</p>") }</script></head>
<body class="x">
<header>Site name</header>
<nav><ul><li><a href="/">Home</a></ul></nav>
<article>
  <header><h1><a href="/harbour">The harbour</a></h1></header>
  <p>He said&nbsp;that   AT&amp;T
     would <b>sail</b> &quot;soon&quot;.<br>Line two &lt; three.
  <p>The <code>sail</code> and <code>x[0] = 1</code> stay.
  <aside>Read also this</aside>
  <ul><li><a href="/1">A linked teaser</a> now<li>Plain item</ul>
  <table><tr><td>One<td>Two</table>
  <figure><img src="x" alt="no"><figcaption>A pier.
    <span class="photo-credit">A. Photographer</span></figcaption></figure>
  <figure><figcaption>Photo: A. Photographer</figcaption></figure>
  <form>Subscribe <button>Go</button></form>
  <footer>Filed at the pier.</footer>
</article>
<p>Outside.</p>
<footer>Imprint</footer>
</body></html>
"""


def test_prose_of_the_article_alone_is_judged() -> None:
    assert read(PAGE).text.split("\n\n") == [
        "The harbour",
        'He said\u00a0that AT&T would sail "soon".\nLine two < three.',
        "The sail and code stay.",
        "Plain item",
        "One",
        "Two",
        "A pier.",
        "Filed at the pier.",
    ]


@pytest.mark.parametrize(
    ("words", "line", "column"),
    [
        ("The harbour", 8, 34),
        ("He said", 9, 6),
        ("that", 9, 19),
        ("&T", 9, 28),
        ("T would", 9, 33),
        ("would", 10, 6),
        ("sail", 10, 15),
        ('"soon', 10, 24),
        ("Line two", 10, 45),
        ("< three", 10, 54),
        ("code", 11, 32),
        ("stay", 11, 54),
        ("Plain", 13, 51),
        ("Two", 14, 25),
        ("pier.", 15, 47),
    ],
)
def test_words_lead_back_to_their_place(words: str, line: int, column: int) -> None:
    assert place(read(PAGE), words) == (line, column)
    windows = read(PAGE.replace("\n", "\r\n"))
    assert windows.text == read(PAGE).text
    assert place(windows, words) == (line, column)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Just text", "Just text"),
        ("<p>One<p>Two</p>Three<div>Four", "One\n\nTwo\n\nThree\n\nFour"),
        ("<header>Site</header><main>Body<header>Head</header></main>", "Body\n\nHead"),
        ("<main></main><p>Still judged.</p>", "Still judged."),
        ("<main><nav>No</nav></main><p>Still judged.</p>", "Still judged."),
        ("<div role='main'>Body</div>Else", "Body"),
        ("<form><main>Body</main>Field</form>", "Body"),
        ("<div ROLE=navigation>No</div>Yes", "Yes"),
        ("<div aria-hidden='TRUE'>No<div>No</div>No</div>Yes", "Yes"),
        ("<p hidden>No<p>Yes", "Yes"),
        ("<p>Yes <span hidden>no <b>no</p><p>Yes", "Yes\n\nYes"),
        ("<body hidden>Yes", "Yes"),
        ("<p>Yes <button><p>no <b>no</button> again", "Yes again"),
        ("<p>Yes <del>no<p>Yes", "Yes\n\nYes"),
        ("<nav/>Yes", "Yes"),
        ("A <svg><title>no</title><p>no</p></svg> b", "A b"),
        ("A <del>no</del> b<s>no</s>", "A b"),
        ("<pre>no</pre><noscript>no</noscript><template><p>no</template>Yes", "Yes"),
        ("<div><b>One</div>Two</b>", "One\n\nTwo"),
        ("One<br><br>Two<br>Three<br>", "One\n\nTwo\nThree"),
        ("<p><a href=x>A link mostly</a> yes</p><p><a name=x>No link</a>", "No link"),
        ("a < b & c &bogus; &#65;&#x42; &amp &copy2 &#; &", "a < b & c &bogus; AB & ©2 &#; &"),
        (
            "&#99999999999999999999999999999999999999999;",
            "&#99999999999999999999999999999999999999999;",
        ),
        ("<!-- no --><![CDATA[no]]><?no?>Yes<!no></ no>", "Yes"),
        ("<p title='a > b' x=\"<p>\">Yes", "Yes"),
        ("<p>&nbsp;</p><p> - </p><p>\x00Yes</p>", "\x00Yes"),
        ("<script>never ended <p>no", ""),
        ("Yes<!-- never ended <p>no", "Yes"),
        ("Yes <a href='never ended", "Yes <a href='never ended"),
    ],
)
def test_pages(source: str, text: str) -> None:
    assert read(source).text == text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"<p>One. {OK} Two.</p><p>Three.</p>", ["Two."]),
        (f"<p>One.</p><p>Two. {OK}</p><p>Three.</p>", ["Two."]),
        (f"<p>One.</p><p>Two.</p>\n{OK}\n<p>Three.</p>", ["Two."]),
        ("<p>One.</p><p><!--BabelProof:OK-->Two.</p>", ["Two."]),
        (f"<p>One.</p><p><b>{OK}Two</b> more.<br>Line.</p>", ["Two more.\nLine."]),
        (f"<p>One.</p><nav>No {OK}</nav><p>Two.</p>", []),
        (f"<p>One.</p><pre>no</pre>{OK}<p>Two.</p>", []),
        (f"<p>One.</p><p><a href=x>Links</a></p>{OK}", []),
        (f"<p>Out. {OK}</p><article><p>In.</p></article>", []),
        (f"<p>Out.</p><article>{OK}<p>In.</p>{OK}</article>", ["In."]),
        (f"<script>'{OK}'</script><p>One.</p>", []),
    ],
)
def test_allowances(source: str, expected: list[str]) -> None:
    article = read(source)
    assert [article.text[start:end] for start, end in article.allowed] == expected
    assert "babelproof" not in article.text


@pytest.mark.parametrize("tag", ["div", "b", "nav", "article", "ul><li", "svg"])
def test_deep_nesting_is_read(tag: str) -> None:
    article = read(f"Before.{f'<{tag}>' * 100_000}Inside.")
    assert article.text in ("Before.", "Before.Inside.", "Before.\n\nInside.", "Inside.")


def test_end_tags_are_found_at_any_depth() -> None:
    closed = read("<div>" * 90_000 + "Inside." + "</div></b>" * 90_000 + "After.")
    assert closed.text == "Inside.\n\nAfter."
    assert closed.position(0) == Position(1, 450_001)


@pytest.mark.parametrize(
    "unit",
    [
        "</",
        "<!--x>",
        "<![CDATA[>",
        "&# ",
        "<a ",
        "<a /",
        "<a<",
        "<a b='>",
        "<a b =",
        "<b></i>",
        "&#1",
    ],
)
def test_hostile_repeats_are_read(unit: str) -> None:
    assert isinstance(read(unit * 50_000), Article)


def test_a_page_of_too_many_tags_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "TAGS", 2)
    assert read("<p>One</p>").text == "One"
    with pytest.raises(ReadError, match="at most 2 tags, found 3; split it"):
        read("<p>One</p><p>")
