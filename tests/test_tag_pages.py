"""The pages of tags and topics, as readers walk them."""

import json
import shutil
from pathlib import Path

import pytest
from builder import BASE, Built, build, project, run, words

VOCABULARY = """\
- name: Machine learning
  description: Programs that learn from examples.
  aliases: [ML]
- name: Deep learning
  parent: Machine learning
- name: Noise
  aliases: [misc]
  hidden: true
"""


def test_tags_are_grouped_counted_and_listed_with_their_own_feed(tmp_path: Path) -> None:
    built = build(
        tmp_path,
        {
            ".tags.yml": VOCABULARY,
            "t/a.md": "---\ntags: [ml, Deep learning, misc]\ndate: 2025-01-01\n---\n# A\n",
            "t/b.md": "---\ntags: [Machine Learning, Zoo]\ndate: 2025-01-02\n---\n# B\n",
        },
        "--strict",
    )
    assert built.code == 0, built.output
    index = built.page("tags")
    assert words(index, "//article//h2") == ["Machine learning", "More tags"]
    assert words(index, "//ul[@class='kb-tags']/li") == ["Machine learning 2", "Deep learning 1", "Zoo 1"]
    page = built.page("tags/machine-learning")
    assert "Programs that learn from examples." in page.text_content()
    assert words(page, "//a[@class='kb-card__title']") == ["B", "A"]
    assert page.xpath("//link[@type='application/atom+xml']/@href") == ["../../feed.xml", "feed.xml"]
    assert "misc" not in built.text("t/a")
    assert not (built.site / "tags/noise").exists()


SLUGS = {
    "C": "c",
    "C#": "c-sharp",
    "C++": "c-plus-plus",
    "R&D": "r-and-d",
    "a/b": "a-slash-b",
    "健康": "健康",
    "🚀": "rocket",
    ".NET": "dot-net",
}


@pytest.mark.parametrize(("tag", "slug"), SLUGS.items())
def test_each_of_these_tags_has_a_page_of_its_own(every_tag: Built, tag: str, slug: str) -> None:
    assert words(every_tag.page(f"tags/{slug}"), "//h1") == [tag]


@pytest.fixture(scope="module")
def every_tag(tmp_path_factory: pytest.TempPathFactory) -> Built:
    header = json.dumps({"tags": list(SLUGS)})
    return build(tmp_path_factory.mktemp("tags"), {"a.md": f"{header}\n# A\n"})


@pytest.mark.slow
def test_listings_are_walked_in_numbered_pages_that_stay_small(tmp_path: Path) -> None:
    header = (
        "---\ntitle: A title that is rather long for number {n:03}\ndescription: {d}\ndate: 2025-01-01\ntags: [one, tag {n}]\n---\nText.\n"
    )
    articles: dict[str, str | bytes] = {f"t/{n}.md": header.format(n=n, d="word " * 60) for n in range(450)}
    built = build(tmp_path, articles)
    assert built.code == 0, built.output
    for start in ("tags/one/", "t/", ""):
        assert len(_walk(built, start)) == 450
    listings = [
        path
        for path in built.site.rglob("index.html")
        if path.parent.parent.name == "page" or path.parent.name in {"tags", "one", "t", "site"}
    ]
    assert len(listings) > 60
    assert max(path.stat().st_size for path in listings) < 100_000
    assert len([name for page in ("tags/", "tags/page/2/") for name in words(built.page(page), "//ul[@class='kb-tags']/li")]) == 451
    assert len(built.text("t/225")) < 40_000


def _walk(built: Built, start: str) -> set[str]:
    """The titles of a listing, page after page, following `rel=next`."""
    titles: set[str] = set()
    path: str | None = start
    while path is not None:
        page = built.page(path or "index.html")
        titles.update(words(page, "//a[@class='kb-card__title']"))
        following = page.xpath("//nav[@class='kb-pages']/a[@rel='next']/@href")
        path = (built.site / path / following[0]).resolve().relative_to(built.site.resolve()).as_posix() if following else None
    return titles


def test_a_file_below_tags_is_the_text_of_the_page_of_its_tag(tmp_path: Path) -> None:
    built = build(
        tmp_path,
        {
            ".tags.yml": VOCABULARY,
            "a.md": "---\ntags: [ml, C++]\n---\n# A\n\nSee [the tag](tags/ml.md).\n",
            "tags/ml.md": "---\ntitle: Learning machines\n---\nWords about ml, see [A](../a.md).\n",
            "tags/c-plus-plus/_index.md": "# C++\n\nWords about C++.\n",
            "tags.md": "# Subjects\n\nWords about all.\n\n<!-- material/tags -->\n",
        },
    )
    assert built.code == 0, built.output
    learning = built.page("tags/machine-learning")
    assert words(learning, "//article//h1") == ["Learning machines"]
    assert "Words about ml" in learning.text_content()
    assert words(learning, "//a[@class='kb-card__title']") == ["A"]
    assert "Words about C++." in built.page("tags/c-plus-plus").text_content()
    index = built.page("tags")
    assert index.xpath("//article//h1/text()") == ["Subjects"]
    assert "Words about all." in index.text_content()
    assert words(index, "//ul[@class='kb-tags']/li") == ["Machine learning 1", "C++ 1"]
    assert "../tags/machine-learning/" in built.page("a").xpath("//article//p/a/@href")
    assert words(built.page("tags/machine-learning"), "//nav//a[@aria-current='page']") == []


def test_two_texts_of_one_tag_are_named(tmp_path: Path) -> None:
    built = build(
        tmp_path, {"a.md": "---\ntags: [brass]\n---\n# A\n", "tags/brass.md": "One.\n", "tags/brass/index.md": "Two.\n"}, REFUSED="skip"
    )
    assert built.code == 0, built.output
    assert "docs/tags/brass/index.md:1:1: file: the tag 'brass' has the text of tags/brass.md already; merge the two" in built.output


def test_a_tag_of_few_articles_has_no_page_where_a_setting_says_so(tmp_path: Path) -> None:
    docs: dict[str, str | bytes] = {
        ".tags.yml": "- name: Described\n  description: What it means.\n",
        "a.md": "---\ndate: 2025-01-01\ntags: [common, rare, Described, written]\n---\n# A\n\nText.\n",
        "b.md": "---\ndate: 2025-01-01\ntags: [common]\n---\n# B\n\nText.\n",
        "tags/written.md": "# Written\n\nA text of its own.\n",
    }
    root = project(tmp_path, docs)
    config = root / "mkdocs.yml"
    shutil.copy(run(root, "mkdocs", "build").site / "addresses.json", root)
    config.write_text(config.read_text().replace("  knowledge:\n", "  knowledge:\n    tag_pages: 2\n"))
    built = run(root, "mkdocs", "build", "--strict")
    assert built.code == 0, built.output
    assert [each for each in built.pages() if each.startswith("tags/")] == [
        "tags/",
        "tags/common/",
        "tags/described/",
        "tags/rare/",
        "tags/written/",
    ]
    assert built.page("tags/rare").xpath("//link[@rel='canonical']/@href") == [f"{BASE}tags/"]  # the page that was published redirects
    assert built.page("a").xpath("//*[@class='md-tag'][not(self::a)]/text()") == ["rare"]
    assert {tag["name"]: tag["url"] is None for tag in built.json("articles.json")["articles"][0]["tags"]} == {
        "common": False,
        "rare": True,
        "Described": False,
        "written": False,
    }
    assert built.found()["a/"]["tags"] == ["common", "rare", "Described", "written"]
