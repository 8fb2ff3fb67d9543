"""Transclusion: `![[Note]]`, `![[Note#Part]]` and `![[Note#^block]]` on a line of their own show another article, or that part of it."""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from almanac_kb.core.diagnostics import Position
from almanac_kb.core.paths import SourcePath, heading_id, is_article, stem
from almanac_kb.markdown import components, headings, notes
from almanac_kb.markdown.citations import NUMBERING, numbering
from almanac_kb.markdown.constructs import KEY, ParseContext, context
from almanac_kb.markdown.dialects.snippets import Lookup, answer
from almanac_kb.markdown.dialects.wikilinks import EMBED_LINE, fragment_of, last_heading
from almanac_kb.markdown.link_index import Match, matching_id, title_of
from almanac_kb.markdown.rules import at, line_offset, line_text, position, text_block

DEPTH = 5
"""How deep articles may be shown in each other."""
LENGTH = 1_000_000
"""Characters that all articles may have that an article shows, or shows a part of."""
SHOWN = "embeds.shown"
"""Key of what an article shows of others in the environment of its parse, and of theirs."""
CONSTRUCT = "embedded note"
EMBEDDED = "embedded_note"
"""Type of the token of an article, or a part of one, that is shown."""


@dataclass
class _Shown:
    """What an article shows of others; one for it and all that it shows."""

    count: int = 0
    characters: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    """What embeds name that show nothing, and why."""


@dataclass(frozen=True, eq=False)
class Embeds:
    """The plugin of markdown-it that shows articles in others; `lookup` gives the text of a file, without its front matter."""

    lookup: Lookup

    def __call__(self, md: MarkdownIt) -> None:
        """Adds the rule of embeds on lines of their own."""
        md.block.ruler.before("fence", EMBEDDED, self._rule, {"alt": ["paragraph", "reference", "blockquote"]})
        md.add_render_rule(EMBEDDED, _render)

    @at("!")
    def _rule(self, state: StateBlock, start: int, end: int, silent: bool) -> bool:
        shared = context(state.env)
        match = EMBED_LINE.fullmatch(line_text(state, start).rstrip())
        if match is None or state.is_code_block(start) or len(shared.shown_in) > DEPTH:
            return False
        name, _, heading = match["target"].partition("#")
        found = shared.resolve(name.strip(), name=True) if name.strip() else Match(shared.here)
        if found is None or not is_article(found.path):
            return False
        if not silent:
            state.line = start + 1
            place = position(state, line_offset(state, start))
            self._show(state, match, found.path, heading, place)
        return True

    def _show(self, state: StateBlock, match: re.Match[str], path: SourcePath, heading: str, place: Position) -> None:
        """Pushes what is shown; or a link, and says why."""
        shared, shown = context(state.env), state.env.setdefault(SHOWN, _Shown())
        text, fragment = self.lookup(path), fragment_of(heading)
        shared.lookups[f"snippet:{path}"] = answer(text)
        shown.characters += len(text or "")
        problem = _problem(shared, shown, path, fragment, text)
        part = None if problem or text is None else _part(state, text, path, heading) if heading else text
        if part is None:
            problem = problem or "names no heading or block of that article"
            shown.problems.append((match["target"].strip(), problem))
            text_block(state, "paragraph", "p", match[0][1:], state.line - 1)
        else:
            shared.count(CONSTRUCT)
            shown.count += 1
            words = (match["label"] or "").strip("\\| ") or title_of(path, shared.index, shared.lookups) or stem(path)
            address = shared.link(path) + fragment
            shared.targets[address] = path
            token = state.push(EMBEDDED, "div", 0)
            token.map = [state.line - 1, state.line]
            token.meta["source"] = components.link(address, [components.text(" › ".join(filter(None, (words, last_heading(heading)))))])
            token.meta["shown"] = _parsed(state, part, path, fragment)
        if not shared.shown_in:
            for target, problem in shown.problems:
                shared.warn(CONSTRUCT, place, f"![[{target}]] {problem}; a link stands in its place", f"write [[{target}]]")
            shown.problems.clear()


def _problem(shared: ParseContext, shown: _Shown, path: SourcePath, fragment: str, text: str | None) -> str:
    """Why an article, or a part of it, is not shown; empty if it may be."""
    if text is None:
        return "can't be read"
    page = shared.shown_in[0][0] if shared.shown_in else shared.here
    if (path == page and not fragment) or not {(path, fragment), (path, "")}.isdisjoint(shared.shown_in[1:]):
        return "would show itself"
    return "would show too much" if len(shared.shown_in) >= DEPTH or shown.characters > LENGTH else ""


def _parsed(state: StateBlock, part: str, path: SourcePath, fragment: str) -> tuple[list[Token], dict[str, Any]]:
    """The tokens of a part of the article at `path`, as they stand in another one, and the environment of their parse."""
    outer, shown = context(state.env), state.env[SHOWN]
    shared = ParseContext(path, outer.index, part.split("\n"), lookups=outer.lookups, targets=outer.targets)
    shared.shown_in = (*(outer.shown_in or ((outer.here, ""),)), (path, fragment))
    env: dict[str, Any] = {KEY: shared, SHOWN: shown, NUMBERING: numbering(state.env)}
    env |= {notes.PREFIX: f"{shown.count}-", components.FIRST_TABS: shown.count * 1000}
    tokens = state.md.parse(part, env)
    if tokens and tokens[0].type == "heading_open" and (tokens[0].tag == "h1" or fragment):
        del tokens[:3]
    for token in _all(tokens):
        _without_name(token, shared.link(path))
    return tokens, env


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])


def _without_name(token: Token, address: str) -> None:
    """Takes the id of a block away, which belongs to the page of its article, and lets links to parts lead to that page."""
    if str(token.attrs.get("id", "")).startswith("^"):
        del token.attrs["id"]
    elif token.type == "block_id":
        token.type, token.content = "text", ""
    elif token.type == "link_open" and str(token.attrs.get("href", "")).startswith("#"):
        token.attrs["href"] = f"{address}{token.attrs['href']}"


def _part(state: StateBlock, text: str, path: SourcePath, heading: str) -> str | None:
    """The lines of a heading and what stands below it, or of a block, with the definitions of the text; None where it has no such part."""
    lines = text.split("\n")
    shared = ParseContext(path, context(state.env).index, lines, shown_in=(("", ""),) * (DEPTH + 1))
    env: dict[str, Any] = {KEY: shared}
    tokens = state.md.parse(text, env)
    span = _block(tokens, heading.strip()) if heading.strip().startswith("^") else _section(tokens, last_heading(heading), len(lines))
    if span is None:
        return None
    definitions = [*notes.defined(env), *(definition["map"] for definition in env.get("references", {}).values())]
    below = ("\n".join(lines[first:end]) for first, end in definitions if not span[0] <= first < span[1])
    return "\n\n".join([textwrap.dedent("\n".join(lines[span[0] : span[1]])), *below])


def _section(tokens: list[Token], wanted: str, count: int) -> tuple[int, int] | None:
    """The first line of a heading and the line behind its section, from zero, in a text of `count` lines."""
    opened = [(token, inline) for token, inline in pairwise(tokens) if token.type == "heading_open" and token.map and token.level == 0]
    names = {heading_id(headings.plain_text(inline.children or ())): number for number, (_, inline) in reversed([*enumerate(opened)])}
    found = matching_id(heading_id(wanted), names)
    if found is None:
        return None
    (first, _), *after = opened[names[found] :]
    (start, _), ends = first.map or [0, 0], [token.map[0] for token, _ in after if token.map and token.tag <= first.tag]
    return start, min(ends, default=count)


def _block(tokens: list[Token], name: str) -> tuple[int, int] | None:
    """The first line of the block that has a name (`^k2`), and the line behind it, from zero."""
    for token in tokens:
        names = [str(token.attrs.get("id", "")), *(str(child.meta["id"]) for child in token.children or () if child.type == "block_id")]
        if name in names and token.map:
            return token.map[0], token.map[1]
    return None


def _render(self: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    shown, inner = tokens[index].meta["shown"]
    source = self.renderInline(tokens[index].meta["source"], options, env)
    return f'<div class="kb-embed">\n<p class="kb-embed__source">{source}</p>\n{self.render(shown, options, inner)}</div>\n'
