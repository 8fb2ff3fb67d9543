"""What a header says to Material for MkDocs: an icon and a status in the navigation, a template of one's own."""

import pytest
from builder import Built, project, run

DOCS: dict[str, str | bytes] = {
    "index.md": "# Home\n",
    "lamps/index.md": "---\ntitle: Lamps\nicon: material/lamp\n---\nAll.\n",
    "lamps/oil.md": "---\ntitle: Oil\nicon: fontawesome/solid/oil-can\nstatus: new\n---\nThick.\n",
    "lamps/gas.md": "---\ntitle: Gas\nstatus: deprecated\nicon: ../../evil\n---\nLight.\n",
    "lamps/wick.md": "---\ntitle: Wick\nstatus: 'x\" onclick=\"'\nicon: material/no-such\n---\nDry.\n",
    "own.md": "---\ntitle: Own\ntemplate: landing.html\nrobots: noindex, nofollow\n---\nBare.\n",
    "gone.md": "---\ntitle: Gone\ntemplate: nowhere.html\n---\nUsual.\n",
    "other.md": "---\ntitle: Other\ntemplate: blog-post\n---\nUsual.\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = project(tmp_path_factory.mktemp("headers") / "kb", DOCS)
    (root / "overrides/landing.html").write_text(
        '{% extends "main.html" %}{% block content %}<p class="landing">{{ page.content }}</p>{% endblock %}'
    )
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("extra:\n", "extra:\n  status: {new: Recently added}\n"))
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    return built


def test_icons_and_statuses_stand_beside_titles_in_the_navigation(site: Built) -> None:
    links = {" ".join(link.text_content().split()): link for link in site.page("lamps/oil").xpath("//nav[@id='kb-navigation']//a")}
    assert links["Lamps"].xpath(".//*[name()='svg']")
    assert links["Oil"].xpath(".//*[name()='svg']")
    assert links["Oil"].xpath("span[@class='md-status md-status--new']/@aria-label") == ["Recently added"]
    assert links["Gas"].xpath("span/@class") == ["md-status md-status--deprecated"]
    assert links["Gas"].xpath("span/@title") == ["deprecated"]


def test_what_is_no_icon_and_no_status_shows_nothing(site: Built) -> None:
    links = {" ".join(link.text_content().split()): link for link in site.page("lamps/oil").xpath("//nav[@id='kb-navigation']//a")}
    assert not links["Gas"].xpath(".//*[name()='svg']")
    assert not links["Wick"].xpath(".//*[name()='svg'] | .//*[@onclick] | span[contains(@class, 'status')]")


def test_a_template_of_ones_own_shows_the_page(site: Built) -> None:
    assert site.page("own").xpath("//p[@class='landing']")
    assert "Bare." in site.text("own")
    assert site.page("own").xpath("string(//meta[@name='robots']/@content)") == "noindex, nofollow"


def test_a_template_that_is_not_there_is_named_and_one_of_another_system_is_not(site: Built) -> None:
    assert "docs/gone.md:1:1: template: there is no 'nowhere.html', so the page looks like all others" in site.output
    assert "Usual." in site.text("gone")
    assert "blog-post" not in site.output
