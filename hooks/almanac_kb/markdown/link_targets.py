"""Resolves every link, image and reference definition of a text, and reports those that mean no file or several files."""

import html
import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.core.diagnostics import Position, quoted
from almanac_kb.core.paths import NOTION_ID, stem
from almanac_kb.markdown.constructs import ParseContext, context
from almanac_kb.markdown.link_index import Match, is_elsewhere, split_target
from almanac_kb.markdown.links import Target, push_link
from almanac_kb.markdown.rules import at, html_position, token_position

Where = Callable[[], tuple[str, Position]]
RESOLVED = "resolved"
"""Key in the meta of tokens whose rule has resolved and reported the target itself: wikilinks and embeds."""
BROKEN = "broken definitions"
"""Key in the environment: targets of broken definitions, which are reported once, at the definition."""
SIZE = re.compile(r"[ \t]+=(?P<width>\d{1,5})?x(?P<height>\d{1,5})?\Z")
TITLE = re.compile(r"[ \t]+(?:\"(?P<double>[^\"\n]*)\"|'(?P<single>[^'\n]*)')[ \t]*\Z")
SPACED = re.compile(r"!?\[(?P<label>(?:[^\[\]\\\n]|\\.){0,300}+)\]\([ \t]*(?P<target>(?:[^()<>\n]|\([^()<>\n]{0,100}\)){1,500}+)\)")
DEFINITION = re.compile(r"\]:[ \t]*(?:<(?P<angled>[^<>\n]*)>|(?P<plain>\S+))")
TAG = re.compile(r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)|<(?!(?:script|style|link)\b)[A-Za-z][^<>]*+>", re.IGNORECASE)
ATTRIBUTE = re.compile(
    r"(?<=[\s\"'])(?:href|src|poster)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'=<>`]+))", re.I
)


def rules(md: MarkdownIt) -> None:
    """Adds the resolution of links to a parser, and links to existing files that have blanks or a size in their target."""
    md.inline.ruler.after("image", "spaced_link", _spaced_link)
    md.core.ruler.after("block", "link_definitions", _resolve_definitions)
    md.core.ruler.push("links", _resolve_links)


def report(shared: ParseContext, target: str, match: Match, where: Where) -> str:
    """The link to the file that a target means, with its query and fragment; reports a repair or a guess.

    `where` returns the target as its author wrote it, and its position; it is called only for a report.
    """
    address = shared.link(match.path) + split_target(target)[1].rstrip().replace(" ", "%20")
    shared.targets[address] = match.path
    if match.case_differs:
        written, position = where()
        shared.notice("repaired link", position, f"{quoted(written)} is written {match.path}; the link is repaired", f"write {address}")
    if match.alternatives:
        written, position = where()
        message = f"{quoted(written)} may be {match.path} or {', '.join(match.alternatives[:3])}; the first is taken"
        shared.warn("ambiguous link", position, message, f"write {address}")
    if NOTION_ID.search(stem(match.path)):
        shared.count("link with an id")
    elif address != target:
        shared.count("link")
    return address


def report_broken(shared: ParseContext, where: Where) -> None:
    """Records a target without a file; the checks of the built site report it."""
    written, position = where()
    message = f"{quoted(written)} leads nowhere: there is no such article or file; the link stays as it is"
    shared.defer("broken link", position, message, "write the path of a file")


def _resolve_definitions(state: StateCore) -> None:
    """Core rule: resolves `[label]: target` before the texts that refer to it are parsed."""
    shared = context(state.env)
    for definition in state.env.get("references", {}).values():
        target, where = definition["href"], partial(_definition_place, shared, definition)
        if is_elsewhere(target):
            continue
        match = shared.resolve(target)
        if match is None:
            state.env.setdefault(BROKEN, set()).add(target)
            report_broken(shared, where)
        else:
            definition["href"] = report(shared, target, match, where)


def _definition_place(shared: ParseContext, definition: dict[str, Any]) -> tuple[str, Position]:
    """The target of a definition as its author wrote it, and its position."""
    first, end = definition["map"]
    for number in range(first, min(end, len(shared.lines))):
        found = DEFINITION.search(shared.lines[number])
        if found:
            group = "plain" if found["angled"] is None else "angled"
            return found[group], Position(number + 1, found.start(group) + 1)
    return unquote(definition["href"]), Position(first + 1)


def _resolve_links(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline":
            _resolve_children(token, token.children or [], state)
        elif token.type == "html_block":
            _resolve_html(token, state, partial(html_position, token, state.env))


def _resolve_children(inline: Token, children: list[Token], state: StateCore) -> None:
    for token in children:
        if token.type == "link_open":
            _resolve_token(inline, token, "href", state)
        elif token.type == "image":
            _resolve_token(inline, token, "src", state)
            _resolve_children(inline, token.children or [], state)
        elif token.type == "html_inline":
            _resolve_html(token, state, partial(_inline_place, state, inline, token))


def _resolve_token(inline: Token, token: Token, attribute: str, state: StateCore) -> None:
    target = str(token.attrs.get(attribute, ""))
    if is_elsewhere(target) or token.info == "auto":
        return
    shared = context(state.env)
    match = token.meta.get(RESOLVED) or shared.resolve(target)
    if RESOLVED in token.meta:
        return
    where = partial(_written, inline, token, target, state)
    if match is not None:
        token.attrs[attribute] = report(shared, target, match, where)
    elif target not in state.env.get(BROKEN, ()):
        report_broken(shared, where)


def _written(inline: Token, token: Token, target: str, state: StateCore) -> tuple[str, Position]:
    """The target of a link as its author wrote it, and its position."""
    if "written" in token.meta:
        start, end = token.meta["written"]
        return inline.content[start:end], token_position(inline, start, state.env)
    return unquote(target), token_position(inline, token.meta.get("offset", 0), state.env)


def _resolve_html(token: Token, state: StateCore, place: Callable[[int], Position]) -> None:
    """Resolves links and images in raw HTML, replacing attribute values in the token."""
    shared = context(state.env)
    parts: list[str] = []
    end = 0
    for tag in TAG.finditer(token.content):
        for attribute in ATTRIBUTE.finditer(tag[0]) if not tag[0].startswith("<!--") else ():
            group = attribute.lastgroup or ""
            written, start = html.unescape(attribute[group]), tag.start() + attribute.start(group)
            if is_elsewhere(written):
                continue
            where = partial(_html_target, written, start, place)
            match = shared.resolve(written)
            if match is None:
                report_broken(shared, where)
                continue
            parts += [token.content[end:start], html.escape(report(shared, written, match, where))]
            end = start + len(attribute[group])
    if parts:
        token.content = "".join((*parts, token.content[end:]))


def _html_target(written: str, start: int, place: Callable[[int], Position]) -> tuple[str, Position]:
    return written, place(start)


def _inline_place(state: StateCore, inline: Token, token: Token, offset: int) -> Position:
    return token_position(inline, token.meta.get("offset", 0) + offset, state.env)


@at("[!")
def _spaced_link(state: StateInline, silent: bool) -> bool:
    """Inline rule: a target with blanks (`[a](my lamp.md)`) or a size (`![a](a.png =100x200)`), which CommonMark reads as text."""
    match = SPACED.match(state.src, state.pos, state.posMax)
    if match is None or " " not in match["target"] or (state.linkLevel and state.src[state.pos] == "["):
        return False
    target, title, size = _parts(match["target"])
    is_image = match[0].startswith("!")
    found = None if is_elsewhere(target) else context(state.env).resolve(unescapeAll(target))
    if found is None and not (is_image and size and " " not in target):
        return False
    if not silent:
        first = match.start("target")
        meant = Target(state.md.normalizeLink(unescapeAll(target)), "", match.end(), (first, first + len(target)))
        token = push_link(state, state.pos, match.span("label"), meant)
        token.attrs |= {name: value for name, value in (size.groupdict() if size and is_image else {}).items() if value}
        if title:
            token.attrSet("title", title)
    state.pos = match.end()
    return True


def _parts(written: str) -> tuple[str, str, re.Match[str] | None]:
    """Target, title and size in the brackets of a link."""
    size = SIZE.search(written.rstrip())
    rest = written[: size.start()] if size else written
    title = TITLE.search(rest)
    rest = rest[: title.start()] if title else rest
    size = size or SIZE.search(rest.rstrip())
    target = (rest[: size.start()] if size else rest).strip()
    return target, unescapeAll((title["double"] or title["single"] or "") if title else ""), size
