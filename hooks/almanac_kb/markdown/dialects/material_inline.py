"""Inline syntax of Material for MkDocs: keys `++ctrl+c++`, inserted text `^^x^^`, superscript `x^2^`, icons such as `:material-check:`."""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token
from pymdownx import keymap_db

from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.rules import at, nested

KEY = r"(?:[\w-]+|\"(?:\\.|[^\\\"\n])+\"|'(?:\\.|[^\\'\n])+')"
KEYS = re.compile(rf"\+\+({KEY}(?:\+{KEY})*)\+\+(?!\w)")
SUPERSCRIPT = re.compile(r"\^([^\s^\[\]\\`*_<]{1,60})\^(?![\w^])")
ICON = re.compile(r":(?P<set>material|octicons|simple|fontawesome-(?:brands|regular|solid))-(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*):(?!\w)")
CRITIC = re.compile(
    r"\{(?:\+\+(?!\s)(?P<ins>(?:(?!\+\+\}).)++)\+\+|--(?!\s)(?P<del>(?:(?!--\}).)++)--"
    r"|==(?!\s)(?P<mark>(?:(?!==\}).)++)==|>>(?P<aside>(?:(?!<<\}).)++)<<"
    r"|~~(?P<old>(?:(?!~>|~~\}).)*+)~>(?P<new>(?:(?!~~\}).)*+)~~)\}",
    re.DOTALL,
)
CRITIC_LENGTH = 2000
"""Characters of the longest change that is read."""
NAME_LENGTH = 100
"""Longest name of an icon, in characters."""
ICON_SIZE = 16_384
"""Largest icon file that is inserted, in bytes."""


def rules(md: MarkdownIt) -> None:
    """Adds changes of an editor, keys, inserted text, superscript and icons to a parser, and their rendering."""
    md.inline.ruler.before("link", "critic", _critic)
    md.inline.ruler.push("keys", _keys)
    md.inline.ruler.push("inserted", _inserted)
    md.inline.ruler2.before("fragments_join", "inserted", _resolve_inserted)
    md.inline.ruler.push("superscript", _superscript)
    md.inline.ruler.push("icon", _icon)
    md.add_render_rule("keys", _render_keys)
    md.add_render_rule("icon", _render_icon)


@at("{")
def _critic(state: StateInline, silent: bool) -> bool:
    """Changes of an editor, as `pymdownx.critic` reads them: `{++new++}`, `{--old--}`, `{~~old~>new~~}`, `{==marked==}`, `{>>a note<<}`."""
    match = CRITIC.match(state.src, state.pos, min(state.posMax, state.pos + CRITIC_LENGTH))
    if match is None:
        return False
    if not silent:
        for name, tag in (("del", "del"), ("old", "del"), ("ins", "ins"), ("new", "ins"), ("mark", "mark"), ("aside", "small")):
            if match[name]:
                state.push(f"{tag}_open", tag, 1)
                nested(state, match.start(name), match.end(name))
                state.push(f"{tag}_close", tag, -1)
        context(state.env).count("change")
    state.pos = match.end()
    return True


@at("+")
def _keys(state: StateInline, silent: bool) -> bool:
    """Inline rule: `++ctrl+alt+"x"++`, if all keys are known and no letter adjoins the plus signs."""
    if not state.src.startswith("++", state.pos) or re.match(r"[\w+]", state.src[state.pos - 1 : state.pos]):
        return False
    match = KEYS.match(state.src, state.pos, min(state.posMax, state.pos + 200))
    keys = [_key(name) for name in re.findall(KEY, match[1])] if match else []
    if not match or any(key is None for key in keys):
        return False
    if not silent:
        token = state.push("keys", "span", 0)
        token.meta = {"keys": keys}
        context(state.env).count("keys")
    state.pos = match.end()
    return True


def _key(name: str) -> tuple[str, str] | None:
    """Class and label of a key; None for an unknown name."""
    if name[0] in "\"'":
        return "", re.sub(r"\\(.)", r"\1", name[1:-1])
    known = keymap_db.aliases.get(name.lower(), name.lower())
    label = keymap_db.keymap.get(known)
    return (f"key-{known}", label) if label else None


def _render_keys(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    attributes = ((f' class="{name}"' if name else "", escape(label)) for name, label in tokens[index].meta["keys"])
    labels = (f"<kbd{attribute}>{label}</kbd>" for attribute, label in attributes)
    return f'<span class="keys">{"<span>+</span>".join(labels)}</span>'


@at("^")
def _inserted(state: StateInline, silent: bool) -> bool:
    """Inline rule: `^^text^^`, whose signs are delimiters like those of emphasis."""
    if silent or not state.src.startswith("^^", state.pos):
        return False
    scanned = state.scanDelims(state.pos, True)
    if scanned.length != 2:
        return False
    token = state.push("text", "", 0)
    token.content = "^^"
    state.delimiters.append(Delimiter(ord("^"), 0, len(state.tokens) - 1, -1, scanned.can_open, scanned.can_close))
    state.pos += 2
    return True


def _resolve_inserted(state: StateInline) -> None:
    for delimiters in (state.delimiters, *(meta["delimiters"] for meta in state.tokens_meta if meta and "delimiters" in meta)):
        for opening in delimiters:
            if opening.marker == ord("^") and opening.end >= 0:
                closing = delimiters[opening.end]
                for place, name, nesting in ((opening.token, "ins_open", 1), (closing.token, "ins_close", -1)):
                    token = state.tokens[place]
                    token.type, token.tag, token.nesting, token.content, token.markup = name, "ins", nesting, "", "^^"


@at("^")
def _superscript(state: StateInline, silent: bool) -> bool:
    """Inline rule: `x^2^`, unless a letter or digit follows, as in `x^2+y^2=z`."""
    match = SUPERSCRIPT.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        state.push("sup_open", "sup", 1)
        state.push("text", "", 0).content = match[1]
        state.push("sup_close", "sup", -1)
    state.pos = match.end()
    return True


@at(":")
def _icon(state: StateInline, silent: bool) -> bool:
    """Inline rule: `:material-check:`, an icon from Material's icon sets."""
    if state.pos and (state.src[state.pos - 1].isalnum() or state.src[state.pos - 1] in ":/"):
        return False
    match = ICON.match(state.src, state.pos, min(state.posMax, state.pos + NAME_LENGTH))
    drawing = icon(match["set"], match["name"]) if match else ""
    if not match or not drawing:
        return False
    if not silent:
        token = state.push("icon", "span", 0)
        token.attrs, token.content, token.markup = {"class": "twemoji"}, drawing, match[0]
        context(state.env).count("icon")
    state.pos = match.end()
    return True


def _render_icon(self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f"<span{self.renderAttrs(tokens[index])}>{tokens[index].content}</span>"


@lru_cache(maxsize=512)
def icon(family: str, name: str) -> str:
    """The SVG of an icon, `check` of `material` or `github` of `fontawesome-brands`; empty for an unknown name."""
    theme = find_spec("material")
    if theme is None or not theme.submodule_search_locations:
        return ""
    path = Path(theme.submodule_search_locations[0], "templates", ".icons", *family.split("-"), f"{name}.svg")
    if not path.is_file() or path.stat().st_size > ICON_SIZE:
        return ""
    return re.sub(r"<!--.*?-->", "", path.read_text("utf-8"), flags=re.DOTALL).strip()
