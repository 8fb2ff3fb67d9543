"""Who stands where in the site."""

import pytest

from almanac_kb.content.routes import OutputPaths


@pytest.mark.parametrize(
    ("path", "holder"),
    [
        ("a/index.html", "first"),
        ("A/Index.HTML", "first"),
        ("a", "first"),
        ("a/index.html/b", "first"),
        ("a/other.html", ""),
        ("b", ""),
        ("cafe\u0301", "accents"),
    ],
)
def test_a_file_is_held_by_name_by_what_is_below_and_by_what_is_above(path: str, holder: str) -> None:
    claims = OutputPaths()
    claims.take("a/index.html", "first")
    claims.take("a/INDEX.html", "second")
    claims.take("caf\u00e9", "accents")
    assert claims.holder(path) == holder
