"""Screenshots of a built site, for review and for the README: `python tests/shots.py site .cache/shots`."""

import io
import sys
from pathlib import Path

import browser
from PIL import Image
from reader import Reader

PAGES = {
    "home": "",
    "article": "ai-in-healthcare/diagnostics/radiology/",
    "tag": "tags/clinical-evidence/",
    "search": "ai-in-healthcare/?q=mammogram%20screening",
}
WINDOWS = {"desk": (1280, 800), "phone": (360, 740)}
COLOURS = 128
"""Colours of a screenshot: pages have few, and the file becomes a third as large."""


def take(site: Path, folder: Path) -> None:
    """Writes a picture of each page, light and dark, at a desk and on a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    with browser.serving(site) as home, browser.chromium("--hide-scrollbars") as driver:
        reader = Reader(driver, home)
        for page, path in PAGES.items():
            for scheme in ("light", "dark"):
                for window, (width, height) in WINDOWS.items():
                    reader.sees(scheme, width, height)
                    reader.go(path)
                    if page == "search":
                        reader.wait(lambda: reader.titles)
                    _save(driver.get_screenshot_as_png(), folder / f"{page}-{scheme}-{window}.png")


def _save(picture: bytes, path: Path) -> None:
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]))
