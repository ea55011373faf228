"""Readers of the corpora: clean documents, translations beside references, headlines.

Parquet files under `corpora/`, every column a string. A row that is not as expected
raises `MalformedRow` with file, row, expected and found; rows count from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from data.documents import Document
from data.shared import DataError, MalformedRow, existing

CLEAN: tuple[str, ...] = (
    "wikipedia_current_events",
    "state_human_rights_reports",
    "us_senate_press_releases",
    "state_milestones",
    "state_country_relations",
    "cia_factbook",
    "us_presidential_speeches",
    "australian_pm_transcripts",
    "whitehouse_press_briefings",
    "re3d",
    "ud_gum_open",
    "ud_ewt",
)
"""The clean corpora by file name."""

COLUMN_SOURCES: dict[str, str] = {
    "state_hr_reports": "state_human_rights_reports",
    "au_pm_transcripts": "australian_pm_transcripts",
    "whitehouse_briefings": "whitehouse_press_briefings",
    "ud_gum": "ud_gum_open",
}
"""Where the column `source` of a file says something other than the file's name."""

Unit = Literal["document", "section", "paragraph"]
"""What makes one `Document`: the whole text, or a run of rows of one section or paragraph."""

_CLEAN_COLUMNS = ("source", "doc_id", "date", "section", "para", "sent", "text")
_WMT_COLUMNS = ("year", "direction", "system", "seg", "doc_id", "domain", "da_z", "hyp", "ref")
_HEADLINE_COLUMNS = ("date", "category", "src", "mt")

# A factbook surname: two or more capitals, hyphens and apostrophes between them.
_SURNAME = re.compile(r"\b[A-ZÀ-ÖØ-Þ](?:[A-ZÀ-ÖØ-Þ]|[-'’](?=[A-ZÀ-ÖØ-Þ]))+(?:'s|’s)?\b")
_VOWEL = re.compile(r"[AEIOUYÀ-ÖØ-Ý]")
# Words in capitals that are no surnames; short ones are mostly acronyms.
_ACRONYMS = frozenset(
    re.findall(
        r"\w+",
        """EU UN US USA UK USSR NATO OPEC ASEAN IMF WTO NAFTA UAE ECOWAS AMISOM MINUSTAH UNITA
        SADC CARICOM COVID OECD UNESCO UNICEF UNMIK UNTAET UNMISS ISIS ISIL FARC IAEA IRA
        SWAPO FRELIMO RENAMO ANC AU PLO OAS EC EEC EMU GDP HIV AIDS DRC ROC PRC UNIFIL
        MONUSCO ISAF USMCA ANZUS CFA ZANU ADB NGO UNAMA UNSC JCPOA AQAP EUFOR KFOR ETA PKK
        YPG SAR II III IV VI VII VIII IX XI XII XIII XIV XV XVI MINURSO UNOSOM ATMIS SNC UNEF
        UNFICYP INTERFET UNMIT NORAD BRICS APEC EEZ SFRY BSAC TTPI TAAF MPLA WWII COFA HKSAR
        EEBC EPRDF ASSK""",
    )
)


@dataclass(frozen=True)
class Translation:
    """One system's translation of one segment into English beside a human reference."""

    year: str
    direction: str
    system: str
    segment: int
    document: str
    """Name of the document the segment comes from; empty where it is unknown."""
    text: str
    reference: str


@dataclass(frozen=True)
class Headline:
    """A Russian headline and its machine translation."""

    date: str
    source: str
    text: str


def corpus_path(shared: Path, name: str) -> Path:
    """Give the file of a clean corpus; refuses a name that is not in `CLEAN`."""
    if name not in CLEAN:
        raise DataError(f"corpus: expected one of {', '.join(CLEAN)}, found {name!r}")
    return existing(shared / "corpora" / "clean" / f"{name}.parquet")


def read_clean(shared: Path, name: str, unit: Unit = "document") -> Iterator[Document]:
    """Read a clean corpus document by document, sentences in order.

    A smaller `unit` gives each run of rows of one section or paragraph as a document of
    its own, with an id `doc_id#section` or `doc_id#para`; `root_id` gives the text's id.
    """
    path = corpus_path(shared, name)
    rows: list[str] = []
    current: tuple[str, ...] | None = None
    head: tuple[str, str, str] = ("", "", "")
    for number, row in _rows(path, _CLEAN_COLUMNS):
        _, doc_id, date, section, para, _, text = row
        if not doc_id:
            raise MalformedRow(path, number, "a doc_id", doc_id)
        text = text.strip()
        if not text:
            raise MalformedRow(path, number, "a sentence in `text`", text)
        key = {"document": (doc_id,), "section": (doc_id, section), "paragraph": (doc_id, para)}
        if key[unit] != current:
            if rows:
                yield Document(head[0], tuple(rows), name, head[1] or None, head[2] or None)
            current = key[unit]
            head = ("#".join(current), date, section)
            rows = []
        rows.append(lower_surnames(text) if name == "cia_factbook" else text)
    if rows:
        yield Document(head[0], tuple(rows), name, head[1] or None, head[2] or None)


def root_id(document: Document) -> str:
    """Give the id of the whole text that a section, paragraph or excerpt was cut from."""
    return document.id.partition("#")[0]


def lower_surnames(text: str) -> str:
    """Lower surnames that the factbook writes in capitals, acronyms kept.

    >>> lower_surnames("President Ilham ALIYEV spoke to NATO; Kim JONG-UN's aide did not.")
    "President Ilham Aliyev spoke to NATO; Kim Jong-Un's aide did not."
    """

    def lower(match: re.Match[str]) -> str:
        word = match.group()
        bare = re.sub(r"['’]s$", "", word)
        letters = re.sub(r"[-'’]", "", bare)
        if bare in _ACRONYMS or len(letters) < 4 or not _VOWEL.search(bare):
            return word
        tail = word[len(bare) :]
        return "".join(part.capitalize() for part in re.split(r"([-'’])", bare)) + tail

    return _SURNAME.sub(lower, text)


def read_translations(shared: Path) -> Iterator[Translation]:
    """Read all machine translations into English, in the order of the file."""
    path = existing(shared / "corpora" / "mt" / "wmt_into_english.parquet")
    for number, row in _rows(path, _WMT_COLUMNS):
        year, direction, system, segment, document, _, _, text, reference = row
        if not segment.isdecimal():
            raise MalformedRow(path, number, "a whole number in `seg`", segment)
        yield Translation(
            year, direction, system, int(segment), document, text.strip(), reference.strip()
        )


def read_system_scores(shared: Path) -> dict[tuple[str, str, str], float]:
    """Read the human score of each system, by (year, direction, system); higher is better.

    Systems that nobody judged are left out.
    """
    path = existing(shared / "corpora" / "mt" / "wmt_systems.parquet")
    scores = {}
    for number, row in _rows(path, ("year", "direction", "system", "sys_da_z")):
        if not row[3]:
            continue
        try:
            score = float(row[3])
        except ValueError:
            raise MalformedRow(path, number, "a number in `sys_da_z`", row[3]) from None
        scores[row[0], row[1], row[2]] = score
    return scores


def read_headlines(shared: Path) -> Iterator[Headline]:
    """Read the translated headlines; blank ones are left out."""
    path = existing(shared / "corpora" / "mt" / "ru1tv_headlines.parquet")
    for _, (date, _, source, text) in _rows(path, _HEADLINE_COLUMNS):
        if text.strip():
            yield Headline(date, source.strip(), text.strip())


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give numbered rows of string columns; refuses other files, columns and values."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"{path}: expected a Parquet file, found {error}") from None
    missing = [name for name in columns if name not in file.schema_arrow.names]
    if missing:
        raise MalformedRow(
            path, 0, f"the columns {', '.join(columns)}", ", ".join(file.schema_arrow.names)
        )
    number = 0
    for batch in file.iter_batches(batch_size=20_000, columns=list(columns)):
        values = [batch.column(name).to_pylist() for name in columns]
        for row in zip(*values, strict=True):
            for name, value in zip(columns, row, strict=True):
                if not isinstance(value, str):
                    raise MalformedRow(path, number, f"text in `{name}`", value)
            yield number, row
            number += 1
