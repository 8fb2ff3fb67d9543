"""Tags beside Markdown: Hugo's shortcodes, Liquid's tags, MDX' components, and which closing tag belongs to which opening one.

`tag_index` finds the tags of a text outside of code, once for each text. Dialects say what they mean (`tag_meanings`); `template_rules`
and `tags_in_html` make parser rules of that.
"""

import enum
import re
from bisect import bisect_right
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from almanac_kb.core.raw_markdown import masked

ELEMENTS = """
a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br button canvas caption
center cite code col colgroup command content data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font
footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img input ins isindex kbd keygen label legend li link
listing main map mark marquee menu menuitem meta meter multicol nav nobr noembed noframes noscript object ol optgroup option output p param
picture plaintext pre progress q rb rp rt rtc ruby s samp script search section select slot small source spacer span strike strong style sub
summary sup table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr xmp
"""
DRAWINGS = """
animate animatemotion animatetransform circle clippath defs desc ellipse feblend fecolormatrix fecomposite feflood fegaussianblur femerge
femergenode feoffset filter foreignobject g glyph line lineargradient marker mask metadata path pattern polygon polyline radialgradient
rect set stop svg switch symbol text textpath tspan use view
annotation maction math menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub
msubsup msup mtable mtd mtext mtr munder munderover semantics
"""
HTML = frozenset(f"{ELEMENTS} {DRAWINGS}".split())
PLACEHOLDERS = frozenset(
    f"{DRAWINGS} area base command content data datalist dialog embed image input link map menu meta object option output param picture "
    "select slot source template time title track".split()
)
"""Elements that show nothing without attributes, content or a parent element; authors use their names as words of their own."""

MEMORY = "almanac.tags"
"""Key in the environment of a parse for the tag indexes of its texts."""
ARGUMENT = re.compile(
    r"""(?:([\w:.-]+)[ \t]*=[ \t]*)?(?:"((?:[^"\\]|\\.)*+)"|'((?:[^'\\]|\\.)*+)'|`([^`]*+)`|\{([^{}]*+)\}|([^\s"'`={}]+))"""
)
ESCAPE = re.compile(r"\\([\"'\\])")


class Family(enum.Enum):
    """The syntax of a tag."""

    HUGO = "hugo"
    LIQUID = "liquid"
    COMPONENT = "component"


class TagKind(enum.Enum):
    """The kind of a range of text."""

    OPEN = "open"
    """An opening tag; it may have no closing tag."""
    CLOSE = "close"
    SINGLE = "single"
    """A tag that closes itself."""
    HIDDEN = "hidden"
    """A comment, which is not shown."""
    LITERAL = "literal"
    """Text between two tags in which tags are not read."""
    ESCAPED = "escaped"
    """A tag that is shown as code."""
    OUTPUT = "output"
    """The value of a variable or an expression."""


@dataclass(frozen=True)
class MarkupTag:
    """A tag, a comment or an expression; offsets are those in the text."""

    family: Family
    kind: TagKind
    start: int
    end: int
    spelled: str = ""
    """The name of the tag as it was written."""
    written: str = ""
    """The text between the name and the end of the tag; for a comment, a literal or an output, its content."""
    inner: int = 0
    """The offset at which the text of a literal starts."""

    @property
    def name(self) -> str:
        """The name of the tag in lower case."""
        return self.spelled.casefold()


@dataclass(frozen=True)
class Arguments:
    """The arguments of a tag."""

    named: dict[str, str]
    """The named values by lower-case name."""
    plain: tuple[str, ...]
    """The values without a name, in order."""

    def get(self, *names: str) -> str:
        """The first of the named values that is not empty; empty for none."""
        return next((self.named[name] for name in names if self.named.get(name)), "")

    def at(self, index: int) -> str:
        """The value without a name at an index; empty for none."""
        return self.plain[index] if index < len(self.plain) else ""


def read_arguments(written: str) -> Arguments:
    """The arguments that are written behind the name of a tag."""
    named, plain = {}, []
    for match in ARGUMENT.finditer(written):
        value = ESCAPE.sub(r"\1", next((group for group in match.groups()[1:] if group is not None), "")).strip("\"'" if match[6] else None)
        if match[1]:
            named[match[1].casefold()] = value
        else:
            plain.append(value)
    return Arguments(named, tuple(plain))


@dataclass
class TagIndex:
    """The tags of a text outside of code."""

    by_start: dict[int, MarkupTag]
    closing: dict[int, MarkupTag]
    """The closing tag of each opening one, by the offset of the opening tag."""
    paired: frozenset[int]
    """Offsets of closing tags that close an opening one."""
    line_starts: list[int]
    crossing: list[MarkupTag]
    """Comments that start within a line and contain a blank line, the first one last."""
    components: frozenset[str]
    """Names that the text uses as components: it imports them, gives them attributes, or closes them."""
    is_vue: bool = False
    """Whether the text has the script of a Vue component, so that `{{ name }}` is an expression."""
    variables: frozenset[str] = frozenset()
    """Names of variables that Liquid tags set: `{% for post in site.posts %}`, `{% assign x = 1 %}`."""
    modules: dict[int, int] = field(default_factory=dict)
    """End offset of each import or export of a module, by its start offset."""
    depth: int = 0
    """Number of tags around the text being parsed."""
    outdent: tuple[int, int, int] = field(default=(-1, 0, 0))
    """A number of columns, and first and last of the lines known to be indented by at least that many."""

    def line(self, offset: int) -> int:
        """The line of an offset, from 0."""
        return bisect_right(self.line_starts, offset) - 1


def tag_index(text: str, env: MutableMapping[str, Any]) -> TagIndex:
    """The tags of a text, found once in a parse."""
    memory: dict[str, TagIndex] = env.setdefault(MEMORY, {})
    if text not in memory:
        memory[text] = _index(text)
    return memory[text]


SHORTCODE = re.compile(r"\{\{[<%]\s*(/?)\s*([\w./-]*+)((?:(?!\{\{|[>%]\}\}).)*+)[>%]\}\}", re.DOTALL)
ESCAPED = re.compile(r"\{\{(?P<sign>[<%])/\*((?:(?!\*/|/\*).)*+)\*/([>%])\}\}", re.DOTALL)
HUGO_COMMENT = re.compile(r"\{\{-?\s*/\*((?:(?!\*/|/\*).)*+)\*/\s*-?\}\}", re.DOTALL)
LIQUID_TAG = re.compile(r"\{%-?\s*([\w-]*+)((?:(?!\{%|%\}).)*+)%\}", re.DOTALL)
LIQUID_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}((?:(?!\{%-?\s*(?:end)?raw\b).)*+)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
LIQUID_HIDING = re.compile(r"\{%-?\s*(?P<end>end)?(?P<name>comment|capture)\b(?:(?!\{%|%\}).)*+%\}", re.DOTALL)
LIQUID_COMMENT = re.compile(r"\{#((?:(?!#\}|\{#).){0,2000}+)#\}", re.DOTALL)
KRAMDOWN_COMMENT = re.compile(r"\{::comment\}((?:(?!\{:).)*+)\{:/(?:comment)?\}", re.DOTALL)
OUTPUT = re.compile(r"\{\{-?((?:(?![{}]{2}).)*+)\}\}", re.DOTALL)
VUE_LITERAL = re.compile(r"<(?P<tag>[a-z][\w-]*)(?=\s)[^<>]{0,500}?\sv-pre(?=[\s>])[^<>]*>|^(?P<colons>:{3,})[ \t]*v-pre\b", re.MULTILINE)
MDX_COMMENT = re.compile(r"\{/\*((?:(?!\*/|/\*).)*+)\*/\}", re.DOTALL)
BRACES = r"\{(?:[^{}]++|\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\}){0,500}+\}){0,500}+\}){0,500}+\}"
VALUE = rf"(?:[^<>\"'{{}}]++|\"[^\"]{{0,2000}}+\"|'[^'\n]{{0,500}}+'|{BRACES}){{0,300}}+"
COMPONENT = re.compile(rf"<(/?)([A-Z][\w.]*|[a-z]+-[\w-]*)(?=[\s/>])({VALUE})>")
CAPITALS = re.compile(
    r"(?:ABBR|BIG|BLOCKQUOTE|BODY|BR|BUTTON|CENTER|CODE|DD|DEL|DIV|DL|DT|EM|FONT|FORM|H[1-6R]|HEAD|HTML|IFRAME|IMG|INPUT|INS"
    r"|KBD|LI|OL|P|PRE|SMALL|SPAN|STRONG|SUB|SUP|TABLE|TBODY|TD|TFOOT|TH|THEAD|TR|TT|UL|VIDEO)\Z"
)
"""Names of HTML elements in capitals, which are no components."""
IMPORT = re.compile(
    r"import\s{1,9}(?:(?P<names>[\w$*{][^'\"\n;{}]{0,300}|[\w$,\s]{0,100}\{[^{}'\"]{0,1000}\})\s{0,9}from\s{0,9})?"
    r"(?:\"[^\"\n]+\"|'[^'\n]+')[ \t]*;?[ \t]*"
)
"""An import of a module; several may be on one line."""
EXPORT = re.compile(
    r"export[ \t]+(?:(?:const|let|var)[ \t]+[\w$]+[ \t]*=|(?:async[ \t]+)?function[ \t*]+\w+[ \t]*\("
    r"|(?:\*|\{[^{}\n]*\})[ \t]*(?:as[ \t]+\w+[ \t]+)?from[ \t]*[\"']"
    r"|default[ \t]+(?:function\b|class\b|[\w$({\[]+[^\n]*[;({]|(?:[A-Z]\w*|\w+;)[ \t]*$))",
    re.MULTILINE,
)
"""The start of an export of a module."""
STEP = re.compile(r"(?P<opening>[({\[])|(?P<closing>[)}\]])|\n(?=[ \t]*(?:\n|\Z))")
STATEMENT = 20_000
"""Longest export, in characters."""
VARIABLE = {
    "for": re.compile(r"\s*([\w, ]{1,200}?)\s+in\b"),
    **dict.fromkeys(("assign", "set"), re.compile(r"\s*(\w+)\s*=")),
    "capture": re.compile(r"\s*[\"']?(\w+)"),
}
"""The arguments of tags that name values."""
MODULE_LINE = re.compile(r"^(?=import|export)", re.MULTILINE)
NAME = re.compile(r"\b[A-Z]\w*")
BLANK = re.compile(r"\n[ \t>]*\n")


def _index(text: str) -> TagIndex:
    mask = masked(text) if "{" in text or "<" in text else text
    tags = [*_without_overlaps(sorted([*_hugo(text, mask), *_liquid(text, mask), *_components(text, mask)], key=_place))]
    closing = dict(_paired(tags))
    line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
    crossing = [tag for tag in tags if tag.kind is TagKind.HIDDEN and _crosses(text, tag)]
    modules = [*_modules(mask)] if "port" in mask else []
    imported = {name.casefold() for _, _, names in modules for name in NAME.findall(names)}
    return TagIndex(
        {tag.start: tag for tag in tags},
        closing,
        frozenset(tag.start for tag in closing.values()),
        line_starts,
        crossing[::-1],
        frozenset(imported | set(_known_components(tags, closing))),
        "<script setup" in text,
        frozenset(_variables(tags)),
        {start: end for start, end, _ in modules},
    )


def _place(tag: MarkupTag) -> tuple[int, int]:
    return tag.start, -tag.end


def _hugo(text: str, mask: str) -> Iterator[MarkupTag]:
    if "{{" not in mask:
        return
    for match in ESCAPED.finditer(mask):
        shown = f"{{{{{match['sign']}{text[match.start(2) : match.end(2)]}{match[3]}}}}}"
        yield MarkupTag(Family.HUGO, TagKind.ESCAPED, match.start(), match.end(), written=shown)
    for match in HUGO_COMMENT.finditer(mask):
        yield MarkupTag(Family.HUGO, TagKind.HIDDEN, match.start(), match.end())
    for match in SHORTCODE.finditer(mask):
        written = text[match.start(3) : match.end(3)].strip()
        kind = TagKind.CLOSE if match[1] else TagKind.SINGLE if written.endswith("/") else TagKind.OPEN
        yield MarkupTag(Family.HUGO, kind, match.start(), match.end(), match[2], written.removesuffix("/"))


def _liquid(text: str, mask: str) -> Iterator[MarkupTag]:
    if "{%" in mask:
        for match in LIQUID_RAW.finditer(mask):
            written = text[match.start(1) : match.end(1)]
            yield MarkupTag(Family.LIQUID, TagKind.LITERAL, match.start(), match.end(), "raw", written, match.start(1))
        for start, end in _liquid_hidden(mask):
            yield MarkupTag(Family.LIQUID, TagKind.HIDDEN, start, end)
        for match in LIQUID_COMMENT.finditer(mask):
            yield MarkupTag(Family.LIQUID, TagKind.HIDDEN, match.start(), match.end())
        for match in LIQUID_TAG.finditer(mask):
            written = text[match.start(2) : match.end(2)].strip(" \n\t-")
            kind = TagKind.CLOSE if match[1].startswith("end") else TagKind.OPEN
            yield MarkupTag(Family.LIQUID, kind, match.start(), match.end(), match[1].removeprefix("end"), written)
    if "{::comment" in mask:
        for match in KRAMDOWN_COMMENT.finditer(mask):
            yield MarkupTag(Family.LIQUID, TagKind.HIDDEN, match.start(), match.end())
    if "{{" in mask:
        literal = [*_vue_literals(mask)] if "v-pre" in mask else []
        for match in OUTPUT.finditer(mask):
            if text[match.start() + 2] in "<%/":
                continue
            start, end = match.span()
            if (before := bisect_right(literal, (start, end)) - 1) >= 0 and end <= literal[before][1]:
                yield MarkupTag(Family.LIQUID, TagKind.LITERAL, start, end, written=text[start:end], inner=start)
            else:
                yield MarkupTag(Family.LIQUID, TagKind.OUTPUT, start, end, written=text[match.start(1) : match.end(1)])


def _vue_literals(mask: str) -> Iterator[tuple[int, int]]:
    """Start and end of text that Vue shows as it is written: in elements with `v-pre`, and in blocks of VitePress of that name."""
    end, unclosed = 0, set[str]()
    for match in VUE_LITERAL.finditer(mask):
        close = f"</{match['tag']}>" if match["tag"] else f"\n{match['colons']}"
        if match.start() < end or close in unclosed:
            continue
        found = mask.find(close, match.end())
        if found < 0:
            unclosed.add(close)
        else:
            end = found
            yield match.end(), end


def _liquid_hidden(mask: str) -> Iterator[tuple[int, int]]:
    """Start and end of comments, which may hold others, and of text that is kept for a variable. An end too few: the first one counts."""
    opened: list[re.Match[str]] = []
    ends: dict[str, int] = {}
    for match in LIQUID_HIDING.finditer(mask):
        if not match["end"]:
            opened.append(match)
        elif opened and match["name"] in {each["name"] for each in opened}:
            ends[match["name"]] = match.end()
            while opened[-1]["name"] != match["name"]:
                opened.pop()
            yield opened.pop().start(), match.end()
    yield from ((match.start(), ends[match["name"]]) for match in opened if ends.get(match["name"], 0) > match.start())


def _components(text: str, mask: str) -> Iterator[MarkupTag]:
    if "{/*" in mask:
        for match in MDX_COMMENT.finditer(mask):
            yield MarkupTag(
                Family.COMPONENT, TagKind.HIDDEN, match.start(), match.end(), written=text[match.start(1) : match.end(1)].strip()
            )
    if "<" not in mask:
        return
    for match in COMPONENT.finditer(mask):
        if not CAPITALS.match(match[2]) and (match[1] or not _in_word(text, match.start())):
            written = text[match.start(3) : match.end(3)].rstrip()
            kind = TagKind.CLOSE if match[1] else TagKind.SINGLE if written.endswith("/") else TagKind.OPEN
            yield MarkupTag(Family.COMPONENT, kind, match.start(), match.end(), match[2], written.removesuffix("/"))


def _without_overlaps(tags: list[MarkupTag]) -> Iterator[MarkupTag]:
    end = 0
    for tag in tags:
        if tag.start >= end:
            end = tag.end
            yield tag


def _paired(tags: list[MarkupTag]) -> Iterator[tuple[int, MarkupTag]]:
    """The offset of each opening tag that has a closing tag, with that tag."""
    waiting: dict[tuple[Family, str], list[MarkupTag]] = {}
    for tag in tags:
        key = tag.family, tag.name
        if tag.kind is TagKind.OPEN:
            waiting.setdefault(key, []).append(tag)
        elif tag.kind is TagKind.CLOSE and waiting.get(key):
            yield waiting[key].pop().start, tag


def _variables(tags: list[MarkupTag]) -> Iterator[str]:
    """The names of values in loops and assignments of Liquid and Jinja."""
    for tag in tags:
        match = VARIABLE[tag.name].match(tag.written) if tag.family is Family.LIQUID and tag.name in VARIABLE else None
        if match:
            yield from re.findall(r"\w+", match[1])


def _crosses(text: str, tag: MarkupTag) -> bool:
    start = text.rfind("\n", max(0, tag.start - 1000), tag.start) + 1
    return bool(text[start : tag.start].strip(" \t>")) and bool(BLANK.search(text, tag.start, tag.end))


def _known_components(tags: list[MarkupTag], closing: dict[int, MarkupTag]) -> Iterator[str]:
    for tag in tags:
        used = tag.start in closing or tag.kind is TagKind.SINGLE or "=" in tag.written
        if used and tag.family is Family.COMPONENT and tag.name:
            yield tag.name


def _modules(mask: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and imported names of each import or export of a module."""
    last, balanced = 0, True
    for line in MODULE_LINE.finditer(mask):
        start, end, names = line.start(), line.start(), ""
        if start < last:
            continue
        while match := IMPORT.match(mask, end):
            end, names = match.end(), f"{names} {match['names']}"
        if end == start and (header := EXPORT.match(mask, start)):
            end, balanced = _export_end(mask, header.end(), start + STATEMENT if balanced else 0)
        elif mask[end : end + 1] not in ("", "\n"):
            continue
        if end > start:
            last = end
            yield start, end, names


def _export_end(mask: str, start: int, limit: int) -> tuple[int, bool]:
    """The offset of the blank line that ends an export, and whether its braces are closed there; else that of the first blank line."""
    depth, first = mask.count("{", mask.rfind("\n", 0, start) + 1, start) - mask.count("}", mask.rfind("\n", 0, start) + 1, start), -1
    depth += mask[start - 1 : start] in ("(", "[")
    for step in STEP.finditer(mask, start):
        if step["opening"]:
            depth += 1
        elif step["closing"]:
            depth -= 1
        elif depth <= 0:
            return step.start(), True
        elif first < 0:
            first = step.start()
        if step.start() > limit and first >= 0:
            return first, False
    return (len(mask), True) if depth <= 0 or first < 0 else (first, False)


def _in_word(text: str, offset: int) -> bool:
    """Whether a letter, a digit or `_` is right before an offset, as in `List<Name>`."""
    return offset > 0 and (text[offset - 1].isalnum() or text[offset - 1] == "_")
