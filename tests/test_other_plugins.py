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


def test_copyright_is_html_and_the_name_of_the_site_is_text(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.md": "# A\n"})
    settings = root / "mkdocs.yml"
    copyright_line = "copyright: '&copy; <a href=\"https://example.org/me/\">Me</a>'\n"
    settings.write_text(settings.read_text().replace("site_name: Almanac\n", f"site_name: R&D <notes>\n{copyright_line}"))
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    assert words(built.page("a/"), "//*[@class='md-copyright__highlight']") == ["© Me"]
    assert "R&amp;D &lt;notes&gt;" in built.text("a/")


def test_a_site_that_does_not_name_the_rss_plugin_has_feeds(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.md": "---\ntitle: A\ndate: 2026-01-02\n---\nText.\n"})
    settings = root / "mkdocs.yml"
    before, _, rest = settings.read_text().partition("  - rss:\n")
    settings.write_text(before + rest[rest.index("\nhooks:") :])
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    assert built.xml("feed_rss_created.xml").xpath("//item/title/text()") == ["A"]
