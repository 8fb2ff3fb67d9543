"""Slugs: parts of URL paths that every file system accepts."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.core import paths


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Backups at 100%!", "Backups-at-100"),
        ("../../escape", "escape"),
        ('"><script>x</script>', "script-x-script"),
        ("a\0b", "a-b"),
        ("a?b#c", "a-b-c"),
        ("--a--b--", "a-b"),
        ("cafe\u0301", "café"),
        ("日本語", "日本語"),
        ("हिन्दी", "हिन्दी"),
        ("v1.2~rc_3", "v1.2~rc_3"),
        ("CON", "CON-page"),
        ("con.tar.gz", "con-page.tar.gz"),
        ("icon", "icon"),
        ("console", "console"),
        ("com1", "com1-page"),
        ("x" * 101, "x" * 100),
        ("日" * 90, "日" * 66),
        ("❤\ufe0f", ""),
        ("???", ""),
        ("..", ""),
    ],
)
def test_a_part_of_a_url_path(text: str, expected: str) -> None:
    assert paths.safe_segment(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("/a//B c/", "a/B-c"), ("/../../etc/passwd", "etc/passwd"), ("/", ""), ("nul/x", "nul-page/x")]
)
def test_a_whole_path(text: str, expected: str) -> None:
    assert paths.safe_path(text) == expected


@pytest.mark.parametrize(
    ("stem", "expected"),
    [("2020-01-31-My Post", "my-post"), ("2020-01-31", "2020-01-31"), ("C++ notes", "c-notes"), ("???", "untitled"), ("2020-01-31_x", "x")],
)
def test_the_slug_of_a_file_name_has_no_date(stem: str, expected: str) -> None:
    assert paths.slug_from_file(stem) == expected


def test_the_url_path_of_a_folder() -> None:
    assert paths.slug_from_folder("AI in Healthcare/???/B") == "ai-in-healthcare/folder/b"
    assert paths.slug_from_folder("") == ""


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("C", "c"),
        ("C#", "c-sharp"),
        ("C++", "c-plus-plus"),
        (".NET", "dot-net"),
        ("R&D", "r-and-d"),
        ("a/b", "a-slash-b"),
        ("100%", "100-percent"),
        ("🚀", "rocket"),
        ("❤️ love", "heavy-black-heart-love"),
        ("日本語", "日本語"),
        ("Machine Learning", "machine-learning"),
        ("machine_learning", "machine_learning"),
        ("...", "tag"),
        ("İstanbul", "i̇stanbul"),
    ],
)
def test_the_slug_of_a_tag_can_be_read(tag: str, expected: str) -> None:
    assert paths.slug_from_tag(tag) == expected


def is_safe(part: str) -> bool:
    """Whether a part of a URL path may name a folder on every system."""
    odd = [character for character in part if not (character in "-_.~" or unicodedata.category(character)[0] in "LNM")]
    reserved = re.fullmatch(r"(?i:con|prn|aux|nul|com\d|lpt\d)(\..*)?", part)
    return not odd and not reserved and part == part.strip("-._") and len(part) <= 100 and len(part.encode()) <= 200


@given(st.text())
def test_a_part_is_always_safe_and_stays_as_it_is(text: str) -> None:
    part = paths.safe_segment(text)
    assert is_safe(part)
    assert paths.safe_segment(part) == part


@given(st.sampled_from(["con", "PRN.", "aux.x", "com1", "lpt9..", "nul.-", "com¹"]), st.text(max_size=3), st.text(max_size=120))
def test_names_that_windows_reserves_are_never_used(name: str, before: str, after: str) -> None:
    for text in (before + name, name + after, before + name + after):
        assert is_safe(paths.safe_segment(text))
        assert paths.safe_segment(paths.safe_segment(text)) == paths.safe_segment(text)


@given(st.text())
def test_a_path_is_safe_in_each_part_and_stays_as_it_is(text: str) -> None:
    path = paths.safe_path(text)
    assert path == "" or all(part and is_safe(part) for part in path.split("/"))
    assert paths.safe_path(path) == path


@given(st.text())
def test_a_tag_always_has_a_safe_lower_case_slug_that_stays_as_it_is(text: str) -> None:
    slug = paths.slug_from_tag(text)
    assert slug
    assert is_safe(slug)
    assert slug == slug.lower()
    assert paths.slug_from_tag(slug) == slug


@given(st.text())
def test_a_file_always_has_a_slug(text: str) -> None:
    assert is_safe(paths.slug_from_file(text))
    assert paths.slug_from_file(text)
