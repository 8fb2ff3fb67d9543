"""Builds temporary sites as an author does: this project's code, the settings of tests, given articles, the real commands."""

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fork_server
from fork_server import Program
from lxml import etree, html
from search_index import Index

PROJECT = Path(__file__).resolve().parent.parent
CORPORA = PROJECT.parent / "shared" / "corpora"
SETTINGS = Path(__file__).with_name("mkdocs.yml")
"""The settings of temporary sites. The project's own mkdocs.yml is its owner's to change."""
CODE = ("hooks", "overrides")
FORKED = ("mkdocs", "hooks")
"""The programs that run in forked processes. ProperDocs does not: it must be imported before MkDocs, in whose place it puts itself."""
BASE = "https://example.org/kb/"
TODAY = "1795305600"
"""2026-11-22, the date of all builds of temporary sites."""


@dataclass(frozen=True)
class Built:
    """The outcome of a build."""

    root: Path
    """The copy of the project."""
    code: int
    """The exit code."""
    output: str
    """What was printed."""

    @property
    def site(self) -> Path:
        return self.root / "site"

    def text(self, path: str) -> str:
        """The text of a file of the site; a folder is its page."""
        file = self.site / path
        return (file / "index.html" if file.is_dir() else file).read_text()

    def page(self, path: str) -> html.HtmlElement:
        """A page of the site, parsed."""
        return html.fromstring(self.text(path))

    def xml(self, path: str) -> etree._Element:
        """An XML file of the site, parsed strictly."""
        return etree.fromstring((self.site / path).read_bytes())

    def json(self, path: str) -> Any:
        """A JSON file of the site."""
        return json.loads(self.text(path))

    def found(self) -> dict[str, Any]:
        """What the search index holds of each article, by URL path; `content` is all its text, without the title."""
        return {url: record | {"content": _content(record)} for url, record in self.search.texts().items()}

    @property
    def search(self) -> Index:
        """The index of the search."""
        return Index(self.site / "search")

    def pages(self) -> list[str]:
        """The addresses of all pages, sorted."""
        found = (path.parent.relative_to(self.site).as_posix() for path in self.site.rglob("index.html"))
        return sorted("" if each == "." else f"{each}/" for each in found)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file of the site with its bytes, by path."""
        for path in sorted(self.site.rglob("*")):
            if path.is_file():
                yield path.relative_to(self.site).as_posix(), path.read_bytes()


def _content(record: dict[str, Any]) -> str:
    sections = [part for _, heading, text, _ in record["sections"] for part in (heading, text)]
    return " ".join([record["description"], *record["names"], *record["tags"], *sections])


def make_unreadable(folder: Path) -> None:
    """Makes a folder below this one whose path is too long for the system, so that nobody can read it, not even root."""
    name, here = "d" * 250, os.open(".", os.O_RDONLY)
    os.chdir(folder)
    try:
        for _ in range(20):
            os.mkdir(name)  # noqa: PTH102 - relative, for the path is too long
            os.chdir(name)
    finally:
        os.fchdir(here)
        os.close(here)


def project(root: Path, docs: Mapping[str, str | bytes] | Path, settings: Path = SETTINGS) -> Path:
    """A project at `root` with these articles: paths below docs/ and their content, or a folder to copy."""
    root.mkdir(parents=True, exist_ok=True)
    shutil.copy(settings, root / "mkdocs.yml")
    for part in CODE:
        shutil.copytree(PROJECT / part, root / part)
    _write_docs(root, docs)
    return root


def project_without_code(root: Path, docs: Mapping[str, str | bytes] | Path) -> Path:
    """A project at `root` with these articles, whose settings name the code and the templates of this project where they lie."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "mkdocs.yml").write_text(re.sub(rf"(?<= )(?={'|'.join(CODE)})", f"{PROJECT}/", SETTINGS.read_text()))
    _write_docs(root, docs)
    return root


def _write_docs(root: Path, docs: Mapping[str, str | bytes] | Path) -> None:
    if isinstance(docs, Path):
        shutil.copytree(docs, root / "docs", copy_function=shutil.copyfile)
        return
    (root / "docs").mkdir()
    for path, content in docs.items():
        file = root / "docs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def environment(**changes: str) -> dict[str, str]:
    """The environment of a build: a site below a path prefix, a fixed day."""
    kept = {key: value for key, value in os.environ.items() if key not in {"DRAFTS", "REFUSED", "GITHUB_ACTIONS"}}
    return {**kept, "SITE_URL": BASE, "SOURCE_DATE_EPOCH": TODAY, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true", **changes}


def run(root: Path, *command: str, **changes: str) -> Built:
    """Runs `python -m …` in a copy of the project."""
    program = Program(["-m", *command], root, environment(**changes))
    ran = fork_server.run(program) if command[0] in FORKED else fork_server.run_alone(program)
    return Built(root, ran.returncode, ran.stdout + ran.stderr)


def build(root: Path, docs: Mapping[str, str | bytes] | Path, *options: str, **changes: str) -> Built:
    """A site of these articles, built by `mkdocs build`."""
    return run(project(root, docs), "mkdocs", "build", *options, **changes)


def words(page: html.HtmlElement, selector: str) -> list[str]:
    """The text of the elements a CSS class or XPath names, white space folded."""
    return [" ".join(node.text_content().split()) for node in page.xpath(selector)]
