"""Tags: one for all its spellings, with an address of its own that no new article moves."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree import catalogue, said

from almanac_kb.content import taxonomy
from almanac_kb.content.reader import Article
from almanac_kb.content.site import Site
from almanac_kb.content.taxonomy import TagFile
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.core.text import tag_key

WORDS = "; ".join(
    (
        "- {name: Artificial intelligence, description: Machines., aliases: [AI]}",
        "- {name: Robots, parent: artificial Intelligence}",
        "- {name: Noise, aliases: [your], hidden: true}",
    )
)


def addresses(made: Site) -> dict[str, str]:
    return {each.name: each.url for each in made.tags}


def test_spellings_that_differ_by_case_space_dash_underscore_and_accents_are_one_tag(tmp_path: Path) -> None:
    made = catalogue(
        tmp_path,
        """
        a.md | title: A; date: 2024-01-01; tags: [Machine Learning]
        b.md | title: B; date: 2024-01-02; tags: [machine-learning, Café]
        c.md | title: C; date: 2024-01-03; tags: [MACHINE_LEARNING, cafe]
        """,
    )
    assert addresses(made) == {"Café": "tags/café/", "Machine Learning": "tags/machine-learning/"}
    assert said(made) == [
        "notice b.md:4:7: tags: 'machine-learning' is elsewhere written 'Machine Learning'; shown so; write Machine Learning",
        "notice c.md:4:7: tags: 'MACHINE_LEARNING' is elsewhere written 'Machine Learning'; shown so; write Machine Learning",
        "notice c.md:4:7: tags: 'cafe' is elsewhere written 'Café'; shown so; write Café",
    ]


def test_a_newer_article_does_not_move_the_page_of_a_tag(tmp_path: Path) -> None:
    old = "z.md | title: Z; date: 2024-01-01; tags: [Node JS, a/b]"
    new = "\n".join(f"n{day}.md | title: N; date: 2025-01-0{day}; tags: [nodejs, A slash B]" for day in (1, 2, 3))
    assert addresses(catalogue(tmp_path, f"{old}\n{new}")) == {
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
def test_each_tag_has_a_readable_address(tmp_path: Path, name: str, url: str) -> None:
    assert addresses(catalogue(tmp_path, f'a.md | title: A; tags: ["{name}"]')) == {name: url}


def test_languages_that_share_a_letter_are_tags_of_their_own(tmp_path: Path) -> None:
    made = catalogue(tmp_path, 'a.md | title: A; tags: [C, "C#", "C++", c, R&D, "..", "((", "))"]')
    assert len(set(addresses(made).values())) == len(made.tags) == 7


def test_the_vocabulary_names_describes_groups_and_hides(tmp_path: Path) -> None:
    made = catalogue(tmp_path, f".tags.yml | {WORDS}\na.md | title: A; tags: [ai, robots, your, Other]")
    found = {each.name: (each.url, each.description, each.group, each.aliases) for each in made.tags}
    assert found == {
        "Artificial intelligence": ("tags/artificial-intelligence/", "Machines.", "Artificial intelligence", ("AI",)),
        "Other": ("tags/other/", "", "", ()),
        "Robots": ("tags/robots/", "", "Artificial intelligence", ()),
    }
    assert made.articles[0].tags == ("Artificial intelligence", "Robots", "Other")
    assert said(made) == []


def test_the_index_goes_group_by_group_with_the_parent_first(tmp_path: Path) -> None:
    made = catalogue(tmp_path, f".tags.yml | {WORDS}\na.md | title: A; tags: [apples, robots, ai, Zoo]")
    assert [each.name for each in taxonomy.grouped_tags(made.tags)] == ["Artificial intelligence", "Robots", "apples", "Zoo"]


def test_a_tag_lists_its_articles_newest_first_and_leaves_out_drafts(tmp_path: Path) -> None:
    made = catalogue(
        tmp_path,
        """
        a.md | title: A; date: 2024-01-01; tags: [x]
        b.md | title: B; date: 2025-01-01; tags: [x]
        c.md | title: C; tags: [x]
        d.md | title: D; tags: [x, secret]; draft: true
        """,
    )
    assert [[each.title for each in found.articles] for found in made.tags] == [["B", "A", "C"]]


@given(st.lists(st.text(min_size=1, max_size=30).filter(str.strip), min_size=1, max_size=12))
def test_whatever_tags_are_called_each_has_one_address(names: list[str]) -> None:
    clean = [unicodedata.normalize("NFC", name.strip()) for name in names]
    article = Article(SourcePath("a.md"), "A", tags=tuple(dict.fromkeys(clean)), url=UrlPath("a/"))
    chosen, _ = taxonomy.canonical_names([article], TagFile())
    carried = tuple(dict.fromkeys(chosen[tag_key(name)] for name in article.tags))
    made = taxonomy.build_taxonomy((Article(SourcePath("a.md"), "A", tags=carried, url=UrlPath("a/")),), TagFile())
    assert len({each.url.casefold() for each in made}) == len(made) == len({tag_key(name) for name in clean})
    assert all(each.url.startswith("tags/") and each.url.count("/") == 2 and each.url.endswith("/") for each in made)


def test_ten_thousand_tags_without_a_letter_each_have_an_address() -> None:
    names = tuple(f"({'(' * (number % 50)}{')' * (number // 50)}" for number in range(10_000))
    article = Article(SourcePath("a.md"), "A", tags=tuple(dict.fromkeys(names)))
    assert len({each.url for each in taxonomy.build_taxonomy((article,), TagFile())}) == 10_000
