"""Image tags of a text; pixel size of image files."""

import re
import struct
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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


class ImageSize(NamedTuple):
    """The size of a picture in pixels, as a browser shows it."""

    width: int
    height: int


def measure_image(path: Path) -> ImageSize | None:
    """The size of the picture in a file; None where it can't be told."""
    try:
        if path.stat().st_size > HEAVIEST:
            return None
        found = _drawing(path) if path.suffix.lower() == ".svg" else _photograph(path)
    except FAULTS:
        return None
    return found if found and all(1 <= each <= LARGEST for each in found) else None


def _photograph(path: Path) -> ImageSize:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(path, formats=FORMATS) as picture:
            width, height = picture.size
            lying = picture.format == "JPEG" and picture.getexif().get(ORIENTATION) in LYING
    return ImageSize(height, width) if lying else ImageSize(width, height)


def _drawing(path: Path) -> ImageSize | None:
    with path.open("rb") as file:
        head = file.read(HEAD)
    root = _root(head)
    if root is None or root.tag.rpartition("}")[2] != "svg":
        return None
    width, height = (_pixels(root.get(name, "")) for name in ("width", "height"))
    box = [float(each) for each in re.split(r"[\s,]+", root.get("viewBox", "").strip()[:100]) if each]
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        return ImageSize(*map(round, _fitted(width, height, box[2], box[3])))
    return ImageSize(round(width), round(height)) if width and height else None


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


START = "<img"
ATTRIBUTE = re.compile(r"(?<!\s)\s++([^\s\"'=<>/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")
TOLD = frozenset({"width", "height", "loading", "decoding"})
PIXELS = re.compile(r"[ \t\n]*([0-9]{1,5})(?:px)?[ \t\n]*")


@dataclass(frozen=True)
class ImageTag:
    """An `<img>` of a text."""

    tag: int
    """Where its tag starts in the HTML."""
    source: int
    """Where the value of its `src` starts."""
    said: Mapping[str, str] = field(default_factory=dict)
    """What its author says of its size and of when it is loaded, by attribute."""

    @property
    def place(self) -> int:
        """Where more attributes can be put in."""
        return self.tag + len(START)


def image_tags(tags: Iterable[re.Match[str]]) -> tuple[ImageTag, ...]:
    """The pictures among the tags of a text, in order."""
    return tuple(found for tag in tags if tag[0][: len(START)].lower() == START for found in _picture(tag))


def image_attributes(picture: ImageTag, size: ImageSize | None, eager: bool) -> str:
    """What to put into the tag: the size, the height going with the width that the author chose, and that it may be loaded late.

    The values stand without quotes, so that they break no script of a trusted author in which the tag may stand.
    """
    told = {**_size(picture.said, size), **({} if eager else {"loading": "lazy"}), "decoding": "async"}
    return "".join(f" {name}={value}" for name, value in told.items() if name not in picture.said)


def _picture(tag: re.Match[str]) -> Iterator[ImageTag]:
    said: dict[str, str] = {}
    source = -1
    for each in ATTRIBUTE.finditer(tag[0], len(START)):
        name, group = each[1].lower(), each.lastindex or 1
        if name in TOLD and group > 1:
            said.setdefault(name, each[group])
        elif name == "src" and group > 1 and source < 0:
            source = tag.start() + each.start(group)
    if source >= 0:
        yield ImageTag(tag.start(), source, said)


def _size(said: Mapping[str, str], size: ImageSize | None) -> dict[str, int]:
    if size is None:
        return {}
    width, height = (PIXELS.fullmatch(said.get(name, "")) for name in ("width", "height"))
    if width:
        return {"height": max(1, round(int(width[1]) * size.height / size.width))}
    if height:
        return {"width": max(1, round(int(height[1]) * size.width / size.height))}
    return {} if "width" in said or "height" in said else {"width": size.width, "height": size.height}
