"""MDX: modules removed, the common components translated, the others removed around their inner text."""

import re
from collections.abc import Iterator

from almanac_kb.body import arguments, stretch, tags
from almanac_kb.body.comments import blanked
from almanac_kb.body.ledger import Ledger
from almanac_kb.body.shortcodes import VIDEOS
from almanac_kb.body.tags import Tag
from almanac_kb.body.text import Edit, Text

IMPORT = re.compile(
    r"^import[ \t]+(?:[\w$*{][^'\"\n;]{0,300}[ \t}]from[ \t]*|\{[^{}'\"]{0,1000}\}[ \t]*from[ \t]*)?(?:\"[^\"\n]+\"|'[^'\n]+');?[ \t]*$",
    re.MULTILINE,
)
EXPORT = re.compile(
    r"^export[ \t]+(?:(?:const|let|var)[ \t]+[\w$]+[ \t]*=|(?:async[ \t]+)?function[ \t*]+\w+[ \t]*\("
    r"|default[ \t]+(?:function\b|class\b|[\w$({\[]+[^\n]*[;({]|(?:[A-Z]\w*|\w+;)[ \t]*$))"
    r"[^\n]*(?:\n(?![ \t]*\n)[^\n]*)*+",
    re.MULTILINE,
)
REMARK = re.compile(r"\{/\*(?:(?!\*/|/\*).)*+\*/\}", re.DOTALL)
VALUE = r"(?:[^<>\"'{}]|\"[^\"]{0,2000}\"|'[^'\n]{0,500}'|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,500}\}){0,500}+\}){0,500}+\}){0,300}+"
TAG = re.compile(rf"<(/?)([A-Z][\w.]*)(?=[\s/>])({VALUE})>")
CAPITALS = re.compile(
    r"(?:ABBR|BIG|BLOCKQUOTE|BODY|BR|BUTTON|CENTER|CODE|DD|DEL|DIV|DL|DT|EM|FONT|FORM|H[1-6R]|HEAD|HTML|IFRAME|IMG|INPUT|INS"
    r"|KBD|LI|OL|PRE|SMALL|SPAN|STRONG|SUB|SUP|TABLE|TBODY|TD|TFOOT|TH|THEAD|TR|TT|UL|VIDEO)\Z"
)
"""Names of HTML in capitals, which are no components."""
ATTRIBUTES = re.compile(rf"<[a-z][\w-]*({VALUE})>")
BRACED = re.compile(r"[ \t\n]*\b([A-Za-z-]+)=\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*+\})*+)\}|\b(className)=")


def translate(text: Text, ledger: Ledger) -> Text:
    """The text without modules, components and braces in attributes outside code; a lone `<Name>` is text."""
    if "<" not in text.markdown and "import" not in text.markdown and "{/*" not in text.markdown and "export" not in text.markdown:
        return text
    text = text.edited(_modules(text, ledger))
    text = text.edited(_components(text, ledger))
    return text.edited(_attributes(text, ledger))


def _modules(text: Text, ledger: Ledger) -> Iterator[Edit]:
    mask = text.mask
    for pattern, kind in ((IMPORT, "module"), (EXPORT, "module"), (REMARK, "template comment")):
        for found in pattern.finditer(mask):
            ledger.count(kind)
            yield blanked(text.markdown, found.start(), found.end())


def _components(text: Text, ledger: Ledger) -> Iterator[Edit]:
    found = [_tag(text.markdown, each) for each in TAG.finditer(text.mask) if not CAPITALS.match(each[2])]
    used = set()
    for tag, close in tags.paired(found):
        used |= {tag.start, close.start if close else tag.start}
        if tag.single or (close and not _in_word(text.markdown, tag)):
            yield from _edits(text, tag, close, ledger)
        else:
            yield from (_literal(each, ledger) for each in (tag, close) if each)
    yield from (_literal(tag, ledger) for tag in found if tag.start not in used)


def _tag(markdown: str, found: re.Match[str]) -> Tag:
    given = markdown[found.start(3) : found.end(3)].rstrip()
    return Tag(found.start(), found.end(), found[2].casefold(), given.rstrip("/"), bool(found[1]), given.endswith("/"))


def _in_word(markdown: str, tag: Tag) -> bool:
    return tag.start > 0 and (markdown[tag.start - 1].isalnum() or markdown[tag.start - 1] == "_")


def _literal(tag: Tag, ledger: Ledger) -> Edit:
    """The edit that makes a tag text: `List<Name>` is no component."""
    ledger.count("literal tag")
    return Edit(tag.start, tag.start + 1, "&lt;")


def _edits(text: Text, tag: Tag, close: Tag | None, ledger: Ledger) -> Iterator[Edit]:
    given = arguments.read(tag.arguments)
    block = tags.opening(tag.name, given) if close else None
    if block:
        ledger.count(block[0])
    elif tag.name in VIDEOS and given.get("id", "videoid"):
        ledger.count("video")
        yield Edit(tag.start, tag.end, f"[{given.get('title') or 'Video'}]({VIDEOS[tag.name]}{given.get('id', 'videoid')})")
        return
    else:
        what = "its inner text is shown" if close else "nothing is shown in its place"
        message = f"the component <{text.markdown[tag.start + 1 : tag.start + 1 + len(tag.name)]}> is not known here; {what}"
        ledger.notice("unknown component", text.position(tag.start), message, "write what it stood for")
    if block and block[1] and close:
        yield stretch.opened(text.markdown, tag.start, tag.end, block[1])
        yield stretch.closed(text.markdown, close.start, close.end)
        return
    yield from (blanked(text.markdown, each.start, each.end) for each in (tag, close) if each)


def _attributes(text: Text, ledger: Ledger) -> Iterator[Edit]:
    for found in ATTRIBUTES.finditer(text.mask):
        for attribute in BRACED.finditer(text.markdown, found.start(1), found.end(1)):
            ledger.count("attribute")
            yield Edit(attribute.start(3), attribute.end(3), "class") if attribute[3] else Edit(attribute.start(), attribute.end(), "")
