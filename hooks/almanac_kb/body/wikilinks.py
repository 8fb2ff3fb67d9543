"""Obsidian's links and embeds as the links and pictures of Markdown."""

import re
from collections.abc import Iterator

from almanac_kb.body import resolve
from almanac_kb.body.ledger import Ledger
from almanac_kb.body.text import Edit, Text
from almanac_kb.core import paths
from almanac_kb.core.diagnostics import Position, quoted
from almanac_kb.core.paths import stem, without_suffix

LINK = re.compile(r"(?<!\\)(!?)\[\[([^\[\]\n]{1,500})\]\](?![(\[])")
SIZE = re.compile(r"(\d{1,5})(?:x(\d{1,5}))?\Z")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp")


def translate(text: Text, ledger: Ledger) -> Text:
    """The text with `[[Note]]` and `![[picture.png]]` outside code as links and pictures; what leads nowhere becomes its text."""
    return text.edited(_edits(text, ledger)) if "[[" in text.markdown else text


def _edits(text: Text, ledger: Ledger) -> Iterator[Edit]:
    for found in LINK.finditer(text.mask):
        inner = text.markdown[found.start(2) : found.end(2)]
        target, _, label = inner.replace("\\|", "|").partition("|")
        write = _embed if found[1] else _link
        yield Edit(found.start(), found.end(), write(target.strip(), label.strip(), text.position(found.start()), ledger))


def _link(target: str, label: str, position: Position, ledger: Ledger) -> str:
    name, _, heading = target.partition("#")
    fragment = _fragment(heading)
    shown = label or " › ".join(filter(None, (without_suffix(name.rpartition("/")[2]), _heading(heading))))
    if not name:
        ledger.count("wikilink")
        return f"[{shown}]({fragment})" if fragment else shown
    hit = resolve.by_name(ledger, name)
    if hit is None:
        message = f"[[{name}]] leads nowhere: no article or file has that name; its text is shown"
        ledger.warn("broken wikilink", position, message, "write the name of an article, or plain text")
        return shown
    _tell(hit, name, position, ledger)
    ledger.count("wikilink")
    return f"[{shown}]({resolve.relative(ledger.vault.here, hit.path)}{fragment})"


def _embed(target: str, label: str, position: Position, ledger: Ledger) -> str:
    name, _, heading = target.partition("#")
    hit = resolve.by_name(ledger, name) if name else resolve.Hit(ledger.vault.here)
    if hit is None:
        ledger.warn(
            "broken embed", position, f"![[{name}]] shows nothing: no article or file has that name", "add the file, or delete this"
        )
        return _alt(label, name)
    if name:
        _tell(hit, name, position, ledger)
    address = resolve.relative(ledger.vault.here, hit.path) if name else ""
    if hit.path.casefold().endswith(PICTURES):
        ledger.count("picture")
        return f"![{_alt(label, stem(hit.path))}]({address}){_size(label)}"
    shown = " › ".join(filter(None, (resolve.title(ledger, hit.path) or stem(hit.path), _heading(heading))))
    ledger.notice(
        "embedded note", position, f"![[{target}]] is shown as a link: articles don't show parts of others", f"write [[{target}]]"
    )
    return f"[{_alt(label, shown)}]({address}{_fragment(heading)})"


def _tell(hit: resolve.Hit, name: str, position: Position, ledger: Ledger) -> None:
    if hit.rivals:
        message = f"{quoted(name)} is the name of {hit.path} and of {', '.join(hit.rivals[:3])}; the first is taken"
        ledger.warn("ambiguous link", position, message, f"write [[{hit.path}]]")


def _heading(heading: str) -> str:
    words = heading.rstrip("#")
    last = (words.rpartition("#")[2] + heading[len(words) :]).strip()
    return "" if last.startswith("^") else last


def _fragment(heading: str) -> str:
    slug = paths.heading_id(_heading(heading))
    return f"#{slug}" if slug else ""


def _alt(label: str, otherwise: str) -> str:
    words = [part for part in label.split("|") if part and not SIZE.match(part)]
    return words[0] if words else otherwise


def _size(label: str) -> str:
    found = SIZE.match(label.rpartition("|")[2].strip())
    if found is None:
        return ""
    return f'{{ width="{found[1]}" }}' if found[2] is None else f'{{ width="{found[1]}" height="{found[2]}" }}'
