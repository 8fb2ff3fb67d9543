"""Articles and folders that are renamed by the command: every link still leads where it led, and nothing that was published is lost."""

import io
import re
from pathlib import Path

import pytest
from builder import Built, project, run
from PIL import Image
from test_addresses import git, leads
from test_command_line import hooks

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>\n'
OIL = """\
---
title: Lamp oil
image: pics/can.png
related: [wicks.md, ../boats/sail.md]
date: 2026-01-01
---
![can](pics/can.svg) See [wicks](wicks.md), [the sail](../boats/sail.md#by-night), [itself](#which-oil).

## Which oil

Pure oil. ^pure
"""
LINKS = """\
---
title: Wicks
date: 2026-01-02
up: "[[lamps/oil]]"
---
1. [inline](oil.md), [part](oil.md#which-oil), [<angle>](<oil.md>), [titled](oil.md "Oil")
2. [reference][oil], [collapsed][], [shortcut]
3. [[oil]], [[lamps/oil]], [[oil#Which oil|the oil]], [[Lamp oil]]
4. [address](../oil/), [from the top](/lamps/oil.md), [without ending](oil), [html](oil.html)
5. <a href="oil.md">anchor</a> and <img src="pics/can.svg" alt="A can">
6. ![image](pics/can.svg), ![[can.svg]], ![[lamps/pics/can.svg]]
7. `[code](oil.md)`

![[lamps/oil#Which oil]]

[oil]: oil.md
[collapsed]: ../lamps/oil.md
[shortcut]: oil.md "Oil"
"""
DOCS: dict[str, str | bytes] = {
    "index.md": "# Home\n\n[Oil](lamps/oil.md) and [wicks](lamps/wicks.md).\n",
    "lamps/oil.md": OIL,
    "lamps/wicks.md": LINKS,
    "lamps/unfinished.md": "---\ntitle: Unfinished\ndraft: true\n---\nSee [oil](oil.md).\n",
    "lamps/.pages": "title: Lamps\nnav:\n  - oil.md\n  - Wicks: wicks.md\n  - ...\n",
    "lamps/pics/can.svg": SVG,
    "boats/sail.md": "---\ntitle: Sail\ndate: 2026-01-03\n---\n"
    '[Oil]({{< ref "../lamps/oil.md" >}}) and [oil](../lamps/oil.md#which-oil).\n\n## By night\n\nLight.\n',
    "boats/crlf.md": b"---\r\ntitle: Lines\r\n---\r\nSee [oil](../lamps/oil.md).\r\n",
    ".pages": "nav:\n  - index.md\n  - lamps\n  - boats\n",
}


def png() -> bytes:
    """A picture of one pixel."""
    file = io.BytesIO()
    Image.new("RGB", (1, 1)).save(file, "PNG")
    return file.getvalue()


def knowledge_base(root: Path) -> Path:
    project(root, {**DOCS, "lamps/pics/can.png": png()})
    git(root, "init")
    git(root, "add", "docs", "mkdocs.yml")
    git(root, "commit", "--message", "first")
    return root


def links(site: Built, page: str) -> list[str]:
    """The paths of the links and pictures in the text of a page, with their fragments, below the site."""
    base = f"https://example.org/kb/{page}"
    document = site.page(page)
    document.make_links_absolute(base)
    written = "not(ancestor::nav | ancestor::section | ancestor::*[contains(@class, 'kb-')])"
    found = document.xpath(f"//article//a[not(@class)][{written}]/@href | //article//img/@src")
    return sorted(each.removeprefix("https://example.org/kb/") for each in found)


def built(root: Path) -> Built:
    """The site; nothing in it leads nowhere."""
    site = run(root, "mkdocs", "build")
    assert site.code == 0, site.output
    assert "leads nowhere" not in site.output
    assert "link:" not in site.output, site.output
    return site


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ("lamps/oil.md", "lamps/fuel.md", {"lamps/oil/": "lamps/fuel/"}),
        ("lamps/oil.md", "stores/cellar/oil.md", {"lamps/oil/": "stores/cellar/oil/"}),
        ("docs/lamps", "docs/stores/lights", {"lamps/": "stores/lights/"}),
    ],
)
def test_every_link_leads_where_it_led(old: str, new: str, moved: dict[str, str], tmp_path: Path) -> None:
    root = knowledge_base(tmp_path / "kb")
    before = built(root)
    led = {page: links(before, page) for page in ("lamps/oil/", "lamps/wicks/", "boats/sail/", "boats/crlf/", "")}
    ran = hooks(root, "rename", old, new, "--write")
    assert (ran.returncode, ran.stderr) == (0, "")
    after = built(root)

    def now(path: str) -> str:
        return next((re.sub(f"^{then}", to, path) for then, to in moved.items() if path.startswith(then)), path)

    for page, found in led.items():
        assert links(after, now(page)) == sorted(now(link) for link in found), page
    for page in ("lamps/oil/",) if old.endswith(".md") else ("lamps/oil/", "lamps/wicks/", "lamps/"):
        assert leads(after, page) == f"https://example.org/kb/{now(page)}"
    assert (root / "docs/boats/crlf.md").read_bytes().count(b"\r\n") == 4
    assert "`[code](oil.md)`" in next(root.glob("docs/**/wicks.md")).read_text()


@pytest.mark.slow
def test_pages_and_navigation_have_the_new_names_of_files_and_folders(tmp_path: Path) -> None:
    root = project(tmp_path / "kb", DOCS)
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text() + "\nnav:\n  - Home: index.md\n  - lamps/oil.md\n  - Wicks: lamps/wicks.md\n")
    assert hooks(root, "rename", "lamps/oil.md", "lamps/fuel.md", "--write").returncode == 0
    assert (root / "docs/lamps/.pages").read_text() == "title: Lamps\nnav:\n  - fuel.md\n  - Wicks: wicks.md\n  - ...\n"
    assert settings.read_text().endswith("nav:\n  - Home: index.md\n  - lamps/fuel.md\n  - Wicks: lamps/wicks.md\n")
    assert hooks(root, "rename", "lamps", "lights", "--write").returncode == 0
    assert (root / "docs/.pages").read_text() == "nav:\n  - index.md\n  - lights\n  - boats\n"
    assert not (root / "docs/lamps").exists()
    assert settings.read_text().endswith("nav:\n  - Home: index.md\n  - lights/fuel.md\n  - Wicks: lights/wicks.md\n")
    assert hooks(root, "rename", "lights/fuel.md", "fuel.md", "--write").returncode == 0
    assert (root / "docs/lights/.pages").read_text() == "title: Lamps\nnav:\n  - Wicks: wicks.md\n  - ...\n"
    assert hooks(root, "remove", "lights/wicks.md", "--to", "fuel.md", "--write").returncode == 0
    assert settings.read_text().endswith("nav:\n  - Home: index.md\n  - fuel.md\n")


def test_links_to_a_part_of_a_removed_article_lead_to_the_other_article(tmp_path: Path) -> None:
    root = project(tmp_path / "kb", {"a.md": "# A\n\n## Part\n", "b.md": "# B\n", "c.md": "[part](a.md#part), [[a#Part|it]]\n"})
    assert hooks(root, "remove", "a.md", "--to", "b.md", "--write").returncode == 0
    assert (root / "docs/c.md").read_text() == "[part](b.md), [[b|it]]\n"


def test_work_that_git_does_not_have_is_not_removed(tmp_path: Path) -> None:
    root = knowledge_base(tmp_path / "kb")
    (root / "docs/lamps/oil.md").write_text("# Oil\n\nWork of a day.\n")
    ran = hooks(root, "remove", "lamps/oil.md", "--to", "lamps/wicks.md", "--write")
    assert ran.returncode == 1
    assert "lamps/oil.md: has changes that are not committed; commit them first" in ran.stderr
    assert (root / "docs/lamps/oil.md").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lamps/gas.md", "lamps/x.md", "lamps/gas.md: is no article of docs/"),
        ("Lamps/Oil.md", "x.md", "Lamps/Oil.md: is no article of docs/; did you mean lamps/oil.md?"),
        ("lamps/oil.md", "lamps/wicks.md", "lamps/wicks.md: is there already; name another path"),
        ("lamps/oil.md", "boats", "boats: is there already; name another path"),
        ("lamps/oil.md", "../oil.md", "../oil.md: must be a path below docs/"),
        ("lamps/oil.md", "/oil.md", "must be a path below docs/"),
        ("lamps/oil.md", "con.md", "con.md: con.md is the name of a device on Windows"),
        ("lamps/oil.md", "oil.txt", "oil.txt: must end in .md, .mdx"),
        ("lamps", "lamps/old", "lamps/old: must be the path of a new folder outside of lamps/"),
        ("json.md", "other.md", 'json.md: the header is JSON; write `"aliases": ["json/"]` into it first'),
    ],
)
def test_what_cannot_be_renamed_is_said_and_nothing_is_written(old: str, new: str, message: str, tmp_path: Path) -> None:
    root = project(tmp_path / "kb", {**DOCS, "json.md": '{"title": "J"}\n\nText.\n'})
    ran = hooks(root, "rename", old, new, "--write")
    assert ran.returncode == 1
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr
    assert (root / "docs/lamps/oil.md").read_text() == OIL


def test_a_draft_is_renamed_without_an_old_address(tmp_path: Path) -> None:
    root = project(tmp_path / "kb", DOCS)
    assert hooks(root, "rename", "lamps/unfinished.md", "later.md", "--write").returncode == 0
    assert (root / "docs/later.md").read_text() == "---\ntitle: Unfinished\ndraft: true\n---\nSee [oil](lamps/oil.md).\n"


def test_the_translations_beside_an_article_keep_its_name(tmp_path: Path) -> None:
    texts: dict[str, str | bytes] = {"oil.md": "# Oil\n", "oil.de.md": "---\nlang: de\n---\n# Öl\n", "oil.old.md": "# Old oil\n"}
    root = project(tmp_path / "kb", texts)
    assert hooks(root, "rename", "oil.md", "lamps/fuel.md", "--write").returncode == 0
    assert sorted(path.relative_to(root / "docs").as_posix() for path in root.glob("docs/**/*.md")) == [
        "lamps/fuel.de.md",
        "lamps/fuel.md",
        "oil.old.md",
    ]


def test_links_in_a_folder_are_moved_with_it(tmp_path: Path) -> None:
    root = project(tmp_path / "kb", DOCS)
    (root / "docs/lamps/boats").symlink_to("../boats")
    (root / "docs/lamps/odd\udcff.txt").write_text("x")
    ran = hooks(root, "rename", "lamps", "lights", "--write")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "docs/lamps/odd\\udcff.txt -> docs/lights/odd\\udcff.txt" in ran.stdout
    assert ((root / "docs/lights/boats").is_symlink(), (root / "docs/lamps").exists()) == (True, False)
    assert (root / "docs/boats/sail.md").is_file()
    assert (root / "docs/lights/odd\udcff.txt").is_file()


def test_a_link_that_is_moved_leads_where_it_led_and_what_it_leads_to_stays_as_it_is(tmp_path: Path) -> None:
    root = project(tmp_path / "kb", {**DOCS, "boats/deck/plan.md": "# Plan\n\n[Sail](../sail.md)\n"})
    for name, target in {"boats/again.md": "../lamps/wicks.md", "boats/lamps": "../lamps", "boats/plan.md": "deck/plan.md"}.items():
        (root / "docs" / name).symlink_to(target)
    ran = hooks(root, "rename", "boats", "far/away/ships", "--write")
    assert (ran.returncode, ran.stderr) == (0, "")
    ships = root / "docs/far/away/ships"
    led_to = {name: (ships / name).resolve().relative_to(root / "docs").as_posix() for name in ("again.md", "lamps", "plan.md")}
    assert led_to == {"again.md": "lamps/wicks.md", "lamps": "lamps", "plan.md": "far/away/ships/deck/plan.md"}
    assert (root / "docs/lamps/wicks.md").read_text() == LINKS
    assert sorted(path.name for path in (root / "docs/far/away").iterdir()) == ["ships"]
    assert not (root / "docs/boats").exists()
