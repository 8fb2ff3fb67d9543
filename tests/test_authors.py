"""Authors of `.authors.yml`, with a page and a feed each; dates that git knows."""

import subprocess
from pathlib import Path

import pytest
from builder import Built, build, project, run
from test_history import commit
from tree import NOW

from almanac_kb.content import loader
from almanac_kb.content.authors import read_author_file
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import Site

MATERIAL = "authors:\n  ada:\n    name: Ada Lane\n    description: Keeps the lamps\n    avatar: ada.png\n  ben:\n    name: Ben Ode\n"
DOCUSAURUS = "ada:\n  name: Ada Lane\n  title: Keeps the lamps\n  url: https://example.org/ada\nben:\n  name: Ben Ode\n"
DOCS: dict[str, str | bytes] = {
    "lamps.md": "---\ntitle: Lamps\ndate: 2026-01-01\nauthors: [ada, Cy Fen]\n---\nText.\n",
    "boats.md": "---\ntitle: Boats\ndate: 2026-01-02\nauthor: Ada Lane\n---\nText.\n",
    ".authors.yml": MATERIAL,
}


@pytest.mark.parametrize("text", [MATERIAL, DOCUSAURUS])
def test_authors_are_read_as_material_and_docusaurus_write_them(text: str) -> None:
    file, problems = read_author_file(text.encode())
    assert problems == ()
    assert [(author.key, author.name, author.description) for author in file.authors] == [
        ("ada", "Ada Lane", "Keeps the lamps"),
        ("ben", "Ben Ode", ""),
    ]


def test_what_is_no_person_is_named() -> None:
    file, problems = read_author_file(b"ada: Ada Lane\nben: {name: Ben Ode}\n")
    assert [author.name for author in file.authors] == ["Ben Ode"]
    assert [problem.text("docs") for problem in problems] == [
        "docs/.authors.yml:1:1: authors: 'ada' must be a map with a name; write name: below it"
    ]
    broken = read_author_file(b"ada: [\n")[1]
    assert broken[0].message.startswith("can't be read as YAML")


def test_an_author_has_a_page_and_a_feed_that_articles_lead_to(tmp_path: Path) -> None:
    site = build(tmp_path / "kb", DOCS, "--strict")
    assert site.code == 0, site.output
    page = site.page("authors/ada/")
    assert page.xpath("string(//h1)") == "Ada Lane"
    assert "Keeps the lamps" in page.text_content()
    assert [link.text_content().strip() for link in page.xpath("//a[@class='kb-card__title']")] == ["Boats", "Lamps"]
    assert site.xml("authors/ada/feed.xml").findtext("{http://www.w3.org/2005/Atom}title", "").startswith("Ada Lane")
    assert site.page("lamps/").xpath("//div[@class='kb-facts']//a[.='Ada Lane']/@href") == ["../authors/ada/"]
    assert "By Ada Lane, Cy Fen" in " ".join(site.page("lamps/").xpath("string(//div[@class='kb-facts'])").split())
    index = site.page("authors/")
    assert [link.get("href") for link in index.xpath("//a[@class='kb-card__link']")] == ["ada/"]
    assert "Keeps the lamps" in index.text_content()
    assert page.xpath("//nav[contains(@class, 'kb-breadcrumbs')]//a[.='Authors']/@href") == ["../"]
    assert page.xpath("//nav[contains(@class, 'kb-nav')]//a[.='Authors']/@href") == ["../"]
    assert not (site.site / "authors/ben").exists()
    assert not (site.site / ".authors.yml").exists()


def dated(docs: Path) -> Site:
    return loader.load_site(docs, Settings(history=("dates",)), NOW.replace(month=12), "Site")


def test_articles_without_dates_have_those_of_git_and_a_shallow_clone_says_so(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    origin.mkdir()
    (origin / "index.md").write_text("# Home\n")
    (origin / "silent.md").write_text("# Silent\n")
    (origin / "spoken.md").write_text("---\ndate: 2020-05-05\n---\n# Spoken\n")
    commit(origin, 1, "Ada", ("init", "--quiet"))
    (origin / "silent.md").write_text("# Silent\n\nMore.\n")
    commit(origin, 3, "Ben")
    found = {article.source: article for article in dated(origin).articles}
    created = {source: f"{article.created:%Y-%m-%d}" for source, article in found.items() if article.created}
    assert created == {"silent.md": "2026-01-01", "spoken.md": "2020-05-05"}
    silent = next(article for article in found.values() if article.source == "silent.md")
    assert silent.updated is not None
    assert silent.updated.day == 3
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{origin}", "clone"], cwd=tmp_path, check=True, capture_output=True)
    clone = dated(tmp_path / "clone")
    assert all(article.created is None for article in clone.articles if article.source == "silent.md")
    assert "the clone is shallow, so articles get no dates and names from git" in [each.message for each in clone.diagnostics]


FIRST = "The lamp burns oil of the finest kind, as [everybody](boats.md) knows.\n"
SECOND = "- A wick of **cotton** is cut straight.\n"


def committed(root: Path, wanted: str) -> Built:
    """The site of a repository with two contributors and a robot, whose settings show what is `wanted` of its history."""
    settings = (
        project(root, {"lamps.md": f"---\nauthor: Ada Lane\n---\n# Lamps\n\n{FIRST}\n{SECOND}", "boats.md": "# Boats\n\nText.\n"})
        / "mkdocs.yml"
    )
    settings.write_text(settings.read_text().replace("extra:\n  knowledge:\n", f"extra:\n  knowledge:\n    history: {wanted}\n"))
    commit(root, 1, "Ada Lane", ("init", "--quiet"))
    lamps = root / "docs/lamps.md"
    lamps.write_text(lamps.read_text().replace("straight", "at an angle"))
    commit(root, 5, "benny")
    lamps.write_text(lamps.read_text() + "\nThe glass is washed on Sundays, never by day.\n")
    (root / ".mailmap").write_text("Ben Ode <a@example.org> benny <a@example.org>\n")
    commit(root, 9, "robot[bot]")
    return run(root, "mkdocs", "build", "--strict")


def test_contributors_and_the_days_of_paragraphs_are_shown_where_a_setting_says_so(tmp_path: Path) -> None:
    site = committed(tmp_path / "kb", "[dates, contributors, paragraphs]")
    assert site.code == 0, site.output
    page = site.page("lamps/")
    assert "Contributors: Ben Ode" in " ".join(page.xpath("string(//div[@class='kb-facts'])").split())
    (changes,) = page.xpath("//details[@class='kb-changes']")
    assert changes.get("open") is None
    items = [" ".join(item.text_content().split()) for item in changes.xpath(".//li")]
    assert items == [
        "2026-01-01 The lamp burns oil of the finest kind, as everybody knows.",
        "2026-01-05 A wick of cotton is cut at an angle.",
        "2026-01-09 The glass is washed on Sundays, never by day.",
    ]
    assert changes.xpath(".//a/@href")[0] == "#:~:text=The%20lamp%20burns%20oil%20of%20the%20finest%20kind"
    assert not site.page("boats/").xpath("//details[@class='kb-changes']")
    assert not [path for path, content in site.files() if b"a@example.org" in content]


def test_names_and_paragraphs_are_not_shown_unasked(tmp_path: Path) -> None:
    site = committed(tmp_path / "kb", "true")
    assert "2026" in site.page("lamps/").xpath("string(//div[@class='kb-facts'])")
    assert "Contributors" not in site.text("lamps/")
    assert "kb-changes" not in site.text("lamps/")
