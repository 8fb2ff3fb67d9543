"""Folder trees as indented text: makes files of them, and shows the resulting Site as text to compare with."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

from almanac_kb.content import loader
from almanac_kb.content.sections import Section
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import Site

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def tree(root: Path, picture: str) -> Path:
    """Writes the files of a tree: a path in each line, after ` | ` its header fields or lines, separated by `; `."""
    for line in dedent(picture).strip().splitlines():
        path, _, fields = line.strip().partition(" | ")
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = "\n".join(fields.split("; "))
        header = f"---\n{lines}\n---\nText.\n" if fields else "Text.\n"
        file.write_text(header if path.endswith(".md") else lines, encoding="utf-8")
    return root


def catalogue(root: Path, picture: str, settings: Settings | None = None) -> Site:
    """The Site of the files of a tree, as of 2026-01-01."""
    return loader.load_site(tree(root, picture), settings or Settings(), NOW, "Site")


def site(root: Path, picture: str, settings: Settings | None = None) -> str:
    """The Site of the files of a tree as text: topics with their content, redirects, withheld files, and diagnostics."""
    return shown(catalogue(root, picture, settings))


def shown(made: Site) -> str:
    """A Site as lines: each topic, indented below it its listing in order, then redirects, withheld files, and diagnostics."""
    lines = list(_topic(made.sections[""], made))
    lines += [f"redirect {old} -> {new}" for old, new in made.redirects.items()]
    lines += [f"withheld {source}: {why}" for source, why in made.withheld.items()]
    lines += [f"refused {source}" for source in made.refused]
    lines += [f"{each.severity.name.lower()} {each.text('')}" for each in made.diagnostics]
    return "\n".join(lines)


def said(made: Site) -> list[str]:
    """The diagnostics of a Site, one per line."""
    return [f"{each.severity.name.lower()} {each.text('')}" for each in made.diagnostics]


def picture(text: str) -> str:
    """An indented text without its common indent, for comparison."""
    return dedent(text).strip()


def _topic(topic: Section, made: Site) -> Iterator[str]:
    kind = f" ({topic.kind})" if topic.kind != "article" else ""
    by = f" by {topic.index.source}" if topic.index else ""
    yield f"/{topic.url} {topic.title}{kind}{by}"
    for article in topic.articles:
        yield f"    /{article.url} {article.kind.value} {article.source}" + (f" [{article.withheld}]" if article.withheld else "")
    for path in topic.children:
        yield from _topic(made.sections[path], made)
