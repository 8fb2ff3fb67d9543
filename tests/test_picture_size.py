"""How large a picture is, whatever its file claims, and what a page says of it."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from builder import build
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pytest import TempPathFactory as Factory  # noqa: PT013

from almanac_kb.render import images
from almanac_kb.render.compiler import TAG
from almanac_kb.render.images import ImageSize, ImageTag, is_damaged, measure_image


def picture(kind: str, size: tuple[int, int] = (60, 40), orientation: int = 1) -> bytes:
    """A picture as a camera or a drawing program saves it."""
    file, exif = io.BytesIO(), Image.Exif()
    exif[images.ORIENTATION] = orientation
    Image.new("RGB", size, "teal").save(file, kind, exif=exif)
    return file.getvalue()


def png(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)) + b"\0\0\0\0IEND\xaeB`\x82"


def size(folder: Path, name: str, content: bytes | str) -> ImageSize | None:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return measure_image(path)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_of_a_photograph(tmp_path: Path, kind: str) -> None:
    assert size(tmp_path, "a.jpg", picture(kind)) == (60, 40)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.png", b"version https://git-lfs.github.com/spec/v1\n", True),
        ("a.jpg", b"", True),
        ("a.webp", b"<!doctype html>", True),
        ("a.gif", picture("PNG"), False),
        ("a.svg", b"", False),
        ("a.bin", b"", False),
    ],
)
def test_a_file_that_is_no_picture_is_damaged(name: str, data: bytes, expected: bool, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    assert is_damaged(tmp_path / name) is expected


@pytest.mark.slow
def test_a_damaged_picture_of_an_article_is_named(tmp_path: Path) -> None:
    built = build(tmp_path, {"a.md": "# A\n\n![A lamp](lamp.png)\n", "lamp.png": "no picture", "unused.png": "no picture"})
    assert "docs/lamp.png:1:1: file: is no image that browsers show: it is damaged, or something else; save it anew" in built.output
    assert "unused.png" not in built.output


@pytest.mark.parametrize(("orientation", "expected"), [(1, (60, 40)), (3, (60, 40)), (6, (40, 60)), (8, (40, 60))])
def test_of_a_photograph_taken_sideways_it_is_as_browsers_turn_it(tmp_path: Path, orientation: int, expected: ImageSize) -> None:
    assert size(tmp_path, "a.jpg", picture("JPEG", orientation=orientation)) == expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('width="300" height="150"', (300, 150)),
        ('width="300px" height="150.4px" viewBox="0 0 9 9"', (300, 150)),
        ('viewBox="0 -14 720 504"', (720, 504)),
        ('viewBox="0,0,24.5,24.4"', (24, 24)),
        ('width="100%" height="100%" viewBox="0 0 10 20"', (10, 20)),
        ('width="1in" viewBox="0 0 10 20"', (96, 192)),
        ('height="10" viewBox="0 0 10 20"', (5, 10)),
        ('width="300"', None),
        ("", None),
        ('viewBox="0 0 nan 5"', None),
        ('viewBox="0 0 inf 5"', None),
        ('viewBox="0 0 -3 5"', None),
        ('viewBox="0 0 1e300 1e-300"', None),
        ('viewBox="none"', None),
        ('width="999999999" height="5"', None),
    ],
)
def test_of_a_drawing_it_is_what_its_first_element_says(tmp_path: Path, attributes: str, expected: ImageSize | None) -> None:
    drawing = f'<?xml version="1.0"?><!DOCTYPE svg><!-- a --><svg xmlns="http://www.w3.org/2000/svg" {attributes}><g/></svg>'
    assert size(tmp_path, "a.svg", drawing) == expected


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.png", b""),
        ("empty.svg", b""),
        ("text.png", b"hello"),
        ("bomb.png", png(40_000, 40_000)),
        ("warning.png", png(12_000, 12_000)),
        ("flat.png", png(0, 10)),
        ("cut.jpg", picture("JPEG")[:30]),
        ("page.svg", b"<html width='3' height='3'/>"),
        ("cut.svg", b"<svg width='3' height="),
        ("other.svg", b"\xff\xfe\x00"),
        ("encoding.svg", b"<?xml version='1.0' encoding='klingon'?><svg width='3' height='3'/>"),
        ("laughs.svg", b"<!DOCTYPE svg [<!ENTITY a '9'><!ENTITY b '&a;&a;&a;'>]><svg width='&b;' height='3'/>"),
    ],
)
def test_of_what_is_no_picture_or_claims_too_much_it_is_not_told(tmp_path: Path, name: str, content: bytes) -> None:
    assert size(tmp_path, name, content) is None


@given(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]), st.integers(0, 400), st.binary(min_size=1, max_size=12), st.integers(0, 400))
def test_of_damaged_files_nothing_but_a_size_comes(
    tmp_path_factory: pytest.TempPathFactory, kind: str, at: int, new: bytes, cut: int
) -> None:
    whole = picture(kind)
    damaged = (whole[: at % len(whole)] + new + whole[at % len(whole) + len(new) :])[: len(whole) - cut % len(whole)]
    found = size(tmp_path_factory.getbasetemp(), "damaged.png", damaged)
    assert found is None or all(1 <= each <= images.LARGEST for each in found)


@given(st.binary(max_size=40), st.integers(0, 80))
def test_of_damaged_drawings_too(tmp_path_factory: Factory, new: bytes, at: int) -> None:
    whole = b'<svg xmlns="http://www.w3.org/2000/svg" width="3" viewBox="0 0 3 3"><g/></svg>'
    found = size(tmp_path_factory.getbasetemp(), "damaged.svg", whole[:at] + new + whole[at + len(new) :])
    assert found is None or all(1 <= each <= images.LARGEST for each in found)


def told(tag: str, known: ImageSize | None = ImageSize(600, 400), *, eager: bool = False) -> str:  # noqa: B008
    """The tag as the page has it."""
    found: tuple[ImageTag, ...] = images.image_tags(TAG.finditer(tag))
    for each in found:
        return tag[: each.place] + images.image_attributes(each, known, eager) + tag[each.place :]
    return tag


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ('<img src="a">', '<img width=600 height=400 loading=lazy decoding=async src="a">'),
        ('<img alt="a > b" src="a" />', '<img width=600 height=400 loading=lazy decoding=async alt="a > b" src="a" />'),
        ('<img src="a" width="300">', '<img height=200 loading=lazy decoding=async src="a" width="300">'),
        ('<img height="200px" src="a">', '<img width=300 loading=lazy decoding=async height="200px" src="a">'),
        ('<img src="a" width="50%">', '<img loading=lazy decoding=async src="a" width="50%">'),
        ('<img src="a" width="1" height="7" loading="eager">', '<img decoding=async src="a" width="1" height="7" loading="eager">'),
        ('<img src="a" alt="width=3">', '<img width=600 height=400 loading=lazy decoding=async src="a" alt="width=3">'),
        ('<img src="a" width="3">', '<img height=2 loading=lazy decoding=async src="a" width="3">'),
        ("<a title=\"<img src='a'>\">", "<a title=\"<img src='a'>\">"),
        ("<img alt='a'>", "<img alt='a'>"),
    ],
)
def test_a_page_says_the_size_and_what_the_author_wrote_stays(tag: str, expected: str) -> None:
    assert told(tag) == expected


def test_a_hundred_thousand_spaces_and_pictures_take_no_time() -> None:
    assert told(f"<img{' ' * 100_000}>") == f"<img{' ' * 100_000}>"
    assert len(images.image_tags(TAG.finditer('<img src="a">' * 10_000))) == 10_000


def test_the_first_picture_of_a_page_is_loaded_at_once_and_an_unknown_size_is_not_made_up() -> None:
    assert told('<img src="a">', eager=True) == '<img width=600 height=400 decoding=async src="a">'
    assert told('<img src="a">', None) == '<img loading=lazy decoding=async src="a">'
