"""Drawn images: social cards (PNG) of articles without an image.

They depend on words and colours alone, so they are the same at every build; the cards of one section share a colour.
"""

import colorsys
import hashlib
import struct
import textwrap
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from almanac_kb.core.text import shorten
from almanac_kb.pages.metadata import CARD_SIZE

CARD_LINE_LENGTH, CARD_LINES = 28, 4
"""Characters in a line of the title on a card, and most lines."""
CARD_CIRCLES = 5
MARGIN = 4
"""Pixels left of a card on its canvas, which are one byte of a row: PNG needs it for the filter of the row."""
PNG_UP = 2
"""The number of the filter that stores of each byte the difference to the byte above (PNG, section 9)."""
BEFORE = "H"
"""The letter behind which a glyph is drawn to get its picture, so that it stands on the line as in a word."""
GAP = 3
"""Pixels to the left of its place up to which a glyph may reach; the letter before leaves them free."""
CACHED_GLYPHS = 256
LARGE_FONT, SMALL_FONT = (
    ImageFont.load_default(size).font_variant(layout_engine=ImageFont.Layout.BASIC)  # type: ignore[union-attr]
    for size in (64, 34)
)
"""Pillow's own font, for the title and for all else; the basic layout is the same on every machine."""
TO_ASCII = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " "})
"""Punctuation that the font of cards lacks, and what is drawn instead."""


def draw_card(title: str, section: str, site_name: str) -> bytes:
    """The social card of an article as a PNG of 1200 by 630: the title, the title of the section above and the name of the site below.

    Texts with characters outside ASCII are left out, since the font has no others.
    """
    image = Image.new("P", (MARGIN + CARD_SIZE[0], CARD_SIZE[1]), 0)
    draw = ImageDraw.Draw(image)
    _draw_card_circles(draw, title)
    _draw_card_words(draw, title, section, site_name)
    hue = _fraction(section or title, 0)
    palette = (_colour(hue, 0.24, 0.55), _colour(hue + 0.04, 0.34, 0.5), _colour(hue, 0.82, 0.4), "#ffffff")
    return _png(image, bytes(channel for colour in palette for channel in ImageColor.getrgb(colour)))


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


def _draw_card_circles(draw: ImageDraw.ImageDraw, title: str) -> None:
    width, height = CARD_SIZE
    for x, y, size in _circles(title, CARD_CIRCLES):
        center_x, center_y, radius = MARGIN + width * (0.6 + 0.45 * x), height * y, 40 + 190 * size
        draw.ellipse((center_x - radius, center_y - radius, center_x + radius, center_y + radius), fill=1)


def _draw_card_words(draw: ImageDraw.ImageDraw, title: str, section: str, site_name: str) -> None:
    text = shorten(_ascii(title), CARD_LINES * CARD_LINE_LENGTH - CARD_LINE_LENGTH // 2)
    lines = textwrap.wrap(text, CARD_LINE_LENGTH)[:CARD_LINES]
    top = CARD_SIZE[1] / 2 - len(lines) * 39
    _draw_line(draw, top - 60, shorten(_ascii(section), 50), SMALL_FONT, 2)
    for number, line in enumerate(lines):
        _draw_line(draw, top + 78 * number, line, LARGE_FONT, 3)
    _draw_line(draw, CARD_SIZE[1] - 90, shorten(_ascii(site_name), 50), SMALL_FONT, 2)


def _draw_line(draw: ImageDraw.ImageDraw, top: float, text: str, font: FreeTypeFont, colour: int) -> None:
    """Draws a line of ASCII text at the left of a card, glyph by glyph, with the kerning of the font."""
    left = MARGIN + 80
    for letter, following in zip(text, f"{text} "[1:], strict=True):
        glyph = _glyph(letter, font)
        if glyph.image:
            draw.bitmap((left + glyph.left, int(top) + glyph.top), glyph.image, colour)
        left += _advance(letter, following, font)


@dataclass(frozen=True)
class _Glyph:
    """The picture of a character, which is drawn once and stands on many cards."""

    image: Image.Image | None
    """Its pixels, of mode `1`; None for a blank."""
    left: int
    """Pixels from the place of the character to the left edge of the picture."""
    top: int
    """Pixels from the top of the line to that of the picture."""


@lru_cache(CACHED_GLYPHS)
def _glyph(letter: str, font: FreeTypeFont) -> _Glyph:
    start = int(font.getlength(BEFORE, "1"))
    canvas = Image.new("1", (start + 2 * int(font.size), 2 * int(font.size)))
    ImageDraw.Draw(canvas).text((0, 0), f"{BEFORE}{letter}", font=font, fill=1)
    picture = canvas.crop((start - GAP, 0, *canvas.size))
    box = picture.getbbox()
    return _Glyph(picture.crop(box), box[0] - GAP, box[1]) if box else _Glyph(None, 0, 0)


@lru_cache(CACHED_GLYPHS**2)
def _advance(letter: str, following: str, font: FreeTypeFont) -> int:
    """Pixels from the place of a character to that of the following one."""
    return int(font.getlength(f"{letter}{following}", "1") - font.getlength(following, "1"))


def _png(image: Image.Image, palette: bytes) -> bytes:
    """A canvas as PNG (W3C PNG, third edition) of two bits a pixel without its margin; the palette has three bytes for each colour.

    Pillow takes three times as long for such a file.
    """
    width, height = (image.width - MARGIN), image.height
    rows = Image.frombytes("L", (image.width // 4, height), image.tobytes("raw", "P;2"))
    above = Image.new("L", rows.size)
    above.paste(rows, (0, 1))
    filtered = ImageChops.subtract_modulo(rows, above)
    filtered.paste(PNG_UP, (0, 0, 1, height))
    compressor = zlib.compressobj(strategy=zlib.Z_RLE)
    header = struct.pack(">IIBBBBB", width, height, 2, 3, 0, 0, 0)
    data = compressor.compress(filtered.tobytes()) + compressor.flush()
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(name, content) for name, content in chunks)


def _png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _ascii(text: str) -> str:
    """The text with its punctuation in ASCII; empty where other characters remain."""
    plain = unicodedata.normalize("NFC", text).translate(TO_ASCII)
    return plain if plain.isascii() else ""
