"""Links and images (CommonMark 0.31, sections 6.3 and 6.4) in linear time, with the offsets of their tokens."""

import re
from collections.abc import Callable
from typing import NamedTuple

from markdown_it import MarkdownIt, rules_inline
from markdown_it.common.utils import normalizeReference
from markdown_it.helpers import parseLinkDestination, parseLinkTitle
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.core.text import without_comments
from almanac_kb.markdown.rules import InlineState, at, base, nested

LABEL = 999
"""Longest label of a reference, in characters (CommonMark 0.31, section 6.3)."""
PLAIN = re.compile(r"([\w/.~:#?=+,;@!-]+)\)", re.ASCII)
"""A destination that needs no encoding, with the bracket that ends its link."""
BLANK = re.compile(r"[ \t\n]*")


class Target(NamedTuple):
    """The destination of a link or image."""

    href: str
    title: str
    end: int
    """Offset after the link."""
    written: tuple[int, int] | None = None
    """Start and end offset of the target in the text; None for a target in a definition."""


def rules(md: MarkdownIt) -> None:
    """Replaces markdown-it's rules; tokens have an `offset`, and any URL makes a link, since the sanitizer decides which stay."""
    md.inline.ruler.at("link", link)
    md.inline.ruler.at("image", image)
    md.inline.ruler.at("autolink", _located(rules_inline.autolink, "<"))
    md.inline.ruler.at("html_inline", _located(rules_inline.html_inline, "<"))
    md.validateLink = lambda url: True  # type: ignore[method-assign]


@at("[")
def link(state: StateInline, silent: bool) -> bool:
    """Inline rule: `[text](target "title")`, `[text][label]`, `[label][]` and `[label]`."""
    start, end = state.pos, label_end(state, state.pos, links=False)
    target = _target(state, start + 1, end) if end >= 0 else None
    if target is None:
        return False
    if not silent:
        push_link(state, start, (start + 1, end), target)
    state.pos = target.end
    return True


@at("!")
def image(state: StateInline, silent: bool) -> bool:
    """Inline rule: an image, a link with `!` in front; its children are the tokens of its description."""
    start = state.pos
    if not state.src.startswith("[", start + 1, state.posMax):
        return False
    end = label_end(state, start + 1, links=True)
    target = _target(state, start + 2, end) if end >= 0 else None
    if target is None:
        return False
    if not silent:
        push_link(state, start, (start + 2, end), target)
    state.pos = target.end
    return True


def push_link(state: StateInline, start: int, label: tuple[int, int], target: Target) -> Token:
    """Pushes a link, or an image where `!` is at `start`, whose text is between the offsets `label`; returns its first token."""
    is_image, title = state.src[start] == "!", without_comments(target.title)
    named = {"title": title} if title else {}
    if is_image:
        children: list[Token] = []
        state.md.inline.parse(state.src[slice(*label)], state.md, state.env, children)
        token = state.push("image", "img", 0)
        token.content, token.children, token.attrs = state.src[slice(*label)], children, {"src": target.href, "alt": "", **named}
    else:
        token = state.push("link_open", "a", 1)
        token.attrs = {"href": target.href, **named}
        state.linkLevel += 1
        nested(state, *label)
        state.linkLevel -= 1
        state.push("link_close", "a", -1)
    token.meta.update(_place(state, start, target))
    return token


def label_end(state: StateInline, start: int, *, links: bool) -> int:
    """Offset of the `]` that closes the bracket at `start`, or -1; without `links`, there must be no link between the two.

    A footnote reference is allowed, because it is moved behind the link.
    """
    if not isinstance(state, InlineState):
        return -1
    if start not in state.labels:
        before = state.pos
        _match_brackets(state, start)
        state.pos = before
    end, linked = state.labels[start]
    return -1 if linked and not links else end


def _match_brackets(state: InlineState, start: int) -> None:
    """Stores the end of a pair of brackets, and of all pairs within, in `state.labels`, so that no text is scanned twice."""
    labels, src, skip = state.labels, state.src, state.md.inline.skipToken
    openers, linked = [start], 0
    """Brackets that are open, and how many of them, from the first, hold a link."""
    state.pos = start + 1
    while state.pos < state.posMax and openers:
        place = state.pos
        if src[place] == "]":
            opener = openers.pop()
            labels[opener] = (place, linked > len(openers))
            linked = min(linked, len(openers))
            state.pos = place + 1
            continue
        skip(state)
        if src[place] != "[":
            continue
        if state.pos > place + 1:
            linked = linked if src.startswith("[^", place) else len(openers)
        elif place not in labels:
            openers.append(place)
        elif labels[place][0] < 0:
            break
        else:
            linked = len(openers) if labels[place][1] else linked
            state.pos = labels[place][0] + 1
    labels.update((opener, (-1, False)) for opener in openers)


def _target(state: StateInline, start: int, end: int) -> Target | None:
    """The target behind the brackets whose text is from `start` to `end`, or the one that they refer to; None for none."""
    found = _inline_target(state, end + 2) if state.src.startswith("(", end + 1, state.posMax) else None
    if found or "references" not in state.env:
        return found
    label, after = state.src[start : min(end, start + LABEL + 1)], end + 1
    if state.src.startswith("[", after, state.posMax):
        stop = label_end(state, after, links=True)
        if stop >= 0:
            label, after = state.src[after + 1 : min(stop, after + LABEL + 2)] or label, stop + 1
    reference = state.env["references"].get(normalizeReference(label)) if len(label) <= LABEL else None
    return Target(reference["href"], reference["title"], after) if reference else None


def _inline_target(state: StateInline, start: int) -> Target | None:
    src, maximum = state.src, state.posMax
    plain = PLAIN.match(src, start, maximum)
    if plain:
        return Target(plain[1], "", plain.end(), plain.span(1))
    first = pos = _behind_blanks(src, start, maximum)
    destination, href = parseLinkDestination(src, pos, maximum), ""
    if destination.ok:
        href, pos = state.md.normalizeLink(destination.str), destination.pos
    title, after = "", _behind_blanks(src, pos, maximum)
    if after > pos and after < maximum and src[after] in "\"'(":
        found = parseLinkTitle(src, after, maximum)
        if found.ok:
            title, after = found.str, _behind_blanks(src, found.pos, maximum)
    angle = src.startswith("<", first)
    return Target(href, title, after + 1, (first + angle, pos - angle)) if src.startswith(")", after, maximum) else None


def _place(state: StateInline, start: int, target: Target) -> dict[str, object]:
    """Meta of the token: the offset of the link, and `written`, the offsets of its target, in the content of the inline token."""
    first = base(state)
    place: dict[str, object] = {"offset": start + first}
    return place | {"written": (target.written[0] + first, target.written[1] + first)} if target.written else place


def _behind_blanks(src: str, start: int, maximum: int) -> int:
    match = BLANK.match(src, start, maximum)
    return match.end() if match else start


def _located(rule: Callable[[StateInline, bool], bool], starts: str) -> Callable[[StateInline, bool], bool]:
    @at(starts)
    def located(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            first = next(token for token in state.tokens[count:] if token.type != "text")
            first.meta["offset"] = start + base(state)
        return True

    return located
