"""The examples of the CommonMark specification as this site shows them; run as a program, a table, or what differs in a section.

`before` is Python-Markdown with the extensions of tests/mkdocs.yml, `after` the same behind our translation. Paragraphs that differ in
nothing but their tags (tight and loose lists), classes and ids are alike; the text of code is compared to the byte.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree, html
from markdown import Markdown
from mkdocs.utils.yaml import yaml_load

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "hooks")] if __name__ == "__main__" else []
from almanac_kb.body.translate import translate  # noqa: E402
from almanac_kb.body.vault import Vault  # noqa: E402

EXAMPLES = PROJECT / "tests" / "commonmark" / "spec-0.31.2.json"
INLINE = frozenset({"em", "strong", "code", "a", "img", "br", "del", "mark", "input", "span", "label", "sup", "ins", "kbd", "abbr"})
TELLING = ("alt", "href", "src", "title")


@dataclass(frozen=True)
class Example:
    """An example of the specification."""

    number: int
    section: str
    markdown: str
    html: str

    def shows(self, rendered: str) -> bool:
        """Whether HTML shows a reader what the specification's does."""
        return shown(rendered) == shown(self.html)


@dataclass(frozen=True)
class Row:
    """How many examples of a section come out right."""

    section: str
    examples: int
    before: int
    after: int


@cache
def examples() -> tuple[Example, ...]:
    """All examples, in their order."""
    return tuple(Example(each["example"], each["section"], each["markdown"], each["html"]) for each in json.loads(EXAMPLES.read_text()))


def options() -> dict[str, dict[str, Any]]:
    """The extensions of tests/mkdocs.yml and their options."""
    with (PROJECT / "tests" / "mkdocs.yml").open("rb") as file:
        listed = yaml_load(file)["markdown_extensions"]
    return {name: each for entry in listed for name, each in (entry.items() if isinstance(entry, dict) else [(entry, {})])}


@cache
def renderer() -> Markdown:
    """Python-Markdown as tests/mkdocs.yml sets it up, without the links at headings."""
    set_to = {**options(), "toc": {}}
    return Markdown(extensions=list(set_to), extension_configs=set_to)


def before(markdown: str) -> str:
    """What Python-Markdown makes of it."""
    return renderer().reset().convert(markdown)


def after(markdown: str) -> str:
    """What it makes of the translation."""
    return before(translate(markdown, Vault()).markdown)


def table() -> tuple[Row, ...]:
    """A row for each section, in the order of the specification, and the sums last."""
    right = [Counter(each.section for each in examples() if each.shows(way(each.markdown))) for way in (before, after)]
    sizes = Counter(each.section for each in examples())
    rows = [Row(section, size, right[0][section], right[1][section]) for section, size in sizes.items()]
    return (*rows, Row("All", sizes.total(), right[0].total(), right[1].total()))


def written(rows: tuple[Row, ...]) -> str:
    """The table as the handbook has it."""
    lines = [f"| {row.section} | {row.examples} | {row.before} | {row.after} |" for row in rows]
    return "\n".join(["| section | examples | before | after |", "|---|---:|---:|---:|", *lines])


def shown(rendered: str) -> str:
    """What a reader sees of HTML: its blocks in each other, their text with the white space folded, code as it is."""
    return _blocks(html.document_fromstring(f"<!DOCTYPE html><html><body>\n{rendered}</body></html>").find("body"))


def differing(section: str) -> Iterator[str]:
    """The examples of a section that come out otherwise: what is written, translated, wanted and shown."""
    for each in examples():
        if each.section == section and not each.shows(after(each.markdown)):
            pair = shown(each.html), shown(after(each.markdown))
            yield "\n".join([f"{each.number}: {each.markdown!r}", repr(translate(each.markdown, Vault()).markdown), *map(repr, pair)])


def _blocks(parent: etree._Element) -> str:
    parts: list[str] = []
    line = parent.text or ""
    for child in parent:
        if child.tag in INLINE or not isinstance(child.tag, str):
            line += _inline(child) + (child.tail or "")
            continue
        parts += [_folded(line), _block(child)]
        line = child.tail or ""
    return "".join([*parts, _folded(line)])


def _folded(line: str) -> str:
    text = re.sub(r" (?=</|<br>)|(?<=<br>) ", "", re.sub(r"\s+", " ", line).strip())
    return f"[{text}]" if text else ""


def _block(element: etree._Element) -> str:
    if element.tag == "p" or (element.tag == "div" and "highlight" in element.get("class", "")):
        return _blocks(element)
    if element.tag == "pre":
        return f"<pre>{''.join(element.itertext()).removesuffix(chr(10))}</pre>"
    start = f" {element.get('start')}" if element.tag == "ol" and element.get("start", "1") != "1" else ""
    return f"<{element.tag}{start}>{_blocks(element)}</{element.tag}>"


def _inline(element: etree._Element) -> str:
    if not isinstance(element.tag, str):
        return ""
    if element.tag == "code":
        return f"<code>{''.join(element.itertext())}</code>"
    if element.tag == "br":
        return "<br>"
    attributes = "".join(f" {name}={unquote(element.get(name))!r}" for name in TELLING if element.get(name) is not None)
    inner = (element.text or "") + "".join(_inline(child) + (child.tail or "") for child in element)
    return f"<{element.tag}{attributes}>{inner}</{element.tag}>"


if __name__ == "__main__":
    print(*([written(table())] if len(sys.argv) == 1 else differing(" ".join(sys.argv[1:]))), sep="\n\n")
