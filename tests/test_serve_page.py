"""The editor's page in a real browser: marks, threshold, keys, hostile text, long articles."""

from __future__ import annotations

import json
import random
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gate_samples import POLICY, QUIET, judged
from playwright.sync_api import Browser, Page, expect, sync_playwright
from serving import ARGUMENTS, CHROMIUM, Server, docx

from babelproof.detector import Detector
from babelproof.gate.article import plain
from babelproof.gate.decide import Allowances, decide
from babelproof.gate.policy import DEFAULT, preset, presets
from babelproof.labels import CHANNELS
from babelproof.signal import DocumentSignal
from babelproof.verdict import IN_CONTEXT_FROM, DocumentVerdict

CLEAN = "The president said the talks in Kyiv went to plan."
ARTICLE = f"""\
{CLEAN} The minister met Sandra Brinken in Kyiv on Monday.

The president of Uzbekistan said the talks with Ukraine went on. {CLEAN}

The war somehow went on after the talks.
"""
DAMAGED = "The minister met Sandra Brinken in Kyiv on Monday."
HOSTILE = f"""\
<script>document.title = "taken"</script><img src=x onerror="document.title='taken'"> {CLEAN}

\u202e{CLEAN}\u202c The\u200bminister met Antony\u200d Brinken &lt;b&gt; in Kyiv. 😀 The plan.

{"long" * 5_000} {CLEAN}
"""

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="expected chromium, found none; apt-get install chromium"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(detector: Detector) -> Iterator[Server]:
    with Server(detector) as server:
        yield server


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.address)
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda failure: failures.append(str(failure)))
    page.on("console", lambda m: failures.append(m.text) if m.type == "error" else None)
    page.goto(server.address)
    yield page
    context.close()
    assert failures == []


def check(page: Page, text: str) -> None:
    page.locator("#draft").fill(text)
    page.locator("#check").click()
    expect(page.locator("#progress")).to_have_class("done", timeout=60_000)


def held_numbers(page: Page) -> list[int]:
    spans = page.locator(".sentence.held").all()
    return [int(span.get_attribute("data-number") or -1) for span in spans]


def numbers(document: DocumentVerdict) -> list[int]:
    return [number for number, verdict in enumerate(document.sentences) if verdict.held]


def move(page: Page, value: float) -> None:
    page.locator("#threshold").evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }",
        value,
    )


def test_the_page_marks_what_the_detector_holds(page: Page, detector: Detector) -> None:
    check(page, ARTICLE)
    (document,) = detector.score_documents([ARTICLE])
    assert held_numbers(page) == numbers(document) != []
    expect(page.locator("#status")).to_have_text(
        f"{len(numbers(document))} of {len(document.sentences)} sentences held"
    )
    page.locator(".sentence.held").first.click()
    details = page.locator("#details")
    expect(details).to_contain_text("Held: ")
    expect(details).to_contain_text("name")
    expect(details.locator("tr.reached").first).to_be_visible()


def test_the_threshold_judges_again_without_a_request(page: Page, detector: Detector) -> None:
    check(page, ARTICLE)
    (document,) = detector.score_documents([ARTICLE])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    seen = set()
    for value in (0.02, 0.2, 0.9, 0.99):
        move(page, value)
        moved = page.evaluate(
            "movedThresholds(state.own, Number(document.getElementById('threshold').value))"
        )
        again = document.judge(detector.operating_points.in_context.replace(**moved))
        assert held_numbers(page) == numbers(again)
        shown = page.evaluate(
            "state.sentences.map(s => s.result.findings.map(f => [f.label, f.start, f.end]))"
        )
        assert shown == [
            [[f.label.value, f.start, f.end] for f in v.findings] for v in again.sentences
        ]
        seen.add(tuple(held_numbers(page)))
    assert len(seen) > 1
    page.locator("#reset").click()
    assert held_numbers(page) == numbers(document)
    assert asked == []


def test_the_keyboard_is_enough(page: Page) -> None:
    page.locator("#draft").focus()
    page.keyboard.insert_text(ARTICLE)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#progress")).to_have_class("done")
    expect(page.locator("#heading")).to_be_focused()
    page.locator("#next").focus()
    page.keyboard.press("Enter")
    chosen = page.locator(".sentence.chosen")
    expect(chosen).to_be_focused()
    assert (chosen.get_attribute("aria-label") or "").startswith("Held, ")
    first = chosen.get_attribute("data-number")
    page.keyboard.press("j")
    assert chosen.get_attribute("data-number") != first
    page.keyboard.press("Home")
    assert chosen.get_attribute("data-number") == "0"
    page.keyboard.press("ArrowDown")
    assert chosen.get_attribute("data-number") == "1"
    page.locator("#threshold").focus()
    before = page.locator("#shown").text_content()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#shown").text_content() != before


def test_the_report_is_copied(page: Page) -> None:
    check(page, ARTICLE)
    page.locator("#copy").click()
    expect(page.locator("#copy")).to_have_text("Copied")
    report = page.evaluate("navigator.clipboard.readText()")
    assert "held: name" in report
    assert "[[Brinken]]" in report


def test_a_file_is_read_and_another_kind_refused(page: Page) -> None:
    page.locator("#file").set_input_files(
        {"name": "draft.md", "mimeType": "text/markdown", "buffer": ARTICLE.encode()}
    )
    expect(page.locator(".sentence.held").first).to_be_visible()
    page.locator("#edit").click()
    assert page.locator("#draft").input_value() == ARTICLE.strip()
    page.locator("#file").set_input_files(
        {"name": "draft.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )
    expect(page.locator("#error")).to_contain_text("found draft.pdf")


def drop(page: Page, name: str, data: bytes) -> None:
    """Drop a file on the page as the mouse does."""
    transfer = page.evaluate_handle(
        """([name, base64]) => {
          const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], name));
          return transfer;
        }""",
        [name, b64encode(data).decode()],
    )
    page.dispatch_event("#form", "dragover", {"dataTransfer": transfer})
    page.dispatch_event("#form", "drop", {"dataTransfer": transfer})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("draft.txt", f"{CLEAN}\n\n{DAMAGED}\n".encode()),
        ("draft.md", f"{CLEAN}\n\n{DAMAGED}\n".encode()),
        ("draft.html", f"<nav>Home</nav><p>{CLEAN}</p><p>{DAMAGED}</p>".encode()),
        ("draft.docx", docx(CLEAN, DAMAGED)),
    ],
)
def test_a_dropped_file_is_checked(page: Page, name: str, data: bytes) -> None:
    drop(page, name, data)
    expect(page.locator("#progress")).to_have_class("done")
    assert page.locator(".sentence").all_text_contents() == [CLEAN, DAMAGED]
    assert held_numbers(page) == [1]


def test_a_file_that_cannot_be_read_is_told(page: Page) -> None:
    for name, data, told in (
        ("a.docx", b"PK", "expected a .docx file"),
        ("a.html", b"\xff", "expected UTF-8"),
        ("a.pdf", b"%PDF", "found a.pdf"),
    ):
        drop(page, name, data)
        expect(page.locator("#error")).to_contain_text(told)
    expect(page.locator("#result")).to_be_hidden()


def test_a_sentence_that_its_source_allows_holds_nothing(page: Page) -> None:
    drop(page, "a.md", f"{CLEAN}\n\n{DAMAGED} <!-- babelproof: ok -->\n\n{CLEAN}\n".encode())
    expect(page.locator("#verdict")).to_have_text("The gate lets this article pass.")
    page.locator("#edit").click()
    page.locator("#draft").press("End")
    page.locator("#draft").press_sequentially(" ")  # another text, of which nothing is known
    page.locator("#check").click()
    expect(page.locator("#verdict")).not_to_have_text("The gate lets this article pass.")


def test_the_gates_verdict_stands_beside_and_moves_with_the_threshold(
    page: Page, detector: Detector
) -> None:
    check(page, ARTICLE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    (document,) = detector.score_documents([ARTICLE])
    made = decide(plain("draft.txt", ARTICLE), document, preset(DEFAULT), Allowances())
    line = page.locator("#verdict")
    assert all(reason in (line.text_content() or "") for reason in made.reasons)
    said = {line.text_content()}
    for value in (0.02, 0.99):
        move(page, value)
        said.add(line.text_content())
    assert any("holds this article" in (text or "") for text in said)
    assert any("lets this article pass" in (text or "") for text in said)
    page.locator("#reset").click()
    assert all(reason in (line.text_content() or "") for reason in made.reasons)
    assert asked == []


def test_the_page_decides_as_the_gate_does(page: Page) -> None:
    """Random articles under every preset and a policy of our own, with a word list or none."""
    rng = random.Random(5)
    policies = [*(preset(name) for name in presets()), POLICY]
    cases, expected = [], []
    for number in range(400):
        sentences: list[Any] = []
        for _ in range(rng.randint(0, 12)):
            text = rng.choice(["Mr Brinken left for the coast.", "Brinken!", QUIET, " "])
            if "Brinken" not in text or rng.random() < 0.3:
                sentences.append(text)
                continue
            label = rng.choice(["name", "mt", "country"])
            found = {label: (round(rng.random(), 3), "Brinken")}
            sentences.append((text, round(rng.random() ** 2, 3), found))
        article, document = judged(*sentences)
        whole = rng.choice([None, round(rng.random(), 3)])
        document = replace(document, document_score=whole)
        policy, words = policies[number % len(policies)], rng.choice([(), ("BRINKEN",)])
        made = decide(article, document, policy, Allowances(words))
        told = list(made.reasons) if made.error is None else [made.error]
        expected.append([made.decision.value, told])
        shown = [
            {**v.to_dict(), "candidates": [f.to_dict() for f in v.candidates]}
            for v in document.sentences
        ]
        cases.append([shown, whole, policy.to_dict(), [word.casefold() for word in words]])
    found = page.evaluate(
        """([cases, from]) => cases.map(([sentences, whole, policy, words]) => {
          const pieces = [{ probability: whole, judged: 9 }, { probability: null, judged: 2 }];
          const made = decided(sentences, wholeOf(pieces), policy, new Set(words), from);
          return [made.decision, made.reasons];
        })""",
        [cases, IN_CONTEXT_FROM],
    )
    assert found == expected
    assert {decision for decision, _ in expected} >= {"pass", "warn", "hold", "error"}


def test_pieces_of_an_article_come_to_what_the_whole_would(page: Page) -> None:
    signal = DocumentSignal({"any": 1.0}, 0.5)
    logits = np.random.default_rng(2).normal(0, 2, (12, len(CHANNELS)))
    parts = [logits[:4], logits[4:]]
    pieces = [{"probability": signal.probability(part), "judged": len(part)} for part in parts]
    pieces.append({"probability": None, "judged": 3})  # too short to say
    found = page.evaluate("pieces => wholeOf(pieces)", pieces)
    assert found == pytest.approx(signal.probability(logits))
    assert page.evaluate("wholeOf([])") is None
    assert page.evaluate("wholeOf([{probability: null, judged: 2}])") is None


def test_hostile_text_is_shown_as_text(page: Page) -> None:
    check(page, HOSTILE)
    assert page.title() == "babelproof"
    article = page.locator("#article")
    assert article.locator("script, img, b").count() == 0
    shown = article.evaluate("node => node.textContent")
    assert "".join(shown.split()) == "".join(HOSTILE.split())
    fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert fits
    found = page.evaluate(
        "state.sentences.flatMap(s => s.result.findings.map(f => [f.text, "
        "s.text.slice(s.local(f.start), s.local(f.end))]))"
    )
    assert found
    assert all(text == cut for text, cut in found)


@pytest.mark.slow
def test_a_long_article_is_marked_bit_by_bit_and_answers_meanwhile(page: Page) -> None:
    text = "\n\n".join([ARTICLE] * 500)
    assert len(text.split()) > 20_000
    page.evaluate(
        """() => {
          window.seen = new Set();
          const look = () => {
            seen.add(document.getElementById("progress").value);
            requestAnimationFrame(look);
          };
          look();
        }"""
    )
    check(page, text)
    assert page.evaluate("seen.size") > 5
    total = page.evaluate("state.sentences.length")
    assert total > 2_000
    held = page.locator(".sentence.held").count()
    move(page, 0.99)
    assert page.locator(".sentence.held").count() != held
    page.locator("#reset").click()
    page.locator("#next").click()
    expect(page.locator(".sentence.chosen")).to_be_focused()


def test_a_token_is_asked_for_and_used(browser: Browser, detector: Detector) -> None:
    with Server(detector, token="s3cret") as server:
        page = browser.new_page()
        page.goto(server.address)
        expect(page.locator("#token")).to_be_visible()
        page.locator("#token").fill("s3cret")
        check(page, ARTICLE)
        expect(page.locator(".sentence.held").first).to_be_visible()
        expect(page.locator("#error")).to_be_hidden()
        page.close()


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_roles_and_contrast(
    browser: Browser, server: Server, width: int, scheme: str, tmp_path: Path
) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": 740},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page.goto(server.address)
    check(page, ARTICLE)
    page.locator("#next").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for control in page.locator("button:visible, input:visible").all():
        assert control.evaluate("n => (n.labels?.length || n.textContent.trim().length) > 0")
    assert page.locator("[role=status][aria-live=polite]").count() == 1
    ratio = page.locator(".sentence.held").last.evaluate(CONTRAST)
    assert ratio >= 4.5
    # The chosen sentence is not hidden behind the bar above or the sheet below.
    assert page.locator(".sentence.chosen").evaluate(
        "n => { const b = n.getClientRects()[0]; const top = document.elementFromPoint("
        "b.left + 3, b.top + b.height / 2); return n.contains(top); }"
    )
    page.close()


CONTRAST = """node => {
  const canvas = document.createElement("canvas").getContext("2d");
  const light = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => {
      const c = v / 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const style = getComputedStyle(node);
  const [a, b] = [light(style.color), light(style.backgroundColor)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


def test_the_pieces_join_to_the_text(page: Page) -> None:
    texts = ["", "a", "a" * 25, "One. Two.\n\nThree. " * 9, "😀" * 30, ARTICLE, "x \n" * 40]
    for text in texts:
        parts = page.evaluate(f"pieces({json.dumps(text)}, 10)")
        assert "".join(parts) == text
        assert all(0 < len(part) <= 10 for part in parts)
