"""Cards: a PNG for each article whose picture social sites can't show, since they show no SVG; the same at every build.

Two bits for a pixel and run lengths keep a card near 7 kB; the font is the one inside Pillow, laid out by Pillow alone.
"""

import io
import textwrap
import unicodedata
import zlib

from PIL import Image, ImageColor, ImageDraw, ImageFont

from knowledge.page.cover import colour, fraction
from knowledge.plaintext import shorten

SIZE = (1200, 630)
"""Width and height: what Facebook and LinkedIn ask for, 1.91 to 1."""
EDITION = 1
"""Grows when a card of the same words looks different."""
LINE, LINES = 28, 4
LARGE, SMALL = (
    ImageFont.load_default(size).font_variant(layout_engine=ImageFont.Layout.BASIC)  # type: ignore[union-attr]
    for size in (64, 34)
)
PLAIN = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " "})


def draw(title: str, topic: str, site: str) -> bytes:
    """A PNG with the title, the topic above and the site below; articles of one topic share a colour.

    Words in other letters than ASCII are left out, since the font has no others: a card then shows shapes alone.
    """
    picture = Image.new("P", SIZE, 0)
    pen = ImageDraw.Draw(picture)
    pen.fontmode = "1"
    _shapes(pen, title)
    _words(pen, title, topic, site)
    hue = fraction(topic or title, 0)
    palette = [colour(hue, 0.24, 0.55), colour(hue + 0.04, 0.34, 0.5), colour(hue, 0.82, 0.4), "#ffffff"]
    picture.putpalette([part for each in palette for part in ImageColor.getrgb(each)])
    file = io.BytesIO()
    picture.save(file, "PNG", bits=2, compress_type=zlib.Z_RLE)
    return file.getvalue()


def _shapes(pen: ImageDraw.ImageDraw, title: str) -> None:
    width, height = SIZE
    for number in range(5):
        x = width * (0.6 + 0.45 * fraction(title, 3 * number + 1))
        y = height * fraction(title, 3 * number + 2)
        radius = 40 + 190 * fraction(title, 3 * number + 3) ** 2
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=1)


def _words(pen: ImageDraw.ImageDraw, title: str, topic: str, site: str) -> None:
    lines = textwrap.wrap(shorten(_drawn(title), LINES * LINE - LINE // 2), LINE)[:LINES]
    top = SIZE[1] / 2 - len(lines) * 39
    pen.text((80, top - 60), shorten(_drawn(topic), 50), font=SMALL, fill=2)
    for number, line in enumerate(lines):
        pen.text((80, top + 78 * number), line, font=LARGE, fill=3)
    pen.text((80, SIZE[1] - 90), shorten(_drawn(site), 50), font=SMALL, fill=2)


def _drawn(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).translate(PLAIN)
    return plain if plain.isascii() else ""
