"""The loader: what it reads, what it does not open, and how long it takes."""

import builtins
import cProfile
import os
import random
import socket
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tree import NOW, catalogue, picture, said, site, tree

from almanac_kb.content import loader
from almanac_kb.content.settings import Settings
from almanac_kb.core import text

HOSTILE = Path(__file__).parents[2] / "shared" / "hostile"


def test_dates_with_slashes_are_read_as_another_article_proves(tmp_path: Path) -> None:
    files = "a.md | title: A; date: 03/04/2021\nb.md | title: B; date: 05/31/2018"
    assert [f"{each.created:%Y-%m-%d}" for each in catalogue(tmp_path, files).articles] == ["2021-03-04", "2018-05-31"]


def test_dates_with_slashes_are_refused_where_articles_prove_both_orders_or_none(tmp_path: Path) -> None:
    problem = "error a.md:3:7: date: can be read as 2021-03-04 or 2021-04-03, got '03/04/2021'; write a date such as 2025-04-11"
    both = "b.md | title: B; date: 05/31/2018\nc.md | title: C; date: 31/05/2018"
    assert said(catalogue(tmp_path, f"a.md | title: A; date: 03/04/2021\n{both}")) == [problem]


def test_a_setting_reads_dates_with_slashes(tmp_path: Path) -> None:
    made = catalogue(tmp_path, "a.md | title: A; date: 03/04/2021", Settings(dates="day-first"))
    assert [f"{each.created:%Y-%m-%d}" for each in made.articles] == ["2021-04-03"]


def test_every_problem_of_every_file_is_said_in_one_go(tmp_path: Path) -> None:
    assert said(
        catalogue(
            tmp_path,
            """
            .pages | nav:;   - gone.md;   - ...
            .tags.yml | - {name: A, parent: B}
            a.md | title: [x]; date: soon
            b.md | title: B; image: ../x.png
            """,
        )
    ) == [
        "error .pages:2:5: nav: there is no 'gone.md' in this folder; correct the name, or leave it out",
        "error .tags.yml:1:3: tags: A: its parent 'B' is no tag of this file; add it, or leave the parent out",
        "error a.md:2:8: title: must be text, got a list; write one line of text, in quotes if it holds a colon",
        "error a.md:3:7: date: must be a date, got 'soon'; write a date such as 2025-04-11",
        "warning b.md:3:8: image: '../x.png' is not inside docs/; write a path inside docs/, such as images/cover.png; "
        "until then the article has no picture of its own",
    ]


def test_hidden_articles_and_templates_are_not_published(tmp_path: Path) -> None:
    assert site(tmp_path, "a.md\n.b.md\n.hidden/c.md\n.hidden/.pages | nav: x\ntemplates/d.md\nt/templates/e.md") == picture(
        """
        / Site
            /a/ article a.md
        /t/ T
        /t/templates/ Templates
            /t/templates/e/ article t/templates/e.md
        withheld .b.md: .b.md starts with a dot
        withheld .hidden/c.md: .hidden starts with a dot
        withheld templates/d.md: MkDocs keeps templates/ out of the site
        """
    )


def test_defaults_of_the_meta_plugin_are_not_read_and_said_so(tmp_path: Path) -> None:
    made = catalogue(tmp_path, "web/.meta.yml | tags: [leaked]\nweb/a.md\nwebassembly/b.md")
    assert said(made) == ["warning web/.meta.yml:1:1: file: is not read: what it says of all articles must stand in each; move it there"]
    assert made.tags == ()


def test_a_link_to_a_file_inside_docs_is_followed_and_others_are_named(tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("secret")
    docs = tree(tmp_path / "docs", "a/a.md\nb/b.md")
    (docs / "inside.md").symlink_to(docs / "a" / "a.md")
    (docs / "away.md").symlink_to(tmp_path / "outside.md")
    (docs / "system.png").symlink_to("/etc/passwd")
    (docs / "zero.md").symlink_to("/dev/zero")
    (docs / "nowhere.md").symlink_to("gone.md")
    (docs / "circle.md").symlink_to("circle.md")
    (docs / "a" / "loop").symlink_to(docs, target_is_directory=True)
    (docs / "a" / "cross").symlink_to(docs / "b", target_is_directory=True)
    (docs / "up").symlink_to(tmp_path, target_is_directory=True)
    (docs / ".pages").symlink_to("/etc/passwd")
    made = loader.load_site(docs, Settings(), NOW, "Site")
    assert [each.source for each in made.published] == ["a/a.md", "b/b.md", "inside.md"]
    outside = "is a link to a file outside docs/; such links are not followed; put the file itself here"
    folders = "is a link to a folder; such links are not followed; put the folder itself here"
    assert said(made) == [
        f"error .pages:1:1: file: {outside}",
        f"error a/cross:1:1: file: {folders}",
        f"error a/loop:1:1: file: {folders}",
        f"error away.md:1:1: file: {outside}",
        "error circle.md:1:1: file: is a link that leads nowhere; remove it",
        "error nowhere.md:1:1: file: is a link that leads nowhere; remove it",
        f"error system.png:1:1: file: {outside}",
        f"error up:1:1: file: {folders}",
        f"error zero.md:1:1: file: {outside}",
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_and_sockets_are_not_opened() -> None:
    with TemporaryDirectory(dir="/tmp") as folder, socket.socket(socket.AF_UNIX) as listening:
        docs = tree(Path(folder), "a.md")
        os.mkfifo(docs / "pipe.md")
        os.mkfifo(docs / ".pages")
        listening.bind(str(docs / "socket.png"))
        problem = "is no file but a pipe, a socket or a device; remove it"
        assert said(loader.load_site(docs, Settings(), NOW, "Site")) == [
            f"error .pages:1:1: file: {problem}",
            f"error pipe.md:1:1: file: {problem}",
            f"error socket.png:1:1: file: {problem}",
        ]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_in_any_script_are_fine(tmp_path: Path) -> None:
    made = catalogue(tmp_path, "機械\u3000学習/x\u00a0y.md\nمقال.md")
    assert ([each.url for each in made.articles], said(made)) == (["مقال/", "機械-学習/x-y/"], [])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_that_can_not_be_shown_are_errors(tmp_path: Path) -> None:
    (tmp_path / "a\nb.md").write_text("Text.")
    (tmp_path / "c\u202ed.md").write_text("Text.")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/e\xff.md")).write_text("Text.")
    problem = "the name has characters that are not seen or not UTF-8; rename it"
    assert said(loader.load_site(tmp_path, Settings(), NOW, "Site")) == [
        f"error a\\nb.md:1:1: file: {problem}",
        f"error c\\u202ed.md:1:1: file: {problem}",
        f"error e\\udcff.md:1:1: file: {problem}",
    ]


@pytest.mark.parametrize(("name", "field"), [("a.md", "file"), (".pages", "file"), (".tags.yml", "file")])
def test_what_can_not_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, field: str) -> None:
    open_file = builtins.open

    def refuse(path: Any, *arguments: Any, **options: Any) -> Any:
        if str(path).startswith(str(tmp_path)):
            raise PermissionError(13, "Permission denied", str(path))
        return open_file(path, *arguments, **options)

    tree(tmp_path, f"{name} | title: A")
    monkeypatch.setattr(builtins, "open", refuse)
    made = loader.load_site(tmp_path, Settings(), NOW, "Site")
    assert said(made) == [f"error {name}:1:1: {field}: can't be read: Permission denied; make it readable, or remove it"]


def test_a_folder_that_can_not_be_listed_is_a_problem(tmp_path: Path) -> None:
    assert said(loader.load_site(tmp_path / "gone", Settings(), NOW, "Site")) == [
        "error .:1:1: file: can't be read: No such file or directory; make it readable, or remove it"
    ]


@pytest.mark.parametrize("name", ["a.md", ".pages", ".tags.yml"])
def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(text.FILE_SIZE + 1)
    assert said(loader.load_site(tmp_path, Settings(), NOW, "Site")) == [
        f"error {name}:1:1: file: has 2,097,153 bytes, more than 2,097,152; split it, or keep it out of docs/"
    ]


@pytest.mark.parametrize(
    ("nav", "problem"),
    [
        ("  - gone.md", "there is no 'gone.md' in this folder; correct the name, or leave it out"),
        ("  - sub/", "names a file of another folder, got 'sub/'; write what lies in this folder, such as sub"),
        ("  - sub/b.md", "names a file of another folder, got 'sub/b.md'; write what lies in this folder, such as sub"),
        ("  - picture.png", "there is no 'picture.png' in this folder; correct the name, or leave it out"),
    ],
)
def test_a_navigation_names_what_lies_in_its_folder(tmp_path: Path, nav: str, problem: str) -> None:
    files = "t/a.md\nt/sub/b.md\nt/picture.png"
    assert f"error t/.pages:2:5: nav: {problem}" in said(catalogue(tmp_path, f"t/.pages | nav:; {nav};   - ...\n{files}"))


def test_a_navigation_may_name_a_folder_a_file_and_the_page_that_is_made(tmp_path: Path) -> None:
    assert said(catalogue(tmp_path, "t/.pages | nav:;   - index.md;   - sub;   - a.md\nt/a.md\nt/sub/b.md")) == []


REFUSED = {
    "f07-case-dup",
    "f08-file-vs-index",
    "f12-override-bundle",
    "f14-override-generated",
    "g02-nested",
    "g16-dict-item",
    "g17-true",
    "g19-10k-long",
    "s10-duplicate",
    "s25-list",
    "s26-nfc-nfd",
    "y45-pages-bad-yaml",
    "y47-pages-missing-nav",
    "y48-pages-no-rest",
    "y51-pages-js-link",
    "y53-pages-latin1",
    "y54-pages-scalar",
}
TRANSLATED = {
    "f01-space": "articles/python/hostile-a-b/",
    "f02-unicode": "articles/python/hostil\u00e9/",
    "f04-hash": "articles/python/hostile-b/",
    "f05-question": "articles/python/hostile-b/",
    "f18-html-name": "articles/python/hostile-img-src-x-onerror-pwn/",
    "f20-quote-name": "articles/python/hostile-onmouseover-pwn/",
    "f22-deep-dirs": f"articles/{'d/' * 120}hostile/",
    "g01-string": "python, web",
    "g04-no": "no",
    "g05-bools": "no, on, yes",
    "g07-list-null": "",
    "g08-dates": "2026-01-01",
    "g10-collide": "C, C#, C++, Caf\u00e9, Node JS, Node.js",
    "g11-traversal": "../../x, /abs, a/b",
    "g13-attr": '"><img src=x onerror=PWN(1)>',
    "g14-empty": "",
    "g20-format": "{, {0.__class__}, {nope}, {slug}, }",
    "g22-dup": "a",
    "g23-mixed-types": "1, a",
    "g25-amp": "]]>, a<b, R&D",
    "g26-ctrl": "ab",
    "g28-float-nan": ".inf, .nan, 1e3",
    "s00-stock-ignored": "articles/python/something-else/",
    "s01-dotdot": "escape/",
    "s03-slashes": "a/b/c/",
    "s04-index": "articles/python/index/",
    "s06-unicode": "articles/python/\u65e5\u672c\u8a9e/",
    "s07-spaces": "articles/python/a-b-c/",
    "s09-300": f"articles/python/{'a' * 100}/",
    "s12-empty": "articles/python/hostile/",
    "s13-int": "articles/python/404/",
    "s16-query": "articles/python/a-q-f/",
    "s17-nul": "articles/python/ab/",
    "s19-reserved-win": "articles/python/con-page/",
    "s20-date": "articles/python/2026-01-01/",
    "s22-html": "script-PWN-1/script/",
    "s23-newline": "articles/python/a-b/",
}
SAID = {"f23-exe", "y41-meta-laughs", "y42-meta-prefix-leak", "y44-meta-list"}
WITHHELD = {"r01-draft-true", "r02-draft-string", "r07-not-in-nav"}
HIDDEN = {"f11-hidden"}


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="../shared/hostile is not here")
class TestHostile:
    """Each hostile input is refused with its place, or published as a harmless translation."""

    @pytest.mark.parametrize("case", sorted(REFUSED))
    def test_refused(self, case: str) -> None:
        assert any(line.startswith("error") for line in self.said(case))

    @pytest.mark.parametrize("case", sorted(TRANSLATED))
    def test_translated(self, case: str) -> None:
        made = loader.load_site(HOSTILE / case / "docs", Settings(), NOW.replace(year=2027), "Site")
        tags = ", ".join(tag.name for tag in made.tags)
        assert (tags if case.startswith("g") else made.articles[0].url) == TRANSLATED[case]
        assert not made.refused

    @pytest.mark.parametrize("case", sorted(SAID))
    def test_left_out_and_said_so(self, case: str) -> None:
        assert self.said(case)

    @pytest.mark.parametrize("case", sorted(WITHHELD))
    def test_withheld(self, case: str) -> None:
        made = loader.load_site(HOSTILE / case / "docs", Settings(), NOW.replace(year=2027), "Site")
        assert (dict(made.withheld), made.published, made.tags) == ({"articles/python/hostile.md": "draft: true"}, (), ())

    @pytest.mark.parametrize("case", sorted(HIDDEN))
    def test_hidden(self, case: str) -> None:
        made = loader.load_site(HOSTILE / case / "docs", Settings(), NOW.replace(year=2027), "Site")
        assert [reason.rpartition(" ")[0] for reason in made.withheld.values()] == [".hostile.md starts with a"]

    def said(self, case: str) -> list[str]:
        return said(loader.load_site(HOSTILE / case / "docs", Settings(), NOW.replace(year=2027), "Site"))


def articles(root: Path, count: int) -> Path:
    body = "# A heading\n\n" + "Some words of an article that goes on for a while. " * 60
    for number in range(count):
        path = root / f"topic-{number % 20}" / f"article-{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\ntitle: Article {number}\ndate: 2024-01-{number % 28 + 1:02}\ntags: [tag {number % 50}]\n---\n{body}\n")
    return root


def test_twice_as_many_articles_take_twice_as_many_calls(tmp_path: Path) -> None:
    def calls(count: int) -> int:
        docs, profile = articles(tmp_path / str(count), count), cProfile.Profile()
        profile.runcall(loader.load_site, docs, Settings(fast=False), NOW, "Site", bodies=False)
        return sum(entry.callcount for entry in profile.getstats())

    assert calls(200) / calls(100) < 2.1


def test_memory_holds_the_text_of_articles_compressed_and_none_without_bodies(tmp_path: Path) -> None:
    docs, peaks = articles(tmp_path, 300), {}
    for path in docs.rglob("*.md"):
        words = random.Random(path.name).choices(("lamp", "wick", "oil", "glass", "brass", "light", "flame", "night"), k=600)
        path.write_text(f"{path.read_text()}\n{' '.join(words)}\n")
    for bodies in (True, False):
        tracemalloc.start()
        loader.load_site(docs, Settings(), NOW, "Site", bodies=bodies)
        peaks[bodies] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    text = sum(path.stat().st_size for path in docs.rglob("*.md"))
    assert 0.05 * text < peaks[True] - peaks[False] < 0.5 * text


@pytest.mark.parametrize("name", ["app.json", "templates.json"])
def test_settings_of_a_vault_that_cannot_be_read_are_a_warning(name: str, tmp_path: Path) -> None:
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / ".obsidian" / name).write_text('{"userIgnoreFilters": ["private/"],}')
    (tmp_path / "a.md").write_text("# A\n\nText.\n")
    site = loader.load_site(tmp_path, Settings(), NOW, "Site")
    assert said(site) == [
        f"warning .obsidian/{name}:1:1: file: can't be read as JSON, so it keeps nothing back; save these settings anew in Obsidian"
    ]
