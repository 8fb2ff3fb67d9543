"""`python hooks …` as an author types it."""

import ctypes
import subprocess
import sys
from pathlib import Path

import fork_server
import pytest
from builder import environment, project
from fork_server import Finished, Program

from almanac_kb.content.settings import SettingsError
from almanac_kb.core.folders import explain_error
from almanac_kb.mkdocs.configuration import read_mkdocs_yml

BROKEN_APOSTROPHE = "â€™"
"""An apostrophe in UTF-8 that was read as Windows-1252."""


def hooks(root: Path, *arguments: str, answer: str = "", **changes: str) -> Finished:
    return fork_server.run(Program(["hooks", *arguments], root, environment(**changes), answer))


def obey_modes() -> None:
    """Takes from a process that root starts the right to read what its mode forbids (prctl(2): PR_CAPBSET_DROP)."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability)


def restricted(root: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """A command of Python, run by somebody who may read and write what the modes of files allow."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=root, env=environment(**changes), capture_output=True, text=True, check=False, preexec_fn=obey_modes)


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="root reads everything there")


@pytest.mark.parametrize("value", ["!!bool maybe", "!!int ''", "!!timestamp x", "[" * 3000, "1" + "0" * 5000, "9999-99-99"])
def test_settings_of_mkdocs_that_cannot_be_read_are_named(value: str, tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text(f"site_name: {value}\n")
    with pytest.raises(SettingsError, match="can't be read"):
        read_mkdocs_yml(tmp_path / "mkdocs.yml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a", "can't be read: it holds no map of settings"),
        ("foo: [\nbar: {", "can't be read: .* line 3"),
        ("docs_dir: 3", "docs_dir: must be a path, got '3'"),
        ("site_dir: [a]", "site_dir: must be a path, got"),
        ("exclude_docs: {a: b}", "exclude_docs: must be lines of text, got"),
        ("extra: 4", "extra: must be a map, got '4'"),
        ("theme: 3", "theme: must be a name or a map, got '3'"),
        ("plugins: 5", "plugins: must be a list of names and maps, got '5'"),
        ("markdown_extensions: [[a]]", "markdown_extensions: must be a list of names and maps, got"),
    ],
)
def test_settings_of_mkdocs_of_another_kind_are_named_in_one_line(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text(f"{text}\n")
    with pytest.raises(SettingsError, match=message) as raised:
        read_mkdocs_yml(tmp_path / "mkdocs.yml")
    assert "\n" not in str(raised.value)


def test_check_prints_every_problem_and_counts(tmp_path: Path) -> None:
    root = project(
        tmp_path / "site",
        {"a.md": "---\npubDate: soon\n---\n# A\n", "b.md": "---\ndscription: x\n---\n# B â€“ b\n", "c.md": "---\ndraft: true\n---\n"},
    )
    ran = hooks(root, "check", "docs")
    assert ran.returncode == 1
    assert ran.stdout.splitlines() == [
        "error: docs/a.md:2:10: pubDate: must be a date, got 'soon'; write a date such as 2025-04-11",
        "warning: docs/b.md:2:1: dscription: is no known field; description is; write description, if that is what you mean",
        "notice: docs/b.md:4:5: file: 'â€“' is broken text; published as '–'; `python hooks fix` rewrites the file",
        "stays back: docs/c.md: draft: true",
        "1 to publish, 1 withheld, 1 refused; 1 errors, 1 warnings, 1 notices",
    ]
    assert not (root / "site").exists()


def test_without_a_folder_the_one_of_mkdocs_yml_is_checked(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "---\ndate: soon\n---\n# A\n"})
    (root / "docs").rename(root / "content")
    (root / "mkdocs.yml").write_text(f"{(root / 'mkdocs.yml').read_text()}\ndocs_dir: content\n")
    assert "error: content/a.md:2:7: date: must be a date" in hooks(root, "check").stdout


def test_check_of_a_folder_that_is_not_there(tmp_path: Path) -> None:
    ran = hooks(project(tmp_path / "site", {}), "check", "nowhere")
    assert (ran.returncode, ran.stderr) == (2, "nowhere: there is no such folder\n")


BROUGHT = {
    "notes/disks.md": "---\ntags: a\n---\nKeep cool. %%why?%%\n- dry\n- dark\n\nSee [[restore]] and [[nowhere]].\n\n> [!tip]\n> Dry.\n",
    "notes/restore.md": "{{< chart 1 >}}\n\nText, [a link](gone.md) <script>x</script>\n\n> [!note]\n> Text.\n",
    "notes/soon.md": "---\ndate: soon\n---\n%%x%%\n",
    "notes/late.md": "---\ndate: late\n---\n",
    "notes/draft.md": "---\ndraft: true\n---\n%%x%%\n",
}


def test_bodies_prints_what_was_translated_removed_and_refused(tmp_path: Path) -> None:
    ran = hooks(project(tmp_path / "site", BROUGHT), "bodies")
    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout.splitlines() == [
        "what               from              fate        times  articles",
        "callout            Obsidian, GitHub  translated      2         2",
        "comment            Obsidian          removed         1         1",
        "wikilink           Obsidian          translated      1         1",
        "broken wikilink    Obsidian          refused         1         1",
        "broken link        any               refused         1         1",
        "unknown shortcode  Hugo              refused         1         1",
        "unsafe HTML        any               removed         1         1",
        "",
        "2 articles by commonmark: nothing asks for another",
        "2 articles refused: date: must be a date",
        "warning: docs/notes/disks.md:8:21: body: [[nowhere]] leads nowhere: no article or file has that name; its text is shown"
        "; write the name of an article, or plain text",
        "error: docs/notes/late.md:2:7: date: must be a date, got 'late'; write a date such as 2025-04-11",
        "notice: docs/notes/restore.md:1:1: body: the shortcode 'chart' is not known here; nothing is shown in its place"
        "; write what it stood for",
        "warning: docs/notes/restore.md:3:16: body: 'gone.md' leads nowhere: there is no such article or file; the link stays as it is"
        "; write the path of a file",
        "warning: docs/notes/restore.md:3:25: body: <script> may not stand in an article; taken out; write it as Markdown, or leave it out",
        "error: docs/notes/soon.md:2:7: date: must be a date, got 'soon'; write a date such as 2025-04-11",
        "2 articles: 3 translated, 2 removed, 3 refused; 1 withheld, 2 refused",
    ]


def test_bodies_of_a_folder_that_is_not_there(tmp_path: Path) -> None:
    ran = hooks(project(tmp_path / "site", {}), "bodies", "nowhere")
    assert (ran.returncode, ran.stderr) == (2, "nowhere: there is no such folder\n")


def test_new_writes_an_article_that_passes_the_gate_and_never_overwrites(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {})
    first = hooks(root, "new", 'Tea & "cake": a guide', "--topic", "food")
    assert (first.returncode, first.stdout) == (0, "docs/food/tea-cake-a-guide.md\n")
    assert hooks(root, "check").stdout.splitlines()[-1].startswith("1 to publish, 0 withheld, 0 refused; 0 errors, 0 warnings")
    again = hooks(root, "new", 'Tea & "cake": a guide', "--topic", "food")
    assert again.returncode == 1
    assert again.stderr == "docs/food/tea-cake-a-guide.md: is there already; choose another title\n"


def test_new_stays_inside_docs(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {})
    ran = hooks(root, "new", "Escape", "--topic", "../elsewhere")
    assert ran.returncode == 2
    assert ran.stderr == "--topic must be a folder inside docs/, got '../elsewhere'\n"
    assert not (root / "elsewhere").exists()


def test_an_article_that_cannot_be_rewritten_whole_stays_as_it_is(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": f"# A\n\nIt{BROKEN_APOSTROPHE}s here.\n{'Words. ' * 9000}\n"})
    article = root / "docs/a.md"
    article.chmod(0o640)
    before = article.read_bytes()
    command = ["sh", "-c", f"ulimit -f 20; exec {sys.executable} hooks fix --yes docs"]
    failed = subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True, check=False)
    assert (failed.returncode, failed.stderr.count("\n")) == (2, 1)
    assert "docs/a.md: File too large; free some space" in failed.stderr
    assert article.read_bytes() == before
    assert hooks(root, "fix", "--yes", "docs").returncode == 0
    assert (article.read_bytes() == before, article.stat().st_mode & 0o777) == (False, 0o640)
    assert [path.name for path in article.parent.iterdir() if path.name.startswith(".a.md")] == []


def test_output_that_nobody_reads_to_its_end_is_no_fault(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {f"{number}.md": f"---\nfoo: {{\n---\n# {number}\n" for number in range(800)})
    command = ["sh", "-c", f"{sys.executable} hooks check docs | head -1"]
    shown = subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True, check=False)
    assert shown.stdout.count("\n") == 1
    assert "Traceback" not in shown.stderr


def test_fix_shows_the_difference_and_rewrites_only_after_a_yes(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "# A\n\nOne â€“ two `â€“`\r\n", "b.md": "# B\n\nFine – here.\n"})
    refused = hooks(root, "fix", "docs", answer="n\n")
    assert "-One â€“ two `â€“`" in refused.stdout
    assert "+One – two `â€“`" in refused.stdout
    assert "docs/b.md" not in refused.stdout
    assert "â€“ two" in (root / "docs/a.md").read_text()
    assert hooks(root, "fix", "docs", answer="y\n").stdout.endswith("1 files rewritten\n")
    assert (root / "docs/a.md").read_bytes() == "# A\n\nOne – two `â€“`\r\n".encode()
    assert hooks(root, "fix", "docs").stdout == "nothing to mend\n"


def test_a_missing_path_is_named_with_what_was_meant(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"garden/rake.md": "# A\n"})
    ran = hooks(root, "book", "garden", "--output", "boks/garden.epub")
    assert (ran.returncode, ran.stderr) == (0, ""), "folders above a book are made"
    missing = FileNotFoundError(2, "No such file or directory", str(root / "docs/garden/rak.md"))
    docs = root / "docs/garden"
    assert explain_error(missing) == f"{docs}/rak.md: there is no such file or folder; write {docs}/rake.md, if that is what you mean"
    missing.filename = str(root / "dcos/garden/rake.md")
    assert explain_error(missing) == f"{missing.filename}: there is no {root}/dcos; write {root}/docs, if that is what you mean"
    missing.filename = str(root / "elsewhere")
    assert explain_error(missing) == f"{root}/elsewhere: there is no such file or folder; correct the path"
    assert explain_error(OSError(28, "No space left on device")) == "No space left on device; free some space"
    assert explain_error(OSError("broken")) == "broken"


def test_a_file_in_the_place_of_a_folder_is_no_matter_of_rights(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "# A\n"})
    ran = hooks(root, "schemas", "mkdocs.yml")
    assert (ran.returncode, ran.stderr) == (2, "mkdocs.yml: File exists; move away what is there, or name another path\n")


@LINUX
def test_a_file_that_must_not_be_read_is_named_and_can_be_left_out(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"index.md": "# A\n\n![A rake](rake.png)\n", "rake.png": "x", "page.html": "<p>x</p>"})
    for name in ("rake.png", "page.html"):
        (root / "docs" / name).chmod(0)
    note = "can't be read: Permission denied; make it readable, or remove it"
    checked = restricted(root, "hooks", "check")
    assert checked.returncode == 1
    assert checked.stdout.startswith(f"error: docs/page.html:1:1: file: {note}\nerror: docs/rake.png:1:1: file: {note}\n")
    built = restricted(root, "-m", "mkdocs", "build")
    assert (built.returncode, "Traceback" in built.stderr) == (1, False)
    assert f"docs/rake.png:1:1: file: {note}" in built.stderr
    assert restricted(root, "-m", "mkdocs", "build", REFUSED="skip").returncode == 0
    assert not (root / "site/rake.png").exists()


@LINUX
def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"index.md": "# A\n"})
    (root / ".cache/knowledge").mkdir(parents=True)
    (root / ".cache/knowledge").chmod(0o555)
    built = restricted(root, "-m", "mkdocs", "build")
    assert built.returncode == 0
    assert (
        ".cache/knowledge: Permission denied; give the rights to read and write there. Until then every build takes as long" in built.stderr
    )


def test_a_file_in_the_place_of_the_site_ends_a_build_with_one_line(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"index.md": "# A\n"})
    (root / "site").write_text("")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build"], cwd=root, env=environment(), capture_output=True, text=True, check=False
    )
    assert (built.returncode, "Traceback" in built.stderr) == (1, False)
    assert f"{root}/site: Not a directory; move away what is there, or name another path" in built.stderr


@pytest.mark.parametrize("value", ["soon", "99999999999999999", "9" * 400])
def test_a_time_of_the_build_that_is_none_is_named(value: str, tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "# A\n"})
    ran = hooks(root, "check", SOURCE_DATE_EPOCH=value)
    assert ran.returncode == 2
    assert ran.stderr.startswith("SOURCE_DATE_EPOCH: must be seconds since 1970 such as 1795305600, got '")
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize("port", ["abc", "65536", "-1", "9" * 400])
def test_a_port_that_is_none_is_named(port: str, tmp_path: Path) -> None:
    ran = hooks(project(tmp_path / "site", {"a.md": "# A\n"}), "serve", PORT=port)
    assert ran.returncode == 2
    assert ran.stderr.startswith("PORT: must be a number from 0 to 65535, got '")
    assert ran.stderr.count("\n") == 1


def test_repairs_and_changes_of_what_is_not_there(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "# A\n"})
    ran = hooks(root, "fix", "nowhere")
    assert (ran.returncode, ran.stderr) == (2, "nowhere: there is no such folder\n")
    ran = hooks(root, "changes", "nosuch")
    assert (ran.returncode, ran.stderr) == (1, "nosuch: is no revision that git knows in docs; fetch it, or name another\n")


def test_fix_rewrites_what_the_site_reads_and_nothing_else(tmp_path: Path) -> None:
    broken = "# A\n\nOne â€“ two\n"
    root = project(tmp_path / "site", {"a.md": broken, ".trash/b.md": broken, ".c.md": broken})
    outside = tmp_path / "outside.md"
    outside.write_text(broken)
    (root / "docs/d.md").symlink_to(outside)
    ran = hooks(root, "fix", "--yes", "docs")
    assert ran.stdout.endswith("\n1 files rewritten\n")
    assert "error: docs/d.md:1:1: file: is a link to a file outside docs/" in ran.stderr
    assert [path.read_text() == broken for path in (root / "docs/a.md", root / "docs/.trash/b.md", root / "docs/.c.md", outside)] == [
        False,
        True,
        True,
        True,
    ]
