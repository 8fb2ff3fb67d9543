"""The `<img>` tags of a text and their attributes; the pixel size of image files."""

import re
import struct
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
LARGEST = 50_000
"""Largest width and height of an image, in pixels."""
HEAVIEST = 64 * 1024 * 1024
"""Largest image file, in bytes."""
HEAD = 64 * 1024
"""Bytes at the start of an SVG that must contain its size."""
ORIENTATION = 0x0112
"""The EXIF tag of a photograph's orientation (CIPA DC-008, 4.6.4)."""
LYING = range(5, 9)
"""The values of ORIENTATION that exchange width and height."""
LENGTH = re.compile(r"\s*([0-9]{0,9}(?:\.[0-9]{1,9})?)(px|pt|pc|mm|cm|in)?\s*")
UNITS = {"px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
"""Pixels per unit of length (CSS Values and Units Level 4, section 6.2)."""
FAULTS = (ArithmeticError, EOFError, LookupError, OSError, SyntaxError, ValueError, struct.error)
"""Exceptions of Pillow for a file that is no image or is broken."""


class ImageSize(NamedTuple):
    """The size of an image in pixels, as browsers show it."""

    width: int
    height: int


def measure_image(path: Path) -> ImageSize | None:
    """The size of the image in a file; None where it can't be determined."""
    try:
        if path.stat().st_size > HEAVIEST:
            return None
        found = _drawing(path) if path.suffix.lower() == ".svg" else _photograph(path)
    except FAULTS:
        return None
    return found if found and all(1 <= each <= LARGEST for each in found) else None


def _photograph(path: Path) -> ImageSize | None:
    from PIL import Image  # here, so that a build without images does not load it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(path, formats=FORMATS) as image:
                width, height = image.size
                lying = image.format == "JPEG" and image.getexif().get(ORIENTATION) in LYING
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            return None
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
    """The root element with its attributes only; None for a file with entities, which could expand."""
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
ADDED_ATTRIBUTES = frozenset({"width", "height", "loading", "decoding"})
PIXELS = re.compile(r"[ \t\n]*([0-9]{1,5})(?:px)?[ \t\n]*")


@dataclass(frozen=True)
class ImageTag:
    """An `<img>` tag in the HTML of a text."""

    tag: int
    """Offset of the tag."""
    source: int
    """Offset of the value of its `src`."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """The author's attributes for size and loading, by name."""

    @property
    def place(self) -> int:
        """Offset at which attributes can be inserted."""
        return self.tag + len(START)


def image_tags(tags: Iterable[re.Match[str]]) -> tuple[ImageTag, ...]:
    """The `<img>` tags among the tags of a text, in order."""
    return tuple(found for tag in tags if tag[0][: len(START)].lower() == START for found in _image_tag(tag))


def image_attributes(image: ImageTag, size: ImageSize | None, eager: bool) -> str:
    """The attributes to insert: width and height, in proportion to a width that the author chose, and lazy loading unless `eager`.

    The values have no quotes, so that they break no script string of a trusted author that contains the tag.
    """
    added = {**_size(image.attributes, size), **({} if eager else {"loading": "lazy"}), "decoding": "async"}
    return "".join(f" {name}={value}" for name, value in added.items() if name not in image.attributes)


def _image_tag(tag: re.Match[str]) -> Iterator[ImageTag]:
    attributes: dict[str, str] = {}
    source = -1
    for each in ATTRIBUTE.finditer(tag[0], len(START)):
        name, group = each[1].lower(), each.lastindex or 1
        if name in ADDED_ATTRIBUTES and group > 1:
            attributes.setdefault(name, each[group])
        elif name == "src" and group > 1 and source < 0:
            source = tag.start() + each.start(group)
    if source >= 0:
        yield ImageTag(tag.start(), source, attributes)


def _size(attributes: Mapping[str, str], size: ImageSize | None) -> dict[str, int]:
    if size is None:
        return {}
    width, height = (PIXELS.fullmatch(attributes.get(name, "")) for name in ("width", "height"))
    if width:
        return {"height": max(1, round(int(width[1]) * size.height / size.width))}
    if height:
        return {"width": max(1, round(int(height[1]) * size.width / size.height))}
    return {} if "width" in attributes or "height" in attributes else {"width": size.width, "height": size.height}
