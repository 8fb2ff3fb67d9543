"""Writes the handbook's table of modules from their docstrings: `python tests/modules.py`, or `make handbook`."""

import ast
import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "hooks" / "almanac_kb"
PAGE = PROJECT / "docs" / "handbook" / "inside.md"
ORDER = (
    "core",
    "frontmatter",
    "markdown",
    "content",
    "render",
    "pages",
    "search",
    "exports",
    "importer",
    "publish",
    "checks",
    "health",
    "",
    "mkdocs",
)
"""The subpackages from the lowest layer up; the modules without a subpackage stand before the adapter."""
BETWEEN = re.compile(r"(?<=<!-- modules -->\n).*?(?=<!-- /modules -->)", re.DOTALL)


def table() -> str:
    """The table as Markdown: each module with the first line of its docstring, by layers."""
    paths = [path for path in PACKAGE.rglob("*.py") if path.stem != "__init__"]
    names = sorted((path.relative_to(PACKAGE).with_suffix("").as_posix() for path in paths), key=_place)
    rows = [f"| `{name}` | {_summary(PACKAGE / f'{name}.py')} |" for name in names]
    return "\n".join(["", "| module | what it holds |", "|---|---|", *rows, "", ""])


def page() -> str:
    """The text of the handbook's page with the table as it must be."""
    written = PAGE.read_text(encoding="utf-8")
    return BETWEEN.sub(lambda _: table(), written)


def _place(name: str) -> tuple[int, str]:
    return ORDER.index(name.partition("/")[0] if "/" in name else ""), name


def _summary(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0].replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
