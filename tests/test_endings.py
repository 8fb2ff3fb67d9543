"""What counts as an article: `.md`, and every other ending that Markdown goes by."""

from pathlib import Path

import pytest
from builder import Built, build, run, words
from mkdocs.utils import markdown_extensions
from test_command_line import hooks
from tree import catalogue, said, site

from almanac_kb.core.paths import MARKDOWN_SUFFIXES, is_article, is_index, without_suffix

MDX = """---
title: Two copies
description: Why one copy is none.
pubDate: Apr 11 2025
heroImage: /disks.svg
tags: [Backups]
---
import { Aside } from '@astrojs/starlight/components';

<Aside type="tip" title="At home">
One copy is none.
</Aside>

See [the plan](plan.markdown#first), [again](plan), [[Care]] and [the topic](./).

## Second part
"""
DOCS = {
    "t/copies.mdx": MDX,
    "t/plan.markdown": "---\ndescription: What to do.\ndate: 2025-01-01\naliases: [/old/plan/]\n---\n"
    "# Plan\n\n## First\n\nCopy. See [copies](copies.mdx).\n",
    "t/Care.MKD": "---\ndescription: How to.\ndate: 2025-01-02\n---\nKeep cool. See [copies](/t/copies).\n",
    "t/index.mdx": "---\ntitle: All about disks\n---\nDisks last.\n",
    "t/draft.mdown": "---\ndraft: true\n---\n# Hidden away\n",
    "disks.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>',
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = build(tmp_path_factory.mktemp("endings"), DOCS).root
    settings = root / "mkdocs.yml"
    settings.write_text(f"repo_url: https://example.org/repo\nedit_uri: edit/main/docs/\n{settings.read_text()}")
    made = run(root, "mkdocs", "build", "--strict")
    assert made.code == 0, made.output
    return made


def test_every_ending_of_mkdocs_is_an_article() -> None:
    assert {*markdown_extensions, ".mdx"} == set(MARKDOWN_SUFFIXES)


@pytest.mark.parametrize("name", ["a.md", "b/c.MDX", "d.e.markdown", "README.mkd"])
def test_a_name_is_told_by_its_ending_in_any_case(name: str) -> None:
    assert is_article(name)
    assert without_suffix(name) == name.rpartition(".")[0]
    assert is_index(name) == name.startswith("README")


@pytest.mark.parametrize("name", ["a.txt", "md", "a.md.png", "amdx", "a.md/b"])
def test_other_files_are_no_articles(name: str) -> None:
    assert not is_article(name)
    assert without_suffix(name) == name


def test_each_has_a_page_at_its_address_and_no_copy_of_its_file(built: Built) -> None:
    assert {"t/", "t/copies/", "t/plan/", "t/care/"} < set(built.pages())
    assert [path for path, _ in built.files() if is_article(path) and not path.endswith("index.md")] == []
    assert "4 articles and pages to publish, 1 withheld, 0 refused" in built.output


def test_the_header_and_the_body_are_read(built: Built) -> None:
    page = built.page("t/copies")
    assert words(page, "//article//h1") == ["Two copies"]
    assert words(page, "//*[contains(@class, 'admonition-title')]") == ["At home"]
    assert "import {" not in page.text_content()
    assert page.xpath("//article//img[contains(@src, 'disks.svg')]")


def test_links_lead_from_any_to_any(built: Built) -> None:
    links = built.page("t/copies").xpath("//article//a/@href")
    assert {"../plan/#first", "../plan/", "../care/", "../"} <= {each.rstrip() for each in links}
    assert "../copies/" in built.page("t/plan").xpath("//article//a/@href")
    assert "../copies/" in built.page("t/care").xpath("//article//a/@href")
    assert "../../t/plan/" in built.text("old/plan")


def test_the_index_of_a_folder_is_its_page(built: Built) -> None:
    page = built.page("t")
    assert words(page, "//article//h1") == ["All about disks"]
    assert "Disks last." in page.text_content()


def test_search_feeds_and_machines_know_them(built: Built) -> None:
    assert "One copy is none" in built.found()["t/copies/"]["content"]
    assert "https://example.org/kb/t/copies/" in built.text("feed_rss_created.xml")
    assert "https://example.org/kb/t/copies/" in built.text("feed.xml")
    assert "One copy is none." in built.text("t/copies/index.md")
    assert "https://example.org/kb/t/plan/" in built.text("t/copies/index.md")


def test_the_link_to_edit_names_the_file(built: Built) -> None:
    assert "https://example.org/repo/edit/main/docs/t/copies.mdx" in built.text("t/copies")


def test_two_endings_of_one_name_claim_one_address(tmp_path: Path) -> None:
    assert site(tmp_path, "a.md | title: One\na.mdx | title: Two\na.markdown | title: Three") == "\n".join(
        [
            "/ Site",
            "    /a/ article a.markdown",
            "refused a.md",
            "refused a.mdx",
            "error a.md:1:1: address: /a/ is the address of a.markdown already; give one of them another slug",
            "error a.mdx:1:1: address: /a/ is the address of a.markdown already; give one of them another slug",
        ]
    )


def test_of_two_indexes_the_first_is_the_page(tmp_path: Path) -> None:
    assert (
        site(tmp_path, "t/index.markdown\nt/index.mdx\nt/README.md\nt/a.md").splitlines()[2:]
        == """    /t/a/ article t/a.md
withheld t/README.md: index.mdx is the page of the folder
withheld t/index.markdown: index.mdx is the page of the folder
warning t/README.md:1:1: file: is not published: index.mdx is the page of the folder; merge the two, or rename this one
warning t/index.markdown:1:1: file: is not published: index.mdx is the page of the folder; merge the two, or rename this one""".splitlines()
    )


def test_the_one_that_keeps_an_address_is_published_though_mkdocs_takes_the_other(tmp_path: Path) -> None:
    built = build(tmp_path, {"a.md": "# One\n", "a.mkd": "# Two\n", "b.md": "# B\n"}, REFUSED="skip")
    assert built.code == 0, built.output
    assert words(built.page("a"), "//article//h1") == ["One¶"]


def test_problems_name_the_file(tmp_path: Path) -> None:
    root = build(tmp_path, {"a.mdx": "---\npubDate: soon\n---\n# A â€“ b\n"}).root
    ran = hooks(root, "check")
    assert "error: docs/a.mdx:2:10: pubDate: must be a date, got 'soon'; write a date such as 2025-04-11" in ran.stdout
    assert hooks(root, "fix", "--yes").stdout.endswith("1 files rewritten\n")


def test_pages_files_name_them(tmp_path: Path) -> None:
    assert said(catalogue(tmp_path, "t/.pages | nav:;   - b.mdx;   - a.markdown\nt/a.markdown\nt/b.mdx")) == []
