"""Parser rules for tags of Hugo, Liquid and MDX in HTML, in the targets of links and in link definitions."""

import re
from collections.abc import Callable, MutableMapping
from functools import partial
from html import escape
from typing import Any

from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.core.diagnostics import Position
from almanac_kb.markdown.links import Target, push_link
from almanac_kb.markdown.links import label_end as label_end_of
from almanac_kb.markdown.rules import html_position, line_offset, line_text, position, token_position
from almanac_kb.markdown.tag_meanings import LITERAL, Meaning, TagReader, is_literal, meaning_in_html, report, tags_of_text
from almanac_kb.markdown.tags import Family, MarkupTag, TagKind, tag_index

NEARBY = 2000
"""Characters of HTML before a tag that are searched for the table around it."""
TEMPLATE = r"(?:\{\{(?:(?!\}\}|\n).){0,300}+\}\}|\{%(?:(?!%\}|\n).){0,300}+%\})"
DESTINATION = re.compile(
    rf"\([ \t]*<?(?P<address>(?:{TEMPLATE}|[^\s<>(){{]|\{{){{1,500}}+)>?"
    r"(?:[ \t]+(?:\"(?P<title>[^\"]*)\"|'(?P<other>[^']*)'))?[ \t]*\)"
)
DEFINITION = re.compile(
    rf"\[(?P<label>[^\[\]]{{1,900}})\]:[ \t]*(?P<address>(?:{TEMPLATE}|[^\s{{]|\{{){{1,500}}+)[ \t]*(?:\"(?P<title>[^\"]*)\")?[ \t]*$"
)


def replace_in_html(state: StateCore, family: Family, reader: TagReader) -> None:
    """Core rule: translates tags in HTML blocks and in attributes of HTML elements."""
    for token in state.tokens:
        if token.type == "html_block" and not token.meta.get(LITERAL):
            token.content = _replace_in_html(token.content, state, family, reader, partial(html_position, token, state.env))
        for child in token.children or ():
            if child.type == "html_inline" and "{" in child.content and not token.meta.get(LITERAL):
                offset = child.meta.get("offset", 0)
                child.content = _replace_in_html(
                    child.content,
                    state,
                    family,
                    reader,
                    lambda at: token_position(token, offset + at, state.env),  # noqa: B023
                )


def _replace_in_html(text: str, state: StateCore, family: Family, reader: TagReader, place: Callable[[int], Position]) -> str:
    """HTML with the tags of a family in it replaced; `place` returns the position of an offset in the text."""
    index = tag_index(text, state.env)
    parts: list[str] = []
    end = 0
    for tag in index.by_start.values():
        if tag.family is not family or tag.start < end:
            continue
        close = index.closing.get(tag.start)
        meaning = meaning_in_html(tag, close, state.env, reader)
        if meaning is None:
            continue
        report(state.env, meaning, partial(place, tag.start))
        parts += text[end : tag.start], _html_of(text, tag, close, meaning, state)
        end = tag.end if meaning.code is None or close is None else close.end
    return "".join([*parts, text[end:]])


def _html_of(text: str, tag: MarkupTag, close: MarkupTag | None, meaning: Meaning, state: StateCore) -> str:
    """The HTML that replaces a tag."""
    if meaning.code is not None and close is not None:
        return f"<pre><code>{escape(text[tag.end : close.start])}</code></pre>"
    if meaning.inline:
        wrapper = Token("inline", "", 0, children=list(meaning.inline))
        html: str = state.md.renderer.render([wrapper], state.md.options, state.env)
    else:
        html = escape(meaning.text, quote=False)
    return f"<tr><td>{html}</td></tr>" if html and _is_between_rows(text[max(0, tag.start - NEARBY) : tag.start].lower()) else html


def _is_between_rows(before: str) -> bool:
    """Whether the text after some HTML is in a table, but in none of its cells."""
    is_in_table = before.rfind("<table") > before.rfind("</table")
    return is_in_table and max(before.rfind("<td"), before.rfind("<th>"), before.rfind("<th ")) <= max(
        before.rfind("</td"), before.rfind("</th"), before.rfind("</tr")
    )


def _replace_in_target(
    written: str, env: MutableMapping[str, Any], family: Family, reader: TagReader, place: Callable[[], Position]
) -> str | None:
    """A link target with the tags in it replaced; None where it has no tag of the family."""
    index = tag_index(written, env)
    parts: list[str] = []
    end = 0
    for tag in index.by_start.values():
        meaning = reader(tag, None, tags_of_text(env)) if tag.family is family and tag.kind in (TagKind.OPEN, TagKind.OUTPUT) else None
        if meaning is not None:
            report(env, meaning, place)
            parts += written[end : tag.start], meaning.text
            end = tag.end
    return "".join([*parts, written[end:]]) if end else None


def template_link(state: StateInline, silent: bool, family: Family, reader: TagReader) -> bool:
    """Inline rule: a link or image with a tag as target, `[text]({% link page.md %})`; blanks would end a target in CommonMark."""
    source, start = state.src, state.pos
    is_image = source.startswith("![", start)
    if max(state.html_terminator_last("{{"), state.html_terminator_last("{%")) < start or not (is_image or source[start] == "["):
        return False
    if is_literal(state.env):
        return False
    label = start + is_image
    label_end = label_end_of(state, label, links=is_image)
    match = DESTINATION.match(source, label_end + 1, state.posMax) if label_end >= 0 else None
    if match is None or not ("{{" in match["address"] or "{%" in match["address"]):
        return False
    address = _replace_in_target(match["address"], state.env, family, reader, lambda: position(state, match.start("address")))
    if address is None:
        return False
    if not silent:
        target = Target(state.md.normalizeLink(address), match["title"] or match["other"] or "", match.end())
        push_link(state, start, (label + 1, label_end), target)
    state.pos = match.end()
    return True


def template_definition(state: StateBlock, start: int, silent: bool, family: Family, reader: TagReader) -> bool:
    """Block rule: a link definition with a tag as target, `[page]: {% link page.md %}`."""
    text = line_text(state, start)
    match = DEFINITION.match(text) if "{" in text and not state.is_code_block(start) else None
    if match is None or silent:
        return False
    address = _replace_in_target(match["address"], state.env, family, reader, lambda: position(state, line_offset(state, start)))
    if address is None:
        return False
    label = normalizeReference(match["label"])
    definition = {"title": match["title"] or "", "href": state.md.normalizeLink(address), "map": [start, start + 1]}
    state.env.setdefault("references", {}).setdefault(label, definition)
    state.line = start + 1
    return True
