"""Damage inside tokens: non-words, untranslated words, markup debris, mangled numbers."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from random import Random

from training.corruptions.edits import Edit, Editor, Word, words
from training.corruptions.english import FUNCTION_WORDS

FOREIGN_WORDS = Path(__file__).parents[2] / "data" / "foreign_words.tsv"

SUFFIXES = (
    "ų", "utaja", "ción", "ung", "ität", "ować", "ován", "ijas", "ovat", "ksi", "ului", "osti",
    "lar", "dır", "ék", "ovna", "amus", "isme", "heit", "enje", "ává", "ksen", "oje", "esa",
    "ado", "ita", "eux", "ska", "eri", "ante", "iko", "ajn", "ojn", "inta", "ele",
)  # fmt: skip

DEBRIS = (
    "<br", "<br />", "p >", "</p>", "< / p >", "&nbsp;", "&amp;nbsp;", "&quot;", "&lt;", "&gt;",
    "</span>", "<unk>", "@-@", "\\u201c", "\\u2019", "\\n\\n", "â€™", "â€œ", "â€", "Â ", "ï¿½",
    "�", "⁇", "{{", "}}", "[[", "|right|", "&#39;", "&apos;", "/ strong >",
    "_UNK_", "▁", "<s>", "</s>", "\\x92", "&#8217;", "Ã©", "] ] >",
)  # fmt: skip

APOSTROPHES = ("&apos;", "&#39;", "â€™", "\\u2019", "&amp;#39;", "Ã¢â‚¬â„¢", "’Äô", "�", "&rsquo;")
QUOTES = ("&quot;", "&amp;quot;", "â€œ", "\\u201c", "&ldquo;", '\\"', "�", "@quot;")
MOJIBAKE = {
    "é": "Ã©", "á": "Ã¡", "ó": "Ã³", "í": "Ã­", "ñ": "Ã±", "ü": "Ã¼", "ö": "Ã¶", "ä": "Ã¤",
    "ç": "Ã§", "è": "Ã¨", "ã": "Ã£", "ł": "Å‚", "š": "Å¡", "ć": "Ä‡", "č": "Ä", "–": "â€“",
    "—": "â€”", "“": "â€œ", "”": "â€", "’": "â€™", "£": "Â£", "€": "â‚¬",
}  # fmt: skip


SAME_IN_WORDS = (
    ("president", "head of state"), ("police", "law enforcement officers"),
    ("government", "cabinet of ministers"), ("talks", "negotiations"),
    ("said", "stated"), ("killed", "dead"), ("announced", "made it known"),
    ("country", "state"), ("election", "vote"), ("elections", "the polls"),
    ("company", "firm"), ("soldiers", "servicemen"), ("troops", "military forces"),
    ("attack", "assault"), ("agreement", "deal"), ("treaty", "pact"), ("meeting", "gathering"),
    ("people", "persons"), ("court", "tribunal"), ("injured", "wounded"),
    ("begin", "start"), ("arrested", "detained"), ("city", "town"), ("war", "armed conflict"),
    ("law", "legislation"), ("children", "minors"), ("money", "funds"), ("help", "assistance"),
    ("report", "account"), ("workers", "employees"), ("died", "passed away"),
    ("increase", "rise"), ("support", "backing"), ("located", "situated"),
    ("important", "significant"), ("called", "named"), ("border", "frontier"),
    ("prison", "jail"), ("decision", "ruling"), ("plans", "intends"),
    ("officials", "functionaries"),
    ("bill", "draft law"), ("budget", "spending plan"), ("disease", "illness"),
)  # fmt: skip


@lru_cache(maxsize=1)
def foreign_words() -> dict[str, tuple[str, ...]]:
    """Common words by language code, from `data/foreign_words.tsv`."""
    with FOREIGN_WORDS.open(encoding="utf-8", newline="") as rows:
        return {
            row["language"]: tuple(row["words"].split())
            for row in csv.DictReader(rows, delimiter="\t")
        }


def _content(sentence: str, least: int = 4) -> list[Word]:
    """Plain words that carry meaning: no name, no function word."""
    return [
        word
        for word in words(sentence)
        if word.plain and len(word.text) >= least and word.lower not in FUNCTION_WORDS
    ]


def _cut(word: str, rng: Random) -> tuple[str, str]:
    """A word in two, after a vowel near its middle where there is one."""
    near = [i + 1 for i in range(1, len(word) - 2) if word[i] in "aeiouy"]
    place = rng.choice(near) if near else len(word) // 2
    return word[:place], word[place:]


def nonword(sentence: str, rng: Random) -> list[Edit]:
    """One to three words become non-words mixed from the pieces of others."""
    there = _content(sentence, 5)
    if len(there) < 3:
        return []
    chosen = rng.sample(there, min(len(there), rng.choice((1, 1, 2, 3))))
    edits: list[Edit] = []
    for word in chosen:
        head, _ = _cut(word.text, rng)
        donor = rng.choice([w for w in there if w is not word])
        _, tail = _cut(donor.text, rng)
        made = rng.choice(
            (
                head + tail[:5] + rng.choice(SUFFIXES),
                head + rng.choice(SUFFIXES),
                word.text + rng.choice(SUFFIXES),
                head + _cut(rng.choice(there).text, rng)[0] + tail,
                word.text[::-1] if rng.random() < 0.1 else word.text + donor.text,
            )
        )
        if made != word.text:
            edits.append(Edit(word.start, word.end, made))
    return edits


def untranslated(sentence: str, rng: Random) -> list[Edit]:
    """One to four words stay in one foreign language, some with an English ending."""
    there = _content(sentence)
    if len(there) < 2:
        return []
    vocabulary = foreign_words()[rng.choice(sorted(foreign_words()))]
    chosen = rng.sample(there, min(len(there), rng.choice((1, 1, 2, 2, 3, 4))))
    edits: list[Edit] = []
    for word in chosen:
        new = rng.choice(vocabulary)
        if rng.random() < 0.2:
            new += " " + rng.choice(vocabulary)
        if rng.random() < 0.1:
            new += rng.choice(("s", "ed", "ing", "'s"))
        edits.append(Edit(word.start, word.end, new))
    return edits


def glued(sentence: str, rng: Random) -> list[Edit]:
    """Three or more pairs of neighbouring words lose the space between them."""
    there = words(sentence)
    pairs = [
        (a, b)
        for a, b in pairwise(there)
        if sentence[a.end : b.start] == " " and len(a.text + b.text) > 5
    ]
    # Every other pair, so that no word is in two of them.
    pairs = pairs[rng.randrange(2) :: 2]
    if len(pairs) < 3:
        return []
    chosen = rng.sample(pairs, rng.randint(3, min(6, len(pairs))))
    return [Edit(a.start, b.end, a.text + b.text) for a, b in chosen]


def debris(sentence: str, rng: Random) -> list[Edit]:
    """Markup and control marks of some pipeline stand between the words."""
    there = words(sentence)
    if len(there) < 4:
        return []
    edits: list[Edit] = []
    for word in rng.sample(there, rng.choice((1, 1, 2, 3))):
        mark = rng.choice(DEBRIS)
        edits.append(Edit(word.end, word.end, (" " if rng.random() < 0.6 else "") + mark))
    return edits


def encoding(sentence: str, rng: Random) -> list[Edit]:
    """Apostrophes, quotes and accents decoded wrongly, all of them alike."""
    if len(words(sentence)) < 2:
        return []
    apostrophe, quote = rng.choice(APOSTROPHES), rng.choice(QUOTES)
    edits: list[Edit] = []
    for place, letter in enumerate(sentence):
        if letter in "'’":
            edits.append(Edit(place, place + 1, apostrophe))
        elif letter in '"“”':
            edits.append(Edit(place, place + 1, quote))
        elif letter in MOJIBAKE:
            edits.append(Edit(place, place + 1, MOJIBAKE[letter]))
    for match in re.finditer(r"(?<=[a-z])-(?=[a-z])", sentence):
        if rng.random() < 0.5:
            edits.append(Edit(match.start(), match.end(), " @-@ "))
    return edits


_NUMBER = re.compile(r"(?<![\w.,])[$€£]?\d[\d,.]*\d(?![\w%])|(?<![\w.,])\d(?![\w.,%])")
_DATE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December) \d{1,2}\b|\b\d{1,2} (?:January|February|March|April|May|June|July|August|"
    r"September|October|November|December)\b"
)


def _mangle(number: str, rng: Random) -> str:
    digits = re.sub(r"\D", "", number)
    return rng.choice(
        (
            f"{number}+{rng.randint(0, 9)}",
            f"65,438+0{digits[-1]}",
            f"{number} million {rng.randint(2, 9)}",
            " , ".join(digits[i : i + 2] for i in range(0, len(digits), 2)) + " , 0",
            f"{number}.{rng.randint(0, 99)}.{rng.randint(0, 9)}",
            f"{digits},{digits[-1]}{digits[:2]},{rng.randint(0, 99)}",
            f"{rng.randint(2, 9)} thousand {number} {rng.randint(2, 900)}",
            f"% {number} {rng.choice(('per', 'of', 'percentage'))}",
            f"{number}th {number}",
            f"{number} {digits[::-1]} {digits}",
        )
    )


def numbers(sentence: str, rng: Random) -> list[Edit]:
    """Numbers as no one writes them: `65,438+0`, `2014 million 5`."""
    found = list(_NUMBER.finditer(sentence))
    if not found:
        return []
    chosen = rng.sample(found, rng.randint(1, min(2, len(found))))
    return [Edit(m.start(), m.end(), _mangle(m.group(), rng)) for m in chosen]


def dates(sentence: str, rng: Random) -> list[Edit]:
    """A date given twice around an impossible hour: `On 3 May, at 2400 hours on May 3`."""
    match = next(iter(_DATE.finditer(sentence)), None)
    if match is None:
        return []
    day = match.group()
    turned = " ".join(reversed(day.split()))
    hour = rng.choice(("at 2400 hours", "at 24 o'clock", "in the 18 hours", "the time 00:00"))
    new = rng.choice(
        (
            f"{turned}, {hour} on {day}",
            f"{day}, {hour} of {turned}",
            f"{day} {turned} day",
            f"{day}, the same day {turned},",
            f"the {day} on the {turned}",
        )
    )
    return [Edit(match.start(), match.end(), new)]


def in_other_words(sentence: str, rng: Random) -> list[Edit]:
    """A word followed by the same in other words, as if two drafts were joined."""
    there = words(sentence)
    found = [(word, new) for word in there for old, new in SAME_IN_WORDS if word.lower == old]
    if not found:
        return []
    chosen = rng.sample(found, min(len(found), rng.choice((1, 1, 2))))
    return [Edit(word.end, word.end, " " + new) for word, new in chosen]


TOKEN_EDITORS: dict[str, Editor] = {
    "in_other_words": in_other_words,
    "nonword": nonword,
    "untranslated": untranslated,
    "glued": glued,
    "debris": debris,
    "encoding": encoding,
    "numbers": numbers,
    "dates": dates,
}
