"""Images drawn for articles that have none: covers (SVG) for pages, social cards (PNG) for previews on other sites.

Both are drawn from the title and the section alone, so they are the same at every build; articles of one section share a colour.
"""

import colorsys
import hashlib
import io
import textwrap
import unicodedata
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from PIL import Image, ImageColor, ImageDraw, ImageFont

from almanac_kb.core.messages import Messages
from almanac_kb.core.text import shorten

COVER_WIDTH, COVER_HEIGHT = 1200, 400
"""Pixels; also the units of the drawing."""
COVER_LINE_LENGTH = 34
"""Characters in a line of the title; half as many where some are as wide as they are high."""
COVER_LINES = 4
"""Most lines of a title on a cover."""
COVER_CIRCLES = 7
COVER_STYLE = "@media (max-height: 160px) { text { display: none } }"
"""A cover that is shown as a narrow strip below the heading of the page does not repeat its words."""
COVER_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

CARD_SIZE = (1200, 630)
"""Width and height in pixels: the ratio of 1.91 to 1 that Facebook and LinkedIn ask for."""
CARD_VERSION = 1
"""Part of the cache key of cards: raise it when a card of the same words looks different."""
CARD_LINE_LENGTH, CARD_LINES = 28, 4
"""Characters in a line of the title on a card, and most lines."""
CARD_CIRCLES = 5
LARGE_FONT, SMALL_FONT = (
    ImageFont.load_default(size).font_variant(layout_engine=ImageFont.Layout.BASIC)  # type: ignore[union-attr]
    for size in (64, 34)
)
"""Pillow's own font, for the title and for all else; the basic layout is the same on every machine."""
TO_ASCII = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " "})
"""Punctuation that the font of cards lacks, and what is drawn instead."""


def cover_name(title: str, messages: Messages) -> str:
    """The accessible name of a drawn cover whose author named none."""
    return messages.gettext("Cover: %(title)s") % {"title": title}


def draw_cover(title: str, section: str, name: str) -> bytes:
    """The cover of an article as an SVG 1.1 document of 1200 by 400: title and section over a gradient with circles.

    `section` is the title of the section, or empty; `name` is the accessible name of the image.
    """
    hue = _fraction(section or title, 0)
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {COVER_WIDTH} {COVER_HEIGHT}",
            "width": str(COVER_WIDTH),
            "height": str(COVER_HEIGHT),
            "preserveAspectRatio": "xMidYMid slice",
            "role": "img",
        },
    )
    SubElement(root, "title").text = name
    SubElement(root, "style").text = COVER_STYLE
    _add_background(root, hue)
    _add_circles(root, title, hue)
    _add_cover_words(root, title, section)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def draw_card(title: str, section: str, site_name: str) -> bytes:
    """The social card of an article as a PNG of 1200 by 630: the title, the title of the section above and the name of the site below.

    Each of these that has characters outside ASCII is left out, since the font has no others.
    """
    image = Image.new("P", CARD_SIZE, 0)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    _draw_card_circles(draw, title)
    _draw_card_words(draw, title, section, site_name)
    hue = _fraction(section or title, 0)
    palette = (_colour(hue, 0.24, 0.55), _colour(hue + 0.04, 0.34, 0.5), _colour(hue, 0.82, 0.4), "#ffffff")
    image.putpalette([channel for colour in palette for channel in ImageColor.getrgb(colour)])
    file = io.BytesIO()
    image.save(file, "PNG", bits=2, compress_type=zlib.Z_RLE)
    return file.getvalue()


def _fraction(text: str, number: int) -> float:
    """A number from 0 to 1 that looks random, and is always the same for the same text and number."""
    return hashlib.sha256(f"{number}:{text}".encode()).digest()[0] / 255


def _circles(title: str, count: int) -> Iterator[tuple[float, float, float]]:
    """For each circle of a drawing its x, its y and the square of its radius, as numbers from 0 to 1 that depend on the title."""
    for number in range(count):
        yield _fraction(title, 3 * number + 1), _fraction(title, 3 * number + 2), _fraction(title, 3 * number + 3) ** 2


def _colour(hue: float, lightness: float, saturation: float) -> str:
    """A colour as `#rrggbb`; lightness and saturation are from 0 to 1, the hue repeats after 1."""
    red, green, blue = colorsys.hls_to_rgb(hue % 1, lightness, saturation)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def _add_background(root: Element, hue: float) -> None:
    definitions = SubElement(root, "defs")
    gradient = SubElement(definitions, "linearGradient", {"id": "ground", "x1": "0", "y1": "0", "x2": "1", "y2": "1"})
    SubElement(gradient, "stop", {"offset": "0", "stop-color": _colour(hue, 0.30, 0.55)})
    SubElement(gradient, "stop", {"offset": "1", "stop-color": _colour(hue + 0.08, 0.20, 0.60)})
    SubElement(root, "rect", {"width": str(COVER_WIDTH), "height": str(COVER_HEIGHT), "fill": "url(#ground)"})


def _add_circles(root: Element, title: str, hue: float) -> None:
    for number, (x, y, size) in enumerate(_circles(title, COVER_CIRCLES)):
        circle = {"cx": f"{560 + x * 700:.0f}", "cy": f"{y * COVER_HEIGHT:.0f}", "r": f"{30 + size * 190:.0f}"}
        SubElement(root, "circle", {**circle, "fill": _colour(hue + 0.05 * number, 0.55, 0.6), "fill-opacity": "0.16"})
        SubElement(root, "circle", {**circle, "fill": "none", "stroke": "#fff", "stroke-opacity": "0.22", "stroke-width": "2"})


def _add_cover_words(root: Element, title: str, section: str) -> None:
    has_wide = any(unicodedata.east_asian_width(character) in "FW" for character in title)
    length = COVER_LINE_LENGTH // 2 if has_wide else COVER_LINE_LENGTH
    lines = textwrap.wrap(shorten(title, COVER_LINES * length), length)[:COVER_LINES]
    top = COVER_HEIGHT / 2 - len(lines) * 29 + (20 if section else 0)
    if section:
        _add_line(root, shorten(section, 60), top - 30, size="26", opacity="0.85", weight="400")
    for number, line in enumerate(lines):
        _add_line(root, line, top + 44 + 58 * number, size="48", opacity="1", weight="700")


def _add_line(root: Element, text: str, y: float, *, size: str, opacity: str, weight: str) -> None:
    style = {"font-family": COVER_FONT, "font-size": size, "font-weight": weight, "fill": "#fff", "fill-opacity": opacity}
    SubElement(root, "text", {"x": "64", "y": f"{y:.0f}", **style}).text = text


def _draw_card_circles(draw: ImageDraw.ImageDraw, title: str) -> None:
    width, height = CARD_SIZE
    for x, y, size in _circles(title, CARD_CIRCLES):
        center_x, center_y, radius = width * (0.6 + 0.45 * x), height * y, 40 + 190 * size
        draw.ellipse((center_x - radius, center_y - radius, center_x + radius, center_y + radius), fill=1)


def _draw_card_words(draw: ImageDraw.ImageDraw, title: str, section: str, site_name: str) -> None:
    text = shorten(_ascii(title), CARD_LINES * CARD_LINE_LENGTH - CARD_LINE_LENGTH // 2)
    lines = textwrap.wrap(text, CARD_LINE_LENGTH)[:CARD_LINES]
    top = CARD_SIZE[1] / 2 - len(lines) * 39
    draw.text((80, top - 60), shorten(_ascii(section), 50), font=SMALL_FONT, fill=2)
    for number, line in enumerate(lines):
        draw.text((80, top + 78 * number), line, font=LARGE_FONT, fill=3)
    draw.text((80, CARD_SIZE[1] - 90), shorten(_ascii(site_name), 50), font=SMALL_FONT, fill=2)


def _ascii(text: str) -> str:
    """The text with its punctuation in ASCII; empty where other characters remain."""
    plain = unicodedata.normalize("NFC", text).translate(TO_ASCII)
    return plain if plain.isascii() else ""
