"""Meanings: the translations of tags of Hugo, Liquid and MDX, as their dialects give them; `template_rules` applies them to texts."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from almanac_kb.core.diagnostics import Position
from almanac_kb.markdown import components
from almanac_kb.markdown.components import Title
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.tags import Arguments, Family, MarkupTag, TagIndex, TagKind

MAX_REPORTS = 100
"""Most reports of one construct in a text; further uses are only counted."""
DOCUMENT = "almanac.document_tags"
"""Key in the environment of a parse for the tags of the whole text."""
LITERAL = "literal"
"""Key in the meta of a token whose text is shown as written, tags included."""
FRAMES = frozenset({"tabs", "tabpane", "tabgroup", "codegroup", "code-group", "codetabs"})
"""Elements around tabs, which are not rendered themselves."""
TABS = frozenset({"tab", "tabitem", "tabpanel", "codetab"})
FOLDED = frozenset({"details", "expand", "spoiler", "collapse", "accordion", "accordionitem"})
"""Blocks that readers unfold by a click."""
TYPED = frozenset({"notice", "alert", "admonition", "callout", "hint", "aside"})
"""Admonitions with their type in an argument."""
PLAIN = frozenset({"code", "text"})
"""Kinds of blocks without a frame, whose tags must stand alone on their lines."""
NO_ADMONITION = frozenset({"check", "default", "primary", "secondary", "cite", "done"})
"""Names of admonitions in components.KNOWN that are too common as names of other tags."""


@dataclass(frozen=True)
class Block:
    """The block that a tag and its closing tag make of their content."""

    kind: str
    """`admonition`, `details`, `tab`, `frame` around tabs, `code` that gives its title to the code in it, or `text` for bare content."""
    sort: str = ""
    """The type of an admonition or details, as its author wrote it."""
    title: str = ""
    markdown: bool = False
    """Whether the title is Markdown."""


@dataclass(frozen=True)
class Meaning:
    """The translation of a tag: a block, code, inline tokens, a URL or text; where none of them is set, it is not shown."""

    construct: str
    """Its name in the table of constructs."""
    message: str = ""
    """The message to its author, or empty."""
    hint: str = "write what it stood for"
    block: Block | None = None
    code: str | None = None
    """Info string of the code between the tag and its closing tag; None for no code."""
    inline: tuple[Token, ...] = ()
    caption: str = ""
    """Markdown caption of an image that stands alone on its line."""
    text: str = ""
    """Plain text shown in its place, also within a URL; with `block` and no closing tag, the content of the admonition."""
    address: str = ""
    """The target of a link around the content of the tag."""


TagReader = Callable[[MarkupTag, MarkupTag | None, TagIndex], Meaning | None]
"""Returns what a tag of a dialect, with its closing tag if it has one, is translated to; None for a tag that is text."""


def known_block(name: str, arguments: Arguments) -> Block | None:
    """The block that tags of a name make in Hugo's themes, Docusaurus, Starlight and GitBook; None for other names."""
    title = arguments.get("title", "summary", "header", "label", "heading")
    if name in FRAMES:
        return Block("frame")
    if name in TABS:
        return Block("tab", title=title or arguments.get("name", "value", "tabname") or arguments.at(0) or "Tab")
    if name in FOLDED:
        return Block("details", "note", title or arguments.at(0) or "Details")
    if name in TYPED:
        given = arguments.get("type", "style", "color", "status", "kind", "context")
        first = arguments.at(0) if arguments.at(0).casefold() in components.KNOWN else "note"
        sort = given or first
        return Block("admonition", sort, title or " ".join(arguments.plain[1:]))
    if name in components.KNOWN and name not in NO_ADMONITION:
        return Block("admonition", name, title or " ".join(arguments.plain))
    return None


def open_block(state: StateBlock, block: Block, line: int) -> Token | None:
    """Pushes the opening token of a block and its title; None for bare content, which has neither. The title is at `line`, from 0."""
    name = components.admonition_name(block.sort)
    title = Title(block.title or components.default_title(block.sort, context(state.env).messages), line, block.markdown)
    if block.kind == "admonition":
        return components.open_admonition(state, name, title)
    if block.kind == "details":
        return components.open_details(state, name, title)
    if block.kind == "tab":
        return components.open_tab(state, title)
    return components.open_tab_frame(state) if block.kind == "frame" else None


def tags_of_text(env: MutableMapping[str, Any]) -> TagIndex:
    """The tags of the whole text being parsed; `env` is the environment of the parse."""
    index: TagIndex = env[DOCUMENT]
    return index


def is_literal(env: MutableMapping[str, Any]) -> bool:
    """Whether the inline text being parsed shows tags as written."""
    return bool(context(env).inline.meta.get(LITERAL))


def report(env: MutableMapping[str, Any], meaning: Meaning, place: Callable[[], Position]) -> None:
    """Counts a tag by its construct, and reports a notice if it has a message; of many in one text, the first MAX_REPORTS."""
    shared = context(env)
    if meaning.message and shared.counts[meaning.construct] < MAX_REPORTS:
        shared.notice(meaning.construct, place(), meaning.message, meaning.hint)
    elif meaning.construct:
        shared.count(meaning.construct)


def is_text(tag: MarkupTag, close: MarkupTag | None, env: MutableMapping[str, Any]) -> bool:
    """Whether what looks like a component is text: `<Name>` that is never closed, and not used as a component elsewhere."""
    if tag.family is not Family.COMPONENT or tag.kind is not TagKind.OPEN or close is not None:
        return False
    return tag.name not in tags_of_text(env).components


def meaning_in_text(
    tag: MarkupTag, close: MarkupTag | None, index: TagIndex, env: MutableMapping[str, Any], reader: TagReader
) -> Meaning | None:
    """Returns the translation of a tag in inline text, where blocks are not laid out; None for a tag that is text."""
    if tag.kind is TagKind.HIDDEN:
        return Meaning("template comment")
    if tag.kind in (TagKind.LITERAL, TagKind.ESCAPED):
        return Meaning("literal template", code="")
    if tag.kind is TagKind.CLOSE:
        known = tag.family is not Family.COMPONENT or tag.start in index.paired or tag.name in tags_of_text(env).components
        return Meaning("") if known else None
    if is_text(tag, close, env):
        return None
    meaning = reader(tag, close, tags_of_text(env))
    if meaning is not None and meaning.block is not None and meaning.block.kind not in {*PLAIN, "frame"}:
        message = f"{meaning.construct} within a line of text are not laid out; only their text is shown"
        return Meaning(meaning.construct, message, "put the tag on a line of its own")
    return meaning


def meaning_in_html(tag: MarkupTag, close: MarkupTag | None, env: MutableMapping[str, Any], reader: TagReader) -> Meaning | None:
    """Returns the translation of a tag in HTML; None for one that stays as written."""
    if tag.kind is TagKind.HIDDEN:
        return Meaning("template comment")
    if tag.kind in (TagKind.LITERAL, TagKind.ESCAPED):
        return Meaning("literal template", text=tag.written)
    if tag.kind is TagKind.CLOSE:
        return Meaning("")
    if is_text(tag, close, env):
        return Meaning("literal tag", text=f"<{tag.spelled}>")
    return reader(tag, close, tags_of_text(env))
