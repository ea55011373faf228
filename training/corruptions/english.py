"""Closed word classes and simple inflection: just enough English to damage it plausibly."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


ARTICLES = _set("a an the")
DETERMINERS = ARTICLES | _set(
    "this that these those his her its their our my your some any no each every"
)
PREPOSITIONS = _set(
    "of in on at for to by with from into after before over under against between about "
    "during through without within among toward towards near off despite since until"
)
AUXILIARIES = _set(
    "is are was were be been being am has have had do does did will would can could may might "
    "shall should must"
)
PRONOUNS = _set(
    "i you he she it we they him her them us me who which what whom himself herself "
    "itself themselves"
)
CONJUNCTIONS = _set(
    "and or but nor so yet because although while whereas if unless as than that when where"
)
OTHER = _set(
    "not there here also only just more most less least very too even still then now such both "
    "all one two three four five six seven eight nine ten several many few other another own "
    "up down out away back again how why whether"
)
FUNCTION_WORDS = DETERMINERS | PREPOSITIONS | AUXILIARIES | PRONOUNS | CONJUNCTIONS | OTHER

_VOWELS = "aeiou"


_STRESSED_LAST = _set(
    "admit commit permit submit omit refer prefer transfer occur begin control regret equip "
    "compel expel propel forget upset rebut abet allot concur confer defer deter incur"
)


def plural(noun: str) -> str:
    """Regular plural of a noun or phrase: `party` -> `parties`."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in _VOWELS:
        return noun[:-1] + "ies"
    return noun + "s"


def _doubles(verb: str) -> bool:
    """Whether a verb doubles its last letter: `stop` -> `stopped`, `admit` -> `admitted`."""
    onset = verb[:-2].removesuffix("qu") if verb.startswith(("qu", "squ")) else verb[:-2]
    return (
        verb in _STRESSED_LAST
        or (
            len(verb) >= 3
            and verb[-1] not in "aeiouwxy"
            and verb[-2] in _VOWELS
            # One syllable: "opened" and "visited" have a vowel before the last one.
            and not (set(onset) & set(_VOWELS) or "y" in onset[1:])
        )
    )


def _first(verb: str) -> tuple[str, str]:
    """The verb of a phrase and the rest of it: `put down` -> `put`, ` down`."""
    head, space, rest = verb.partition(" ")
    return head, space + rest


def past(verb: str) -> str:
    """Regular past tense of a verb or phrasal verb, irregular where listed."""
    head, rest = _first(verb)
    if head in IRREGULAR_PAST:
        return IRREGULAR_PAST[head] + rest
    if head.endswith("e"):
        return head + "d" + rest
    if head.endswith("y") and head[-2:-1] not in _VOWELS:
        return head[:-1] + "ied" + rest
    return head + (head[-1] if _doubles(head) else "") + "ed" + rest


def gerund(verb: str) -> str:
    """The `-ing` form of a verb or phrasal verb."""
    head, rest = _first(verb)
    if head.endswith("ie"):
        return head[:-2] + "ying" + rest
    if head.endswith("e") and not head.endswith(("ee", "oe", "ye")) and len(head) > 2:
        return head[:-1] + "ing" + rest
    return head + (head[-1] if _doubles(head) else "") + "ing" + rest


def third(verb: str) -> str:
    """The third person singular present of a verb or phrasal verb."""
    head, rest = _first(verb)
    return {"have": "has", "do": "does", "go": "goes", "be": "is"}.get(head, plural(head)) + rest


IRREGULAR_PAST = {
    "be": "was", "become": "became", "begin": "began", "break": "broke", "bring": "brought",
    "build": "built", "buy": "bought", "catch": "caught", "choose": "chose", "come": "came",
    "cut": "cut", "deal": "dealt", "do": "did", "draw": "drew", "drive": "drove", "eat": "ate",
    "fall": "fell", "feel": "felt", "fight": "fought", "find": "found", "fly": "flew",
    "get": "got", "give": "gave", "go": "went", "grow": "grew", "hang": "hung", "have": "had",
    "hear": "heard", "hit": "hit", "hold": "held", "hurt": "hurt", "keep": "kept",
    "know": "knew", "lay": "laid", "lead": "led", "leave": "left", "lend": "lent", "let": "let",
    "lose": "lost", "make": "made", "mean": "meant", "meet": "met", "pay": "paid", "put": "put",
    "read": "read", "ride": "rode", "rise": "rose", "run": "ran", "say": "said", "see": "saw",
    "sell": "sold", "send": "sent", "set": "set", "shake": "shook", "shoot": "shot",
    "shut": "shut", "sing": "sang", "sit": "sat", "sleep": "slept", "speak": "spoke",
    "spend": "spent", "split": "split", "spread": "spread", "stand": "stood", "steal": "stole",
    "strike": "struck", "sweep": "swept", "swim": "swam", "take": "took", "teach": "taught",
    "tear": "tore", "tell": "told", "think": "thought", "throw": "threw",
    "understand": "understood", "wear": "wore", "win": "won", "write": "wrote",
}  # fmt: skip
"""Past tenses that news needs; `training.corruptions.wordnet` knows the others."""
