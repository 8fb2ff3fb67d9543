"""What `mkdocs serve` shows after any saves is what a clean build writes, to the byte."""

import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import browser
import pytest
from builder import environment, project, run
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.support.ui import WebDriverWait
from waiting import until

from almanac_kb.publish import atomic_swap

PATIENCE = 90
"""How many seconds a preview has to show what a clean build writes."""
FOLDERS = ("", "guides/", "guides/deep/", "news/")
TAGS = ("red", "R&D", "blue sky")
PATHS = [f"{folder}{name}.md" for folder in FOLDERS for name in "abc"]
DOCS = {path: f"---\ntitle: Of {path}\ntags: [red]\n---\n# {path}\n\nText.\n" for path in PATHS}
WORDS = ("More.", "See [a](/a.md).", "## New part", "[b](/guides/b.md#b)")


class Preview:
    """A running `mkdocs serve`, and the folder that it shows."""

    def __init__(self, root: Path, port: int, temporary: Path) -> None:
        self._root, self._port, self._temporary = root, port, temporary

    @property
    def home(self) -> str:
        """The address of the home page."""
        return f"http://127.0.0.1:{self._port}/"

    @property
    def docs(self) -> Path:
        """The articles."""
        return self._root / "docs"

    def shown(self) -> dict[str, bytes]:
        """Every file that is shown, with its bytes."""
        sites = [each for each in self._temporary.glob("mkdocs_*") if not each.name.endswith("-next")]
        return dict(_files(sites[0])) if sites else {}

    def clean(self) -> dict[str, bytes]:
        """Every file that an uncached build of the same articles writes."""
        copy = self._root.with_name("clean")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self._root, copy, ignore=shutil.ignore_patterns(".cache", "site"))
        built = run(copy, "mkdocs", "build", SITE_URL=f"http://127.0.0.1:{self._port}/")
        assert built.code == 0, built.output
        return dict(_files(built.site))

    def log(self) -> str:
        """What the preview has printed."""
        return (self._root / "log").read_text()

    def wait_for(self, words: str) -> None:
        """Waits until the preview has printed these words."""
        until(lambda: words in self.log(), PATIENCE, self.log)

    def settle(self) -> None:
        """Waits until the preview shows what a clean build writes; fails where it never does."""
        wanted, end = self.clean(), time.monotonic() + PATIENCE
        while (shown := self.shown()) != wanted:
            if time.monotonic() > end:
                different = sorted(path for path in {*wanted, *shown} if wanted.get(path) != shown.get(path))
                raise AssertionError(f"the preview differs from a clean build in {different[:20]}\n{self.log()[-2000:]}")
            time.sleep(0.1)


def _files(site: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted([*site.rglob("*"), *(site / "search").rglob("*")]):
        if path.is_file() and path.name != atomic_swap.MARKER:
            yield path.relative_to(site).as_posix(), path.read_bytes()


@contextmanager
def preview(folder: Path, docs: Mapping[str, str] = DOCS, **changes: str) -> Iterator[Preview]:
    """A preview of twelve articles in four folders, or of other `docs`; `changes` are those of the environment."""
    root, temporary = project(folder / "site", dict(docs)), folder / "tmp"
    temporary.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
    changed = environment(SITE_URL=f"http://127.0.0.1:{port}/", TMPDIR=str(temporary), **changes)
    with (root / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=root, env=changed, stdout=log, stderr=log)
    try:
        yield Preview(root, port, temporary)
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


class Author(RuleBasedStateMachine):
    """Somebody who edits, adds, renames, deletes, retags and re-dates articles, faster than a build."""

    folder: Path
    shown: Preview

    @initialize()
    def open(self) -> None:
        shutil.rmtree(self.shown.docs)
        for path, text in DOCS.items():
            self._write(path, text)

    @rule(chance=st.randoms(use_true_random=False), words=st.sampled_from(WORDS))
    def edit(self, chance: random.Random, words: str) -> None:
        path = self._some(chance)
        path.write_text(f"{path.read_text()}\n{words}\n")

    @rule(folder=st.sampled_from(FOLDERS), name=st.sampled_from("defg"))
    def add(self, folder: str, name: str) -> None:
        self._write(f"{folder}{name}.md", f"---\ntitle: New {name}\npubDate: 2025-01-0{1 + len(folder) % 9}\n---\nNew.\n")

    @rule(chance=st.randoms(use_true_random=False), name=st.sampled_from(["moved", "other"]))
    def rename(self, chance: random.Random, name: str) -> None:
        path = self._some(chance)
        path.rename(path.with_name(f"{name}.md"))

    @rule(chance=st.randoms(use_true_random=False))
    def delete(self, chance: random.Random) -> None:
        if len(list(self.shown.docs.rglob("*.md"))) > 4:
            self._some(chance).unlink()

    @rule(chance=st.randoms(use_true_random=False), tag=st.sampled_from(TAGS))
    def retag(self, chance: random.Random, tag: str) -> None:
        self._some(chance).write_text(f"---\ntitle: Retagged\ntags: ['{tag}']\n---\nText.\n")

    @rule(chance=st.randoms(use_true_random=False), year=st.integers(2015, 2025))
    def redate(self, chance: random.Random, year: int) -> None:
        self._some(chance).write_text(f"---\ntitle: Dated\npubDate: {year}-03-04\n---\n# Dated\n\nText of {year}.\n")

    @rule(order=st.sampled_from(["nav: [c.md, ...]\n", "title: Manuals\n", ""]))
    def arrange(self, order: str) -> None:
        if (self.shown.docs / "guides").is_dir():
            self._write("guides/.pages", order)

    @rule(words=st.sampled_from(["- name: red\n  description: Of blood.\n", "- name: R&D\n  aliases: [red]\n", ""]))
    def name_tags(self, words: str) -> None:
        self._write(".tags.yml", words)

    @rule(name=st.sampled_from(["Almanac", "Chronicle"]))
    def rename_site(self, name: str) -> None:
        config = self.shown.docs.parent / "mkdocs.yml"
        config.write_text(re.sub("^site_name: .*", f"site_name: {name}", config.read_text(), flags=re.MULTILINE))

    @rule(position=st.sampled_from(["<p>One</p>", "<p>Two</p>"]))
    def change_template(self, position: str) -> None:
        template = self.shown.docs.parent / "overrides/partials/related.html"
        template.write_text(f"{position}{template.read_text().removeprefix('<p>One</p>').removeprefix('<p>Two</p>')}")

    def teardown(self) -> None:
        self.shown.settle()

    def _some(self, chance: random.Random) -> Path:
        """An article, but for the one that `arrange` names: a site whose order names what is not there is not built."""
        return chance.choice(sorted({*self.shown.docs.rglob("*.md")} - {self.shown.docs / "guides/c.md"}))

    def _write(self, path: str, text: str) -> None:
        file = self.shown.docs / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


@pytest.mark.parametrize(
    ("examples", "start"), [(2, 0), *(pytest.param(9, number, marks=pytest.mark.slow(seconds=40)) for number in (1, 2, 3))]
)
def test_after_any_saves_a_preview_shows_what_a_clean_build_writes(examples: int, start: int, tmp_path: Path) -> None:
    with preview(tmp_path) as shown:
        shown.settle()
        chosen = settings(max_examples=examples, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck))
        run_state_machine_as_test(seed(start)(type("Here", (Author,), {"shown": shown})), settings=chosen)


@pytest.mark.parametrize(("workers", "in_background"), [("1", True), ("2", False)])
def test_the_first_build_of_many_files_has_workers_which_make_the_search_index_too(
    workers: str, in_background: bool, tmp_path: Path
) -> None:
    docs = {f"{number}.md": f"---\ntitle: Of {number}\n---\nText, see [another](/{(number * 7) % 120}.md).\n" for number in range(120)}
    with preview(tmp_path, docs, WORKERS=workers) as shown:
        shown.settle()
        assert ("search: 120 articles" in shown.log()) is in_background
        (shown.docs / "7.md").write_text(docs["7.md"] + "\nSaved just now.\n")
        shown.settle()
        shown.wait_for("search: 120 articles")


def test_a_saved_text_is_shown_before_all_else_is_built(tmp_path: Path) -> None:
    with preview(tmp_path) as shown:
        shown.settle()
        (shown.docs / "a.md").write_text(DOCS["a.md"] + "\nSaved just now.\n")
        shown.settle()
        assert "shown: a.md" in shown.log()


@browser.needs_chromium
def test_a_browser_reloads_under_the_policy_of_the_published_page(tmp_path: Path) -> None:
    with preview(tmp_path) as shown, browser.chromium() as driver:
        shown.settle()
        driver.get(f"{shown.home}a/")
        (shown.docs / "a.md").write_text(DOCS["a.md"] + "\nSaved just now.\n")
        waiting = WebDriverWait(driver, PATIENCE, ignored_exceptions=[StaleElementReferenceException])
        waiting.until(lambda _: "Saved just now." in driver.find_element("tag name", "article").text)


@pytest.mark.slow(seconds=50)
@pytest.mark.parametrize("start", [14, 15])
def test_a_hundred_saves_at_random_moments_leave_no_wrong_page_and_no_wrong_cache(start: int, tmp_path: Path) -> None:
    chance = random.Random(start)
    with preview(tmp_path) as shown:
        shown.settle()
        for number in range(100):
            path = chance.choice(PATHS)
            draft = f"draft: {chance.choice(['true', 'false'])}\n" if path.endswith("/b.md") else ""
            text = f"---\ntitle: Save {number}\n{draft}tags: [red]\n---\n# {path}\n\n<p onclick=x>Text</p> {chance.choice(WORDS)}\n"
            (shown.docs / path).write_text(text)
            threading.Event().wait(chance.choice([0, 0.01, 0.1, 0.6, 1.2]))
        shown.settle()
        wanted, root = shown.clean(), shown.docs.parent
        address = shown.home
    built = run(root, "mkdocs", "build", SITE_URL=address)
    assert built.code == 0, built.output
    assert dict(_files(built.site)) == wanted


@pytest.mark.slow
def test_a_mistake_in_the_settings_keeps_the_preview_as_it_was(tmp_path: Path) -> None:
    with preview(tmp_path) as shown:
        shown.settle()
        before, config = shown.shown(), shown.docs.parent / "mkdocs.yml"
        sound = config.read_text()
        config.write_text(sound.replace("site_name: Almanac", "site_nam: Almanac"))
        shown.wait_for("the site is as it was")
        assert shown.shown() == before
        config.write_text(sound.replace("site_name: Almanac", "site_name: Chronicle"))
        shown.settle()


@pytest.mark.slow
def test_a_folder_that_the_settings_name_while_serving_is_watched_too(tmp_path: Path) -> None:
    with preview(tmp_path) as shown:
        shown.settle()
        diagnostics, config = shown.docs.parent / "notes", shown.docs.parent / "mkdocs.yml"
        diagnostics.mkdir()
        (diagnostics / "own.md").write_text("# Own\n\nText.\n")
        config.write_text(f"{config.read_text()}    sources: [{{path: notes, at: notes}}]\n")
        shown.settle()
        (diagnostics / "own.md").write_text("# Own\n\nSaved just now.\n")
        (diagnostics / "other.md").write_text("# Other\n\nText.\n")
        shown.settle()
        assert b"Saved just now." in shown.shown()["notes/own/index.html"]


@pytest.mark.slow
def test_articles_that_another_branch_takes_away_and_brings_back_are_shown(tmp_path: Path) -> None:
    with preview(tmp_path) as shown:
        shown.settle()
        away = shown.docs.rename(shown.docs.with_name("away"))
        shown.wait_for("the site is as it was")
        away.rename(shown.docs)
        (shown.docs / "a.md").write_text(DOCS["a.md"] + "\nBack again.\n")
        shown.settle()
        (shown.docs / "b.md").write_text(DOCS["b.md"] + "\nSaved just now.\n")
        shown.settle()
