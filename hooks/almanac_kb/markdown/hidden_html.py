"""Removes HTML that is not displayed: `<div hidden>`, `style="display: none"`, `<template>`, comments that do not end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from almanac_kb.core.diagnostics import Position, quoted
from almanac_kb.markdown.constructs import context

CONSTRUCT, COMMENT = "hidden HTML", "<!--"
CLOSED_COMMENT = re.compile(r"<!--(?:-?>|.*?-->)", re.DOTALL)
NOT_SHOWN = re.compile(r"<\?.*?(?:\?>|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<![A-Za-z][^>]*(?:>|\Z)", re.DOTALL)
"""Markup that HTML parsers read as a comment: instructions of XML and PHP, CDATA, declarations."""
TAG = re.compile(r"<(?P<slash>/?)(?P<name>[A-Za-z][\w-]*+)(?P<attributes>(?:[^<>\"']|\"[^\"]{0,5000}\"|'[^']{0,5000}'){0,5000}+)>")
STYLE = r"(?:display\s*:\s*[\"']?none|visibility\s*:\s*[\"']?hidden)"
HIDDEN = re.compile(rf"(?:^|\s)(?:hidden(?=[\s/]|\Z|=(?![\"']?until-found))|style\s*=[^>]*{STYLE})", re.IGNORECASE)
TAB_PANEL = re.compile(r"""\srole\s*=\s*["']?tabpanel\b""", re.IGNORECASE)
"""The content of a tab: hidden until a reader chooses it, so it is for readers (WAI-ARIA 1.2, tabpanel)."""
HIDING_STYLE = re.compile(STYLE, re.IGNORECASE)
MAY_HIDE = re.compile(rf"<template\b|\shidden\b|{STYLE}", re.IGNORECASE)
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


def rules(md: MarkdownIt) -> None:
    """Adds the rule to a parser."""
    md.core.ruler.before("headings", "hidden_html", _without_hidden)


def visible(html: str) -> str:
    """HTML without elements that are not displayed."""
    return _Element().shown(html) if _has_hidden(html) else html


@dataclass
class _Element:
    """The open hidden element, while HTML and tokens are read in order."""

    name: str = ""
    """Its name, `<!--` for a comment; empty where none is open."""
    depth: int = 0
    """Number of open elements of its name, including itself."""
    level: int = 0
    """The level of the token that it starts in: with the container of that it ends at the latest."""
    start: Token | None = field(default=None)

    def shown(self, html: str) -> str:
        """The displayed part of a piece of HTML."""
        shown: list[str] = []
        if self.name == COMMENT:
            end = html.find("-->")
            if end < 0:
                return ""
            self.name, html = "", html[end + len("-->") :]
        html = NOT_SHOWN.sub("", CLOSED_COMMENT.sub("", html))
        html, comment, _ = html.partition(COMMENT)
        position = 0
        for tag in TAG.finditer(html):
            name = tag["name"].lower()
            if not self.name and not tag["slash"] and (name == "template" or _is_hidden(tag["attributes"])):
                shown.append(html[position : tag.start()])
                self.name, self.depth, position = ("", 0, tag.end()) if name in VOID else (name, 1, len(html))
            elif self.name and name == self.name:
                self.depth += -1 if tag["slash"] else 1
                if not self.depth:
                    self.name, position = "", tag.end()
        if not self.name:
            shown.append(html[position:])
            self.name = comment
        return "".join(shown)


def _without_hidden(state: StateCore) -> None:
    if any(_may_hide(token) for token in state.tokens):
        state.tokens = _shown_blocks(state)


def _may_hide(token: Token) -> bool:
    for each in token.children or () if token.type == "inline" else (token,):
        if (each.attrs and _hides(each)) or (each.type in {"html_block", "html_inline"} and _has_hidden(each.content)):
            return True
    return False


def _has_hidden(html: str) -> bool:
    return "<?" in html or "<!" in html or bool(MAY_HIDE.search(html))


def _is_hidden(attributes: str) -> bool:
    return bool(HIDDEN.search(attributes)) and not TAB_PANEL.search(attributes)


def _hides(token: Token) -> bool:
    if not token.attrs or token.attrGet("role") == "tabpanel":
        return False
    return token.attrGet("hidden") not in {None, "until-found"} or bool(HIDING_STYLE.search(str(token.attrGet("style") or "")))


def _shown_blocks(state: StateCore) -> list[Token]:
    shown: list[Token] = []
    element = _Element()
    ends_at = -1
    """The level at which the block ends that is hidden by an attribute of its own, or in which a hidden element is closed; -1 for none."""
    for token in state.tokens:
        if ends_at >= 0:
            ends_at = -1 if token.nesting < 0 and token.level == ends_at else ends_at
        elif element.name and token.level < element.level:
            _report(state, element)
            element = _Element()
            shown.append(token)
        elif token.type == "html_block":
            opened = not element.name
            if opened and (start := NOT_SHOWN.search(CLOSED_COMMENT.sub("", token.content))):
                what = quoted(start[0].split()[0])
                hint = "write ``` around it to show it as code, or leave it out"
                context(state.env).warn(CONSTRUCT, _position(token), f"HTML that no browser shows, from {what} on, is taken out", hint)
            token.content = element.shown(token.content)
            if opened and element.name:
                element.level, element.start = token.level, token
            if token.content.strip():
                shown.append(token)
        elif element.name:
            if token.type == "inline" and _closes(token, element):
                element, ends_at = _Element(), token.level - 1
        elif _hides(token):
            ends_at = token.level if token.nesting > 0 else -1
            context(state.env).count(CONSTRUCT)
        else:
            if token.type == "inline" and token.children:
                token.children = _shown_children(token.children)
            shown.append(token)
    if element.name:
        _report(state, element)
    return shown


def _closes(inline: Token, element: _Element) -> bool:
    """Whether a paragraph closes the hidden element that it stands in; all of it is hidden."""
    if element.name == COMMENT:
        return "-->" in inline.content
    for child in inline.children or ():
        if child.type == "html_inline":
            element.shown(child.content)
    return not element.name


def _shown_children(tokens: Sequence[Token]) -> list[Token]:
    shown: list[Token] = []
    element, level = _Element(), -1
    for token in tokens:
        if level >= 0:
            level = -1 if token.nesting < 0 and token.level == level else level
        elif token.type == "html_inline" and token.content != COMMENT:
            token.content = element.shown(token.content)
            if token.content:
                shown.append(token)
        elif element.name:
            continue
        elif _hides(token):
            level = token.level if token.nesting > 0 else -1
        else:
            shown.append(token)
    return shown


def _report(state: StateCore, element: _Element) -> None:
    """Reports a comment or element without an end, which hides the rest of its container."""
    what = "comment" if element.name == COMMENT else f"<{element.name}>"
    hint = "write --> behind it" if element.name == COMMENT else f"write </{element.name}> behind it"
    context(state.env).warn(
        CONSTRUCT, _position(element.start), f"the {what} that starts here has no end, and hides all that follows", hint
    )


def _position(token: Token | None) -> Position:
    return Position(token.map[0] + 1) if token and token.map else Position()
