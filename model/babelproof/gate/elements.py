"""Elements: what the elements of HTML mean for a page's prose."""

from __future__ import annotations

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html "
    "legend li listing main menu nav ol optgroup option p pre search section summary table tbody "
    "td tfoot th thead title tr ul xmp".split()
)
"""Elements that part the text around them."""

VOID = frozenset(
    "area base br col embed frame hr img input link meta param source track wbr".split()
)
"""Elements that hold nothing."""

HIDDEN = frozenset(
    "aside audio button canvas datalist del iframe listing map math nav noembed noframes noscript "
    "object pre s script search select strike style svg template textarea title video xmp".split()
)
"""Elements whose text is not judged wherever they stand."""

STRUCTURE = BLOCKS | HIDDEN - {"del", "s", "strike"}
"""Elements whose end tag ends whatever is still open inside them."""

FURNITURE = frozenset({"footer", "form", "header"})
"""Judged as part of an article or around one, elsewhere not; a form in an article is not."""

MAIN = frozenset({"article", "main"})
"""Elements that hold the content proper."""

TELLING = HIDDEN | FURNITURE | MAIN | {"cite", "figure", "small"}
"""Elements inside which other rules hold, whatever their attributes."""

CODE = frozenset({"code", "kbd", "samp", "tt"})
"""Elements of code inside a sentence."""

HIDDEN_ROLES = frozenset({"banner", "contentinfo", "navigation", "search"})
"""Roles of elements that are not judged."""

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
PARAGRAPH = frozenset({"p"})
_IN_ROW = frozenset({"p", "td", "th"})
_IN_BODY = _IN_ROW | {"tr"}
ENDED_BY: dict[str, frozenset[str]] = {
    **dict.fromkeys(_HEADINGS, _HEADINGS | {"p"}),
    "li": frozenset({"li", "p"}),
    "dt": frozenset({"dd", "dt", "p"}),
    "dd": frozenset({"dd", "dt", "p"}),
    "td": _IN_ROW,
    "th": _IN_ROW,
    "tr": _IN_BODY,
    **dict.fromkeys(("tbody", "thead", "tfoot"), _IN_BODY | {"tbody", "thead", "tfoot"}),
}
"""The open elements that a start tag ends, though no end tag says so."""
