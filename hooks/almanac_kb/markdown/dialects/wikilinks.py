"""Wikilinks (`[[Note#Heading|text]]`) and embeds (`![[picture.png|300]]`) of Obsidian, GitHub's wikis, Foam and Logseq.

An embed of Markdown on a line of its own (`![[Note]]`, `![[Note#Part]]`, `![[Note#^block]]`) shows that article or that part of it.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.core import paths
from almanac_kb.core.diagnostics import Position, quoted
from almanac_kb.core.paths import SourcePath, folder, heading_id, is_article, stem, without_suffix
from almanac_kb.markdown import components, headings, notes
from almanac_kb.markdown.citations import NUMBERING, numbering
from almanac_kb.markdown.constructs import KEY, ParseContext, context
from almanac_kb.markdown.inserted_files import Lookup, answer
from almanac_kb.markdown.link_index import WIKI, Match, look_up, matching_id, title_of
from almanac_kb.markdown.link_targets import RESOLVED
from almanac_kb.markdown.links import link
from almanac_kb.markdown.rules import at, line_offset, line_text, nested, position, push, text_block

WIKILINK = re.compile(r"!?(?<!\[)\[\[(?P<target>[^\[\]\n|]{1,500}?)(?P<label>\\?\|[^\[\]\n]{0,500})?\]\](?!\])")
EMBED_LINE = re.compile(r"!\[\[(?P<target>[^\[\]\n|]{1,500}?)(?P<label>\\?\|[^\[\]\n]{0,500})?\]\](?:[ \t]+\^[\w-]+)?")
"""An embed alone on its line."""
TAG = re.compile(r"</?[A-Za-z][^<>]*>")
SIZE = re.compile(r"(?P<width>\d{1,5})(?:x(?P<height>\d{1,5}))?\Z")
DEPTH = 5
"""Most levels of embedded articles."""
LENGTH = 1_000_000
"""Most characters of all articles that one article embeds, or parts of which it embeds."""
SHOWN = "embeds.shown"
"""Key, in the environment of a parse and of the parses of embedded texts, of what the article embeds."""
CONSTRUCT = "embedded note"
EMBEDDED = "embedded_note"
"""Type of the token of an embedded article, or part of one."""
IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp")
CONTENTS = frozenset({"toc", "_toc_"})
"""Names that mean a table of contents, in VitePress and GitLab."""


def rules(md: MarkdownIt) -> None:
    """Adds wikilinks and embeds to a parser."""
    md.inline.ruler.before("link", "wikilink", _wikilink)


def size_of(label: str) -> dict[str, str]:
    """The width and height at the end of a label (`lamp|300x200`), as HTML attributes; empty for none."""
    match = SIZE.match(label.rpartition("|")[2].strip())
    return {name: value for name, value in match.groupdict().items() if value} if match else {}


@at("[!")
def _wikilink(state: StateInline, silent: bool) -> bool:
    match = WIKILINK.match(state.src, state.pos, state.posMax)
    if match is None or _is_commonmark(state, match):
        return False
    is_embed = match[0].startswith("!")
    if not is_embed and state.linkLevel:
        return False
    name, _, heading = match["target"].partition("#")
    shared = context(state.env)
    found = shared.resolve(name.strip(), name=True) if name.strip() else Match(shared.here)
    if found is None and (name != name.strip() or name.casefold() in CONTENTS):
        return False
    if not silent:
        label = (match["label"] or "").strip("\\| ")
        label_first = _label_first(label, shared) if found is None and not is_embed and label and is_wiki(shared) else ""
        if label_first:
            _link_label_first(state, match, label_first)
        elif found is None:
            _broken(state, match, name.strip(), heading)
        elif is_embed and found.path.casefold().endswith(IMAGES):
            _image(state, match, name, found)
        else:
            _link(state, match, name.strip(), heading, found)
    state.pos = match.end()
    return True


def is_wiki(shared: ParseContext) -> bool:
    """Whether the article is one of a wiki on GitHub."""
    return any(look_up(f"{WIKI}:{path}", shared.index, shared.lookups) for path in dict.fromkeys((folder(shared.here), "")))


def _label_first(label: str, shared: ParseContext) -> str:
    """Returns the target of a link of a wiki on GitHub, which has its text first: `[[the text|Name of the page]]`; empty for none."""
    if label.startswith(("https://", "http://")):
        return label
    name, _, heading = label.partition("#")
    found = shared.resolve(name.strip(), name=True)
    return shared.link(found.path) + fragment_of(heading) if found else ""


def _link_label_first(state: StateInline, match: re.Match[str], address: str) -> None:
    context(state.env).count("wikilink")
    push(state, "link_open", "a", 1, match.start()).attrs = {"href": state.md.normalizeLink(address)}
    state.linkLevel += 1
    nested(state, match.start("target"), match.end("target"))
    state.linkLevel -= 1
    state.push("link_close", "a", -1)


def _is_commonmark(state: StateInline, match: re.Match[str]) -> bool:
    """Whether CommonMark reads a link here: `[[1]](address)`, or `[[a]]` where the label `[a]` is defined."""
    if match[0].startswith("!"):
        return False
    if normalizeReference(match[0][2:-2]) in state.env.get("references", {}):
        return True
    if state.src[match.end() : match.end() + 1] not in {"(", "["} or state.src.startswith("[^", match.end()):
        return False
    start = state.pos
    is_link = link(state, True)
    state.pos = start
    return is_link


def _link(state: StateInline, match: re.Match[str], name: str, heading: str, found: Match) -> None:
    """Pushes a link to an article, a part of one, or another file; an embed of an article within a line is a link with its title."""
    shared = context(state.env)
    is_embed = match[0].startswith("!")
    address = (shared.link(found.path) if name else "") + fragment_of(heading)
    shown = without_suffix(name.rpartition("/")[2])
    if is_embed:
        shown = title_of(found.path, shared.index, shared.lookups) or stem(found.path)
        if is_article(found.path):
            message = f"![[{match['target'].strip()}]] within a line of text is shown as a link"
            shared.notice("embedded note", position(state, match.start()), message, "put it on a line of its own")
    _report_alternatives(state, match, name, found)
    shared.count("wikilink")
    plain = " › ".join(filter(None, (shown, last_heading(heading))))
    if not address:
        _push_label(state, match, plain)
        return
    token = push(state, "link_open", "a", 1, match.start())
    token.attrs, token.meta[RESOLVED] = {"href": address}, found
    state.linkLevel += 1
    _push_label(state, match, plain)
    state.linkLevel -= 1
    state.push("link_close", "a", -1)


def _image(state: StateInline, match: re.Match[str], name: str, found: Match) -> None:
    shared = context(state.env)
    _report_alternatives(state, match, name.strip(), found)
    shared.count("picture")
    label = match["label"] or ""
    words = [part.strip() for part in label.strip("\\|").split("|") if part.strip() and not SIZE.match(part.strip())]
    token = push(state, "image", "img", 0, match.start())
    token.attrs = {"src": shared.link(found.path), "alt": "", **size_of(label)}
    token.content, token.children, token.meta[RESOLVED] = words[0] if words else stem(found.path), [], found
    state.md.inline.parse(token.content, state.md, state.env, token.children)


def _broken(state: StateInline, match: re.Match[str], name: str, heading: str) -> None:
    """Pushes the text of a wikilink without target, and reports it."""
    shared, place = context(state.env), position(state, match.start())
    if match[0].startswith("!"):
        shared.warn("broken embed", place, f"![[{name}]] shows nothing: no article or file has that name", "add the file, or delete this")
        plain = name
    else:
        message = f"[[{name}]] leads nowhere: no article or file has that name; its text is shown"
        shared.warn("broken wikilink", place, message, "write the name of an article, or plain text")
        plain = " › ".join(filter(None, (without_suffix(name.rpartition("/")[2]), last_heading(heading))))
    _push_label(state, match, plain)


def _report_alternatives(state: StateInline, match: re.Match[str], name: str, found: Match) -> None:
    if found.alternatives:
        message = f"{quoted(name)} is the name of {found.path} and of {', '.join(found.alternatives[:3])}; the first is taken"
        context(state.env).warn("ambiguous link", position(state, match.start()), message, f"write [[{found.path}]]")


def _push_label(state: StateInline, match: re.Match[str], plain: str) -> None:
    """Pushes the author's label, parsed as Markdown, or else the plain text."""
    label = match["label"]
    if label and label.strip("\\| \t") and not SIZE.match(label.strip("\\| \t")):
        nested(state, match.start("label") + len(label) - len(label.lstrip("\\| \t")), match.start("label") + len(label.rstrip()))
    else:
        state.push("text", "", 0).content = plain


def last_heading(heading: str) -> str:
    """The last of the headings in `Part#Subpart`; empty for a block id."""
    words = heading.rstrip("#")
    last = (words.rpartition("#")[2] + heading[len(words) :]).strip()
    return "" if last.startswith("^") else last


def fragment_of(heading: str) -> str:
    """The URL fragment of a heading (`#part`) or of a block id (`#^k2`)."""
    if heading.strip().startswith("^"):
        return f"#{heading.strip()}"
    slug = paths.heading_id(TAG.sub("", last_heading(heading)))
    return f"#{slug}" if slug else ""


@dataclass
class _EmbeddedTexts:
    """The texts that an article embeds; shared by the parse of the article and those of all texts it embeds."""

    count: int = 0
    characters: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    """Targets of embeds that show nothing, each with the reason."""


@dataclass(frozen=True, eq=False)
class Embeds:
    """The parser plugin that embeds articles in others; `lookup` returns the text of a file, without its front matter."""

    lookup: Lookup

    def __call__(self, md: MarkdownIt) -> None:
        """Adds the block rule of embeds alone on their lines to a parser."""
        md.block.ruler.before("fence", EMBEDDED, self._rule, {"alt": ["paragraph", "reference", "blockquote"]})
        md.add_render_rule(EMBEDDED, _render)

    @at("!")
    def _rule(self, state: StateBlock, start: int, end: int, silent: bool) -> bool:
        shared = context(state.env)
        match = EMBED_LINE.fullmatch(line_text(state, start).rstrip())
        if match is None or state.is_code_block(start) or len(shared.embedded_in) > DEPTH:
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
        """Pushes the embedded content; where it can't be shown, a link, and reports why."""
        shared, shown = context(state.env), state.env.setdefault(SHOWN, _EmbeddedTexts())
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
        if not shared.embedded_in:
            for target, problem in shown.problems:
                shared.warn(CONSTRUCT, place, f"![[{target}]] {problem}; a link stands in its place", f"write [[{target}]]")
            shown.problems.clear()


def _problem(shared: ParseContext, shown: _EmbeddedTexts, path: SourcePath, fragment: str, text: str | None) -> str:
    """Why an article, or a part of it, can't be embedded; empty where it can."""
    if text is None:
        return "can't be read"
    page = shared.embedded_in[0][0] if shared.embedded_in else shared.here
    if (path == page and not fragment) or not {(path, fragment), (path, "")}.isdisjoint(shared.embedded_in[1:]):
        return "would show itself"
    return "would show too much" if len(shared.embedded_in) >= DEPTH or shown.characters > LENGTH else ""


def _parsed(state: StateBlock, part: str, path: SourcePath, fragment: str) -> tuple[list[Token], dict[str, Any]]:
    """The tokens of a part of the article at `path`, as embedded in another article, and the environment of their parse."""
    outer, shown = context(state.env), state.env[SHOWN]
    shared = ParseContext(path, outer.index, part.split("\n"), lookups=outer.lookups, targets=outer.targets)
    shared.embedded_in = (*(outer.embedded_in or ((outer.here, ""),)), (path, fragment))
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
    """Removes the id of a block, which belongs to the page of its own article, and makes fragment links lead to that page."""
    if str(token.attrs.get("id", "")).startswith("^"):
        del token.attrs["id"]
    elif token.type == "block_id":
        token.type, token.content = "text", ""
    elif token.type == "link_open" and str(token.attrs.get("href", "")).startswith("#"):
        token.attrs["href"] = f"{address}{token.attrs['href']}"


def _part(state: StateBlock, text: str, path: SourcePath, heading: str) -> str | None:
    """The lines of a heading with its section, or of a block, and the definitions of the text; None where it has no such part."""
    lines = text.split("\n")
    shared = ParseContext(path, context(state.env).index, lines, embedded_in=(("", ""),) * (DEPTH + 1))
    env: dict[str, Any] = {KEY: shared}
    tokens = state.md.parse(text, env)
    span = _block(tokens, heading.strip()) if heading.strip().startswith("^") else _section(tokens, last_heading(heading), len(lines))
    if span is None:
        return None
    definitions = [*notes.defined(env), *(definition["map"] for definition in env.get("references", {}).values())]
    below = ("\n".join(lines[first:end]) for first, end in definitions if not span[0] <= first < span[1])
    return "\n\n".join([textwrap.dedent("\n".join(lines[span[0] : span[1]])), *below])


def _section(tokens: list[Token], wanted: str, count: int) -> tuple[int, int] | None:
    """First line and end, from 0, of a heading with its section in a text of `count` lines; None where there is no such heading."""
    opened = [(token, inline) for token, inline in pairwise(tokens) if token.type == "heading_open" and token.map and token.level == 0]
    names = {heading_id(headings.plain_text(inline.children or ())): number for number, (_, inline) in reversed([*enumerate(opened)])}
    found = matching_id(heading_id(wanted), names)
    if found is None:
        return None
    (first, _), *after = opened[names[found] :]
    (start, _), ends = first.map or [0, 0], [token.map[0] for token, _ in after if token.map and token.tag <= first.tag]
    return start, min(ends, default=count)


def _block(tokens: list[Token], name: str) -> tuple[int, int] | None:
    """First line and end, from 0, of the block with an id (`^k2`); None where there is none."""
    for token in tokens:
        names = [str(token.attrs.get("id", "")), *(str(child.meta["id"]) for child in token.children or () if child.type == "block_id")]
        if name in names and token.map:
            return token.map[0], token.map[1]
    return None


def _render(self: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    shown, inner = tokens[index].meta["shown"]
    source = self.renderInline(tokens[index].meta["source"], options, env)
    return f'<div class="kb-embed">\n<p class="kb-embed__source">{source}</p>\n{self.render(shown, options, inner)}</div>\n'
