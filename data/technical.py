"""Technical prose that every machine with Python has: its reference manual, packages' readmes.

News, speeches and reports are all that the clean corpora hold. Terse technical English reads
as machine translation to a model that has seen none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pydoc_data.topics import topics

from babelproof.gate.markdown import markdown_article
from babelproof.sentences import split
from data.documents import Document

MANUAL = "python_reference_manual"
READMES = "package_readmes"

OURS = "babelproof"
"""Left out: our own Markdown shows what a model says of prose that it has not met."""

LONGEST = 60_000
"""Characters of the longest readme; beyond it stand logs of changes and lists of settings."""

FEWEST_SENTENCES = 4
FEWEST_WORDS = 3

_PARAGRAPHS = re.compile(r"\n\s*\n")
_RULE = re.compile(r"^[*=\-~^#\"]{3,}$")
_MARK = re.compile(r"\s+(?=[,.;:!?)])")
_WORD = re.compile(r"[A-Za-z]{2,}")
_OPENS = re.compile(r"[A-Z0-9\"'(`]")


def technical_documents() -> list[Document]:
    """Give the topics of Python's manual and the readmes of installed packages, by name."""
    found = [*_manual(), *_readmes()]
    return sorted(found, key=lambda document: document.id)


def _manual() -> Iterator[Document]:
    for name, text in topics.items():
        sentences = _kept(
            span.text
            for paragraph in _PARAGRAPHS.split(text)
            if (prose := _prose(paragraph))
            for span in split(prose)
        )
        if len(sentences) >= FEWEST_SENTENCES:
            yield Document(f"{MANUAL}|{name}", sentences, MANUAL)


def _prose(paragraph: str) -> str:
    """Join a paragraph's lines; headings, listings and tables give nothing."""
    lines = [line for line in paragraph.split("\n") if line.strip()]
    if any(line.startswith("   ") for line in lines) or "|" in paragraph or "+--" in paragraph:
        return ""
    if any(_RULE.match(line.strip()) for line in lines):
        return ""
    joined = " ".join(line.strip().removeprefix("* ") for line in lines)
    # "…is equivalent to" announces a listing and is cut off without it.
    return joined if joined.endswith((".", "?", "!")) else ""


def _readmes() -> Iterator[Document]:
    seen: set[str] = set()
    for package in distributions():
        name = package.metadata["Name"] or ""
        if name.lower().startswith(OURS) or name in seen:
            continue
        seen.add(name)
        text = _description(package)
        if not text or len(text) > LONGEST:
            continue
        article = markdown_article(f"{name}.md", text)
        sentences = _kept(span.text for span in split(article.text))
        if len(sentences) >= FEWEST_SENTENCES:
            yield Document(f"{READMES}|{name}", sentences, READMES)


def _description(package: Distribution) -> str:
    """Give a package's readme where it is Markdown, else nothing."""
    about = package.metadata.json
    if "markdown" not in str(about.get("description_content_type", "")):
        return ""
    return str(about.get("description", ""))


def _kept(sentences: Iterator[str]) -> tuple[str, ...]:
    """Leave out what is no sentence or heading: listings, addresses, badges, other scripts."""
    kept = []
    for sentence in sentences:
        text = _MARK.sub("", " ".join(sentence.split()))
        words = _WORD.findall(text)
        letters = sum(map(len, words))
        if (
            len(words) >= FEWEST_WORDS
            and letters >= 0.6 * len(text.replace(" ", ""))
            and _OPENS.match(text)
            and "http" not in text
            and text.isascii()
        ):
            kept.append(text)
    return tuple(kept)
