"""Covers drawn for articles without an image."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.core import text
from almanac_kb.core.diagnostics import Position
from almanac_kb.core.messages import Messages
from almanac_kb.pages import covers

SVG = "{http://www.w3.org/2000/svg}"
HOOKS = Path(__file__).parents[1] / "hooks"


def words(svg: bytes) -> list[str]:
    """The lines of text that a drawing shows."""
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_cover_shows_the_section_and_the_title_and_has_a_name() -> None:
    svg = covers.draw_cover("R&D <c> “x”", "AI & health", "A robot's hand")
    root = ElementTree.fromstring(svg)
    assert (root.tag, root.get("role"), root.get("viewBox")) == (f"{SVG}svg", "img", "0 0 1200 400")
    assert [element.text for element in root.iter(f"{SVG}title")] == ["A robot's hand"]
    assert next(iter(root)).tag == f"{SVG}title"
    assert words(svg) == ["AI & health", "R&D <c> “x”"]


def test_without_alternative_text_the_title_is_its_name() -> None:
    assert (covers.cover_name("A", Messages()), covers.cover_name("A", Messages("de"))) == ("Cover: A", "Titelbild: A")


def test_covers_of_a_section_share_a_colour_and_differ() -> None:
    one, other, elsewhere = covers.draw_cover("One", "T", ""), covers.draw_cover("Two", "T", ""), covers.draw_cover("One", "U", "")

    def colours(svg: bytes) -> list[str | None]:
        return [stop.get("stop-color") for stop in ElementTree.fromstring(svg).iter(f"{SVG}stop")]

    assert colours(one) == colours(other) != colours(elsewhere)
    assert one != other


@pytest.mark.parametrize("seed", ["0", "1"])
def test_a_cover_is_the_same_at_every_build(seed: str) -> None:
    code = "import sys; from almanac_kb.pages import covers; sys.stdout.buffer.write(covers.draw_cover('Título', 'Тема', 'x'))"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(HOOKS), "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    drawn = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True).stdout
    assert drawn == covers.draw_cover("Título", "Тема", "x")


def test_long_titles_are_cut_into_lines_that_fit() -> None:
    assert words(covers.draw_cover("Long words " * 30, "", ""))[3].endswith("…")
    assert max(map(len, words(covers.draw_cover("x" * 300, "", "")))) <= covers.COVER_LINE_LENGTH
    assert max(map(len, words(covers.draw_cover("機械学習による画像診断" * 9, "", "")))) <= covers.COVER_LINE_LENGTH // 2


@given(st.text(max_size=300), st.text(max_size=80), st.text(max_size=80))
def test_any_plain_text_makes_a_well_formed_image(title: str, section: str, alt: str) -> None:
    plain = [text.one_line(value, Position()).value for value in (title, section, alt)]
    assert ElementTree.fromstring(covers.draw_cover(*plain)).tag == f"{SVG}svg"
