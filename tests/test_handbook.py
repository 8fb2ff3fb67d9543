"""The handbook tells the truth: every example is built strictly and does what its page says; every table is that of the code."""

import dataclasses
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import handbook
import modules
import pytest
import yaml
from builder import PROJECT, Built, run
from demo import HANDBOOK
from messages import messages

from almanac_kb.checks import rules
from almanac_kb.content.bibliography import SCHEMA_TYPES
from almanac_kb.content.settings import Settings
from almanac_kb.frontmatter.fields import FIELDS, MIXED_CASE
from almanac_kb.health import findings
from almanac_kb.markdown.constructs import CONSTRUCTS
from almanac_kb.markdown.references import Reference

sys.path.insert(0, str(PROJECT / "tests/bench"))
import figures

pytestmark = pytest.mark.demo

PAGES = sorted(path.name for path in HANDBOOK.glob("*.md"))


@pytest.mark.parametrize("name", PAGES)
def test_every_example_of_a_page_does_what_the_page_says(name: str, tmp_path: Path) -> None:
    page = HANDBOOK / name
    if not handbook.examples(page):
        return
    strict = ["--strict"] if name != "messages.md" else []
    site = handbook.built(tmp_path, page, *strict)
    assert site.code == 0, site.output
    assert list(handbook.missing(site, page)) == []


def tables(demo: Built, name: str) -> Iterator[list[str]]:
    """The rows of the tables of a page, as readers see them."""
    for row in demo.page(f"handbook/{name}/").xpath("//article//tbody/tr"):
        yield [" ".join(cell.text_content().split()) for cell in row.xpath("td")]


def words(markdown: str) -> str:
    return " ".join(markdown.replace("`", "").split())


def test_every_page_says_in_one_or_two_lines_what_it_is_about(demo: Built) -> None:
    for name in PAGES:
        path = "handbook/" if name == "index.md" else f"handbook/{name.removesuffix('.md')}/"
        (description,) = demo.page(path).xpath("//meta[@name='description']/@content")
        assert 110 <= len(description) <= 170, (name, len(description))


def test_every_page_is_in_the_navigation_and_in_the_index() -> None:
    shown = (HANDBOOK / ".pages").read_text()
    index = (HANDBOOK / "index.md").read_text()
    assert [name for name in PAGES if f"- {name}\n" not in shown] == []
    assert [name for name in PAGES if name != "index.md" and f"({name})" not in index] == []


def test_the_table_of_fields_is_that_of_the_code(demo: Built) -> None:
    expected = [[each.concept, ", ".join(MIXED_CASE.get(key, key) for key in each.spellings), each.meaning] for each in FIELDS]
    assert list(tables(demo, "fields")) == expected


def test_the_table_of_what_is_translated_is_that_of_the_code(demo: Built) -> None:
    expected = [[words(text) for text in (each.name, each.home, each.written, each.becomes, each.treatment.value)] for each in CONSTRUCTS]
    assert [[words(cell) for cell in row] for row in tables(demo, "import")] == expected


def test_the_table_of_settings_is_that_of_the_code(demo: Built) -> None:
    default = {each.name: list(each.default) if isinstance(each.default, tuple) else each.default for each in dataclasses.fields(Settings)}
    default["hosts"] = []
    said = {row[0]: yaml.safe_load(row[1]) for row in tables(demo, "look") if len(row) == 3}
    assert said == default


def test_the_table_of_templates_names_every_one(demo: Built) -> None:
    paths = {path.relative_to(PROJECT / "overrides").as_posix() for path in (PROJECT / "overrides").rglob("*") if path.is_file()}
    files = {re.sub(r"^(assets/vendor/\w+/).+", r"\1", path) for path in paths}
    assert {name for row in tables(demo, "look") if len(row) == 2 for name in row[0].split(", ")} == files


def test_the_fields_of_a_source_are_those_of_the_code(demo: Built) -> None:
    rows = {name: meaning for row in tables(demo, "sources-and-glossary") for name, meaning in [row]}
    assert {name for names in rows for name in names.split(", ")} == {each.name for each in dataclasses.fields(Reference)} - {"position"}
    assert rows["type"] == ", ".join(SCHEMA_TYPES)


def test_the_rules_of_the_health_report_are_those_of_the_code() -> None:
    assert findings.rules_table() in (HANDBOOK / "health.md").read_text()


def test_the_rules_of_the_inspection_are_those_of_the_code() -> None:
    assert rules.rules_table() in (HANDBOOK / "messages.md").read_text()


def test_every_message_is_explained_and_none_that_is_not_said(demo: Built) -> None:
    names = {each.name for each in rules.RULES}
    rows = [(words(row[0]), severity) for row in tables(demo, "messages") if row[0] not in names for severity in row[1].split(" or ")]
    said = {(words(text), severity) for text, severity in messages()}
    assert sorted(said - set(rows)) == []
    assert sorted(set(rows) - said) == []
    assert len(rows) == len(set(rows))


@pytest.mark.demo
def test_the_table_of_modules_is_made_of_their_docstrings() -> None:
    assert modules.PAGE.read_text("utf-8") == modules.page(), "`make handbook` writes it"


def test_a_draft_is_marked_where_it_is_shown(tmp_path: Path) -> None:
    shown = handbook.built(tmp_path, HANDBOOK / "publish.md", DRAFTS="true")
    assert "Not published: draft" in shown.text("guides/next/")
    assert "Not published: scheduled for 2099-01-01" in shown.text("guides/new-year/")
    assert "Not published: expired on 2025-01-01" in shown.text("guides/offer/")


@pytest.mark.slow
def test_a_broken_article_leaves_the_site_as_it_was_or_is_skipped(tmp_path: Path) -> None:
    first = handbook.built(tmp_path, HANDBOOK / "publish.md", "--strict")
    before = dict(first.files())
    (first.root / "docs" / "guides" / "broken.md").write_text("---\ndate: soon\n---\nText.\n")
    assert run(first.root, "mkdocs", "build", "--strict").code == 1
    assert run(first.root, "mkdocs", "build", "--strict", REFUSED="skip").code == 1
    assert dict(first.files()) == before
    skipped = run(first.root, "mkdocs", "build", REFUSED="skip")
    assert skipped.code == 0
    assert "published without 1 refused articles: guides/broken.md" in skipped.output


def test_an_article_can_stay_out_of_the_search(tmp_path: Path) -> None:
    found = handbook.built(tmp_path, HANDBOOK / "fields.md").found()
    assert "guides/imprint/" not in found
    assert "Home backups" in found["guides/keep-your-files/"]["content"]


def test_the_readme_has_the_table_of_the_benchmark() -> None:
    assert figures.readme_table(figures.KEPT / "1000.json") in (PROJECT / "README.md").read_text()
