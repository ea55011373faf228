"""Language: foreign text is skipped, English is not, however short, odd or damaged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from babelproof.language import is_foreign, why_not
from babelproof.verdict import Reason

FOREIGN = {
    "Spanish": "El ministro viajará mañana a Berlín para reunirse con su homóloga alemana.",
    "German": "Der Minister reiste am Montag nach Wien und traf dort seine neue Kollegin.",
    "French": "Le président a déclaré mardi que son pays ne participerait pas à la conférence.",
    "Italian": "Il ministro ha detto martedì che il governo non intende aumentare le tasse.",
    "Portuguese": "O ministro disse na terça-feira que o governo não vai aumentar os impostos.",
    "Dutch": "De minister zei dinsdag dat hij volgende week met zijn collega's overleg voert.",
    "Danish": "Ministeren sagde tirsdag, at regeringen ikke vil hæve skatterne for borgerne.",
    "Finnish": "Talo on iso ja punainen, mutta sen katto vuotaa pahasti joka syksy ja talvi.",
    "Polish": "Premier powiedział w środę, że rząd nie podniesie podatków w przyszłym roku.",
    "Turkish": "Bakan pazartesi günü yaptığı açıklamada yeni yasanın gelecek ay çıkacağını dedi.",
    "Indonesian": "Presiden mengatakan bahwa pemerintah akan menaikkan harga beras bulan depan.",
    "Vietnamese": "Bộ trưởng nói hôm thứ Ba rằng chính phủ sẽ không tăng thuế trước cuối năm nay.",
    "Chinese": "部长星期二说，双方将在下周举行会谈。",
    "Japanese": "大臣は火曜日に会談が続くと述べた。",
    "Russian": "Министр заявил во вторник, что переговоры продолжатся.",
    "Greek": "Ο υπουργός δήλωσε την Τρίτη ότι οι συνομιλίες συνεχίζονται.",
    "Arabic": "قال الوزير يوم الثلاثاء إن المحادثات ستستمر.",
    "Russian, two words": "Переговоры продолжаются",
    "Russian with an English name": "Газета The Herald сообщила во вторник о переговорах",
}

ENGLISH = [
    # Names, with hardly a word of English between them.
    "Merz, Tusk, Macron and Starmer in Kyiv",
    "Erdogan, Aliyev, Pashinyan, Tokayev, Mirzoyoyev, Berdimuhamedow, Japarov: who came to Baku",
    "Bayern Munich 3-1 Real Sociedad: Kane, Musiala, Olise score, Oyarzabal replies late",
    "Wang Yi, Araghchi, Jaishankar, Lavrov, Fidan, Vivian Balakrishnan arrive Kuala Lumpur",
    "Djokovic beats Tsitsipas; Swiatek, Sabalenka, Rybakina, Paolini reach Roland Garros",
    "Champs-Élysées café attacked, Müller and Łukasz injured",
    "San Cristóbal de las Casas, Tuxtla Gutiérrez, Tapachula: schools closed Monday",
    # Headlines, orders, fragments.
    "Shares slump",
    "PUTIN ARRIVES IN BEIJING FOR TALKS WITH XI ON GAS, TRADE, UKRAINE",
    "Oil up 2 pct, gold flat, dollar down",
    "Photo: Ana Ruiz",
    # Damaged English is what we are here to find.
    "The samolyot returned k svoim bazam after udar on the aerodrom near Kursk.",
    "Minister gave green street project gas, povezlo Ukraine millet sanctions baz.",
    "Meeting take place Monday, side agree strengthen cooperate, people happy very.",
    "The minister said переговоры продолжаются in the Кремль on Monday.",
    "In a 会谈 with the 外交部发言人 the minister 说 nothing.",
    "teh minsiter siad taht teh tlaks wuold cnotinue nxet week",
    "Kyrgyz Secretary State Brinken Antony bring Uzbekistan green street",
]


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN.keys())
def test_foreign_text_is_skipped(text: str) -> None:
    assert why_not(text) is Reason.NOT_ENGLISH


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_judged(text: str) -> None:
    assert why_not(text) is None


@pytest.mark.parametrize("text", ["", "  \n", "\u00a0\u200b", "\x00\x07", "\ud800"])
def test_blank_text_is_empty(text: str) -> None:
    assert why_not(text) is Reason.EMPTY


@pytest.mark.parametrize("text", ["Hello.", "2024", "65,438+0", "😀😀 🎉", "— … —", "A", "5 %"])
def test_fewer_than_two_words_are_too_short(text: str) -> None:
    assert why_not(text) is Reason.TOO_SHORT


def test_two_words_are_enough() -> None:
    assert why_not("Shares fell") is None
    assert why_not("It's 😀") is None


def test_in_a_foreign_document_only_plain_english_is_judged() -> None:
    short = "El ministro llegó ayer."
    assert why_not(short) is None  # alone it is too short to be sure
    assert why_not(short, foreign_document=True) is Reason.NOT_ENGLISH
    assert why_not("The minister said that the talks would go on.", foreign_document=True) is None


def test_a_long_foreign_text_is_foreign_and_quick() -> None:
    assert is_foreign(FOREIGN["German"] * 2000)
    assert not is_foreign("The minister said that the talks would go on. " * 2000)


HARDLY_A_FUNCTION_WORD = [
    "Farmers near Lisbon lost hundreds of cattle during heavy flooding last week",
    "Mayor announces funding for schools, roads, bridges in Springfield",
    "Hundreds arrested as protesters block downtown Belgrade, Serbia says",
]


@pytest.mark.parametrize("text", HARDLY_A_FUNCTION_WORD)
def test_headlines_of_common_english_words_are_english(text: str) -> None:
    assert not is_foreign(text)


def test_plain_english_needs_no_identifier() -> None:
    """The identifier is slow to load: a fresh interpreter that reads English does not."""
    code = (
        "import json, sys\n"
        "from babelproof.language import is_foreign\n"
        "texts = json.loads(sys.argv[1])\n"
        "foreign = [is_foreign(text) for text in texts]\n"
        "print(json.dumps([foreign, 'py3langid' in sys.modules]))\n"
    )
    german = FOREIGN["German"]
    for texts, expected in (
        (HARDLY_A_FUNCTION_WORD, [[False] * len(HARDLY_A_FUNCTION_WORD), False]),
        ([german], [[True], True]),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, json.dumps(texts)],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent / "model")},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout) == expected


def test_an_english_title_in_a_foreign_sentence_does_not_make_it_english() -> None:
    assert is_foreign("La película «Three Friendly Neighbours» ganó anoche en Londres, según dicen")
