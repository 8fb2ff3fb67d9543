"""The examples of the handbook, as its readers see them: each a fence whose title says what it is.

`docs/a.md`, `mkdocs.yml`, `overrides/…`, `../elsewhere/…`: a file. `/address/`: lines that this page or file of the site has, in its text
or, where the fence is `html`, `xml` or `json`, in its source. `not in the site`: addresses that lead nowhere. `mkdocs build`: lines of
what the build says. `console`: commands, and lines of what they say; those that build or serve are for the reader alone.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from builder import Built, environment, project, run

FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=ticks)$", re.MULTILINE | re.DOTALL)
INFO = re.compile(r'(?P<language>\w+)(?: title="(?P<title>[^"]+)")?')
SAID = ("mkdocs build", "not in the site")
COMMANDS = ("make ", "almanac ", "git ", "python3 -m venv ", "pre-commit ", "mkdocs ", "dask ")
VARIABLES = ("PORT=", "DRAFTS=", "REFUSED=", "SITE_URL=", "WORKERS=", "SHARED_CACHE=")
FOR_THE_READER = (*COMMANDS, *VARIABLES)


@dataclass(frozen=True)
class Example:
    """One fence."""

    language: str
    title: str
    text: str

    @property
    def is_file(self) -> bool:
        """Whether the fence is a file that the reader creates."""
        return bool(self.title) and not self.title.startswith("/") and self.title not in SAID

    @property
    def lines(self) -> list[str]:
        """Its lines, white space folded."""
        return [" ".join(line.split()) for line in self.text.splitlines() if line.strip()]


def examples(page: Path) -> list[Example]:
    """The examples of a page, in their order."""
    found = []
    for fence in FENCE.finditer(page.read_text()):
        info = INFO.fullmatch(fence["info"].strip())
        assert info, f"{page.name}: a fence says neither its language nor what it is: {fence['info']!r}"
        assert info["title"] or info["language"] == "console", f"{page.name}: nothing says what this example is: {fence['text'][:60]!r}"
        found.append(Example(info["language"], info["title"] or "", fence["text"]))
    return found


def lay(root: Path, page: Path) -> Path:
    """A copy of the project, with the files of a page's examples where their titles say."""
    home = project(root / "almanac", {})
    _set(home, [each.text for each in examples(page) if each.title == "mkdocs.yml"])
    for each in examples(page):
        if each.is_file and each.title != "mkdocs.yml":
            path = (home / each.title).resolve()
            assert path.is_relative_to(root.resolve()), each.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(each.text)
    for each in examples(page):
        if each.language == "console":
            _carry_out(home, each.text)
    return home


def built(root: Path, page: Path, *options: str, **changes: str) -> Built:
    """The site of a page's examples."""
    return run(lay(root, page), "mkdocs", "build", *options, **changes)


def missing(site: Built, page: Path) -> Iterator[str]:
    """Statements of a page about its examples that the built site does not fulfil."""
    for each in examples(page):
        if each.title == "not in the site":
            yield from (line for line in each.lines if (site.site / line.strip("/")).exists())
        elif each.title and not each.is_file:
            text = _seen(site, each)
            yield from (f"{each.title}: {line}" for line in each.lines if line not in text)


def _seen(site: Built, example: Example) -> str:
    if example.title == "mkdocs build":
        return " ".join(site.output.split())
    path = example.title.strip("/") or "index.html"
    is_page = example.language == "text" and ((site.site / path).is_dir() or path.endswith(".html"))
    return " ".join((site.page(path).xpath("string(//article)") if is_page else site.text(path)).split())


def _set(home: Path, parts: list[str]) -> None:
    """Lets the page's parts of mkdocs.yml change the project's, as MkDocs merges files: maps together, lists anew."""
    for number, part in enumerate(parts):
        (home / "mkdocs.yml").rename(home / f"inherited-{number}.yml")
        (home / "mkdocs.yml").write_text(f"INHERIT: inherited-{number}.yml\n{part}")


def _carry_out(home: Path, text: str) -> None:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, said = part.partition("\n")
        if command.startswith(FOR_THE_READER):
            assert not said.strip(), command
            continue
        ran = subprocess.run(
            ["/bin/sh", "-c", command.replace("python ", f"{sys.executable} ", 1)],
            cwd=home, env=environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 0 or said, (command, ran.stderr)
        for line in filter(str.strip, said.splitlines()):
            assert " ".join(line.split()) in " ".join((ran.stdout + ran.stderr).split()), (command, line, ran.stdout + ran.stderr)
