"""Takes the README's picture of the page: `python tests/picture.py` in a checkout."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect, sync_playwright
from serving import ARGUMENTS, CHROMIUM, Server

from babelproof.detector import Detector

EXAMPLES = Path(__file__).parent.parent / "examples"


def take(detector: Detector, path: Path, scheme: str = "light", width: int = 1100) -> None:
    """Check an example article on the page, choose its first held sentence, take the picture."""
    text = (EXAMPLES / "bridge_inquiry_spun.txt").read_text(encoding="utf-8")
    with Server(detector) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(
            viewport={"width": width, "height": 760},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page.goto(server.address)
        page.locator("#draft").fill(text)
        page.locator("#check").click()
        expect(page.locator("#progress")).to_have_class("done")
        page.locator("#next").click()
        page.locator(".sentence.chosen").evaluate("node => node.blur()")
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(500)
        page.screenshot(path=path)
        browser.close()


if __name__ == "__main__":
    take(Detector.load(), EXAMPLES / "page.png")
