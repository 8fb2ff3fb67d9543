"""The address an author asks for."""

import pytest

from knowledge.problem import Found, Mark, Note, Severity
from knowledge.reading import permalink
from knowledge.reading.node import Pair, Scalar
from knowledge.reading.permalink import Wish

HERE = Mark(3, 7)


def wish(written: str, key: str = "permalink") -> Found[Wish]:
    return permalink.wish(Pair(key, Mark(3, 1), Scalar(written, HERE)))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("backups", Wish(slug="backups", mark=HERE)),
        ("backups.html", Wish(slug="backups", mark=HERE)),
        ("/guides/backups/", Wish(path="guides/backups", mark=HERE)),
        ("guides/backups.html", Wish(path="guides/backups", mark=HERE)),
        ("/guides/index.html", Wish(path="guides", mark=HERE)),
        ("https://example.org/a?b=c", Wish(canonical="https://example.org/a?b=c", mark=HERE)),
        ("2026-01-01", Wish(slug="2026-01-01", mark=HERE)),
        ("404", Wish(slug="404", mark=HERE)),
        ("false", Wish()),
    ],
)
def test_a_slug_a_path_or_a_canonical_link(written: str, expected: Wish) -> None:
    assert wish(written) == Found(expected)


def test_a_numeric_id_is_no_slug() -> None:
    assert wish("123", "id") == Found(Wish())
    assert wish("a1", "id").value.slug == "a1"


@pytest.mark.parametrize(
    ("written", "expected", "note"),
    [
        (
            "../../etc/passwd",
            Wish(path="etc/passwd", mark=HERE),
            Note(HERE, "'../../etc/passwd' is no safe address; published as '/etc/passwd/'", "write /etc/passwd/", Severity.NOTICE),
        ),
        ("a b", Wish(slug="a-b", mark=HERE), Note(HERE, "'a b' is no safe address; published as 'a-b'", "write a-b", Severity.NOTICE)),
        ("???", Wish(), Note(HERE, "'???' has nothing an address may hold; the file name is used", "", Severity.NOTICE)),
        ("/", Wish(), Note(HERE, "'/' has nothing an address may hold; the file name is used", "", Severity.NOTICE)),
        (
            "/:year/:title/",
            Wish(),
            Note(HERE, "'/:year/:title/' is a pattern; the file name is used", "write the address itself", Severity.WARNING),
        ),
        (
            "/{{ slug }}/",
            Wish(),
            Note(HERE, "'/{{ slug }}/' is a pattern; the file name is used", "write the address itself", Severity.WARNING),
        ),
    ],
)
def test_what_is_changed_is_said(written: str, expected: Wish, note: Note) -> None:
    assert wish(written) == Found(expected, (note,))


@pytest.mark.parametrize(
    ("alias", "expected"), [("/old/", True), ("old.html", True), ("old.htm", True), ("Safety copies", False), ("v1.2", False)]
)
def test_old_addresses_and_other_names(alias: str, expected: bool) -> None:
    assert permalink.is_address(alias) is expected


@pytest.mark.parametrize(
    ("alias", "expected"),
    [
        ("/old/", "old/"),
        ("/old", "old/"),
        ("old.html", "old.html"),
        ("/a/b/index.html#top", "a/b/index.html"),
        ("/a?b=c", "a/"),
        ("/../../a/", "a/"),
        ("https://example.org/a", ""),
        ("/", ""),
    ],
)
def test_an_old_address_is_a_path_of_this_site(alias: str, expected: str) -> None:
    assert permalink.old(alias) == expected
