"""Keys of headers that look like slips of the pen, seen over a whole site."""

from pathlib import Path

import pytest
from tree import catalogue, said

from almanac_kb.content.settings import Settings
from almanac_kb.core.text import most_similar

SLIP = "dscription: is no known field; description is"


def test_a_slip_is_named_in_each_file(tmp_path: Path) -> None:
    assert said(catalogue(tmp_path, "a.md | title: A; dscription: x\nb.md | title: B; dscription: y")) == [
        f"warning {name}.md:3:1: {SLIP}; write description, if that is what you mean" for name in "ab"
    ]


def test_a_key_of_many_files_is_no_slip_and_is_said_once(tmp_path: Path) -> None:
    files = "\n".join(f"n{number}.md | title: A; dscription: x" for number in range(6))
    assert said(catalogue(tmp_path, files)) == [
        f"notice n0.md:3:1: {SLIP}; since it stands in 6 files, it is taken for a key of your own; "
        "add dscription to keys below extra.knowledge in mkdocs.yml, if it is"
    ]


def test_a_key_that_the_site_names_as_its_own_is_none(tmp_path: Path) -> None:
    assert said(catalogue(tmp_path, "a.md | title: A; Dscription: x", Settings(keys=("dscription",)))) == []


@pytest.mark.parametrize(
    ("word", "names", "meant"),
    [
        ("DOI", ["doi", "url"], "doi"),
        ("dio", ["doi", "url"], "doi"),
        ("urrl", ["doi", "url"], "url"),
        ("refuse", ["drafts", "refused"], "refused"),
        ("Lamps/Oil.md", ["lamps/oil.md", "lamps/oils.md"], "lamps/oil.md"),
        ("adams-2020", ["clark-2020"], ""),
        ("a", ["b", "c"], ""),
        ("", ["b"], ""),
        ("x" * 201, ["x" * 201], ""),
        ("word", [], ""),
    ],
)
def test_what_was_meant_is_the_most_similar_name_or_none(word: str, names: list[str], meant: str) -> None:
    assert most_similar(word, names) == meant
