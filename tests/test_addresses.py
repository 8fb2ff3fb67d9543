"""Permanent URLs: published URLs lead on whatever is renamed, moved, removed or merged, or the build says what to write."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from builder import Built, project, run
from replay import Replay
from test_command_line import hooks
from test_duplicates import BOATS, LAMPS

from almanac_kb.core.paths import UrlPath
from almanac_kb.health import addresses, edits, moves

DOCS: dict[str, str | bytes] = {
    "lamps/oil.md": "---\ntitle: Oil\ndate: 2026-01-01\ntags: [light, heat]\n---\n"
    f"{LAMPS}\n\n## Which oil\n\nSee [boats](../boats/sail.md).\n",
    "lamps/wicks.md": "---\ntitle: Wicks\ndate: 2026-01-02\ntags: [light]\n---\nSee [which oil](oil.md#which-oil), [[lamps/oil]].\n"
    f"\n{BOATS}\n",
    "boats/sail.md": "---\ntitle: Sail\ndate: 2026-01-03\ntags: [Wind]\n---\nBy [lamplight](/lamps/oil.md), `[oil](../lamps/oil.md)`.\n",
}


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=Ada", "-c", "user.email=a@example.org", *arguments], cwd=root, check=True, capture_output=True)


def published(root: Path, docs: dict[str, str | bytes] | None = None) -> Path:
    """A project whose articles were committed and published, with the addresses of that site beside mkdocs.yml."""
    project(root, docs or DOCS)
    git(root, "init")
    git(root, "add", "docs")
    git(root, "commit", "--message", "first")
    site = run(root, "mkdocs", "build")
    assert site.code == 0, site.output
    shutil.copy(site.site / "addresses.json", root)
    return root


def leads(site: Built, url: str) -> str:
    """Where the redirect at an old address leads."""
    return str(site.page(url).xpath("string(//link[@rel='canonical']/@href)"))


def test_the_addresses_after_a_change_are_those_of_a_build_from_nothing(tmp_path: Path) -> None:
    docs: dict[str, str | bytes] = {f"t/{n}.md": f"---\ntitle: Text {n}\ndate: 2026-01-01\ntags: [x]\n---\nText {n}.\n" for n in range(7)}
    root = project(tmp_path / "kb", {**docs, "t/0.de.md": "---\ntitle: Text\nlang: de\ndate: 2026-01-01\ntags: [x]\n---\nDeutsch.\n"})
    before = run(root, "mkdocs", "build").json("addresses.json")
    (root / "docs/de/tags").mkdir(parents=True)
    (root / "docs/de/tags/index.html").write_text("<!doctype html><title>Ours</title><p>Ours.</p>")
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("extra:\n  knowledge:\n", "extra:\n  knowledge:\n    per_page: 3\n"))
    edited = run(root, "mkdocs", "build").json("addresses.json")
    for made in ("site", ".cache"):
        shutil.rmtree(root / made)
    assert before != edited == run(root, "mkdocs", "build").json("addresses.json")


def test_git_mv_alone_keeps_the_address_of_article_section_and_feed(tmp_path: Path) -> None:
    root = published(tmp_path / "kb")
    git(root, "mv", "docs/lamps", "docs/lights")
    site = run(root, "mkdocs", "build")
    assert site.code == 0, site.output
    assert leads(site, "lamps/oil/") == "https://example.org/kb/lights/oil/"
    assert leads(site, "lamps/") == "https://example.org/kb/lights/"
    assert "<title>Oil</title>" in site.text("lamps/feed.xml")
    assert "/lamps/oil/ leads to /lights/oil/ from now on: lamps/oil.md is now lights/oil.md" in site.output
    assert "write `aliases: [lamps/oil/]` to keep it" in site.output
    shutil.copy(site.site / "addresses.json", root)
    git(root, "commit", "--all", "--message", "moved")
    git(root, "mv", "docs/lights/oil.md", "docs/lights/fuel.md")
    again = run(root, "mkdocs", "build")
    assert leads(again, "lamps/oil/") == leads(again, "lights/oil/") == "https://example.org/kb/lights/fuel/"
    assert leads(again, "lamps/") == "https://example.org/kb/lights/"


PEOPLE = "ada:\n  name: Ada Lane\nben:\n  name: Ben Ode\n"


def many(count: int, author: str) -> dict[str, str | bytes]:
    """So many articles of one section and one author."""
    header = f"date: 2026-01-01\nauthor: {author}\n"
    return {f"lamps/{number}.md": f"---\ntitle: Lamp {number}\n{header}---\nText {number}.\n" for number in range(count)}


@pytest.mark.slow
def test_pages_of_listings_authors_years_and_their_feeds_lead_on(tmp_path: Path) -> None:
    others = {"lamps/index.md": "# Lamps\n", "2024.md": "---\ndate: 2024-02-01\n---\n# Old\n"}
    root = published(tmp_path / "kb", {**many(25, "ada"), ".authors.yml": PEOPLE, **others})
    assert (root / "site/lamps/page/2/index.html").is_file()
    for number in range(10, 25):
        (root / f"docs/lamps/{number}.md").rename(root / f"docs/{number}.md")
    (root / "docs/2024.md").write_text("---\ndate: 2026-02-01\n---\n# Old\n")
    (root / "docs/.authors.yml").write_text(PEOPLE.replace("ada:", "ada-lane:"))
    for path in root.glob("docs/**/*.md"):
        path.write_text(path.read_text().replace("author: ada", "author: ada-lane"))
    git(root, "add", "--all", "docs")
    site = run(root, "mkdocs", "build")
    assert site.code == 0, site.output
    assert leads(site, "lamps/page/2/") == "https://example.org/kb/lamps/"
    assert leads(site, "authors/ada/page/2/") == leads(site, "authors/ada/") == "https://example.org/kb/authors/ada-lane/"
    assert leads(site, "archive/2024/") == "https://example.org/kb/archive/"
    assert "<title>Ada Lane · Almanac</title>" in site.text("authors/ada/feed.xml")
    shutil.copy(site.site / "addresses.json", root)
    again = run(root, "mkdocs", "build")
    assert leads(again, "lamps/page/2/") == "https://example.org/kb/lamps/"
    assert "lamps/page/2/" not in again.output
    assert (again.site / "authors/ada/feed.xml").is_file()


@pytest.mark.slow
def test_an_author_or_a_feed_that_is_gone_is_an_error(tmp_path: Path) -> None:
    root = published(tmp_path / "kb", {**many(2, "ada"), ".authors.yml": PEOPLE, "other.md": "---\ndate: 2026-01-01\n---\n# Other\n"})
    for path in root.glob("docs/lamps/*.md"):
        path.write_text(path.read_text().replace("author: ada\n", "").replace("date: 2026-01-01\n", ""))
    site = run(root, "mkdocs", "build")
    assert site.code == 1
    assert "/authors/ada/ was published as the page of the author 'Ada Lane', who is named by no article now" in site.output
    assert (
        "docs/lamps/index.md:1:1: address: /lamps/feed.xml was published as a feed, and none of its articles has a date now" in site.output
    )
    other = root / "docs/other.md"
    other.write_text(other.read_text().replace("---\n", "---\naliases: [authors/ada/]\n", 1))
    (root / "docs/lamps/0.md").write_text("---\ndate: 2026-01-01\n---\n# Lamp 0\n")
    assert run(root, "mkdocs", "build").code == 0


@pytest.mark.slow
def test_a_feed_goes_on_when_the_line_of_the_notice_is_written(tmp_path: Path) -> None:
    root = published(tmp_path / "kb")
    git(root, "mv", "docs/lamps", "docs/lights")
    (root / "docs/lights/index.md").write_text("---\ntitle: Lights\naliases: [lamps/]\n---\n")
    site = run(root, "mkdocs", "build")
    assert site.code == 0, site.output
    assert "<title>Oil</title>" in site.text("lamps/feed.xml")


def test_an_id_keeps_an_article_whose_path_and_text_are_others(tmp_path: Path) -> None:
    root = published(tmp_path / "kb", {"a.md": f"---\nid: lamp-care\n---\n# Lamps\n\n{LAMPS}", "b.md": f"# Boats\n\n{BOATS}"})
    (root / "docs/a.md").unlink()
    (root / "docs/care").mkdir()
    (root / "docs/care/of-lamps.md").write_text("---\nid: lamp-care\n---\n# Lamps\n\nAll of it is new.\n")
    site = run(root, "mkdocs", "build")
    assert leads(site, "lamp-care/") == "https://example.org/kb/care/lamp-care/"


def test_one_of_two_articles_with_one_id_is_not_taken_for_the_other(tmp_path: Path) -> None:
    texts = {
        f"{folder}/{name}.md": f"---\nid: intro\n---\n# {folder}\n\n{text}" for folder, name, text in (("x", "a", LAMPS), ("y", "b", BOATS))
    }
    root = published(tmp_path / "kb", dict(texts))
    (root / "docs/x/a.md").unlink()
    site = run(root, "mkdocs", "build")
    assert site.code == 1
    assert "/x/intro/ was published as 'x' and leads nowhere now" in site.output


def test_an_address_that_is_gone_is_an_error_that_says_what_to_write(tmp_path: Path) -> None:
    root = published(tmp_path / "kb")
    (root / "docs/lamps/oil.md").unlink()
    before = run(root, "mkdocs", "build")
    assert before.code == 1
    assert "docs/lamps/oil.md:1:1: address: /lamps/oil/ was published as 'Oil' and leads nowhere now" in before.output
    assert "write `aliases: [lamps/oil/]` into the header of the article that takes its place" in before.output
    assert "the page of the tag 'heat', which no article has now; write `aliases: [heat]` below the tag of .tags.yml" in before.output
    wicks = root / "docs/lamps/wicks.md"
    wicks.write_text(wicks.read_text().replace("title: Wicks", "title: Wicks\naliases: [lamps/oil/]"))
    (root / "docs/.tags.yml").write_text("- name: light\n  aliases: [heat]\n")
    after = run(root, "mkdocs", "build")
    assert after.code == 0, after.output
    assert leads(after, "lamps/oil/") == "https://example.org/kb/lamps/wicks/"
    assert leads(after, "tags/heat/") == "https://example.org/kb/tags/light/"


@pytest.mark.slow
def test_a_linked_part_that_is_gone_is_an_error(tmp_path: Path) -> None:
    root = published(tmp_path / "kb")
    for name in ("oil", "wicks"):
        path = root / f"docs/lamps/{name}.md"
        path.write_text(path.read_text().replace("## Which oil", "## The right oil").replace("#which-oil", ""))
    site = run(root, "mkdocs", "build")
    assert site.code == 1
    assert "docs/lamps/oil.md:1:1: anchor: #which-oil was published, and articles linked to it; it is gone" in site.output
    (root / "docs/lamps/oil.md").write_text(str(DOCS["lamps/oil.md"]).replace("## Which oil", "## The right oil {#which-oil}"))
    assert run(root, "mkdocs", "build").code == 0


def test_rename_shows_what_changes_and_then_does_it(tmp_path: Path) -> None:
    root = project(tmp_path / "kb", DOCS)
    shown = hooks(root, "rename", "docs/lamps/oil.md", "docs/fuel/lamp-oil.md")
    assert "docs/lamps/oil.md -> docs/fuel/lamp-oil.md\n" in shown.stdout
    assert "+aliases: [lamps/oil/]\n" in shown.stdout
    assert shown.stdout.endswith("nothing was written; --write does it\n")
    assert (root / "docs/lamps/oil.md").read_text() == DOCS["lamps/oil.md"]
    assert hooks(root, "rename", "docs/lamps/oil.md", "docs/fuel/lamp-oil.md", "--write").stdout.endswith("3 files changed\n")
    assert "See [which oil](../fuel/lamp-oil.md#which-oil), [[lamp-oil]]." in (root / "docs/lamps/wicks.md").read_text()
    assert "By [lamplight](../fuel/lamp-oil.md), `[oil](../lamps/oil.md)`." in (root / "docs/boats/sail.md").read_text()
    assert "See [boats](../boats/sail.md)." in (root / "docs/fuel/lamp-oil.md").read_text()
    site = run(root, "mkdocs", "build")
    assert "leads nowhere" not in site.output
    assert leads(site, "lamps/oil/") == "https://example.org/kb/fuel/lamp-oil/"


def test_remove_leads_address_and_links_to_another_article(tmp_path: Path) -> None:
    root = project(tmp_path / "kb", DOCS)
    assert hooks(root, "remove", "lamps/oil.md", "--to", "lamps/wicks.md", "--write").returncode == 0
    assert not (root / "docs/lamps/oil.md").exists()
    assert "By [lamplight](../lamps/wicks.md)" in (root / "docs/boats/sail.md").read_text()
    assert "aliases: [lamps/oil/]" in (root / "docs/lamps/wicks.md").read_text()


def test_a_file_that_is_no_article_is_not_renamed(tmp_path: Path) -> None:
    root = project(tmp_path / "kb", DOCS)
    ran = hooks(root, "rename", "lamps/gas.md", "lamps/oil.md")
    assert (ran.returncode, ran.stderr) == (1, "lamps/gas.md: is no article of docs/\n")
    ran = hooks(root, "rename", "lamps/oil.md", "lamps/wicks.md")
    assert (ran.returncode, ran.stderr) == (1, "lamps/wicks.md: is there already; name another path\n")


TAG_FILE = "# Our words\n- name: light\n  description: What shines.\n\n- name: heat\n  aliases: [warmth]\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "- name: light\n  aliases: [heat]\n"),
        ("- name: light\n  aliases: [glow]\n", "- name: light\n  aliases: [glow, heat]\n"),
        (TAG_FILE, "# Our words\n- name: light\n  aliases: [heat, warmth]\n  description: What shines.\n\n"),
    ],
)
def test_merged_tags_are_an_alias_in_the_tag_file(before: str, after: str, tmp_path: Path) -> None:
    root = project(tmp_path / "kb", {**DOCS, **({".tags.yml": before} if before else {})})
    ran = hooks(root, "tags", "merge", "heat", "light", "--write")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (root / "docs/.tags.yml").read_text() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Text.\n", "---\naliases: [a/b/]\n---\nText.\n"),
        ("---\ntitle: A\n---\nText.\n", "---\ntitle: A\naliases: [a/b/]\n---\nText.\n"),
        ("---\naliases: [c/]\ntitle: A\n---\n", "---\naliases: [c/, a/b/]\ntitle: A\n---\n"),
        ("---\naliases:\n  - c/\n---\n", "---\naliases:\n  - a/b/\n  - c/\n---\n"),
        ('+++\ntitle = "A"\n[extra]\nx = 1\n+++\n', '+++\ntitle = "A"\naliases = ["a/b/"]\n[extra]\nx = 1\n+++\n'),
    ],
)
def test_an_old_address_is_added_to_the_header(before: str, after: str) -> None:
    assert edits.with_alias(before, UrlPath("a/b/")) == after


def test_a_header_that_cannot_be_changed_is_left_to_its_author() -> None:
    with pytest.raises(edits.EditError, match=r"the header is JSON; write `\"aliases\": \[\"a/\"\]` into it first"):
        edits.with_alias('{"title": "A"}\n\nText.\n', UrlPath("a/"))


ONE_ARTICLE = {"source": "a.md", "title": "A", "slug": "", "section": "", "urls": ["a/"], "anchors": [], "sketch": ""}
DAMAGED_ADDRESSES = {
    "no JSON": ("{\n!", r"addresses\.json:2:1: file: can't be read as JSON"),
    "nothing but brackets": ("[" * 100_000, r"addresses\.json:1:1: file: is no list of addresses"),
    "a list": ("[1]", "is no list of addresses"),
    "a number": ("3", "is no list of addresses"),
    "no articles": ('{"version": 1}', "is no list of addresses"),
    "another version": ('{"version": 9}', r"addresses\.json:1:1: version: is another one than 1"),
    "a number for a map": ('{"version": 1, "articles": [], "sections": 3}', "is no list of addresses"),
    "a sketch that is none": (json.dumps({"version": 1, "articles": [{**ONE_ARTICLE, "sketch": "abcde"}]}), "is no list of addresses"),
    "a title that is none": (json.dumps({"version": 1, "articles": [{**ONE_ARTICLE, "title": 3}]}), "is no list of addresses"),
}


@pytest.mark.parametrize(("damaged", "message"), DAMAGED_ADDRESSES.values(), ids=DAMAGED_ADDRESSES)
def test_addresses_that_are_not_those_of_a_site_are_refused_with_a_hint(damaged: str, message: str) -> None:
    with pytest.raises(ValueError, match=rf"{message}.*; write it anew with `python hooks addresses --write`"):
        addresses.load(damaged.encode())


def test_addresses_that_are_not_utf_8_are_refused() -> None:
    with pytest.raises(ValueError, match="is no list of addresses"):
        addresses.load(b'{"version": "\xff"}')


def test_a_damaged_file_of_addresses_is_named(tmp_path: Path) -> None:
    root = project(tmp_path / "kb", DOCS)
    (root / "addresses.json").write_text("{")
    ran = hooks(root, "addresses")
    assert (ran.returncode, ran.stderr.splitlines()) == (
        2,
        [
            "addresses.json:1:2: file: can't be read as JSON: Expecting property name enclosed in double quotes; "
            "write it anew with `python hooks addresses --write`"
        ],
    )
    (root / "addresses.json").unlink()
    (root / "addresses.json").mkdir()
    ran = hooks(root, "addresses")
    assert (ran.returncode, ran.stderr) == (2, "addresses.json: Is a directory; move away what is there, or name another path\n")
    assert hooks(project(tmp_path / "new", DOCS), "addresses", "--write").stdout.endswith("addresses.json written\n")


def test_a_text_of_which_nine_tenths_are_the_same_is_known_and_one_of_half_is_not() -> None:
    chance = random.Random(5)
    pool = [f"{one}{other}" for one in LAMPS.split() for other in BOATS.split()]

    def known(share: float) -> float:
        """How many of 200 texts are known after so many of their words were replaced."""
        count = 0
        for _ in range(200):
            words = chance.choices(pool, k=300)
            others = [chance.choice(pool) if chance.random() < share else word for word in words]
            count += addresses.likeness(*(addresses.sketch(" ".join(each)) for each in (words, others))) >= moves.ALIKE
        return count / 200

    shares = {share: known(share) for share in (0.05, 0.1, 0.3, 0.5)}
    print(shares)
    assert shares[0.05] == 1
    assert shares[0.1] >= 0.95
    assert shares[0.3] <= 0.01
    assert shares[0.5] == 0


@pytest.mark.slow
def test_forty_commits_leave_no_address_dead_and_none_wrong(tmp_path: Path) -> None:
    outcome = Replay(tmp_path, 7).run(40)
    assert outcome.redirects > 0
    assert (outcome.dead, outcome.wrong) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_hundred_commits_leave_no_address_dead_and_none_wrong(seed: int, tmp_path: Path) -> None:
    outcome = Replay(tmp_path, seed).run(200)
    assert (outcome.commits, outcome.dead, outcome.wrong) == (200, [], [])
