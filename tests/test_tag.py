"""Tags: one for all its spellings, with a URL of its own that no new article moves."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree import catalogue, said

from almanac_kb.content import taxonomy
from almanac_kb.content.article import Article
from almanac_kb.content.site import Site
from almanac_kb.content.taxonomy import Tag, TagFile
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.core.text import tag_key

TAG_FILE = "; ".join(
    (
        "- {name: Artificial intelligence, description: Machines., aliases: [AI]}",
        "- {name: Robots, parent: artificial Intelligence}",
        "- {name: Noise, aliases: [your], hidden: true}",
    )
)


def urls(site: Site) -> dict[str, str]:
    return {tag.name: tag.url for tag in site.tags}


def test_spellings_that_differ_by_case_space_dash_underscore_and_accents_are_one_tag(tmp_path: Path) -> None:
    site = catalogue(
        tmp_path,
        """
        a.md | title: A; date: 2024-01-01; tags: [Machine Learning]
        b.md | title: B; date: 2024-01-02; tags: [machine-learning, Café]
        c.md | title: C; date: 2024-01-03; tags: [MACHINE_LEARNING, cafe]
        """,
    )
    assert urls(site) == {"Café": "tags/café/", "Machine Learning": "tags/machine-learning/"}
    assert said(site) == [
        "notice b.md:4:7: tags: 'machine-learning' is elsewhere written 'Machine Learning'; shown so; write Machine Learning",
        "notice c.md:4:7: tags: 'MACHINE_LEARNING' is elsewhere written 'Machine Learning'; shown so; write Machine Learning",
        "notice c.md:4:7: tags: 'cafe' is elsewhere written 'Café'; shown so; write Café",
    ]


def test_a_newer_article_does_not_move_the_page_of_a_tag(tmp_path: Path) -> None:
    old = "z.md | title: Z; date: 2024-01-01; tags: [Node JS, a/b]"
    new = "\n".join(f"n{day}.md | title: N; date: 2025-01-0{day}; tags: [nodejs, A slash B]" for day in (1, 2, 3))
    assert urls(catalogue(tmp_path, f"{old}\n{new}")) == {
        "a/b": "tags/a-slash-b/",
        "A slash B": "tags/a-slash-b-2/",
        "Node JS": "tags/node-js/",
    }


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("C", "tags/c/"),
        ("C#", "tags/c-sharp/"),
        ("C++", "tags/c-plus-plus/"),
        ("R&D", "tags/r-and-d/"),
        ("a/b", "tags/a-slash-b/"),
        ("🚀", "tags/rocket/"),
        ("機械学習", "tags/機械学習/"),
        ("машинное обучение", "tags/машинное-обучение/"),
        (".NET", "tags/dot-net/"),
        ("index.html", "tags/index.html-2/"),
        ("...", "tags/tag/"),
    ],
)
def test_each_tag_has_a_readable_url(tmp_path: Path, name: str, url: str) -> None:
    assert urls(catalogue(tmp_path, f'a.md | title: A; tags: ["{name}"]')) == {name: url}


def test_languages_that_share_a_letter_are_tags_of_their_own(tmp_path: Path) -> None:
    site = catalogue(tmp_path, 'a.md | title: A; tags: [C, "C#", "C++", c, R&D, "..", "((", "))"]')
    assert len(set(urls(site).values())) == len(site.tags) == 7


def test_the_tag_file_names_describes_groups_and_hides_tags(tmp_path: Path) -> None:
    site = catalogue(tmp_path, f".tags.yml | {TAG_FILE}\na.md | title: A; tags: [ai, robots, your, Other]")
    tags = {tag.name: (tag.url, tag.description, tag.group, tag.aliases) for tag in site.tags}
    assert tags == {
        "Artificial intelligence": ("tags/artificial-intelligence/", "Machines.", "Artificial intelligence", ("AI",)),
        "Other": ("tags/other/", "", "", ()),
        "Robots": ("tags/robots/", "", "Artificial intelligence", ()),
    }
    assert site.articles[0].tags == ("Artificial intelligence", "Robots", "Other")
    assert said(site) == []


def test_the_index_goes_group_by_group_with_the_parent_first(tmp_path: Path) -> None:
    site = catalogue(tmp_path, f".tags.yml | {TAG_FILE}\na.md | title: A; tags: [apples, robots, ai, Zoo]")
    assert [tag.name for tag in taxonomy.grouped_tags(site.tags, "en")] == ["Artificial intelligence", "Robots", "apples", "Zoo"]


def test_the_groups_of_the_index_are_in_the_alphabetical_order_of_the_language() -> None:
    tags = tuple(Tag(name, UrlPath(f"tags/{name}/"), (), group=group) for name, group in (("a", "Ängar"), ("z", "Zoo")))
    assert [[tag.name for tag in taxonomy.grouped_tags(tags, language)] for language in ("sv", "de")] == [["z", "a"], ["a", "z"]]


def test_a_tag_lists_its_articles_newest_first_and_leaves_out_drafts(tmp_path: Path) -> None:
    site = catalogue(
        tmp_path,
        """
        a.md | title: A; date: 2024-01-01; tags: [x]
        b.md | title: B; date: 2025-01-01; tags: [x]
        c.md | title: C; tags: [x]
        d.md | title: D; tags: [x, secret]; draft: true
        """,
    )
    assert [[article.title for article in tag.articles] for tag in site.tags] == [["B", "A", "C"]]


@given(st.lists(st.text(min_size=1, max_size=30).filter(str.strip), min_size=1, max_size=12))
def test_whatever_tags_are_called_each_has_one_url(names: list[str]) -> None:
    clean = [unicodedata.normalize("NFC", name.strip()) for name in names]
    article = Article(SourcePath("a.md"), "A", tags=tuple(dict.fromkeys(clean)), url=UrlPath("a/"))
    canonical, _ = taxonomy.canonical_names([article], TagFile())
    carried = tuple(dict.fromkeys(canonical[tag_key(name)] for name in article.tags))
    tags = taxonomy.build_taxonomy((Article(SourcePath("a.md"), "A", tags=carried, url=UrlPath("a/")),), TagFile())
    assert len({tag.url.casefold() for tag in tags}) == len(tags) == len({tag_key(name) for name in clean})
    assert all(tag.url.startswith("tags/") and tag.url.count("/") == 2 and tag.url.endswith("/") for tag in tags)


def test_ten_thousand_tags_without_a_letter_each_have_a_url() -> None:
    names = tuple(f"({'(' * (number % 50)}{')' * (number // 50)}" for number in range(10_000))
    article = Article(SourcePath("a.md"), "A", tags=tuple(dict.fromkeys(names)))
    assert len({tag.url for tag in taxonomy.build_taxonomy((article,), TagFile())}) == 10_000
