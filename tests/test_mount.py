"""`sources` of mkdocs.yml: folders of articles elsewhere, read as folders of docs/ without being copied."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from builder import Built, project, run, words
from hypothesis import given
from hypothesis import strategies as st
from test_command_line import hooks
from test_preview_server import get, serving

from almanac_kb.content import settings
from almanac_kb.content.settings import MountSetting, SettingsError

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'
POST = "---\ntitle: {0}\ndescription: About {0}.\ndate: 2025-04-1{1}\ntags: [disks]\n---\n{2}\n"
BLOG = {
    "../blog/posts/.pages": "title: From the blog\nnav:\n  - second.mdx\n  - ...\n",
    "../blog/posts/first.md": POST.format("First", 1, "![a disk](disk.svg) See [mine](../guides/own.md) and [next](second.mdx)."),
    "../blog/posts/second.mdx": POST.format("Second", 2, "import X from 'x';\n\nBack to [the first](first.md)."),
    "../blog/posts/deep/third.md": POST.format("Third", 3, "![a disk](../disk.svg) ![a hero](../../assets/hero.svg)"),
    "../blog/posts/disk.svg": SVG,
    "../blog/assets/hero.svg": SVG,
    "../blog/posts/.secret/hidden.md": "# Hidden\n",
    "../blog/posts/.env": "KEY=1\n",
}
OWN = {
    "docs/guides/own.md": POST.format("Own", 4, "See [theirs](../posts/first.md) and [[Third]]."),
    "notes/a.md": POST.format("Note", 5, "In."),
}
SOURCES = "[{path: ../blog/posts, at: posts}, {path: ../blog/assets, at: posts/assets}, {path: notes, at: own/notes}]"
REPOSITORY = "repo_url: https://example.org/repo\nedit_uri: edit/main/docs/\n"


def lay(root: Path, files: Mapping[str, str], sources: str, more: str = "") -> Path:
    """A copy of the project with these files, their paths as mkdocs.yml sees them, and these sources."""
    home = project(root / "almanac", {})
    for path, text in files.items():
        file = home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    settings = (home / "mkdocs.yml").read_text()
    (home / "mkdocs.yml").write_text(f"{more}{settings}    sources: {sources}\n")
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = lay(tmp_path_factory.mktemp("mount"), BLOG | OWN, SOURCES, REPOSITORY)
    (home / ".git").mkdir()
    return home


@pytest.fixture(scope="module")
def built(home: Path) -> Built:
    result = run(home, "mkdocs", "build", "--strict")
    assert result.code == 0, result.output
    return result


def test_the_articles_are_published_as_if_they_lay_in_docs(built: Built) -> None:
    assert {"posts/", "posts/first/", "posts/second/", "posts/deep/third/", "own/notes/a/", "guides/own/"} < set(built.pages())
    assert not (built.root / "docs" / "posts").exists()
    assert "inspected what was built: all is well" in built.output


def test_images_beside_them_are_shown(built: Built) -> None:
    assert '<path d="M0 0h1v1z"/>' in built.text("posts/disk.svg")
    assert "../disk.svg" in built.page("posts/first").xpath("//article//img/@src")
    assert {"../../disk.svg", "../../assets/hero.svg"} <= set(built.page("posts/deep/third").xpath("//article//img/@src"))


def test_links_lead_both_ways(built: Built) -> None:
    assert {"../../guides/own/", "../second/"} <= set(built.page("posts/first").xpath("//article//a/@href"))
    assert {"../../posts/first/", "../../posts/deep/third/"} <= set(built.page("guides/own").xpath("//article//a/@href"))


def test_topics_tags_feeds_and_search_hold_them(built: Built) -> None:
    assert words(built.page("posts"), "//article//h1") == ["From the blog"]
    assert [title for title in words(built.page("posts"), "//nav//a") if title in {"First", "Second"}][:2] == ["Second", "First"]
    assert "Second" in built.page("tags/disks").text_content()
    assert "https://example.org/kb/posts/second/" in built.text("feed.xml")
    assert "posts/deep/third/" in built.found()


def test_the_link_to_edit_leads_into_the_repository_or_is_not_there(built: Built) -> None:
    assert "https://example.org/repo/edit/main/notes/a.md" in built.text("own/notes/a")
    assert "https://example.org/repo/edit/main/docs/guides/own.md" in built.text("guides/own")
    assert "Edit this page" not in built.text("posts/first")


def test_what_is_hidden_stays_hidden(built: Built) -> None:
    assert [path for path, _ in built.files() if "hidden" in path or path.endswith((".env", ".pages"))] == []


def test_two_builds_are_the_same(home: Path, built: Built) -> None:
    before = dict(built.files())
    assert dict(run(home, "mkdocs", "build", "--strict", FAST="false", WORKERS="1").files()) == before


@pytest.mark.slow
def test_the_check_reads_them_and_names_their_paths(tmp_path: Path) -> None:
    home = lay(
        tmp_path,
        {"../blog/a.md": "---\npubDate: soon\n---\n# A\n", "../blog/b.md": "[x](gone.md) [[Nowhere]]\n", "docs/own.md": "# Own\n"},
        "[{path: ../blog/, at: posts/old}]",
    )
    (home / "../blog/outside.md").symlink_to(home / "mkdocs.yml")
    (home / "../blog/inside.md").symlink_to(home / "../blog/b.md")
    ran = hooks(home, "check")
    assert ran.stdout.splitlines() == [
        "error: ../blog/a.md:2:10: pubDate: must be a date, got 'soon'; write a date such as 2025-04-11",
        "error: ../blog/outside.md:1:1: file: is a link to a file outside ../blog/; such links are not followed; put the file itself here",
        "3 to publish, 0 withheld, 1 refused; 2 errors, 0 warnings, 0 notices",
    ]
    (home / "../blog/outside.md").unlink()
    result = run(home, "mkdocs", "build", REFUSED="skip")
    assert result.code == 0, result.output
    assert "../blog/b.md:1:14: body: [[Nowhere]] leads nowhere" in result.output
    assert "../blog/b.md:1:5: link: 'x' leads nowhere, to 'gone.md'" in result.output
    elsewhere = hooks(home, "check", "../blog")
    assert "../blog/a.md:2:10" in elsewhere.stdout


def test_the_root_of_docs_can_be_mounted_too(tmp_path: Path) -> None:
    home = lay(tmp_path, {"../vault/Note.md": "# N\n", "docs/index.md": "# Home\n"}, "[{path: ../vault, at: .}]")
    assert hooks(home, "check").stdout.startswith("2 to publish")
    assert run(home, "mkdocs", "build").code == 0
    assert (home / "site/note/index.html").is_file()


@pytest.mark.parametrize(
    ("files", "sources", "message"),
    [
        ({}, "[{path: ../gone, at: posts}]", "there is no folder ../gone; its path starts at mkdocs.yml"),
        ({"../blog": "x"}, "[{path: ../blog, at: posts}]", "../blog is no folder; name the one that holds it"),
        ({}, "[{path: ., at: posts}]", ". holds docs/ itself; name a folder beside it"),
        ({}, "[{path: docs, at: posts}]", "docs holds docs/ itself; name a folder beside it"),
        ({"docs/a/b.md": "x"}, "[{path: docs/a, at: posts}]", "docs/a lies in docs/, which is read anyway; leave it out"),
        ({"../b/a.md": "x"}, "[{path: ../b, at: ../x}]", "at must be a folder inside docs/, such as posts, got '../x'"),
        ({"../b/a.md": "x"}, "[{path: ../b, at: /etc}]", "at must be a folder inside docs/, such as posts, got '/etc'"),
        ({"../b/a.md": "x"}, "[{path: '', at: x}]", "path must be a folder, seen from mkdocs.yml, got ''"),
        ({}, "[../b]", "must be a list such as [{path: ../blog/posts, at: posts}], got '../b'"),
        ({}, "[{path: ../b}]", "must be a list such as [{path: ../blog/posts, at: posts}], got {'path': '../b'}"),
        ({}, "../b", "must be a list such as [{path: ../blog/posts, at: posts}], got '../b'"),
        (
            {"../b/a.md": "x", "docs/p/a.md": "y"},
            "[{path: ../b, at: p}]",
            "../b/a.md and docs/p/a.md are both p/a.md; rename one, or choose another at",
        ),
        (
            {"../b/a.md": "x", "../b/c.md": "x", "../c/p/a.md": "y", "../c/p/c.md": "y"},
            "[{path: ../b, at: p}, {path: ../c, at: .}]",
            "../c/p/a.md and ../b/a.md are both p/a.md, and 1 more; rename one, or choose another at",
        ),
    ],
)
def test_a_folder_that_cannot_be_mounted_is_named(files: dict[str, str], sources: str, message: str, tmp_path: Path) -> None:
    ran = hooks(lay(tmp_path, files, sources), "check")
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", f"mkdocs.yml: extra.knowledge.sources: {message}\n")


WORDS = st.one_of(st.none(), st.integers(), st.text(max_size=9), st.sampled_from(["path", "at", "../b", "a/b/", "."]))


@given(st.recursive(WORDS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)), max_leaves=9))
def test_any_value_of_the_setting_is_read_or_reported(given_sources: object) -> None:
    message = ""
    mounts: tuple[MountSetting, ...] = ()
    try:
        mounts = settings.read_settings({"sources": given_sources}).sources
    except SettingsError as error:
        message = str(error)
    assert not message or message.startswith("extra.knowledge.sources: ")
    assert all(mount.path and ".." not in mount.at.split("/") and not mount.at.startswith("/") for mount in mounts)


def test_a_build_reports_the_same_and_writes_nothing(tmp_path: Path) -> None:
    home = lay(tmp_path, {"docs/a.md": "# A\n"}, "[{path: ../gone, at: posts}]")
    result = run(home, "mkdocs", "build")
    assert result.code == 1
    assert "extra.knowledge.sources: there is no folder ../gone; its path starts at mkdocs.yml" in result.output
    assert "Traceback" not in result.output
    assert not (home / "site").exists()


def test_a_site_is_never_written_into_a_mounted_folder(tmp_path: Path) -> None:
    home = lay(tmp_path, {"../blog/a.md": "# A\n"}, "[{path: ../blog, at: posts}]", "site_dir: ../blog/site\n")
    result = run(home, "mkdocs", "build")
    assert result.code == 1
    assert re.search(r"blog/site is inside \S+blog, whose files are published; choose another site_dir", result.output)


def test_hidden_files_of_one_name_are_no_conflict(tmp_path: Path) -> None:
    home = lay(tmp_path, {"../b/.DS_Store": "1", "../b/a.md": "x", "docs/p/.DS_Store": "2"}, "[{path: ../b, at: p}]")
    assert hooks(home, "check").returncode == 0


def test_fix_mends_what_is_mounted(tmp_path: Path) -> None:
    home = lay(tmp_path, {"../b/a.md": "One â€“ two.\n"}, "[{path: ../b, at: p}]")
    assert hooks(home, "fix", "--yes").stdout.endswith("1 files rewritten\n")
    assert (home / "../b/a.md").read_text() == "One – two.\n"


def test_a_problem_of_the_mkdocs_file_is_a_message(tmp_path: Path) -> None:
    home = lay(tmp_path, {}, "[")
    ran = hooks(home, "check")
    assert (ran.returncode, ran.stderr.startswith("mkdocs.yml: can't be read: "), "Traceback" in ran.stderr) == (2, True, False)


def test_serve_shows_what_changes_in_a_mounted_folder(tmp_path: Path) -> None:
    home = lay(
        tmp_path, {"../blog/a.md": "# A\n\nFirst words.\n", "../blog/bad.md": "---\ndate: soon\n---\n"}, "[{path: ../blog, at: posts}]"
    )
    with serving(home) as address:
        get(f"{address}posts/a/", "First words.")
        assert "../blog/bad.md:2:7: date: must be a date" in get(f"{address}posts/bad/", "Refused")
        (home / "../blog/a.md").write_text("# A\n\nOther words.\n")
        get(f"{address}posts/a/", "Other words.")
