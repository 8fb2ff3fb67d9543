"""Hooks and settings of a site's own work beside the pipeline, in any order and from any folder."""

from pathlib import Path

import pytest
from builder import project, run, words

ADDING = """
def on_page_markdown(markdown, **_):
    return markdown + "\\n\\nFiled under lamps. <script>alert(1)</script> See [[Bowl|the other]].\\n"
"""
GATHERING = """
urls = []
def on_post_page(output, page, config):
    urls.append(page.url)
    return output
def on_post_build(config):
    print("gathered", len(urls), "pages")
"""
BANNER = """
def on_env(env, **_):
    env.globals["banner"] = "{}"
"""
ORDERS = ("  - {hook}\n  - hooks/pipeline.py\n", "  - hooks/pipeline.py\n  - {hook}\n")


def _site(root: Path, docs: dict[str, str | bytes], hook: str, code: str, order: str = ORDERS[1]) -> Path:
    """A project with a hook of its own."""
    project(root, docs)
    (root / hook).write_text(code)
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("  - hooks/pipeline.py\n", order.format(hook=hook)))
    return root


@pytest.mark.parametrize("order", ORDERS)
def test_a_text_that_a_hook_changes_is_translated_and_sanitised(order: str, tmp_path: Path) -> None:
    docs: dict[str, str | bytes] = {
        "a.md": "---\ntitle: Lamp\n---\n> [!warning] Hot\n> Keep away.\n\nSee [[Bowl]]. %%Nobody reads this.%%\n",
        "Bowl.md": "# Bowl\n\nCold.\n",
    }
    built = run(_site(tmp_path, docs, "adding.py", ADDING, order), "mkdocs", "build")
    assert built.code == 0, built.output
    article = built.page("a/").xpath("//article")[0]
    assert words(article, "//p[contains(., 'Filed under lamps')]") == ["Filed under lamps. See the other."]
    assert words(article, "//div[contains(@class, 'admonition')]/p") == ["Hot", "Keep away."]
    assert {"Nobody reads this.", "alert(1)", "[["} & set(article.text_content().split("\n")) == set()
    assert "alert(1)" not in built.text("a/")
    assert "<script> may not stand in an article" in built.output
    assert "Filed under lamps" in built.found()["a/"]["content"]


@pytest.mark.parametrize("hook", ["gathering.py", "hooks/gathering.py"])
def test_a_hook_that_gathers_pages_finds_all_wherever_it_lies(hook: str, tmp_path: Path) -> None:
    docs: dict[str, str | bytes] = {f"{number}.md": f"# Number {number}\n" for number in range(110)}
    built = run(_site(tmp_path, docs, hook, GATHERING), "mkdocs", "build")
    assert f"gathered {len(built.pages())} pages" in built.output


def test_a_page_shows_what_a_hook_sets_now_and_not_what_it_set_before(tmp_path: Path) -> None:
    root = _site(tmp_path, {"a.md": "# A\n\nText.\n"}, "banner.py", BANNER.format("first"))
    (root / "overrides/partials/copyright.html").write_text("<p>{{ banner }}</p>\n")
    assert "<p>first</p>" in run(root, "mkdocs", "build").text("a/")
    (root / "banner.py").write_text(BANNER.format("second"))
    assert "<p>second</p>" in run(root, "mkdocs", "build").text("a/")


COUNTING = """
import glob
from pathlib import Path
from jinja2 import pass_context
from mkdocs.plugins import event_priority

def count(*_):
    return str(len(glob.glob(str(Path(__file__).parent / "docs/**/*.md"), recursive=True)))

class Numbers:
    pass

def on_config(config):
    config.extra["numbers"] = numbers = Numbers()
    numbers.articles = count()

@pass_context
def from_context(context, value):
    return value + count()

def on_env(env, **_):
    env.globals["count"] = count
    env.filters["with_count"] = lambda value: value + count()
    env.filters["with_count_in_context"] = from_context
    env.tests["counted"] = lambda value: value == count()
"""
COUNTS = {
    "navigation": "{{ nav.pages | length - 1 }}",
    "iteration": "{% for item in nav %}{% if loop.last %}{{ loop.index - 1 }}{% endif %}{% endfor %}",
    "length": "{{ nav | list | length - 1 }}",
    "files": "{{ pages | selectattr('page.article') | list | length }}",
    "newest": "{{ pages | selectattr('page.article') | map(attribute='src_uri') | sort | last | replace('.md', '') }}",
    "key of the configuration": "{{ config.almanac.site.articles | length }}",
    "set": "{% set all = nav.pages %}{% include 'partials/mine.html' %}",
    "macro": "{% import 'partials/macros.html' as macros %}{{ macros.number() }}",
    "function": "{{ count() }}",
    "filter": "{{ '' | with_count }}",
    "filter of a context": "{{ '' | with_count_in_context }}",
    "mapped filter": "{{ [''] | map('with_count') | join }}",
    "test": "{% if '2' is counted %}2{% elif '3' is counted %}3{% endif %}",
    "object in a setting": "{{ config.extra.numbers.articles }}",
    "key of a setting": "{{ config['extra']['numbers'].articles }}",
    "plugin": "{{ config.plugins['counting.py'].count() }}",
}


@pytest.mark.slow
@pytest.mark.parametrize("template", COUNTS.values(), ids=COUNTS)
def test_a_template_shows_the_whole_site_as_it_is_in_this_build(template: str, tmp_path: Path) -> None:
    docs: dict[str, str | bytes] = {name: f"---\ntitle: Number {name[0]}\ndescription: Text.\n---\nText.\n" for name in ("1.md", "2.md")}
    root = _site(tmp_path, docs, "counting.py", COUNTING)
    (root / "overrides/partials/copyright.html").write_text(f'<p class="count">{template}</p>\n')
    (root / "overrides/partials/mine.html").write_text("{{ all | length - 1 }}")
    (root / "overrides/partials/macros.html").write_text("{% macro number() %}{{ count() }}{% endmacro %}")
    before = run(root, "mkdocs", "build")
    assert before.code == 0, before.output
    assert words(before.page("1/"), "//*[@class='count']") == ["2"]
    (root / "docs/3.md").write_text("---\ntitle: Number 3\ndescription: Text.\n---\nText.\n")
    assert words(run(root, "mkdocs", "build").page("1/"), "//*[@class='count']") == ["3"]


FILLING = """
from pathlib import Path

def on_page_context(context, page, config, nav):
    config.extra["number"] = str(len(list((Path(__file__).parent / "docs").glob("*.md"))))
    return context
"""


def test_a_hook_that_is_given_the_variables_of_a_page_is_given_them_in_each_build(tmp_path: Path) -> None:
    root = _site(tmp_path, {"1.md": "# One\n\nText.\n"}, "filling.py", FILLING)
    (root / "overrides/partials/copyright.html").write_text('<p class="count">{{ config.extra.number }}</p>\n')
    assert words(run(root, "mkdocs", "build").page("1/"), "//*[@class='count']") == ["1"]
    (root / "docs/2.md").write_text("# Two\n\nText.\n")
    assert words(run(root, "mkdocs", "build").page("1/"), "//*[@class='count']") == ["2"]


TEMPLATES = """
from pathlib import Path

def on_config(config):
    config.theme.dirs.insert(1, str(Path(__file__).parent / "more"))
"""


def test_a_template_from_the_folder_of_a_plugin_is_shown_as_it_is_now(tmp_path: Path) -> None:
    root = _site(tmp_path, {"a.md": "# A\n\nText.\n"}, "templates.py", TEMPLATES)
    partial = root / "more/partials/top.html"
    partial.parent.mkdir(parents=True)
    partial.write_text("<p>first</p>\n")
    assert "<p>first</p>" in run(root, "mkdocs", "build").text("a/")
    partial.write_text("<p>second</p>\n")
    assert "<p>second</p>" in run(root, "mkdocs", "build").text("a/")


MACRO = """
def define_env(env):
    @env.macro
    def note():
        return "> [!warning] Hot\\n> Keep %%nobody reads this%% away."
"""


def _site_with_plugin(root: Path, docs: dict[str, str | bytes], plugin: str) -> Path:
    """A project whose settings name one plugin, and leave the rest to the defaults."""
    project(root, docs)
    (root / "mkdocs.yml").write_text(f"site_name: S\nsite_url: https://example.org/\nhooks: [hooks/pipeline.py]\nplugins: [{plugin}]\n")
    return root


def test_what_macros_write_is_translated_and_sanitised(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs_macros", reason="mkdocs-macros-plugin is not installed")
    text = "---\ntitle: Lamp\ndescription: Light.\n---\n{{ 40 + 2 }} lamps <script>alert(1)</script>, see [[Bowl]].\n\n{{ note() }}\n"
    root = _site_with_plugin(tmp_path, {"a.md": text, "Bowl.md": "# Bowl\n\nCold.\n"}, "macros")
    (root / "main.py").write_text(MACRO)
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    page = built.page("a/")
    assert words(page, "//article/p[not(@class)]") == ["42 lamps , see Bowl."]
    assert words(page, "//div[@class='admonition warning']/p") == ["Hot", "Keep away."]
    assert page.xpath("//article/p/a/@href")[:1] == ["../bowl/"]
    assert "alert(1)" not in built.text("a/")
    assert "42 lamps" in built.found()["a/"]["content"]


def test_what_include_markdown_brings_is_translated_and_sanitised(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs_include_markdown_plugin", reason="mkdocs-include-markdown-plugin is not installed")
    docs: dict[str, str | bytes] = {
        "a.md": '---\ntitle: Lamp\ndescription: Light.\n---\n{% include-markdown "part.txt" %}\n\nEnd.\n',
        "Bowl.md": "# Bowl\n\nCold.\n",
        "part.txt": "> [!tip] Shared\n> See [[Bowl]]. %%nobody reads this%% <script>alert(1)</script>\n",
    }
    built = run(_site_with_plugin(tmp_path, docs, "include-markdown"), "mkdocs", "build")
    assert built.code == 0, built.output
    page = built.page("a/")
    assert words(page, "//div[@class='admonition tip']/p") == ["Shared", "See Bowl."]
    assert page.xpath("//div[@class='admonition tip']//a/@href") == ["../bowl/"]
    assert "alert(1)" not in built.text("a/")


def test_titles_of_nav_name_pages_in_the_navigation(tmp_path: Path) -> None:
    docs: dict[str, str | bytes] = {
        "index.md": "# Start\n",
        "guide/install.md": "---\ntitle: Installation\n---\nText.\n",
        "guide/use.md": "# Use\n",
    }
    root = project(tmp_path, docs)
    nav = "nav:\n  - index.md\n  - Guide:\n      - Set it up: guide/install.md\n      - guide/use.md\n"
    (root / "mkdocs.yml").write_text((root / "mkdocs.yml").read_text() + nav)
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    page = built.page("guide/install/")
    assert words(page, "//*[@id='kb-navigation']//li//a[@aria-current]") == ["Set it up"]
    assert words(page, "//h1") == ["Installation"]
    assert words(built.page(""), "//*[@id='kb-navigation']//a[contains(@href, 'guide/use')]") == ["Use"]


def test_articles_in_a_nav_that_holds_the_rest_stay_articles(tmp_path: Path) -> None:
    docs: dict[str, str | bytes] = {
        "guide/install.md": "---\ntitle: Installation\n---\n> [!warning] Hot\n> Keep away.\n\n%%Nobody reads this.%%\n",
        "guide/use.md": "# Use\n",
    }
    root = project(tmp_path, docs)
    (root / "mkdocs.yml").write_text(
        (root / "mkdocs.yml").read_text() + "nav:\n  - Home: index.md\n  - Set it up: guide/install.md\n  - ...\n"
    )
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    page = built.page("guide/install/")
    assert words(page, "//*[@id='kb-navigation']//li//a[@aria-current]") == ["Set it up"]
    assert words(page, "//*[@id='kb-navigation']//a[contains(@href, 'use')]") == ["Use"]
    assert words(page, "//h1") == ["Installation"]
    assert words(page, "//div[contains(@class, 'admonition')]/p") == ["Hot", "Keep away."]
    assert "Nobody reads this" not in built.text("guide/install/")
    assert words(built.page(""), "//a[@class='kb-card__link']") == ["Guide"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("theme:\n", "extra_javascript: [https://cdn.example/x.js]\ntheme:\n", "extra_javascript: 'https://cdn.example/x.js'"),
        ("extra_css:\n", "extra_css:\n  - https://cdn.example/x.css\n", "extra_css: 'https://cdn.example/x.css'"),
        ("theme:\n", "use_directory_urls: false\ntheme:\n", "mkdocs.yml: use_directory_urls must stay true"),
    ],
)
def test_a_setting_that_no_site_can_have_is_named_before_anything_is_built(old: str, new: str, message: str, tmp_path: Path) -> None:
    root = project(tmp_path, {"a.md": "# A\n"})
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text().replace(old, new, 1))
    built = run(root, "mkdocs", "build")
    assert built.code == 1
    assert message in built.output
    assert "a.md" not in built.output


def test_a_site_without_an_address_is_told_what_is_missing(tmp_path: Path) -> None:
    built = run(project(tmp_path, {"a.md": "# A\n"}), "mkdocs", "build", SITE_URL="")
    assert built.code == 1
    assert "mkdocs.yml: site_url is missing" in built.output


def test_copyright_is_html_and_the_name_of_the_site_is_text(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.md": "# A\n"})
    settings = root / "mkdocs.yml"
    copyright_line = "copyright: '&copy; <a href=\"https://example.org/me/\">Me</a>'\n"
    settings.write_text(settings.read_text().replace("site_name: Almanac\n", f"site_name: R&D <notes>\n{copyright_line}"))
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    assert words(built.page("a/"), "//*[@class='md-copyright__highlight']") == ["© Me"]
    assert "R&amp;D &lt;notes&gt;" in built.text("a/")


@pytest.mark.parametrize(
    ("plugins", "feeds"),
    [
        ("", {"feed_rss_created.xml": ["B", "A"]}),
        ("plugins: [rss]\n", {"feed_rss_created.xml": ["B", "A"]}),
        ('plugins: [rss: {match_path: "(?!)", use_git: false}]\n', {"feed_rss_created.xml": ["B", "A"]}),
        ("plugins: [rss: {length: 1}]\n", {"feed_rss_created.xml": ["B"]}),
        (
            "plugins: [rss: {match_path: news/}, rss: {json_feed_enabled: false, feeds_filenames: {rss_created: c/d, rss_updated: e}}]\n",
            {"feed_rss_created.xml": ["A"], "c/d": ["B", "A"]},
        ),
        ("plugins: [rss: {json_feed_enabled: false}]\n", {"feed_rss_created.xml": ["B", "A"]}),
        ("plugins: [rss: {feeds_filenames: {json_created: x.json}}]\n", {"feed_rss_created.xml": ["B", "A"]}),
    ],
    ids=["not named", "named", "as earlier versions wrote it", "with a length", "twice", "without JSON", "JSON elsewhere"],
)
def test_a_site_has_the_feeds_that_its_rss_plugins_ask_for(plugins: str, feeds: dict[str, list[str]], tmp_path: Path) -> None:
    articles = {f"{path}.md": f"---\ndate: 2026-01-0{day}\n---\n# {path[-1]}\n\nText.\n" for day, path in enumerate(("news/A", "B"), 1)}
    root = project(tmp_path, articles)
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text() + plugins)
    built = run(root, "mkdocs", "build", "--strict")
    assert built.code == 0, built.output
    assert {path: built.xml(path).xpath("//item/title/text()") for path in feeds} == feeds


@pytest.mark.parametrize(
    ("plugins", "message", "feeds"),
    [
        ("[rss: {feed_title: One}, rss: {feed_title: Two}]", "feed_rss_created.xml is in the site already; choose another name", 1),
        ("[rss: {feeds_filenames: {rss_created: a/index.html}}]", "a/index.html is in the site already; choose another name", 0),
        ("[rss: {feeds_filenames: {rss_created: ../a.xml}}]", "../a.xml must be a path in the site, as feeds/new.xml", 0),
        ("[rss: {feeds_filenames: {rss_created: /a.xml}}]", "/a.xml must be a path in the site, as feeds/new.xml", 0),
    ],
    ids=["two feeds", "an article", "outside", "absolute"],
)
def test_a_feed_takes_the_place_of_no_other_file(plugins: str, message: str, feeds: int, tmp_path: Path) -> None:
    root = project(tmp_path / "kb", {"a.md": "---\ndate: 2026-01-02\n---\n# A\n\nText.\n"})
    settings = root / "mkdocs.yml"
    settings.write_text(f"{settings.read_text()}plugins: {plugins}\n")
    built = run(root, "mkdocs", "build")
    assert f"plugins: rss: feeds_filenames: {message}" in built.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kb"]
    if feeds:
        assert built.xml("feed_rss_created.xml").xpath("//channel/title/text()") == ["One"]
