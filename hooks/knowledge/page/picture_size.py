"""How large a picture is, read from the start of its file: no pixel of it is decoded."""

import re
import struct
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from PIL import Image

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
LARGEST = 50_000
"""How many pixels wide or high a picture may be."""
HEAVIEST = 64 * 1024 * 1024
"""How many bytes the file of a picture may have."""
HEAD = 64 * 1024
"""In how many bytes an SVG says its size."""
ORIENTATION = 0x0112
"""The EXIF tag that says which way up a photograph is shown (CIPA DC-008, 4.6.4)."""
LYING = range(5, 9)
"""Its values where width and height are exchanged."""
LENGTH = re.compile(r"\s*([0-9]{0,9}(?:\.[0-9]{1,9})?)(px|pt|pc|mm|cm|in)?\s*")
UNITS = {"px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
"""How many pixels a unit has (CSS Values and Units Level 4, section 6.2)."""
FAULTS = (
    *(ArithmeticError, EOFError, LookupError, OSError, SyntaxError, ValueError, struct.error),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)
"""What Pillow raises where a file is no picture, is broken, or claims to be too large."""


class Size(NamedTuple):
    """The size of a picture in pixels, as a browser shows it."""

    width: int
    height: int


def measure(path: Path) -> Size | None:
    """The size of the picture in a file; None where it can't be told."""
    try:
        if path.stat().st_size > HEAVIEST:
            return None
        found = _drawing(path) if path.suffix.lower() == ".svg" else _photograph(path)
    except FAULTS:
        return None
    return found if found and all(1 <= each <= LARGEST for each in found) else None


def _photograph(path: Path) -> Size:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(path, formats=FORMATS) as picture:
            width, height = picture.size
            lying = picture.format == "JPEG" and picture.getexif().get(ORIENTATION) in LYING
    return Size(height, width) if lying else Size(width, height)


def _drawing(path: Path) -> Size | None:
    with path.open("rb") as file:
        head = file.read(HEAD)
    root = _root(head)
    if root is None or root.tag.rpartition("}")[2] != "svg":
        return None
    width, height = (_pixels(root.get(name, "")) for name in ("width", "height"))
    box = [float(each) for each in re.split(r"[\s,]+", root.get("viewBox", "").strip()[:100]) if each]
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        return Size(*map(round, _fitted(width, height, box[2], box[3])))
    return Size(round(width), round(height)) if width and height else None


def _root(head: bytes) -> ElementTree.Element | None:
    """The first element, its attributes alone; none where entities could make it larger than it is."""
    if b"<!ENTITY" in head:
        return None
    parser: ElementTree.XMLPullParser[Any] = ElementTree.XMLPullParser(["start"])
    parser.feed(head)
    events: Iterator[Any] = iter(parser.read_events())
    return next((element for _, element in events), None)


def _pixels(written: str) -> float | None:
    match = LENGTH.fullmatch(written)
    return float(match[1]) * UNITS[match[2] or "px"] if match and match[1] else None


def _fitted(width: float | None, height: float | None, across: float, down: float) -> tuple[float, float]:
    if width and height:
        return width, height
    if width:
        return width, width * down / across
    return (height * across / down, height) if height else (across, down)
