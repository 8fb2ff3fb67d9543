"""Keys of headers that look like slips of the pen, seen over a whole site."""

from pathlib import Path

from tree import catalogue, said

from almanac_kb.content.settings import Settings

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
