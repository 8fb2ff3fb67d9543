"""Drawn covers (SVG), social cards (PNG)."""

import colorsys
import hashlib
import io
import textwrap
import unicodedata
import zlib
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from PIL import Image, ImageColor, ImageDraw, ImageFont

from almanac_kb.core.text import shorten

WIDTH, HEIGHT = 1200, 400
LINE_COVER = 34
"""How many characters of the title stand in a line; half as many where some are as wide as they are high."""
FLAT = "@media (max-height: 160px) { text { display: none } }"
"""A cover that is shown as a narrow strip, below a heading that says the same, has no words."""
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


def draw_cover(title: str, topic: str, text: str) -> bytes:
    """An SVG (1.1) of 1200 by 400 from the title and the topic; articles of one topic share a colour. `text` is its name."""
    hue = hash_fraction(topic or title, 0)
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {HEIGHT}",
            "width": str(WIDTH),
            "height": str(HEIGHT),
            "preserveAspectRatio": "xMidYMid slice",
            "role": "img",
        },
    )
    SubElement(root, "title").text = text or f"Cover: {title}"
    SubElement(root, "style").text = FLAT
    _gradient(root, hue)
    SubElement(root, "rect", {"width": str(WIDTH), "height": str(HEIGHT), "fill": "url(#ground)"})
    _shapes_cover(root, title, hue)
    _words_cover(root, title, topic)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def hash_fraction(text: str, number: int) -> float:
    """A number from 0 to 1, the same for the same text and number."""
    return hashlib.sha256(f"{number}:{text}".encode()).digest()[0] / 255


def colour(hue: float, lightness: float, saturation: float) -> str:
    """A colour as `#rrggbb`; all three from 0 to 1."""
    red, green, blue = colorsys.hls_to_rgb(hue % 1, lightness, saturation)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def _gradient(root: Element, hue: float) -> None:
    definitions = SubElement(root, "defs")
    gradient = SubElement(definitions, "linearGradient", {"id": "ground", "x1": "0", "y1": "0", "x2": "1", "y2": "1"})
    SubElement(gradient, "stop", {"offset": "0", "stop-color": colour(hue, 0.30, 0.55)})
    SubElement(gradient, "stop", {"offset": "1", "stop-color": colour(hue + 0.08, 0.20, 0.60)})


def _shapes_cover(root: Element, title: str, hue: float) -> None:
    for number in range(7):
        x = 560 + hash_fraction(title, 3 * number + 1) * 700
        y = hash_fraction(title, 3 * number + 2) * HEIGHT
        radius = 30 + hash_fraction(title, 3 * number + 3) ** 2 * 190
        place = {"cx": f"{x:.0f}", "cy": f"{y:.0f}", "r": f"{radius:.0f}"}
        SubElement(root, "circle", {**place, "fill": colour(hue + 0.05 * number, 0.55, 0.6), "fill-opacity": "0.16"})
        SubElement(root, "circle", {**place, "fill": "none", "stroke": "#fff", "stroke-opacity": "0.22", "stroke-width": "2"})


def _words_cover(root: Element, title: str, topic: str) -> None:
    length = LINE_COVER // 2 if any(unicodedata.east_asian_width(character) in "FW" for character in title) else LINE_COVER
    lines = textwrap.wrap(shorten(title, 4 * length), length)[:4]
    top = HEIGHT / 2 - len(lines) * 29 + (20 if topic else 0)
    if topic:
        _line(root, shorten(topic, 60), top - 30, "26", "0.85", "400")
    for number, line in enumerate(lines):
        _line(root, line, top + 44 + 58 * number, "48", "1", "700")


def _line(root: Element, words: str, y: float, size: str, opacity: str, weight: str) -> None:
    look = {"font-family": FONT, "font-size": size, "font-weight": weight, "fill": "#fff", "fill-opacity": opacity}
    SubElement(root, "text", {"x": "64", "y": f"{y:.0f}", **look}).text = words


SIZE = (1200, 630)
"""Width and height: what Facebook and LinkedIn ask for, 1.91 to 1."""
EDITION = 1
"""Grows when a card of the same words looks different."""
LINE_CARD, LINES = 28, 4
LARGE, SMALL = (
    ImageFont.load_default(size).font_variant(layout_engine=ImageFont.Layout.BASIC)  # type: ignore[union-attr]
    for size in (64, 34)
)
PLAIN = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " "})


def draw_card(title: str, topic: str, site: str) -> bytes:
    """A PNG with the title, the topic above and the site below; articles of one topic share a colour.

    Words in other letters than ASCII are left out, since the font has no others: a card then shows shapes alone.
    """
    picture = Image.new("P", SIZE, 0)
    pen = ImageDraw.Draw(picture)
    pen.fontmode = "1"
    _shapes_card(pen, title)
    _words_card(pen, title, topic, site)
    hue = hash_fraction(topic or title, 0)
    palette = [colour(hue, 0.24, 0.55), colour(hue + 0.04, 0.34, 0.5), colour(hue, 0.82, 0.4), "#ffffff"]
    picture.putpalette([part for each in palette for part in ImageColor.getrgb(each)])
    file = io.BytesIO()
    picture.save(file, "PNG", bits=2, compress_type=zlib.Z_RLE)
    return file.getvalue()


def _shapes_card(pen: ImageDraw.ImageDraw, title: str) -> None:
    width, height = SIZE
    for number in range(5):
        x = width * (0.6 + 0.45 * hash_fraction(title, 3 * number + 1))
        y = height * hash_fraction(title, 3 * number + 2)
        radius = 40 + 190 * hash_fraction(title, 3 * number + 3) ** 2
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=1)


def _words_card(pen: ImageDraw.ImageDraw, title: str, topic: str, site: str) -> None:
    lines = textwrap.wrap(shorten(_drawn(title), LINES * LINE_CARD - LINE_CARD // 2), LINE_CARD)[:LINES]
    top = SIZE[1] / 2 - len(lines) * 39
    pen.text((80, top - 60), shorten(_drawn(topic), 50), font=SMALL, fill=2)
    for number, line in enumerate(lines):
        pen.text((80, top + 78 * number), line, font=LARGE, fill=3)
    pen.text((80, SIZE[1] - 90), shorten(_drawn(site), 50), font=SMALL, fill=2)


def _drawn(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).translate(PLAIN)
    return plain if plain.isascii() else ""
