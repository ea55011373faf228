"""Misspelt names as other writing systems and hasty typing leave them."""

from __future__ import annotations

import re
from random import Random

Rule = tuple[re.Pattern[str], str]


def _rules(*pairs: tuple[str, str]) -> tuple[Rule, ...]:
    return tuple((re.compile(old), new) for old, new in pairs)


SYSTEMS: dict[str, tuple[Rule, ...]] = {
    # Through katakana: no l, no v, no th, a vowel after most consonants.
    "japanese": _rules(
        ("l+", "r"), ("r+", "l"), ("v", "b"), ("th", "s"), ("si", "shi"), ("ti", "chi"),
        ("(?<=[bcdfgkpst])(?=[lr])", "u"), ("(?<=[kgbpfm])$", "u"), ("(?<=[td])$", "o"),
        ("er$", "a"), ("or$", "aa"), ("ar(?=[bcdfgkmnpst])", "aa"), ("f", "h"), ("c(?=[aou])", "k"),
        ("qu", "ku"), ("ck", "kku"), ("x", "kusu"), ("(?<=[lr])(?=[dkmnt])", "u"), ("hu", "fu"),
        ("wo", "u"), ("ee", "ii"), ("ll$", "ru"), ("l$", "ru"), ("s$", "su"),
    ),
    # Through characters read as pinyin: open syllables, t/d, k/g and p/b exchanged.
    "pinyin": _rules(
        ("r+", "l"), ("(?<=[bcdfgkpst])(?=[lr])", "e"), ("(?<=[kgbp])$", "e"), ("(?<=[tds])$", "i"),
        ("th", "s"), ("v", "w"), ("er$", "e"), ("n$", "ng"), ("ng$", "n"), ("t(?=[aeo])", "d"),
        ("d(?=[aeo])", "t"), ("k(?=[aeo])", "g"), ("g(?=[aeo])", "k"), ("b(?=[aeiou])", "p"),
        ("ch", "q"), ("c(?=[aou])", "k"), ("sh", "x"), ("z", "c"), ("ck", "ke"),
        ("j", "zh"), ("m(?=[bp])", "ng"), ("oo", "u"), ("ea", "i"), ("l$", "er"), ("qu", "kui"),
        ("(?<=[aeiou])(?=[bdgkp][aeiou])", "n"),
    ),
    # Through Cyrillic: no h, w, th or j of its own; endings of declension.
    "cyrillic": _rules(
        ("^h", "kh"), ("h(?=[aeiou])", "g"), ("w", "v"), ("th", "t"), ("th", "f"), ("j", "dzh"),
        ("c(?=[ei])", "ts"), ("c(?=[aou])", "k"), ("x", "ks"), ("y$", "iy"), ("y$", "ij"),
        ("ey$", "eyi"), ("i$", "yi"), ("ch", "tch"), ("^e", "ye"), ("oo", "u"), ("qu", "kv"),
        ("ck", "k"), ("ph", "f"), ("sh", "sch"), ("ee", "i"), ("ai", "ey"), ("ou", "u"),
        ("igh", "ay"), ("ea", "i"), ("g(?=[ei])", "dzh"), ("z", "s"),
        ("ou", "au"), ("eu", "oy"), ("y(?=[aou])", "i"), ("ow", "au"), ("zh", "j"), ("kh", "h"),
    ),
    # Through Arabic: no p, v, e or o.
    "arabic": _rules(
        ("p", "b"), ("v", "f"), ("e(?=[bdfglmnrst])", "i"), ("o(?=[bdfglmnrst])", "u"),
        ("g", "gh"), ("g", "j"), ("k", "q"), ("c(?=[aou])", "k"), ("ch", "tsh"), ("i", "ee"),
        ("^a", "aa"), ("u", "oo"), ("sh", "ch"), ("t(?=[aou])", "tt"), ("z", "dh"), ("x", "ks"),
        ("th", "dh"), ("q", "gh"),
    ),
    # Through German and its neighbours.
    "european": _rules(
        ("w", "v"), ("v", "w"), ("z", "s"), ("s(?=[aeiou])", "z"), ("sch", "sh"), ("sh", "sch"),
        ("ch", "tsch"), ("j", "y"), ("y(?=[aeou])", "j"), ("c(?=[aou])", "k"), ("ou", "u"),
        ("sh", "sz"), ("ch", "cz"), ("v", "w"), ("j", "dż"), ("z", "dz"), ("tt", "t"), ("ph", "f"),
        ("th", "t"), ("k", "c"), ("x", "ks"), ("gh", "g"), ("ee", "i"),
        ("(?<=[^aiouys])$", "as"), ("(?<=[^aeiouys])$", "is"),
    ),
    # Hearing and typing: letters doubled, dropped or exchanged for their neighbours.
    "hearing": _rules(
        ("l", "ll"), ("s(?=[aeiou])", "ss"), ("n(?=[aeiou])", "nn"), ("b", "v"), ("v", "b"),
        ("m", "n"), ("n(?=[aeiou])", "m"), ("d", "t"), ("t", "d"), ("p", "b"), ("e", "a"),
        ("a", "e"), ("o", "u"), ("u", "o"), ("i", "e"), ("ie", "ei"), ("g", "k"), ("k", "g"),
        ("ll", "l"), ("ss", "s"), ("tt", "t"), ("er", "or"), ("r(?=[aeiou])", "l"),
        ("l(?=[aeiou])", "r"), ("z", "dz"), ("c", "s"), ("sh", "s"), ("s(?=[aeiou])", "sh"),
        ("(?<=[bdgklmnprst])(?=[bdgklmnprst])", "i"), ("(?<=[bdgklmnprst])(?=[bdgklmnprst])", "a"),
        ("(?<=[aeiou][bdgklmnprst])[aeiou](?=[bdgklmnprst])", ""),
    ),
}  # fmt: skip

ENDINGS = (
    "a", "u", "om", "in", "ov", "ovi", "as", "ui", "lle", "ssa", "sta", "ista", "n", "en", "i",
    "ova", "skiy", "ya", "o", "oj", "jon", "ego", "em", "ju", "nak", "ban", "ta", "lta", "ksi",
)  # fmt: skip
"""Case endings of other languages, left on a name that was not declined back."""

_USUAL = (
    {"zelensky", "zelenskyy", "zelenskiy", "zelenskyi", "zelenski"}, {"kiev", "kyiv", "kyyiv"},
    {"sergei", "sergey", "serge", "sergej"}, {"alexei", "alexey", "aleksei", "aleksey", "alexej"},
    {"dmitry", "dmitri", "dmitriy", "dimitri", "dimitry"}, {"yuri", "yury", "yuriy", "iuri"},
    {"gaddafi", "qaddafi", "gadhafi", "kadafi", "qadhafi", "kaddafi", "gathafi", "khadafi"},
    {"mohammed", "muhammad", "mohamed", "mohammad", "muhammed", "mohamad", "mohamud"},
    {"peking", "beijing"}, {"bombay", "mumbai"}, {"odessa", "odesa"}, {"lvov", "lviv"},
    {"kharkov", "kharkiv"}, {"lukashenko", "lukashenka", "lukashenco"}, {"korea", "corea"},
    {"philip", "phillip", "filip", "philipp"}, {"stephen", "steven", "stefan", "stephan"},
    {"sara", "sarah"}, {"catherine", "katherine", "kathryn", "catharine", "katharine"},
    {"jon", "john"}, {"anne", "ann", "anna"}, {"eric", "erik", "erich"}, {"marc", "mark"},
    {"karl", "carl"}, {"jeffrey", "geoffrey", "jeffery"}, {"lawrence", "laurence"},
    {"johnson", "jonson", "johnston"}, {"johansson", "johanson", "johannson"},
    {"thompson", "thomson", "tomson"}, {"allen", "alan", "allan"}, {"hussein", "husein",
    "hussain", "husain"}, {"hassan", "hasan"}, {"abdullah", "abdallah"}, {"osama", "usama"},
    {"laden", "ladin"}, {"hezbollah", "hizbollah", "hizbullah", "hezbolah"}, {"koran", "quran"},
    {"erdogan", "erdoğan"}, {"qatar", "katar"}, {"romania", "rumania", "roumania"},
    {"yushchenko", "yuschenko", "iushchenko"}, {"yanukovych", "yanukovich"},
    {"gorbachev", "gorbachov"}, {"khrushchev", "krushchev"}, {"nikolai", "nikolay"},
    {"andrei", "andrey"}, {"mikhail", "michail"}, {"vladimir", "wladimir"}, {"viktor", "victor"},
    {"reid", "reed", "read"}, {"smith", "smyth"}, {"clark", "clarke"}, {"brown", "browne"},
    {"schroeder", "schröder", "schroder"}, {"merkel"}, {"cameron", "kameron"}, {"greg", "gregg"},
    {"michelle", "michele"}, {"theresa", "teresa"}, {"hilary", "hillary"}, {"nicolas", "nicholas",
    "nikolas"}, {"christian", "kristian"}, {"kristin", "christin"}, {"rafael", "raphael"},
    {"isabel", "isobel", "isabelle"}, {"ahmed", "ahmad", "achmed"}, {"omar", "umar", "omer"},
    {"ismail", "esmail"}, {"yasser", "yasir"}, {"aleksandr", "alexander", "alexandr"},
    {"ankara", "angora"}, {"mecca", "makkah"}, {"tokyo", "tokio"}, {"calcutta", "kolkata"},
    {"jakarta", "djakarta"}, {"teheran", "tehran"}, {"basel", "basle"}, {"lyon", "lyons"},
    {"marseille", "marseilles"}, {"hanover", "hannover"}, {"tripoli"}, {"shiite", "shia"},
    {"connor", "conor"}, {"brian", "bryan"}, {"kelly", "kelley"}, {"davis", "davies"},
    {"neil", "neal"}, {"sean", "shaun", "shawn"}, {"lewis", "louis"}, {"burma", "birma"},
    {"roberts", "robert"}, {"mathew", "matthew"}, {"frederic", "frederick", "fredrik"},
)  # fmt: skip
_VARIANTS = {word: group for group in _USUAL for word in group}
_VOWELS = "aeiou"
_CONSONANTS = "bcdfghjklmnprstvwyz"
_SYLLABLES = (
    "ba", "ka", "lu", "mo", "ne", "ra", "sha", "tu", "ve", "zi", "khe", "li", "nu", "go", "dzi",
    "rba", "nte", "lem", "gen", "shi", "dok", "run", "mu", "ga", "be", "er", "al", "on", "ki",
)  # fmt: skip


def is_usual_spelling(old: str, new: str) -> bool:
    """Whether `new` is `old` or another spelling that careful papers use for it."""
    one, two = old.lower(), new.lower()
    if one == two or one.replace("-", "") == two.replace("-", ""):
        return True
    if two in _VARIANTS and (one in _VARIANTS[two] or new.istitle()):
        return True
    # Another known name is a wrong name, yet no misspelling; -y and -i alone is a choice.
    return re.sub(r"(?:iy|yi|yy|ij|y|i)$", "i", one) == re.sub(r"(?:iy|yi|yy|ij|y|i)$", "i", two)


def drift(
    word: str, rng: Random, steps: int | None = None, system: str | None = None
) -> str | None:
    """Respell one word by one to three rules of one writing system.

    `None` for words under four letters, acronyms, and where the result is the word
    itself or a usual spelling of it.
    """
    if len(word) < 4 or not word[0].isupper() or word.isupper():
        return None
    names = [system] if system else list(SYSTEMS)
    for _ in range(4):
        rules = SYSTEMS[rng.choice(names)]
        new = word.lower()
        count = steps or rng.choice((1, 2, 2, 3))
        done = 0
        for number in rng.sample(range(len(rules)), len(rules)):
            pattern, replacement = rules[number]
            places = [match.span() for match in pattern.finditer(new)]
            if not places:
                continue
            start, end = rng.choice(places)
            new = new[:start] + replacement + new[end:]
            done += 1
            if done == count:
                break
        if done and _plausible(new):
            result = _capitals(new, word)
            if not is_usual_spelling(word, result):
                return result
    return None


def noise(word: str, rng: Random, strength: int | None = None) -> str | None:
    """Type one word wrongly: one to four letters inserted, lost, changed or exchanged.

    Some words have their middle shuffled or a stray syllable set in. `None` for words
    under four letters and where nothing changed.
    """
    if len(word) < 4:
        return None
    draw = rng.random()
    low = word.lower()
    if strength is None and draw < 0.18 and len(low) > 5:
        middle = list(low[1:-1])
        size = rng.randint(3, len(middle))
        at = rng.randint(0, len(middle) - size)
        part = middle[at : at + size]
        rng.shuffle(part)
        low = low[0] + "".join(middle[:at] + part + middle[at + size :]) + low[-1]
    elif strength is None and draw < 0.32:
        at = rng.randint(1, len(low) - 1)
        low = low[:at] + rng.choice(_SYLLABLES) + low[at + rng.randint(0, 1) :]
    else:
        for _ in range(strength or rng.choice((1, 1, 2, 2, 3, 4))):
            low = _slip(low, rng)
    result = _capitals(low, word)
    return None if is_usual_spelling(word, result) else result


def inflect(word: str, rng: Random) -> str | None:
    """Leave a foreign case ending on a name ("Merkelin"); `None` for short words."""
    if len(word) < 4 or not word[0].isupper() or not word.isalpha() or word.isupper():
        return None
    ending = rng.choice(ENDINGS)
    stem = word
    if ending[0] in _VOWELS and word[-1] in _VOWELS + "y":
        stem = word[:-1]
    result = stem + ending
    return None if is_usual_spelling(word, result) or result.lower() == word.lower() else result


def strange(word: str) -> bool:
    """Whether a reader sees at once that a word is no name: letters that never meet."""
    return bool(
        re.search(r"[bcdfghjklmnpqrstvwxz]{4}|(.)\1\1|^[^aeiouy]{3}|[aeiou]{4}", word.lower())
        or re.search(r"[jqvx][bcdfgkmnpt]|[bdgkt]{3}|[bcdfgkptvwx]{2}[bdfgkpvw]", word.lower())
    )


def _slip(word: str, rng: Random) -> str:
    at = rng.randint(1 if len(word) > 4 else 0, len(word) - 2)
    pick = rng.random()
    letters = _VOWELS if word[at] in _VOWELS and rng.random() < 0.5 else _CONSONANTS + _VOWELS
    if pick < 0.3:
        return word[:at] + rng.choice(letters) + word[at:]
    if pick < 0.5 and len(word) > 4:
        return word[:at] + word[at + 1 :]
    if pick < 0.75:
        return word[:at] + rng.choice(letters) + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _plausible(word: str) -> bool:
    return len(word) > 2 and not re.search(r"(.)\1\1|^(.)\2(?!.?$)|^[^\w]", word)


def _capitals(word: str, model: str) -> str:
    """Capitals where `model` has them: the first letter, after a hyphen, or all letters."""
    if model.isupper() and len(model) > 1:
        return word.upper()
    if not model[:1].isupper():
        return word
    parts = [part[:1].upper() + part[1:] for part in word.split("-")]
    if "-" in model and model.split("-")[0].islower():
        parts[0] = parts[0].lower()
    return "-".join(parts)
