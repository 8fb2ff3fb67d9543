"""Jekyll's tags and variables: the common ones translated, the others removed around their inner text."""

import re
from collections.abc import Iterator

from almanac_kb.body import arguments
from almanac_kb.body.comments import blanked
from almanac_kb.body.ledger import Ledger
from almanac_kb.body.text import Edit, Text
from almanac_kb.core.diagnostics import quoted

RAW = re.compile(r"\{%-?\s*raw\s*-?%\}((?:(?!\{%-?\s*(?:end)?raw\b).)*+)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
REMARK = re.compile(
    r"\{%-?\s*comment\s*-?%\}(?:(?!\{%-?\s*(?:end)?comment\b).)*+\{%-?\s*endcomment\s*-?%\}|\{#(?:(?!#\}).){0,2000}#\}", re.DOTALL
)
TAG = re.compile(r"\{%-?\s*([\w-]*+)((?:(?!\{%|%\}).)*+)%\}", re.DOTALL)
OUTPUT = re.compile(r"\{\{-?((?:(?!\{\{|\}\}).)*+)\}\}", re.DOTALL)
OPENER = re.compile(r"\{(?=[{%])")
VARIABLE = re.compile(
    r"\s*-?\s*(?:\.?(?:site|page|layout|include|post|jekyll|paginator|theme)\.[\w.\[\]\"']+|(?:content|BASE_PATH)\b)", re.IGNORECASE
)
BASE = re.compile(r"\s*(?:site\.(?:baseurl|url|github\.url)|BASE_PATH)\s*(?:\|[^{}]*)?-?\s*\Z", re.IGNORECASE)
ADDRESS = re.compile(r"""\s*["']([^"'{}]*)["']\s*\|[^{}]*\b(?:relative_url|absolute_url|url|prepend|ref|relref)\b[^{}]*\Z""")


def translate(text: Text, ledger: Ledger) -> Text:
    """The text without `{% … %}`, and without the `{{ … }}` that name a variable of a site; other braces are text."""
    if "{%" not in text.markdown and "{{" not in text.markdown and "{#" not in text.markdown:
        return text
    text = text.edited(_raw(text, ledger))
    text = text.edited(_remarks(text, ledger))
    text = text.edited(_tags(text, ledger))
    return text.edited(_outputs(text, ledger))


def _raw(text: Text, ledger: Ledger) -> Iterator[Edit]:
    for found in RAW.finditer(text.mask):
        ledger.count("literal template")
        start, end = found.span(1)
        yield blanked(text.markdown, found.start(), start)
        yield from (Edit(start + brace.start(), start + brace.end(), "&#123;") for brace in OPENER.finditer(found[1]))
        yield blanked(text.markdown, end, found.end())


def _remarks(text: Text, ledger: Ledger) -> Iterator[Edit]:
    for found in REMARK.finditer(text.mask) if "{%" in text.markdown else ():
        ledger.count("template comment")
        yield blanked(text.markdown, found.start(), found.end())


def _tags(text: Text, ledger: Ledger) -> Iterator[Edit]:
    for found in TAG.finditer(text.mask):
        name, given = found[1], arguments.read(text.markdown[found.start(2) : found.end(2)].strip(" \n\t-"))
        if name in ("link", "post_url") and given.plain:
            ledger.count("reference")
            written = given.plain[0].replace(" ", "%20")
            yield Edit(found.start(), found.end(), "/" + written.removeprefix("/") if name == "link" else written)
            continue
        if not name.startswith("end") and name not in ("else", "elsif", "when"):
            message = f"the template tag {quoted(name)} is not known here; the text around it is shown"
            ledger.notice("unknown tag", text.position(found.start()), message, "write what it stood for")
        yield blanked(text.markdown, found.start(), found.end())


def _outputs(text: Text, ledger: Ledger) -> Iterator[Edit]:
    for found in OUTPUT.finditer(text.mask):
        inner = text.markdown[found.start(1) : found.end(1)]
        address = ADDRESS.match(inner)
        if address or BASE.match(inner):
            ledger.count("site variable")
            yield Edit(found.start(), found.end(), "/" + address[1].lstrip("/") if address else "")
        elif VARIABLE.match(inner):
            message = f"{quoted('{{' + inner + '}}')} stands for something this site does not have; nothing is shown"
            ledger.notice("template output", text.position(found.start()), message, "write what it stood for")
            yield blanked(text.markdown, found.start(), found.end())
