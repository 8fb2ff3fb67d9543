"""Wikilinks (`[[Note#Heading|text]]`) and embeds (`![[picture.png|300]]`) of Obsidian, GitHub's wikis, Foam and Logseq."""

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_inline import StateInline

from almanac_kb.core import paths
from almanac_kb.core.diagnostics import quoted
from almanac_kb.core.paths import is_article, stem, without_suffix
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.link_index import Match, title_of
from almanac_kb.markdown.link_targets import MEANT
from almanac_kb.markdown.links import link
from almanac_kb.markdown.rules import at, nested, position, push

WIKILINK = re.compile(r"!?(?<!\[)\[\[(?P<target>[^\[\]\n|]{1,500}?)(?P<label>\\?\|[^\[\]\n]{0,500})?\]\](?!\])")
EMBED_LINE = re.compile(r"!\[\[(?P<target>[^\[\]\n|]{1,500}?)(?P<label>\\?\|[^\[\]\n]{0,500})?\]\](?:[ \t]+\^[\w-]+)?")
"""An embed that stands alone on its line."""
TAG = re.compile(r"</?[A-Za-z][^<>]*>")
SIZE = re.compile(r"(?P<width>\d{1,5})(?:x(?P<height>\d{1,5}))?\Z")
IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp")
CONTENTS = frozenset({"toc", "_toc_"})
"""What stands for a list of contents, in VitePress and GitLab."""


def rules(md: MarkdownIt) -> None:
    """Adds wikilinks and embeds to a parser."""
    md.inline.ruler.before("link", "wikilink", _wikilink)


def size_of(label: str) -> dict[str, str]:
    """The width and height that the last part of a label gives (`lamp|300x200`), as attributes; empty where it gives none."""
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
        if found is None:
            _broken(state, match, name.strip(), heading)
        elif is_embed and found.path.casefold().endswith(IMAGES):
            _image(state, match, name, found)
        else:
            _link(state, match, name.strip(), heading, found)
    state.pos = match.end()
    return True


def _is_commonmark(state: StateInline, match: re.Match[str]) -> bool:
    """Whether CommonMark reads a link here: `[[1]](address)`, or `[[a]]` where `[a]` is defined."""
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
    """Pushes a link to an article, a part of one, or another file; an embedded note is a link with its title."""
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
    token.attrs, token.meta[MEANT] = {"href": address}, found
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
    token.content, token.children, token.meta[MEANT] = words[0] if words else stem(found.path), [], found
    state.md.inline.parse(token.content, state.md, state.env, token.children)


def _broken(state: StateInline, match: re.Match[str], name: str, heading: str) -> None:
    """Shows the text of a wikilink to nothing, and warns."""
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
    """Pushes the author's label, which is Markdown, or the plain text."""
    label = match["label"]
    if label and label.strip("\\| \t") and not SIZE.match(label.strip("\\| \t")):
        nested(state, match.start("label") + len(label) - len(label.lstrip("\\| \t")), match.start("label") + len(label.rstrip()))
    else:
        state.push("text", "", 0).content = plain


def last_heading(heading: str) -> str:
    """The last of the headings behind `#`; empty for a block."""
    words = heading.rstrip("#")
    last = (words.rpartition("#")[2] + heading[len(words) :]).strip()
    return "" if last.startswith("^") else last


def fragment_of(heading: str) -> str:
    """The fragment of a heading (`#part`) or of a block (`#^k2`)."""
    if heading.strip().startswith("^"):
        return f"#{heading.strip()}"
    slug = paths.heading_id(TAG.sub("", last_heading(heading)))
    return f"#{slug}" if slug else ""
