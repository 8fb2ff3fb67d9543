"""Hugo's shortcodes: the common ones translated, the others removed around their inner text."""

import re
from collections.abc import Iterator

from almanac_kb.body import arguments, stretch, tags
from almanac_kb.body.arguments import Arguments
from almanac_kb.body.comments import blanked
from almanac_kb.body.ledger import Ledger
from almanac_kb.body.tags import Tag
from almanac_kb.body.text import Edit, Text

TAG = re.compile(r"\{\{[<%]\s*(/?)\s*([\w./-]*+)((?:(?!\{\{|[>%]\}\}).)*+)[>%]\}\}", re.DOTALL)
ESCAPED = re.compile(r"\{\{([<%])/\*((?:(?!\*/|/\*).)*+)\*/([>%])\}\}", re.DOTALL)
REMARK = re.compile(r"\{\{-?\s*/\*(?:(?!\*/|/\*).)*+\*/\s*-?\}\}", re.DOTALL)
VIDEOS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/", "bilibili": "https://www.bilibili.com/video/"}


def translate(text: Text, ledger: Ledger) -> Text:
    """The text without `{{< … >}}` and `{{% … %}}` outside code."""
    if "{{" not in text.markdown:
        return text
    text = text.edited(_literal(text, ledger))
    mask = text.mask
    found = [_tag(text.markdown, each) for each in TAG.finditer(mask)]
    pairs = [*tags.paired(found)]
    known = {tag.start for pair in pairs for tag in pair if tag}
    stray = [blanked(text.markdown, tag.start, tag.end) for tag in found if tag.start not in known]
    return text.edited([*stray, *(edit for tag, close in pairs for edit in _edits(text, tag, close, ledger))])


def _tag(markdown: str, found: re.Match[str]) -> Tag:
    given = markdown[found.start(3) : found.end(3)].strip()
    return Tag(found.start(), found.end(), found[2].casefold(), given.removesuffix("/"), bool(found[1]), given.endswith("/"))


def _literal(text: Text, ledger: Ledger) -> Iterator[Edit]:
    """Shortcodes that are only shown, as code; and remarks, as nothing."""
    mask = text.mask
    for found in ESCAPED.finditer(mask):
        ledger.count("literal template")
        opener, closer = found[1], found[3]
        yield Edit(found.start(), found.end(), f"`{{{{{opener}{text.markdown[found.start(2) : found.end(2)]}{closer}}}}}`")
    for found in REMARK.finditer(mask):
        ledger.count("template comment")
        yield blanked(text.markdown, found.start(), found.end())


def _edits(text: Text, tag: Tag, close: Tag | None, ledger: Ledger) -> Iterator[Edit]:
    given = arguments.read(tag.arguments)
    block = tags.opening(tag.name, given) if close else None
    if block and close:
        yield from _block(text.markdown, tag, close, *block, ledger)
        return
    written = _written(tag.name, given, ledger)
    if written is None:
        where = text.position(tag.start)
        what = "its inner text is shown" if close else "nothing is shown in its place"
        ledger.notice("unknown shortcode", where, f"the shortcode {tag.name!r} is not known here; {what}", "write what it stood for")
    yield blanked(text.markdown, tag.start, tag.end) if written is None else Edit(tag.start, tag.end, written)
    if close:
        yield blanked(text.markdown, close.start, close.end)


def _block(markdown: str, tag: Tag, close: Tag, kind: str, opening: str, ledger: Ledger) -> Iterator[Edit]:
    ledger.count(kind)
    if opening:
        yield stretch.opened(markdown, tag.start, tag.end, opening)
        yield stretch.closed(markdown, close.start, close.end)
    else:
        yield blanked(markdown, tag.start, tag.end)
        yield blanked(markdown, close.start, close.end)


def _written(name: str, given: Arguments, ledger: Ledger) -> str | None:
    """What stands for a shortcode that shows something itself, or None."""
    if name in ("figure", "img", "image"):
        ledger.count("figure")
        return _figure(given)
    if name in ("ref", "relref"):
        ledger.count("reference")
        return (given.get("path") or given.at(0)).replace(" ", "%20")
    if name in VIDEOS and (given.get("id") or given.at(0)):
        ledger.count("video")
        return f"[{given.get('title') or 'Video'}]({VIDEOS[name]}{given.get('id') or given.at(0)})"
    return None


def _figure(given: Arguments) -> str:
    source = given.get("src") or given.at(0)
    caption = given.get("caption", "title")
    alt = (given.get("alt") or caption or given.at(1)).replace("[", "").replace("]", "")
    width = given.get("width").removesuffix("px")
    picture = f"![{alt}]({source.replace(' ', '%20')})" + (f'{{ width="{width}" }}' if re.fullmatch(r"\d{1,4}%?", width) else "")
    link = given.get("link")
    shown = f"[{picture}]({link})" if link else picture
    below = caption.strip() if "*" in caption else f"*{caption.strip()}*"
    return f"{shown}<br>{below}" if caption.strip() else shown
