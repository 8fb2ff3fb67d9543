"""`python hooks import`: a folder of articles is copied to docs/ as it was written, and its images show."""

import os
import posixpath
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from builder import CORPORA, Built, environment, project, run
from fork_server import Finished
from hypothesis import given
from hypothesis import strategies as st
from test_command_line import hooks

from almanac_kb.core.paths import SourcePath, candidate_paths, paths_below_parents, without_parents
from almanac_kb.importer import selection


def svg(name: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>{name}</title></svg>'


ASTRO = {
    "package.json": "{}",
    "src/content/blog/first.md": (
        "---\r\ntitle: First\r\ndescription: One.\r\nheroImage: ../../assets/hero.svg\r\n---\r\n"
        "![a](./beside.svg) ![b](../../assets/in%20text.svg) ![c](/images/public.svg)\r\n"
    ),
    "src/content/blog/deep/second.mdx": (
        "---\ntitle: Second\ndescription: Two.\nheroImage: /images/public.svg\n---\n"
        'import x from "../beside.svg";\n\n![a][x] <img src="../../../assets/hero.svg" alt="b"> [back](../first.md)\n\n'
        '![gone](/images/gone.svg) `![code](/images/code.svg)`\n\n[x]: ../beside.svg "B"\n'
    ),
    "src/content/blog/beside.svg": svg("beside"),
    "src/content/blog/unused.svg": svg("unused"),
    "src/content/blog/notes.txt": "Notes.",
    "src/content/blog/.draft.md": "Hidden.",
    "src/content/blog/.obsidian/a.md": "Hidden.",
    "src/content/blog/node_modules/x/README.md": "Not ours.",
    "src/content/blog/dist/first.md": "Made.",
    "src/content/config.ts": "export {}",
    "src/assets/hero.svg": svg("hero"),
    "src/assets/in text.svg": svg("in text"),
    "public/images/public.svg": svg("public"),
    "public/images/code.svg": svg("code"),
}
HUGO = {
    "content/posts/leaf.md": '+++\ntitle = "Leaf"\n+++\n{{< figure src="/img/a.svg" alt="A" >}}\n\n![w](/img/w%C3%A9.svg)\n',
    "content/posts/bundle/index.md": "---\ntitle: Bundle\ndescription: B.\ndate: 2025-01-01\n---\n![x](x.svg)\n",
    "content/posts/bundle/x.svg": svg("x"),
    "static/img/a.svg": svg("a"),
    "static/img/wé.svg": svg("w"),
}
VAULT = {
    ".obsidian/app.json": '{"attachmentFolderPath": "files/pictures"}',
    "Notes/My note.md": "![[a disk.svg]] ![[files/pictures/other.svg|100]] ![m](<../files/pictures/a disk.svg>)\n",
    "Notes/sub/Deep.md": "---\ndescription: D.\n---\n![[a disk.svg|200]] [[My note]] ![v](files/pictures/other.svg)\n",
    "files/pictures/a disk.svg": svg("a disk"),
    "files/pictures/other.svg": svg("other"),
    "files/pictures/never.svg": svg("never"),
}


def make_project(root: Path, files: Mapping[str, str | bytes], docs: Mapping[str, str | bytes] | None = None) -> Path:
    """A copy of the project beside a folder `from` of these files."""
    for path, content in files.items():
        file = root / "from" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return project(root / "almanac", docs or {})


def run_import(home: Path, path: str, *options: str, topic: str = "old/blog") -> Finished:
    result = hooks(home, "import", path, "--topic", topic, *options)
    assert "Traceback" not in result.stderr
    return result


def imported(home: Path) -> dict[str, bytes]:
    docs = home / "docs"
    return {path.relative_to(docs).as_posix(): path.read_bytes() for path in sorted(docs.rglob("*")) if path.is_file()}


def built(home: Path) -> Built:
    result = run(home, "mkdocs", "build")
    assert result.code == 0, result.output
    return result


def image_titles(site: Built, path: str) -> list[str]:
    """The titles of the images that a page shows; the URL of an image without a file."""
    titles = []
    for source in site.page(path).xpath("//article//img/@src"):
        file = site.site / unquote(urljoin(f"/{path}", source)).lstrip("/")
        titles.append(file.read_text().partition("<title>")[2].partition("<")[0] if file.is_file() else source)
    return titles


@pytest.fixture(scope="module")
def astro(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = make_project(tmp_path_factory.mktemp("astro"), ASTRO)
    dry = run_import(home, "../from/src/content/blog", "--dry-run")
    assert (dry.returncode, imported(home)) == (0, {})
    result = run_import(home, "../from/src/content/blog/")
    assert result.returncode == 0
    assert result.stdout.splitlines()[:-2] == dry.stdout.splitlines()[:-2]
    assert dry.stdout.splitlines()[-2:] == [
        "2 articles and 4 files they use to copy; 0 articles and 0 files they use there already; 0 errors",
        "nothing was written",
    ]
    return home, result.stdout


def test_templates_and_excluded_files_of_a_vault_are_left_out(tmp_path: Path) -> None:
    vault = {
        ".obsidian/app.json": '{"userIgnoreFilters": ["Private/"]}',
        ".obsidian/templates.json": '{"folder": "Meta/Forms"}',
        "Note.md": "A note.\n",
        "Meta/Forms/Form.md": "# {{title}}\n",
        "Templates/Other.md": "# {{title}}\n",
        "Private/Diary.md": "Mine.\n",
    }
    home = make_project(tmp_path, vault)
    said = run_import(home, "../from").stdout.splitlines()
    assert sorted(imported(home)) == ["old/blog/Note.md"]
    assert [line for line in said if line.startswith("left out")] == [
        "left out: ../from/Meta/Forms is a template, or a folder of templates",
        "left out: ../from/Private is among the excluded files of Obsidian",
        "left out: ../from/Templates is a template, or a folder of templates",
    ]


def test_damaged_settings_of_a_vault_are_a_warning(tmp_path: Path) -> None:
    home = make_project(tmp_path, {".obsidian/app.json": '{"userIgnoreFilters": ["Private/"],}', "Note.md": "A note.\n"})
    ran = run_import(home, "../from")
    assert "../from/.obsidian/app.json:1:1: file: can't be read as JSON, so it keeps nothing back" in ran.stdout + ran.stderr


def test_it_lists_what_it_does(astro: tuple[Path, str]) -> None:
    assert astro[1].splitlines() == [
        "../from/src/content/blog/deep/second.mdx -> docs/old/blog/deep/second.mdx",
        "../from/src/content/blog/first.md -> docs/old/blog/first.md",
        "../from/public/images/public.svg -> docs/old/blog/images/public.svg",
        "../from/src/content/blog/beside.svg -> docs/old/blog/beside.svg",
        "../from/src/assets/hero.svg -> docs/old/blog/assets/hero.svg",
        "../from/src/assets/in text.svg -> docs/old/blog/assets/in text.svg",
        "left out: ../from/src/content/blog/dist is made by a program",
        "left out: ../from/src/content/blog/node_modules holds programs of others",
        "warning: ../from/src/content/blog/deep/second.mdx:10:9: picture: there is no file '/images/gone.svg' in ../from; "
        "add it there; nothing outside is read",
        "2 articles and 4 files they use copied; 0 articles and 0 files they use there already; 0 errors",
        "`python hooks check` says what there is to say of them",
    ]


def test_every_file_is_as_it_was_written(astro: tuple[Path, str]) -> None:
    files = imported(astro[0])
    assert files["old/blog/first.md"] == ASTRO["src/content/blog/first.md"].encode()
    assert files["old/blog/deep/second.mdx"] == ASTRO["src/content/blog/deep/second.mdx"].encode()
    assert len(files) == 6


def test_the_images_show_and_links_lead_on(astro: tuple[Path, str]) -> None:
    site = built(astro[0])
    assert image_titles(site, "old/blog/first/") == ["hero", "beside", "in text", "public"]
    assert image_titles(site, "old/blog/deep/second/")[:3] == ["public", "beside", "hero"]
    assert "../../first/" in site.page("old/blog/deep/second").xpath("//article//a/@href")


def test_a_second_time_nothing_changes(astro: tuple[Path, str]) -> None:
    home, _ = astro
    before = {path: path.stat().st_mtime_ns for path in (home / "docs").rglob("*")}
    result = run_import(home, "../from/src/content/blog")
    assert result.returncode == 0
    assert result.stdout.splitlines()[-2:] == [
        "0 articles and 0 files they use copied; 2 articles and 4 files they use there already; 0 errors",
        "nothing was written",
    ]
    assert {path: path.stat().st_mtime_ns for path in (home / "docs").rglob("*")} == before


def test_a_project_without_marks_is_told_by_its_folders(tmp_path: Path) -> None:
    home = make_project(tmp_path, HUGO)
    assert run_import(home, "../from/content/posts", topic="posts").returncode == 0
    site = built(home)
    assert image_titles(site, "posts/leaf/")[-2:] == ["a", "w"]
    assert image_titles(site, "posts/bundle/")[-1:] == ["x"]


@pytest.mark.slow
def test_a_part_of_a_vault_brings_its_attachments(tmp_path: Path) -> None:
    home = make_project(tmp_path, VAULT)
    assert run_import(home, "../from/Notes", topic=".").returncode == 0
    assert "never.svg" not in " ".join(imported(home))
    site = built(home)
    assert image_titles(site, "my-note/")[-3:] == ["a disk", "other", "a disk"]
    assert image_titles(site, "sub/deep/")[-2:] == ["a disk", "other"]


def test_a_name_is_looked_for_in_the_whole_vault(tmp_path: Path) -> None:
    files = {
        ".obsidian/app.json": '{"attachmentFolderPath": "./"}',
        "n/Note.md": "![[Deep.SVG]] ![[img/one.svg]] ![x](two.svg)\n",
        "far/away/deep.svg": svg("deep"),
        "far/img/one.svg": svg("one"),
        "far/two.svg": svg("two"),
        "node_modules/a/two.svg": svg("not ours"),
    }
    home = make_project(tmp_path, files)
    assert run_import(home, "../from", topic="v").returncode == 0
    assert set(imported(home)) == {"v/n/Note.md", "v/far/away/deep.svg", "v/far/img/one.svg", "v/far/two.svg"}
    assert image_titles(built(home), "v/n/note/")[-3:] == ["deep", "one", "two"]


@pytest.mark.slow
def test_two_projects_with_images_of_one_name_stay_apart(tmp_path: Path) -> None:
    files = {f"{name}/{path}": text.replace(">a<", f">{name}<") for name in ("one", "two") for path, text in HUGO.items()}
    home = make_project(tmp_path, files)
    for name in ("one", "two"):
        assert run_import(home, f"../from/{name}/content/posts", topic=name).returncode == 0
    site = built(home)
    assert [image_titles(site, f"{name}/leaf/")[-2] for name in ("one", "two")] == ["one", "two"]


def test_nothing_is_overwritten_and_the_rest_is_imported(tmp_path: Path) -> None:
    home = make_project(
        tmp_path,
        {"a.md": "New ![x](x.svg).\n", "b.md": "B.\n", "c/d.md": "D.\n", "e.md": "E.\n", "x.svg": svg("x")},
        {"t/a.md": "Old.\n", "t/c": "A file.\n", "t/e.md/f.txt": "In a folder.\n"},
    )
    (home / "docs/t/b.md").symlink_to(home / "nowhere.md")
    before = imported(home)
    result = run_import(home, "../from", topic="t")
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "../from/x.svg -> docs/t/x.svg",
        "error: ../from/a.md:1:1: file: differs from docs/t/a.md, which is there already and stays; "
        "delete that one to have this, or choose another topic",
        "error: ../from/b.md:1:1: file: differs from docs/t/b.md, which is there already and stays; "
        "delete that one to have this, or choose another topic",
        "error: ../from/c/d.md:1:1: file: docs/t/c is in its way and is no folder; choose another topic",
        "error: ../from/e.md:1:1: file: differs from docs/t/e.md, which is there already and stays; "
        "delete that one to have this, or choose another topic",
        "0 articles and 1 files they use copied; 0 articles and 0 files they use there already; 4 errors",
        "`python hooks check` says what there is to say of them",
    ]
    assert imported(home) == before | {"t/x.svg": svg("x").encode()}
    assert not (home / "nowhere.md").exists()


def test_a_topic_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    home = make_project(tmp_path, {"a.md": "A.\n"}, {"index.md": "# Home\n"})
    (tmp_path / "elsewhere").mkdir()
    (home / "docs/t").symlink_to(tmp_path / "elsewhere")
    result = run_import(home, "../from", topic="t/u")
    assert "docs/t is in its way and is no folder" in result.stdout
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_two_files_for_one_place_are_named(tmp_path: Path) -> None:
    files = {
        "package.json": "{}",
        "p/a.md": "![x](../img/x.svg)",
        "p/b.md": "![y](img/x.svg)",
        "img/x.svg": svg("far"),
        "p/img/x.svg": svg("near"),
    }
    result = run_import(make_project(tmp_path, files), "../from/p", topic="t")
    assert result.returncode == 1
    message = "would be docs/t/img/x.svg, as ../from/img/x.svg would, and differs from it; rename one of the two"
    assert f"error: ../from/p/img/x.svg:1:1: file: {message}" in result.stdout.splitlines()


def test_an_image_that_another_would_hide_is_named(tmp_path: Path) -> None:
    home = make_project(
        tmp_path, {"package.json": "{}", "p/a.md": "![x](/img/x.svg)", "public/img/x.svg": svg("theirs")}, {"img/x.svg": svg("ours")}
    )
    result = run_import(home, "../from/p", topic="t")
    assert result.returncode == 1
    assert (
        "error: ../from/p/a.md:1:6: picture: '/img/x.svg' would be shown as docs/img/x.svg, which is another file; rename one of the two"
        in result.stdout
    )


def test_what_lies_outside_the_project_is_never_read(tmp_path: Path) -> None:
    home = make_project(
        tmp_path,
        {
            "site/package.json": "{}",
            "site/.secret/key.svg": svg("secret"),
            "site/p/a.md": "![1](../../out.svg) ![2](../../../out.svg) ![3](link.svg) ![4](/%2e%2e/out.svg) ![5](../.secret/key.svg)",
            "out.svg": svg("secret"),
            "out.md": "secret",
            "folder/b.md": "secret",
        },
    )
    (tmp_path / "out.svg").write_text(svg("secret"))
    base = tmp_path / "from/site/p"
    (base / "link.svg").symlink_to("../../out.svg")
    (base / "link.md").symlink_to("../../out.md")
    (base / "loop.md").symlink_to("loop.md")
    (base / "folder").symlink_to("../../folder")
    (base / "same.md").symlink_to("a.md")
    result = run_import(home, "../from/site/p", topic="t")
    assert set(imported(home)) == {"t/a.md", "t/same.md"}
    assert not any(b"secret" in data and b"![" not in data for data in imported(home).values())
    away = "is a link to what lies outside the project, or is no file; put the file itself here"
    assert [line for line in result.stdout.splitlines() if ": file: " in line] == [
        "warning: ../from/site/p/folder:1:1: file: is a link to a folder and is not followed; import that folder itself",
        f"warning: ../from/site/p/link.md:1:1: file: {away}",
        f"warning: ../from/site/p/loop.md:1:1: file: {away}",
    ]


@pytest.mark.parametrize("marker", [".git/HEAD", ".hg/hgrc", "package.json", ".obsidian/app.json", "mkdocs.yml", "Gemfile"])
def test_whatever_lies_above_only_static_folders_are_read_beside_the_articles(marker: str, tmp_path: Path) -> None:
    text = "![1](/tax/own.svg) ![2](../../../tax/own.svg) ![[own.svg]] ![3](../beside.svg) ![4](/public.svg) [5](../../plan.pdf)\n"
    files = {marker: "{}", "tax/own.svg": svg("own"), "beside.svg": svg("own"), "a/plan.pdf": "own", "public/public.svg": svg("public")}
    home = make_project(tmp_path, {**files, "a/b/beside.svg": svg("own"), "a/b/articles/note.md": text})
    assert run_import(home, "../from/a/b/articles", topic="t").returncode == 0
    assert set(imported(home)) == {"t/note.md", "t/public.svg"}


@pytest.mark.parametrize(
    ("path", "topic", "message"),
    [
        ("../nowhere", "t", "../nowhere: there is no such folder"),
        ("../from/a.md", "t", "../from/a.md: there is no such folder"),
        ("x" * 5000, "t", "x" * 5000 + ": there is no such folder"),
        ("docs", "t", "docs: holds docs/ or lies in it; name the folder that the articles come from"),
        ("docs/t", "u", "docs/t: holds docs/ or lies in it; name the folder that the articles come from"),
        (".", "t", ".: holds docs/ or lies in it; name the folder that the articles come from"),
        ("../from", "../t", "--topic must be a folder inside docs/, got '../t'"),
        ("../from", "/t", "--topic must be a folder inside docs/, got '/t'"),
        ("../from", ".hidden", "--topic must be a folder inside docs/, got '.hidden'"),
        ("../from", "a/../../b", "--topic must be a folder inside docs/, got 'a/../../b'"),
    ],
)
def test_what_cannot_be_imported_gets_a_message(path: str, topic: str, message: str, tmp_path: Path) -> None:
    home = make_project(tmp_path, {"a.md": "A.\n"}, {"t/own.md": "Own.\n"})
    result = run_import(home, path, topic=topic)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", f"{message}\n")
    assert set(imported(home)) == {"t/own.md"}


def test_a_folder_without_articles_is_named(tmp_path: Path) -> None:
    result = run_import(make_project(tmp_path, {"a.txt": "A."}), "../from")
    assert (result.returncode, result.stderr) == (
        1,
        "../from: holds no articles; their names end in .md, .mdx, .markdown, .mdown, .mkdn, .mkd\n",
    )


def test_articles_that_are_no_text_come_as_they_are(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.md": b"\xff\xfe\0A", "b.md": b"---\n[: {\n---\n![x](x.svg)", "c.md": b"", "x.svg": svg("x")}
    home = make_project(tmp_path, files)
    assert run_import(home, "../from", topic="t").returncode == 0
    assert imported(home) == {f"t/{path}": text if isinstance(text, bytes) else text.encode() for path, text in files.items()}


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    home = make_project(tmp_path, {"a.md": "A.\n", f"{'n' * 250}.md": "N.\n"})
    result = run_import(home, "../from", topic="t" * 300)
    assert result.returncode == 1
    assert f"docs/{'t' * 300}: File name too long; shorten the name; what came before it is written" in result.stderr


def test_names_that_cannot_be_printed_are_named(tmp_path: Path) -> None:
    home = make_project(tmp_path, {"a.md": "A.\n"})
    Path(os.fsdecode(os.fsencode(tmp_path / "from") + b"/\xff.md")).write_text("x")
    (tmp_path / "from" / "b\u202e.md").write_text("x")
    result = run_import(home, "../from", topic="t")
    assert result.returncode == 1
    assert result.stdout.count("the name has characters that are not seen or not UTF-8; rename it") == 2
    assert set(imported(home)) == {"t/a.md"}


def test_topics_named_like_output_are_imported_where_nothing_was_built(tmp_path: Path) -> None:
    files = {"p/build/a.md": "A.\n", "p/site/index.html": "<p>", "p/site/b.md": "B.\n", "q/package.json": "{}", "q/out/c.md": "C."}
    home = make_project(tmp_path, files)
    run_import(home, "../from", topic="t")
    assert set(imported(home)) == {"t/p/build/a.md"}


@pytest.mark.slow
@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")
@pytest.mark.parametrize(("name", "articles", "files"), [("mkdocs-health", 126, 9), ("obsidian-vault", 107, 71)])
def test_a_corpus_is_imported_with_every_image_it_has(name: str, articles: int, files: int, tmp_path: Path) -> None:
    home = make_project(tmp_path, {})
    result = run_import(home, str(CORPORA / name), topic="a/b")
    assert f"{articles} articles and {files} files they use copied" in result.stdout
    site = run(home, "mkdocs", "build", REFUSED="skip")
    addresses = re.findall(r" image: .*? is not there, at '(.*?)';", site.output)
    assert addresses
    missing = {posixpath.basename(address) for address in addresses}
    assert missing & {path.name for path in (CORPORA / name).rglob("*")} == set()


PIECES = ("![a](", ")", "[[", "]]", "x.svg", "../", "/", " ", "\n", "`", '"', "<img src=", ">", "[a]: ", "---\n", "!", "é", "\0")
FORMS = ("![a]({})", '<img alt="" src="{}">', "![[{}]]", "![a](<{}>)", "![a]({} 'b')")


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_every_use_stands_in_the_text(text: str) -> None:
    for use in selection.find_uses(SourcePath("a.md"), text.encode("utf-8", "replace")):
        lines = text.replace("\r\n", "\n").split("\n")
        assert use.path.casefold().endswith(selection.SUFFIXES)
        assert 1 <= use.position.line <= len(lines)


@given(st.from_regex(r"[a-z/]{1,9}[a-z]\.svg", fullmatch=True), st.sampled_from(FORMS))
def test_the_use_of_an_image_is_read_however_it_is_written(path: str, form: str) -> None:
    expected = [] if path.startswith("//") else [(path, True)]
    uses = selection.find_uses(SourcePath("a.md"), f"Text.\n\n{form.format(path)}\n".encode())
    assert [(use.path, use.shown) for use in uses] == (expected if "[[" not in form or expected else [])
    assert all(use.position.line == 3 for use in uses)


@given(st.text("ab./", max_size=20), st.from_regex(r"([a-c]/){0,3}x\.md", fullmatch=True))
def test_what_an_address_may_mean_lies_in_docs(path: str, source: str) -> None:
    for candidate in (*candidate_paths(path, source), *paths_below_parents(path, source)):
        assert candidate
        assert not candidate.startswith(("/", "../"))
        assert ".." not in candidate.split("/")
    assert without_parents(without_parents(path)) == without_parents(path)


def test_an_import_that_meets_a_full_disk_leaves_no_half_article(tmp_path: Path) -> None:
    root = project(tmp_path / "kb", {"index.md": "# Home\n"})
    (tmp_path / "old").mkdir()
    (tmp_path / "old/a.md").write_text(f"# A\n\n{'Words. ' * 300}\n")
    command = ["sh", "-c", f"ulimit -f 1; exec {sys.executable} hooks import ../old --topic new"]
    failed = subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert failed.stderr == "docs/new/a.md: File too large; free some space; what came before it is written\n"
    assert list((root / "docs/new").iterdir()) == []
