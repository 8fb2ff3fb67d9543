"""What git knows of articles: where each is now, who wrote it and when."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from builder import environment, project

from almanac_kb.content import history
from almanac_kb.core.paths import SourcePath


def commit(root: Path, day: int, author: str, *commands: tuple[str, ...]) -> str:
    """Carries out commands of git, and commits on that day of January 2026; returns the commit."""
    date = f"2026-01-{day:02}T12:00:00+00:00"
    names = {"GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": author, "GIT_COMMITTER_EMAIL": "a@b.org"}
    env = {**os.environ, **names, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    for command in (*commands, ("add", "--all"), ("commit", "--quiet", "--message", "x")):
        subprocess.run(["git", *command], cwd=root, check=True, capture_output=True, env=env)
    return history.head(root)


def test_renames_are_followed_from_every_name_a_file_had(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one two three\n" * 20)
    first = commit(tmp_path, 1, "Ada", ("init", "--quiet"))
    commit(tmp_path, 2, "Ada", ("mv", "a.md", "b.md"))
    subprocess.run(["git", "mv", "b.md", "c d.md"], cwd=tmp_path, check=True)
    assert history.renames(tmp_path, first) == {"a.md": "c d.md", "b.md": "c d.md"}


def test_a_name_that_is_used_again_keeps_what_it_first_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one two three\n" * 20)
    (tmp_path / "x.md").write_text("four five six\n" * 20)
    first = commit(tmp_path, 1, "Ada", ("init", "--quiet"))
    commit(tmp_path, 2, "Ada", ("mv", "a.md", "b.md"))
    commit(tmp_path, 3, "Ada", ("mv", "x.md", "a.md"))
    commit(tmp_path, 4, "Ada", ("mv", "a.md", "y.md"))
    assert history.renames(tmp_path, first) == {"a.md": "b.md", "x.md": "y.md"}


def test_dates_and_authors_are_followed_over_renames(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one two three\n" * 20)
    commit(tmp_path, 1, "Ada", ("init", "--quiet"))
    commit(tmp_path, 2, "Ben", ("mv", "a.md", "b.md"))
    (tmp_path / "b.md").write_text("one two three\n" * 20 + "four\n")
    (tmp_path / "a.md").write_text("another\n")
    commit(tmp_path, 3, "Ada")
    found = history.file_histories(tmp_path)
    assert (found[SourcePath("b.md")].created.day, found[SourcePath("b.md")].updated.day, found[SourcePath("b.md")].authors) == (
        1,
        3,
        ("Ada", "Ben"),
    )
    assert (found[SourcePath("a.md")].created.day, found[SourcePath("a.md")].authors) == (3, ("Ada",))


def test_without_a_repository_nothing_is_known(tmp_path: Path) -> None:
    assert history.head(tmp_path) == ""
    assert history.renames(tmp_path, "0" * 40) == {}
    assert history.file_histories(tmp_path) == {}


def test_git_that_says_nothing_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert history.obstacle(tmp_path).startswith("not a git repository")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    assert "does not have any commits yet" in history.obstacle(tmp_path)
    (tmp_path / "a.md").write_text("1\n")
    commit(tmp_path, 1, "Ada")
    assert history.obstacle(tmp_path) == ""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert history.obstacle(tmp_path) == "there is no git"


@pytest.mark.slow
def test_a_site_is_built_where_there_is_no_git(tmp_path: Path) -> None:
    root = project(tmp_path / "kb", {"a.md": "---\ntitle: A\ndescription: A.\ndate: 2024-01-02\n---\nText.\n"})
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("extra:\n  knowledge:\n", "extra:\n  knowledge:\n    history: [dates]\n"))
    changed = environment(PATH=str(tmp_path / "nowhere"))
    built = subprocess.run([sys.executable, "-m", "mkdocs", "build"], cwd=root, env=changed, capture_output=True, text=True, check=False)
    assert (built.returncode, "Traceback" in built.stderr) == (0, False), built.stderr
    assert "docs/index.md:1:1: history: git has no commits of these articles, so they get no dates and names from it: there is no git" in (
        built.stderr
    )
    assert (root / "site/feed_rss_created.xml").is_file()


def test_a_shallow_clone_gives_no_dates(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    origin.mkdir()
    for day in (1, 2):
        (origin / "a.md").write_text(f"{day}\n")
        commit(origin, day, "Ada", ("init", "--quiet"))
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{origin}", "clone"], cwd=tmp_path, check=True, capture_output=True)
    assert history.is_shallow(tmp_path / "clone")
    assert history.file_histories(tmp_path / "clone") == {}
    assert history.file_histories(origin)


def test_each_line_has_the_day_of_its_last_change_over_renames_and_merges(tmp_path: Path) -> None:
    text = [f"line {number}\n" for number in range(20)]
    (tmp_path / "my a.md").write_text("".join(text))
    commit(tmp_path, 1, "Ada", ("init", "--quiet", "--initial-branch", "main"))
    text[3] = "-- another\n"
    del text[10:12]
    (tmp_path / "my a.md").write_text("".join(text))
    commit(tmp_path, 2, "Ada")
    commit(tmp_path, 3, "Ada", ("mv", "my a.md", "b.md"))
    (tmp_path / "b.md").write_text("".join(["first\n", *text]))
    commit(tmp_path, 5, "Ben", ("switch", "--quiet", "--create", "side"))
    commit(tmp_path, 6, "Ada", ("switch", "--quiet", "main"), ("merge", "--quiet", "--no-ff", "--no-commit", "side"))
    found = history.line_dates(tmp_path)
    assert list(found) == ["b.md"]
    days = [day[-2:] for day in found[SourcePath("b.md")]]
    assert days == ["06", "01", "01", "01", "02", *["01"] * 14]
    (tmp_path / "b.md").write_text("".join(["first\n", *text, "last\n"]))
    assert history.with_uncommitted(tmp_path, found)[SourcePath("b.md")] == [f"2026-01-{day}" for day in days] + [""]
