"""Social cards, and the mark of a site, its logo and icon where its settings name none."""

import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from builder import build
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from almanac_kb.core import text
from almanac_kb.core.diagnostics import Position
from almanac_kb.mkdocs import generated
from almanac_kb.pages import covers, metadata

SVG = "{http://www.w3.org/2000/svg}"


def letters(svg: bytes) -> list[str]:
    """The lines of text that a drawing shows."""
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(("name", "letter"), [("almanac", "A"), (" The Library", "T"), ("知識", "知"), ("", "")])
def test_the_mark_shows_the_first_letter_on_the_colour_of_the_site(name: str, letter: str) -> None:
    svg = generated.draw_mark(name, "#3949ab")
    assert letters(svg) == [letter]
    assert b"#3949ab" in svg


@given(st.text(max_size=80))
def test_any_name_makes_a_well_formed_mark(name: str) -> None:
    plain = text.one_line(name, Position()).value
    assert ElementTree.fromstring(generated.draw_mark(plain, "#00695c")).tag == f"{SVG}svg"


def test_a_site_without_logo_and_icon_has_its_mark_and_one_with_them_has_these(tmp_path: Path) -> None:
    plain = build(tmp_path / "plain", {"a.md": "# A\n"})
    assert plain.page("a").xpath("//link[@rel='icon']/@href") == ["../assets/mark.svg"]
    assert plain.page("a").xpath("//a[contains(@class, 'md-logo')]/img/@src") == ["../assets/mark.svg"]
    assert letters(plain.text("assets/mark.svg").encode()) == ["A"]


@pytest.mark.parametrize("title", ["Avatars, To We Ty. P, 'q'", "fix; x/y (jjj) {0} <Tag_a>", "Üben ist Ascii nicht", "", "مرحبا"])
def test_a_card_shows_its_title_as_the_font_writes_it(title: str) -> None:
    card = Image.open(io.BytesIO(covers.draw_card(title, "Section", "Site")))
    assert (card.format, card.size, card.mode) == ("PNG", metadata.CARD_SIZE, "P")
    expected = Image.new("1", card.size)
    lines = [title] if title and title.isascii() else []
    for line in lines:
        ImageDraw.Draw(expected).text((80, card.height // 2 - 39), line, font=covers.LARGE_FONT, fill=1)
    white = card.convert("RGB").point(lambda value: 255 * (value == 255)).convert("L").point(lambda value: 255 * (value == 255), "1")
    assert ImageChops.logical_xor(white, expected).getbbox() is None
    assert len(card.getcolors() or ()) == 3 + bool(lines)


def test_cards_differ_by_each_of_their_words_and_are_always_the_same() -> None:
    words = [("A", "B", "C"), ("A", "B", "D"), ("A", "D", "C"), ("D", "B", "C")]
    assert len({covers.draw_card(*each) for each in words}) == 4
    assert covers.draw_card("A", "B", "C") == covers.draw_card("A", "B", "C")
