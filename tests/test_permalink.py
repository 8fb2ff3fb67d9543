"""Permalinks, slugs and aliases as authors write them."""

import pytest

from almanac_kb.core.diagnostics import LocalDiagnostic, Outcome, Position, Severity
from almanac_kb.frontmatter import values
from almanac_kb.frontmatter.formats import Pair, Scalar
from almanac_kb.frontmatter.values import Permalink

HERE = Position(3, 7)


def read(written: str, key: str = "permalink") -> Outcome[Permalink]:
    return values.read_permalink(Pair(key, Position(3, 1), Scalar(written, HERE)))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("backups", Permalink(slug="backups", position=HERE)),
        ("backups.html", Permalink(slug="backups", position=HERE)),
        ("/guides/backups/", Permalink(path="guides/backups", position=HERE)),
        ("guides/backups.html", Permalink(path="guides/backups", position=HERE)),
        ("/guides/index.html", Permalink(path="guides", position=HERE)),
        ("https://example.org/a?b=c", Permalink(canonical="https://example.org/a?b=c", position=HERE)),
        ("2026-01-01", Permalink(slug="2026-01-01", position=HERE)),
        ("404", Permalink(slug="404", position=HERE)),
        ("false", Permalink()),
    ],
)
def test_a_slug_a_path_or_a_canonical_link(written: str, expected: Permalink) -> None:
    assert read(written) == Outcome(expected)


def test_a_number_as_id_is_no_slug() -> None:
    assert read("123", "id") == Outcome(Permalink())
    assert read("a1", "id").value.slug == "a1"


@pytest.mark.parametrize(
    ("written", "expected", "diagnostic"),
    [
        (
            "../../etc/passwd",
            Permalink(path="etc/passwd", position=HERE),
            LocalDiagnostic(
                HERE, "'../../etc/passwd' is no safe address; published as '/etc/passwd/'", "write /etc/passwd/", Severity.NOTICE
            ),
        ),
        (
            "a b",
            Permalink(slug="a-b", position=HERE),
            LocalDiagnostic(HERE, "'a b' is no safe address; published as 'a-b'", "write a-b", Severity.NOTICE),
        ),
        ("???", Permalink(), LocalDiagnostic(HERE, "'???' has nothing an address may hold; the file name is used", "", Severity.NOTICE)),
        ("/", Permalink(), LocalDiagnostic(HERE, "'/' has nothing an address may hold; the file name is used", "", Severity.NOTICE)),
        (
            "/:year/:title/",
            Permalink(),
            LocalDiagnostic(HERE, "'/:year/:title/' is a pattern; the file name is used", "write the address itself", Severity.WARNING),
        ),
        (
            "/{{ slug }}/",
            Permalink(),
            LocalDiagnostic(HERE, "'/{{ slug }}/' is a pattern; the file name is used", "write the address itself", Severity.WARNING),
        ),
    ],
)
def test_a_permalink_that_is_changed_has_a_diagnostic(written: str, expected: Permalink, diagnostic: LocalDiagnostic) -> None:
    assert read(written) == Outcome(expected, (diagnostic,))


@pytest.mark.parametrize(
    ("alias", "expected"), [("/old/", True), ("old.html", True), ("old.htm", True), ("Safety copies", False), ("v1.2", False)]
)
def test_an_alias_is_an_old_url_or_another_name(alias: str, expected: bool) -> None:
    assert values.is_old_address(alias) is expected


@pytest.mark.parametrize(
    ("alias", "expected"),
    [
        ("/old/", "old/"),
        ("/old", "old/"),
        ("old.html", "old.html"),
        ("/a/b/index.html#top", "a/b/index.html"),
        ("/a?b=c", "a/"),
        ("/../../a/", "a/"),
        ("/%C3%BCber/", "über/"),
        ("/old%20lamp", "old lamp/"),
        ("/x+y/", "x+y/"),
        ("/x@y/", "x@y/"),
        ("/Old/Lamp.html", "Old/Lamp.html"),
        ("/a//b/./c/", "a/b/c/"),
        ("/100%/", "100%/"),
        ("/a%00b/", ""),
        ("/" + "x" * 256 + "/", ""),
        ("//example.org/a", ""),
        ("https://example.org/a", ""),
        ("/", ""),
    ],
)
def test_an_old_url_is_a_url_path_of_this_site(alias: str, expected: str) -> None:
    assert values.old_address(alias) == expected
