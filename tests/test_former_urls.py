"""Dated addresses of Jekyll, Hugo, Docusaurus and Material's blog lead to the article, where that system would have published it there."""

from dataclasses import replace
from pathlib import Path

import pytest
from builder import Built, project, run
from test_command_line import hooks

from almanac_kb.content.article import Article
from almanac_kb.content.former_urls import AddressPatterns, dated_names, former_urls, read_patterns
from almanac_kb.content.reader import read_article
from almanac_kb.core.paths import SourcePath, UrlPath

LINKS = {
    "/2019/03/01/lamp/": "posts/lamp/",
    "/light/2019/03/01/lamp.html": "posts/lamp/",
    "/blog/2020/05/06/wick": "blog/wick/",
    "/2021/01/02/oil/": "texts/oil/",
    "/diary/2022/02/03/the-big-flame/": "diary/posts/f/",
}
DOCS: dict[str, str | bytes] = {
    "index.md": "# Home\n\n" + "\n".join(f"[x]({link})" for link in LINKS),
    "_posts/2019-03-01-lamp.md": "---\ntitle: Lamp\ncategories: Light\ntags: [a]\n---\nWarm.\n",
    "blog/2020-05-06-wick.md": "---\ntitle: Wick\n---\nDry.\n",
    "blog/2020-05-07-flame/index.md": "---\ntitle: Flame\n---\nHigh.\n",
    "blog/2020-05-08-taken.md": "---\ntitle: Taken\n---\nOnce.\n",
    "blog/2020/05/08/taken.md": "---\ntitle: Another\n---\nTwice.\n",
    "news/2020-05-09-same.md": "---\ntitle: Same\n---\nOne.\n",
    "notes/2020-05-09-same.md": "---\ntitle: Same again\n---\nOther.\n",
    "texts/oil.md": "---\ntitle: Oil\ndate: 2021-01-02\n---\nThick.\n",
    "diary/index.md": "# Diary\n",
    "diary/posts/f.md": "---\ntitle: The big flame!\ndate: 2022-02-03\n---\nRed.\n",
    "hugo/hugo.toml": '[permalinks]\nposts = "/:year/:month/:slug/"\n',
    "hugo/content/posts/z.md": "---\ntitle: Zed is here\ndate: 2023-04-05\n---\nLast.\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = project(tmp_path_factory.mktemp("former") / "kb", DOCS)
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    return built


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("2019/03/01/lamp/", "posts/lamp/"),
        ("2019/03/01/lamp.html", "posts/lamp/"),
        ("light/2019/03/01/lamp.html", "posts/lamp/"),
        ("blog/2020/05/06/wick/", "blog/wick/"),
        ("2020/05/06/wick.html", "blog/wick/"),
        ("blog/2020/05/07/flame/", "blog/flame/"),
        ("diary/2022/02/03/the-big-flame/", "diary/posts/f/"),
        ("2023/04/zed-is-here/", "hugo/content/posts/z/"),
        ("news/2020/05/09/same/", "news/same/"),
    ],
)
def test_a_dated_address_leads_to_its_article(address: str, page: str, site: Built) -> None:
    assert site.page(address).xpath("string(//link[@rel='canonical']/@href)") == f"https://example.org/kb/{page}"


def test_a_page_keeps_its_address_and_what_two_articles_could_have_had_is_nobodys(site: Built) -> None:
    assert "Twice." in site.text("blog/2020/05/08/taken/")
    assert not (site.site / "2020/05/09/same").exists()
    assert not (site.site / "2021").exists()


def test_links_by_dated_addresses_lead_to_the_article_without_a_detour(site: Built) -> None:
    assert site.page("").xpath("//article//p/a[text()='x']/@href") == list(LINKS.values())
    assert "leads nowhere" not in site.output


def test_former_urls_are_no_promise_of_this_site(site: Built) -> None:
    assert "2019/03/01" not in site.text("addresses.json")
    assert "2019/03/01" not in site.text("sitemap.xml")


def article(source: str, header: str) -> Article:
    found = read_article(SourcePath(source), f"---\ntitle: The Lamp\n{header}\n---\nText.\n".encode()).article
    assert found
    return replace(found, url=UrlPath("now/"))


@pytest.mark.parametrize(
    ("permalink", "expected"),
    [
        ("pretty", ["a/b/2019/03/01/Lamp/"]),
        ("date", ["a/b/2019/03/01/Lamp.html"]),
        ("ordinal", ["a/b/2019/060/Lamp.html"]),
        ("/:year/:i_month/:i_day/:title", ["2019/3/1/Lamp/"]),
        ("/blog/:title.html", ["blog/Lamp.html"]),
        ("/:year/:no_such_thing/", []),
    ],
)
def test_the_permalink_of_jekyll_is_followed(permalink: str, expected: list[str]) -> None:
    patterns, _ = read_patterns({SourcePath("_config.yml"): f"title: x\npermalink: {permalink}\n".encode()})
    source = "_posts/2019-03-01-Lamp.md"
    assert list(former_urls(article(source, "categories: a B"), source, patterns, frozenset())) == expected


@pytest.mark.parametrize(
    "settings",
    [
        "defaults:\n  - scope: {path: '', type: posts}\n    values: {permalink: '/x/:title/'}\n",
        "collections:\n  posts: {permalink: '/x/:title/'}\npermalink: pretty\n",
    ],
)
def test_the_permalink_of_posts_comes_before_that_of_the_site(settings: str) -> None:
    patterns, _ = read_patterns({SourcePath("_config.yml"): settings.encode()})
    source = "_posts/2019-03-01-lamp.md"
    assert list(former_urls(article(source, ""), source, patterns, frozenset())) == ["x/lamp/"]


WRONG_TAGS = ("permalink: !!bool maybe", "permalink: !!int ''", "permalink: !!float ''", "permalink: !!timestamp x")


@pytest.mark.parametrize("text", ["- a", "permalink: 3", "a: [", "\xff", ""])
def test_settings_without_permalinks_say_nothing(text: str) -> None:
    assert read_patterns({SourcePath("_config.yml"): text.encode("latin-1")}) == (AddressPatterns(), ())


DAMAGED_SETTINGS = {
    "a bracket": ("_config.yml", "title: x\npermalink: [\n", "3:1", "can't be read as YAML"),
    "too deep": ("_config.yml", "permalink: " + "[" * 3000, "1:", "is nested deeper than 12 levels"),
    "not UTF-8": ("_config.yml", "permalink: \xff", "1:12", "is not UTF-8"),
    "TOML": ("hugo.toml", "[permalinks]\nposts = /x/\n", "2:9", "can't be read as TOML"),
    "JSON": ("config.json", '{"permalinks":\n{,}}', "2:2", "can't be read as JSON"),
    **{tag: ("_config.yml", tag, "1:12", "is not read") for tag in WRONG_TAGS},
}


@pytest.mark.parametrize(("name", "text", "place", "message"), DAMAGED_SETTINGS.values(), ids=DAMAGED_SETTINGS)
def test_settings_with_permalinks_that_cannot_be_read_are_named(name: str, text: str, place: str, message: str) -> None:
    patterns, diagnostics = read_patterns({SourcePath(f"old/{name}"): text.encode("latin-1")})
    assert patterns == AddressPatterns()
    (line,) = [diagnostic.text("docs") for diagnostic in diagnostics]
    assert line.startswith(f"docs/old/{name}:{place}")
    assert message in line
    assert "so that no former URL is known from it; " in line


def test_damaged_settings_beside_a_mounted_folder_are_named_where_they_lie(tmp_path: Path) -> None:
    root = project(tmp_path / "kb", {"index.md": "# Home\n"})
    (tmp_path / "old/_posts/.obsidian").mkdir(parents=True)
    (tmp_path / "old/_config.yml").write_text("permalink: [\n")
    (tmp_path / "old/_posts/.obsidian/app.json").write_text("{")
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("  knowledge:\n", "  knowledge:\n    sources: [{path: ../old/_posts, at: posts}]\n"))
    lines = hooks(root, "check").stdout.splitlines()
    assert [line for line in lines if line.startswith("warning: ../old/_config.yml:")]
    assert [line for line in lines if line.startswith("warning: ../old/_posts/.obsidian/app.json:1:1: file: can't be read as JSON")]


def test_the_date_of_the_header_counts_for_jekyll_and_that_of_the_name_for_docusaurus() -> None:
    found = former_urls(article("blog/2019-03-01-lamp.md", "date: 2020-04-05"), "blog/2019-03-01-lamp.md", AddressPatterns(), frozenset())
    assert set(found) == {"2020/04/05/lamp.html", "2020/04/05/lamp/", "blog/2019/03/01/lamp/"}


def test_a_mounted_folder_of_posts_is_one_of_jekyll() -> None:
    found = former_urls(article("posts/2019-03-01-lamp.md", ""), "../old/_posts/2019-03-01-lamp.md", AddressPatterns(), frozenset())
    assert {"2019/03/01/lamp.html", "2019/03/01/lamp/"} <= set(found)


@pytest.mark.parametrize("source", ["a/lamp.md", "2019-03-01.md", "a/2019-03-01-lamp/notes.md", "version-2019/lamp.md"])
def test_a_name_without_a_date_has_no_former_address(source: str) -> None:
    assert former_urls(article(source, "date: 2019-03-01"), source, AddressPatterns(), frozenset()) == ()


def test_names_of_a_dated_article() -> None:
    assert dated_names(article("a/2019-03-01-lamp.md", "slug: brass")) == tuple(
        f"2019/03/01/{name}" for name in ("brass", "lamp", "the-lamp")
    )
    assert dated_names(article("a/lamp.md", "")) == ()


def test_a_settings_file_beside_a_mounted_folder_is_read(tmp_path: Path) -> None:
    root = project(tmp_path / "kb", {"index.md": "# Home\n"})
    (tmp_path / "old/_posts").mkdir(parents=True)
    (tmp_path / "old/_config.yml").write_text("permalink: /:year/:title/\n")
    (tmp_path / "old/_posts/2019-03-01-lamp.md").write_text("---\ntitle: Lamp\n---\nWarm.\n")
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("  knowledge:\n", "  knowledge:\n    sources: [{path: ../old/_posts, at: posts}]\n"))
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    assert "posts/lamp/" in built.text("2019/lamp/")


def test_home_of_a_github_wiki_is_the_page_of_its_folder(tmp_path: Path) -> None:
    docs: dict[str, str | bytes] = {
        "index.md": "# Start\n",
        "lamps/Home.md": "Welcome. See [[Oil lamps]], [[the wicks|Wicks-and-oil]], [[here|https://a.example/x]] and [oil](Oil-lamps).\n",
        "lamps/Oil-lamps.md": "Thick. [[Home]]\n",
        "lamps/Wicks-and-oil.md": "Dry.\n",
        "lamps/_Sidebar.md": "* [[Home]]\n",
        "places/Home.md": "Where I live.\n",
        "places/Work.md": "Where I work.\n",
    }
    built = run(project(tmp_path / "kb", docs), "mkdocs", "build")
    assert built.code == 0, built.output
    page = built.page("lamps/")
    assert "Welcome." in page.text_content()
    links = {link.text_content(): link.get("href") for link in page.xpath("//article//p/a")}
    assert links["Oil lamps"] == links["oil"] == "oil-lamps/"
    assert (links["the wicks"], links["here"]) == ("wicks-and-oil/", "https://a.example/x")
    assert built.page("lamps/oil-lamps").xpath("//article//p/a[text()='Home']/@href") == ["../"]
    assert "lamps/" in built.page("lamps/home").xpath("string(//link[@rel='canonical']/@href)")
    assert "Where I live." in built.text("places/home")


def test_the_id_of_notion_is_no_part_of_a_title() -> None:
    source = "Notes 1f2e3d4c5b6a79880123456789abcdef/Oil lamps 0f2e3d4c5b6a79880123456789abcdee.md"
    found = read_article(SourcePath(source), b"Thick.\n").article
    assert found
    assert found.title == "Oil lamps"
