"""Sites of Material for MkDocs adopt this project by one line: what they were built to before, and what they are built to now."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from builder import PROJECT, Built, run, words
from material_sites import SITES

from almanac_kb.mkdocs import adopt

HOOK = f"hooks: [{PROJECT}/hooks/pipeline.py"
ANALYTICS = "https://www.googletagmanager.com"


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def adopted(root: Path, name: str) -> Path:
    """The site with one line more, or one word in its line of hooks; and the hosts of its scripts, which `adopt` names."""
    write(root, SITES[name])
    settings = root / "mkdocs.yml"
    text = settings.read_text()
    text = text.replace("hooks: [", f"{HOOK}, ") if "\nhooks: [" in text else f"{text}{HOOK}]\n"
    if name == "library":
        text = text.replace("extra:\n", "extra:\n  knowledge: {hosts: {scripts: [cdn.sieve.example]}}\n")
    settings.write_text(text)
    return root


def addresses(built: Built) -> set[str]:
    """The addresses of all pages; the folder of the site is named `public` in one of the sites."""
    site = built.root / ("public" if (built.root / "public").is_dir() else "site")
    return {path.relative_to(site).as_posix().removesuffix("index.html") for path in site.rglob("*.html")}


Build = Callable[[str], tuple[Built, Built]]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Builds a site by Material alone and with this project, once."""
    known: dict[str, tuple[Built, Built]] = {}

    def build(name: str) -> tuple[Built, Built]:
        if name not in known:
            root = tmp_path_factory.mktemp(name)
            before = run(write(root / "before", SITES[name]), "mkdocs", "build")
            now = run(adopted(root / "now", name), "mkdocs", "build")
            assert (before.code, now.code) == (0, 0), before.output + now.output
            if name == "group":
                shutil.copytree(now.root / "public", now.site)
            known[name] = before, now
        return known[name]

    return build


@pytest.mark.slow
@pytest.mark.parametrize("name", SITES)
def test_every_address_is_still_there(both: Build, name: str) -> None:
    before, now = both(name)
    assert sorted(addresses(before) - addresses(now)) == []


@pytest.mark.slow
def test_texts_look_as_mkdocs_made_them_though_commonmark_reads_them_otherwise(tmp_path: Path) -> None:
    settings = "site_name: A\nsite_url: https://a.example/\ntheme: {name: material}\nmarkdown_extensions: [attr_list]\nnav: [index.md]\n"
    text = "# A\n\nText\n- no list\n\n* a\n  * b\n\n#\n\n~~c~~ https://a.example/ ==d==\n\n## E\n"
    write(tmp_path, {"mkdocs.yml": settings, "docs/index.md": text})
    before = run(tmp_path, "mkdocs", "build").page("").xpath("//article")[0]
    (tmp_path / "mkdocs.yml").write_text(f"{settings}{HOOK}]\n")
    now = run(tmp_path, "mkdocs", "build").page("").xpath("//article")[0]
    kinds = "descendant::*[self::p or self::li or self::h2 or self::a or self::del or self::mark]"
    assert set(words(before, kinds)) <= set(words(now, kinds))
    assert [len(now.findall(f".//{tag}")) - len(before.findall(f".//{tag}")) for tag in ("li", "del", "mark")] == [0, 0, 0]


@pytest.mark.slow
def test_no_warning_but_of_what_the_author_has_to_know(both: Build) -> None:
    warned = {name: [line for line in both(name)[1].output.splitlines() if line.startswith(("WARNING", "ERROR"))] for name in SITES}
    assert {name: len(lines) for name, lines in warned.items()} == {
        "framework": 2,  # <style> in an article; an announcement that leads to a page that is no part of the site
        "library": 0,
        "handbook": 0,
        "group": 1,  # its page of 404 has no heading that "Skip to content" leads to
        "blog": 1,  # Material itself: an option that it will remove
        "languages": 0,
    }, warned


@pytest.mark.slow
def test_a_framework_keeps_navigation_announcement_blocks_snippets_and_its_hook(both: Build) -> None:
    _, site = both("framework")
    page = site.page("tutorial/path_params/")
    assert words(page, "//*[@id='kb-navigation']//a[@aria-current]") == ["Path Parameters"]
    assert "https://github.com/kettle/kettle" in page.xpath("//*[@id='kb-navigation']//a/@href")
    assert words(page, "//aside[@class='md-banner']//strong") == ["Kettle"]
    assert page.xpath("//meta[@name='kettle']/@content") == ["yes"]
    assert page.xpath("//meta[@property='og:title']/@content") == ["Path Parameters"], "a main.html of one's own takes nothing of ours away"
    assert page.xpath("//script[contains(@src, 'assets/reach.js')]")
    assert page.xpath("//pre[contains(@class, 'mermaid')]")
    assert words(page, "//div[@class='md-copyright']") == ["Kettle is free software"]
    assert page.xpath("//a[contains(@class, 'md-select__link')]/@hreflang") == ["en", "de"]
    assert page.xpath("//div[@class='md-social']/a/@href") == ["https://github.com/kettle/kettle"]
    assert words(site.page("tutorial/first-steps/"), "//p[contains(., 'boils')]") == ["Water boils at 100 °C."]
    assert words(site.page(""), "//strong[. = 'Kettle']")[-1:] == ["Kettle"]
    assert site.page("").xpath("//*[@data-md-component='sidebar'][@data-md-type='navigation'][@hidden]")
    features = site.page("features/")
    assert words(features, "//div[@class='admonition tip']/p[2]") == ["Read the tutorial."]
    assert len(features.xpath("//div[contains(@class, 'tabbed-set')]//label")) == 2
    assert features.xpath("//details[@class='warning']//span[@class='twemoji']")
    assert (site.site / "css/custom.css").is_file()
    assert 'hreflang="de"' in site.text("tutorial/first-steps/")


@pytest.mark.slow
def test_a_library_keeps_versions_font_scripts_and_edit_links(both: Build) -> None:
    _, site = both("library")
    page = site.page("install/")
    assert words(page, "//*[@class='md-copyright__highlight']") == ["© Sieve Services Inc. 2022 to present"]
    assert '"version":{"provider":"mike"}' in page.xpath("//script[@id='__config']/text()")[0].replace(" ", "")
    assert [src for src in page.xpath("//script/@src") if "extra/" in src or "cdn" in src] == [
        *("../extra/feedback.js", "../extra/module.js", "https://cdn.sieve.example/fluff.js"),
    ]
    assert page.xpath("//link[contains(@href, 'fonts.googleapis.com/css?family=Open+Sans')]")
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "script-src 'self' https://cdn.sieve.example" in policy
    assert "style-src 'self' https://fonts.googleapis.com" in policy
    assert "font-src 'self' https://fonts.googleapis.com https://fonts.gstatic.com" in policy
    assert page.xpath("//a/@href[. = 'https://github.com/sieve/sieve/edit/main/docs/install.md']")
    assert words(page, "//li[contains(., 'twice')]") == ["Validates twice."], "a snippet from the folder of mkdocs.yml"
    assert words(page, "//p[@class='sieve-below']") == ["Was this page helpful?"]
    assert "What's new: version 2." in " ".join(words(page, "//aside[@class='md-banner']"))
    assert words(site.page(""), "//*[@id='kb-navigation']//a[. = 'Why use Sieve']") == ["Why use Sieve"]
    assert site.page("").xpath("//img[@src='logo-white.svg']")


@pytest.mark.slow
def test_a_handbook_keeps_blog_tags_analytics_consent_feedback_comments_and_icons(both: Build) -> None:
    before, site = both("handbook")
    post = site.page("blog/2021/09/13/search-better-faster-smaller/")
    assert "Ben Ode" in post.text_content(), "authors by the file of the blog"
    assert [tag.split()[-1] for tag in words(post, "//a[@class='md-tag']")] == ["Search", "General"]
    assert "2021-09-13" in post.text_content()
    assert site.page("blog/").xpath("//a[@class='kb-card__title']/@href") == [
        *("2023/09/22/the-past-present--future/", "2021/09/13/search-better-faster-smaller/"),
    ]
    assert "/blog/2024" not in " ".join(addresses(site)), "a draft stays one"
    assert _leads_to(site, "blog/category/search/") == "https://plaster.example/handbook/tags/search/"
    assert _leads_to(site, "blog/archive/2021/") == "https://plaster.example/handbook/archive/2021/"
    tags = site.page("tags/")
    assert words(tags, "//p[. = 'All of them:']") == ["All of them:"]
    assert "Giscus" in words(tags, "//ul[@class='kb-tags']//a")
    assert words(tags, "//*[@id='kb-navigation']//a[contains(@href, 'tags')] | //*[@id='kb-navigation']//a[. = 'Tags']") == ["Tags"]
    assert "#3949ab" in site.text("assets/mark.svg"), "the mark has the colour of the first palette that names one"
    page = site.page("setup/adding-comments/")
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert ANALYTICS in policy
    assert "https://giscus.app" in policy
    assert page.xpath("//script[@src='https://giscus.app/client.js']/@data-repo") == ["ada/plaster"]
    assert "Was this page helpful?" in words(page, "//form[@name='feedback']")[0]
    assert "Cookie consent" in words(page, "//form[@name='consent']")[0]
    assert page.xpath("//a[@href='#__consent']")
    assert page.xpath("//header//*[local-name()='path'][@d='M4 4h16v16H4z']"), "an icon of one's own as the logo"
    start = site.page("getting-started/")
    assert words(start, "//abbr[@title='Hyper Text Markup Language']") == ["HTML"]
    assert words(start, "//mark") == ["marked"]
    assert start.xpath("//span[@class='keys']/kbd")
    assert site.page("creating-your-site/").xpath("//div[@class='grid cards']//span[contains(@class, 'twemoji')]")
    assert site.page("reference/icons-emojis/").xpath("//article//*[local-name()='svg']")
    assert not (site.site / "search/search_index.json").exists()
    assert (before.site / "search/search_index.json").exists()


@pytest.mark.slow
def test_a_group_keeps_formats_of_addresses_upper_case_and_its_page_of_404(both: Build) -> None:
    _, site = both("group")
    assert words(site.page("blog/2022/2022-Graduating/"), "//h1") == ["Graduating to beta"]
    assert site.page("blog/2021/2021-introducing/").xpath("//img[@alt='Logo']/@src") == ["../../images/one.png"]
    assert (site.site / "blog/images/one.png").is_file()
    assert _leads_to(site, "geps/GEP-1.1/") == "https://turnpike.sigs.example/geps/gep-1.1/"
    assert words(site.page("geps/gep-1/"), "//*[@id='kb-navigation']//a[@aria-current]") == ["GEP-1"]
    assert "404 - Not found" in site.text("404.html")
    assert "kind: Route" in site.page("guides/http-routing/").text_content().replace("\xa0", " ")
    assert site.page("faq/").xpath("//div[@data-md-component='outdated']//strong")
    assert (site.site / "CNAME").read_text() == "turnpike.sigs.example\n"


@pytest.mark.slow
def test_a_blog_that_is_the_whole_site_keeps_its_posts_profiles_and_numbered_pages(both: Build) -> None:
    _, site = both("blog")
    assert site.page("2023/05/10/mulch-für-anfänger/").xpath("//h1/text()") == ["Mulch (für Anfänger)"]
    pruning = site.page("2023/02/10/pruning-why--when/")
    assert pruning.xpath("//article//a[. = 'compost']/@href") == ["../../../../2024/03/01/hot-heap/#worms"]
    assert _leads_to(site, "author/ines-pflanz/") == "https://garden.example/authors/ines/"
    assert _leads_to(site, "all/2022/") == "https://garden.example/archive/2022/"
    assert _leads_to(site, "category/trees--shrubs/") == "https://garden.example/tags/trees-and-shrubs/"
    assert _leads_to(site, "page/2/") == "https://garden.example/"
    post = site.page("2024/03/01/hot-heap/")
    assert words(post, "//div[@class='talk']/preceding-sibling::h2[1]") == ["Talk"]
    assert "https://styles.garden.example/one.css" in post.xpath("//link[@rel='stylesheet']/@href")
    assert not site.page("about/").xpath("//div[@class='talk']")


@pytest.mark.slow
def test_a_site_in_german_keeps_umlauts_anchors_and_its_folder_archive(both: Build) -> None:
    _, site = both("languages")
    assert _leads_to(site, "sorten/Grüner Tee/") == "https://tee.example/de/sorten/gr%C3%BCner-tee/"
    tea = site.page("sorten/grüner-tee/")
    assert tea.xpath("//h2/@id")[0] == "uber-die-groe"
    assert site.page("archive/2019/").xpath("//h1/text()") == ["Was 2019 war"]
    assert _leads_to(site, "schlagworte/") == "https://tee.example/de/tags/"
    assert site.page("tags/").xpath("//h1/text()") == ["Schlagworte"]
    assert tea.xpath("//a[contains(@class, 'md-select__link')]/@href") == ["/de/", "/en/"]
    assert tea.xpath("//html/@lang") == ["de"]


def _leads_to(site: Built, old: str) -> str:
    """Where the page at an old address leads."""
    return str(site.page(old).xpath("//link[@rel='canonical']/@href")[0])


@pytest.mark.slow
@pytest.mark.parametrize("name", SITES)
def test_adopt_says_what_becomes_of_a_site_and_writes_what_a_build_needs(name: str, tmp_path: Path, both: Build) -> None:
    root = write(tmp_path / "site", SITES[name])
    before = (root / "mkdocs.yml").read_text()
    shown = _adopt(root)
    assert shown.code == 0, shown.output
    assert (root / "mkdocs.yml").read_text() == before, "nothing is written without --write"
    said = {line.strip() for line in shown.output.splitlines() if " -> " in line}
    was, now = both(name)
    moved = {f"/{address}" for address in addresses(was) if address in addresses(now) and _is_redirect(now, address)}
    assert {line.partition(" -> ")[0] for line in said} == moved
    written = _adopt(root, "--write")
    assert written.code == 0, written.output
    after = (root / "mkdocs.yml").read_text()
    assert "almanac" in after
    assert [line for line in before.splitlines() if line not in after.splitlines() and "plugins" not in line] == []
    assert sorted(path.name for path in (root / "wheels").iterdir())[0].startswith("almanac_kb-")
    assert _adopt(root).output.strip().endswith("names the plugin almanac already")


def _adopt(root: Path, *options: str) -> Built:
    return run(root, "hooks", "adopt", *options, PYTHONPATH=f"{PROJECT}:{PROJECT}/hooks")


def _is_redirect(site: Built, address: str) -> bool:
    path = site.site / address
    file = path / "index.html" if path.is_dir() else path
    return 'http-equiv="refresh"' in file.read_text()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "plugins:\n  - search\n  - tags:\n      tags_file: t.md\n\n# end\nextra: {}\n",
            "  - tags:\n      tags_file: t.md\n  - almanac\n\n# end\n",
        ),
        ("plugins: [search, tags]  # two\nnav: []\n", "plugins: [search, tags, almanac]\nnav: []\n"),
        ("plugins:\n  search: null\n  blog: {}\n", "  blog: {}\n  almanac: {}\n"),
        ("plugins: []\n", "plugins: [almanac]\n"),
        ("plugins:\n- search\nnav: []\n", "plugins:\n- search\n- almanac\nnav: []\n"),
        ("site_name: A\n", "site_name: A\n\nplugins:\n  - search\n  - almanac\n"),
    ],
)
def test_the_plugin_is_the_last_of_the_plugins_and_other_lines_stay(before: str, after: str) -> None:
    assert after in adopt.with_plugin(before, {})


def test_hosts_of_scripts_are_options_of_the_plugin() -> None:
    hosts = {"scripts": ("cdn.example", "b.example"), "styles": ("cdn.example",)}
    expected = "  - almanac: {hosts: {scripts: [cdn.example, b.example], styles: [cdn.example]}}\n"
    assert expected in adopt.with_plugin("plugins:\n  - search\n", hosts)


SMALL = {
    "mkdocs.yml": "site_name: A\nsite_url: https://a.example/\nuse_directory_urls: false\ntheme: readthedocs\nplugins:\n  - search\n",
    "docs/index.md": "# A\n",
    "docs/bad.md": "---\ndate: soon\n---\n# Bad\n",
}


def test_adopt_names_what_has_to_be_mended_at_its_line(tmp_path: Path) -> None:
    shown = _adopt(write(tmp_path, dict(SMALL)))
    assert shown.code == 0
    assert "mkdocs.yml:4: theme: must be material, got readthedocs" in shown.output
    assert "mkdocs.yml:3: use_directory_urls: articles are published as folders; take the line out" in shown.output
    assert "docs/bad.md:2:7: date: must be a date, got 'soon'" in shown.output
    assert "nothing was written" in shown.output


def test_adopt_without_a_site_says_what_it_needs(tmp_path: Path) -> None:
    shown = _adopt(tmp_path)
    assert (shown.code, shown.output) == (2, "mkdocs.yml: there is no such file; name the mkdocs.yml of the site\n")
