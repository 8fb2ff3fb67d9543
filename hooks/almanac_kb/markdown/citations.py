"""Citations (`[@key]`, `[@key; @other]`) as numbered links to a list of references at the end of the article."""

import re
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml, normalizeReference
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.core.diagnostics import quoted
from almanac_kb.core.messages import Messages
from almanac_kb.core.text import most_similar
from almanac_kb.markdown.components import link, text
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.references import BIBLIOGRAPHY_FILE, KEY, Bibliography, Reference
from almanac_kb.markdown.rules import Plugin, at, position, push

MAX_SUGGESTIONS = 20
"""Unknown keys per article for which the nearest known key is looked up, which takes long."""
ITEM = re.compile(rf"@({KEY})")
CITED = re.compile(rf"-?@{KEY}\s*+(?:;\s*+-?@{KEY}\s*+)*+")
CITATION = re.compile(r"\[(?P<keys>-?@[^\[\]]{1,2000})\](?!\(|\[(?!-?@))")
NUMBERING = "citations"
"""Key of a text's Numbering in the environment of its parse."""


@dataclass
class Numbering:
    """The numbers of the references that one text cites."""

    uses: dict[str, int] = field(default_factory=dict)
    """The number of citations of each work, by key, in the order of first citation."""
    numbers: dict[str, int] = field(default_factory=dict)
    """The number of each cited work in the list of references."""
    hints: dict[str, str] = field(default_factory=dict)
    """A suggested key for each unknown one."""
    works: dict[str, Reference] = field(default_factory=dict)
    """The cited works, by key."""


def rules(bibliography: Bibliography) -> Plugin:
    """The parser plugin that reads citations of the works in a bibliography."""
    references = {work.key: work for work in bibliography.references}

    @at("[")
    def citation(state: StateInline, silent: bool) -> bool:
        return not silent and _cite(state, references)

    def add_sources(state: StateCore) -> None:
        if context(state.env).embedded_in:
            return
        end = next((index for index, token in enumerate(state.tokens) if token.type == "notes_open"), len(state.tokens))
        state.tokens[end:end] = sources(state.env)

    def plugin(md: MarkdownIt) -> None:
        md.inline.ruler.before("link", "citation", citation)
        md.core.ruler.before("text_join", "citations", add_sources)
        md.add_render_rule("citation", lambda self, tokens, index, options, env: tokens[index].content)

    return plugin


def cited(env: dict[str, Any]) -> tuple[str, ...]:
    """The keys that a parsed text cites, in the order of their numbers; `env` is that of its parse."""
    return tuple(numbering(env).uses)


def reference(work: Reference) -> list[Token]:
    """A reference as inline tokens: authors, title, container, year, locator and a link to its DOI or URL."""
    parts: list[tuple[str, str]] = [
        (work.authors, ""),
        (work.title, ""),
        (work.container, "em"),
        ("; ".join(filter(None, (work.year, work.locator))), ""),
    ]
    tokens: list[Token] = []
    for content, tag in parts:
        if content:
            stop = "" if content.endswith((".", "?", "!")) else "."
            if tag:
                tokens += [Token("em_open", "em", 1), text(content), Token("em_close", "em", -1), text(f"{stop} ")]
            else:
                tokens.append(text(f"{content}{stop} "))
    if work.doi:
        tokens += link(f"https://doi.org/{quote(work.doi, safe='/')}", [text(f"doi:{work.doi}")])
    elif work.url:
        tokens += link(quote(work.url, safe=":/?#@!&,;=%~+"), [text(urlsplit(work.url).hostname or work.url)])
    elif tokens:
        tokens[-1].content = tokens[-1].content.rstrip()
    if work.archived:
        tokens += [text(" ("), *link(quote(work.archived, safe=":/?#@!&,;=%~+"), [text("archived")]), text(")")]
    return tokens


def _cite(state: StateInline, references: dict[str, Reference]) -> bool:
    """Pushes the numbers of a citation; a citation that can't be read, or has no known key, stays text and is reported."""
    match = CITATION.match(state.src, state.pos, state.posMax)
    if match is None or state.linkLevel or state.src[state.pos - 1 : state.pos] == "!":
        return False
    if normalizeReference(match["keys"]) in state.env.get("references", {}):
        return False
    shared = context(state.env)
    if not CITED.fullmatch(match["keys"]):
        message = f"a citation must be [@key] or [@key; @key], got {quoted(' '.join(match[0].split()))}"
        shared.warn("citation", position(state, match.start()), message, "write a page into the sentence")
        return False
    numbers = numbering(state.env)
    items = [(item[1], match.start("keys") + item.start()) for item in ITEM.finditer(match["keys"])]
    unknown = [(key, offset) for key, offset in items if key not in references]
    for key, offset in unknown:
        message = f"must be a key of {BIBLIOGRAPHY_FILE}, got {quoted(key)}"
        shared.warn("citation", position(state, offset), message, _hint(key, references, numbers))
    links = [_link(references[key], numbers) for key, _ in items if key in references]
    if not links:
        return False
    shared.count("citation")
    state.pending = state.pending.removesuffix(" ")
    push(state, "citation", "", 0, state.pos).content = f'<sup class="citation">{", ".join(links)}</sup>'
    state.append_pending("".join(f" [@{key}]" for key, _ in unknown))
    state.pos = match.end()
    return True


def numbering(env: Any) -> Numbering:
    """The numbers of the references of a text, shared with the texts that it embeds; `env` is that of a parse."""
    numbers: Numbering = env.setdefault(NUMBERING, Numbering())
    return numbers


def _link(work: Reference, numbering: Numbering) -> str:
    key = work.key
    numbering.works[key] = work
    times = numbering.uses[key] = numbering.uses.get(key, 0) + 1
    number = numbering.numbers.setdefault(key, len(numbering.uses))
    return f'<a id="cite:{key}:{times}" href="#source:{key}">{number}</a>'


def _hint(key: str, references: dict[str, Reference], numbering: Numbering) -> str:
    if key not in numbering.hints:
        near = most_similar(key, references) if len(numbering.hints) < MAX_SUGGESTIONS else ""
        numbering.hints[key] = f"write [@{near}]" if near else f"add it to {BIBLIOGRAPHY_FILE}"
    return numbering.hints[key]


def sources(env: MutableMapping[str, Any]) -> list[Token]:
    """The heading `Sources` and the numbered list of the works that a parsed text cites, with links back; no tokens where it cites none."""
    numbers = numbering(env)
    if not numbers.uses:
        return []
    messages = context(env).messages
    heading = _inline([text(messages.gettext("Sources"))])
    tokens = [_block("heading_open", "h2", 1, markup="##"), heading, _block("heading_close", "h2", -1, markup="##")]
    tokens.append(_block("ordered_list_open", "ol", 1))
    for key, times in numbers.uses.items():
        anchor = Token("html_inline", "", 0, content=f'<span id="source:{key}"></span>')
        back = Token("html_inline", "", 0, content="".join(_back(key, use, messages) for use in range(1, times + 1)))
        content = _inline([anchor, *reference(numbers.works[key]), back])
        opening, closing = _block("paragraph_open", "p", 1), _block("paragraph_close", "p", -1)
        opening.hidden = closing.hidden = True
        tokens += [_block("list_item_open", "li", 1), opening, content, closing, _block("list_item_close", "li", -1)]
    return [*tokens, _block("ordered_list_close", "ol", -1)]


def _back(key: str, use: int, messages: Messages) -> str:
    name = messages.gettext("Back to citation %(number)s") % {"number": use}
    return f' <a class="citation-back" href="#cite:{escapeHtml(key)}:{use}" aria-label="{escapeHtml(name)}">↩</a>'


def _block(name: str, tag: str, nesting: Any, markup: str = "") -> Token:
    return Token(name, tag, nesting, block=True, markup=markup)


def _inline(children: list[Token]) -> Token:
    return Token(
        "inline", "", 0, block=True, children=children, content="".join(child.content for child in children if child.type == "text")
    )
