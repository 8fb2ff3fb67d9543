"""HTML of an article as GitHub-flavoured Markdown: one walk over the parsed HTML, where each element wraps the Markdown of its contents."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from html import escape as escape_html
from itertools import islice
from urllib.parse import urljoin

from lxml import etree

from almanac_kb.core.paths import AbsoluteUrl

PACKAGES = ("lxml",)
"""Packages whose versions affect the result."""
ALERTS = {
    "tip": ("tip", "hint", "success", "check", "done"),
    "important": ("important",),
    "warning": ("warning", "attention", "question", "help", "faq"),
    "caution": ("caution", "danger", "error", "failure", "fail", "missing", "bug"),
}
"""GitHub's alerts, with the admonitions of Material that become them; all others become notes."""
ALERT_OF = {name: alert for alert, names in ALERTS.items() for name in names}
IGNORED_CLASSES = frozenset({"headerlink", "footnote-backref", "citation-back", "linenos", "filename", "task-list-indicator"})
"""Classes of navigation aids in a page, which are no text."""
IGNORED_TAGS = frozenset({"script", "style", "template", "svg"})
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = frozenset(
    {*HEADINGS, "p", "blockquote", "article", "div", "section", "ol", "ul", "li", "dl", "dt", "dd"}
    | {"table", "thead", "tbody", "tfoot", "tr", "td", "th"}
)
"""Elements with no significant white space at their edges, inside and outside."""
VERBATIM = frozenset({"code", "kbd", "samp"})
"""Elements whose text is not escaped."""
SPECIAL = re.compile(
    r"[\\`*\[\]]"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?\w+;)"
    r"|~(?=~)|(?<=~)~"
    r"|(?m:^)(?:[#>+=-]|\d{1,9}(?=[.)]\s))"
)
"""Characters that Markdown would read as syntax, anywhere or at the start of a line."""
BLANK_LINES = re.compile(r"[\t \r\n]*[\r\n][\t \r\n]*")
BLANKS = re.compile(r"[\t ]+")
SPACE = " \t\r\n"
PREFORMATTED = re.compile(r"<pre\b[^>]*>.*?</pre>", re.DOTALL)
SPAN = re.compile(r"</?span\b[^>]*>")
BACKTICKS = re.compile(r"`+")
LANGUAGE = re.compile(r"language-([\w#.+-]+)\Z")
FORMULA = re.compile(r"\s*(?:\\\((?P<inline>.*)\\\)|\\\[(?P<display>.*)\\\])\s*\Z", re.DOTALL)
NUMBER = "data-number"
"""Attribute of `<li>` for its number while a list is converted."""
MAX_COLUMNS = 1000
"""Most columns of a cell: more are a mistake or an attack."""


@dataclass(frozen=True)
class _Around:
    """The context of an element."""

    inline: bool = False
    """In a heading or table cell, where no new line may begin."""
    verbatim: bool = False
    """In code, where Markdown syntax has no meaning."""
    item: bool = False
    """In a list item."""


def to_markdown(html: str, page: AbsoluteUrl) -> str:
    """The Markdown of HTML on the page at this absolute URL; its links and images become absolute.

    What Markdown has no syntax for stays a harmless HTML tag (`<details>`, `<kbd>`, `<mark>`, `<sub>`); HTML nested too deep to be
    walked becomes plain text.
    """
    if not html.strip():
        return ""
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True)
    tree = etree.fromstring(PREFORMATTED.sub(_without_spans, html), parser)
    try:
        return _Converter(page).convert(tree, _Around()).strip("\n")
    except RecursionError:
        return _escape(_text(tree).strip())


class _Converter:
    """Converts the HTML of one page."""

    def __init__(self, page: AbsoluteUrl) -> None:
        self._page = page

    def convert(self, node: etree._Element, around: _Around) -> str:
        """The Markdown of an element with its contents, with line breaks that separate it from its neighbours."""
        classes = _classes(node)
        tag = str(node.tag)
        if tag in IGNORED_TAGS or not IGNORED_CLASSES.isdisjoint(classes):
            return ""
        if "arithmatex" in classes:
            return _formula(_text(node), around.inline)
        if tag == "pre" or (tag == "div" and "highlight" in classes):
            return _code_block(node, around.inline)
        if "tabbed-set" in classes:
            return self._tabs(node, around)
        if tag == "ol":
            _number_items(node)
        text = _join(self._contents(node, _inside(tag, around)))
        if tag in WITH_ADDRESS:
            return WITH_ADDRESS[tag](node, text, around, self._destination)
        return WRITERS[tag](node, text, around) if tag in WRITERS else text

    def _contents(self, node: etree._Element, around: _Around) -> Iterator[str]:
        """The Markdown of the texts and elements of an element, in order."""
        is_block = node.tag in BLOCKS
        children = list(node)
        if node.text:
            yield _words(node.text, around, is_block, _ends_text(children[0]) if children else is_block)
        for number, child in enumerate(children, 1):
            yield self.convert(child, around)
            if child.tail:
                after = _ends_text(children[number]) if number < len(children) else is_block
                yield _words(child.tail, around, _ends_text(child), after)

    def _tabs(self, tabs: etree._Element, around: _Around) -> str:
        """The tabs in sequence, with their labels as bold lines."""
        labels = [_text(label) for label in _parts_of_tabs(tabs, "tabbed-labels", "label")]
        blocks = [self.convert(block, around).strip() for block in _parts_of_tabs(tabs, "tabbed-content", "div")]
        parts = (f"**{_escape(label.strip())}**\n\n{block}" for label, block in zip(labels, blocks, strict=False))
        return "\n\n" + "\n\n".join(parts) + "\n\n"

    def _destination(self, address: str) -> str:
        """A URL as a link destination: absolute, in angle brackets where it has blanks or parentheses."""
        try:
            absolute = urljoin(self._page, address.strip())
        except ValueError:
            absolute = address.strip()
        absolute = " ".join(absolute.split()).replace("<", "%3C").replace(">", "%3E")
        return f"<{absolute}>" if re.search(r"[\s()]", absolute) else absolute


def _inside(tag: str, around: _Around) -> _Around:
    """The context of an element's contents."""
    if tag in HEADINGS or tag in {"td", "th"}:
        return replace(around, inline=True)
    if tag in VERBATIM:
        return replace(around, verbatim=True)
    return replace(around, item=True) if tag == "li" else around


def _ends_text(node: etree._Element) -> bool:
    """Whether white space next to an element is insignificant."""
    return node.tag in BLOCKS or node.tag == "pre"


def _words(text: str, around: _Around, at_start: bool, at_end: bool) -> str:
    """A text as Markdown, without white space at an edge that is the edge of a block."""
    if (at_start or at_end) and not text.strip():
        return ""
    text = BLANKS.sub(" ", BLANK_LINES.sub("\n", text))
    text = text if around.verbatim else _escape(text)
    text = text.lstrip(SPACE) if at_start else text
    return text.rstrip() if at_end else text


def _join(parts: Iterable[str]) -> str:
    """The parts joined; line breaks at both sides of a join are merged to the larger number, at most two."""
    joined: list[str] = []
    breaks = 0
    for part in filter(None, parts):
        text = part.lstrip("\n")
        before = len(part) - len(text)
        joined.append("\n" * (min(2, max(breaks, before)) if breaks and before else breaks + before))
        text = text.rstrip("\n")
        joined.append(text)
        breaks = len(part) - before - len(text) if text else 0
    return "".join(joined) + "\n" * breaks


def _wrapped(before: str, after: str, node: etree._Element, text: str, around: _Around) -> str:
    """A text between two delimiters, with blanks at its edges moved outside of them."""
    if around.verbatim or not text.strip():
        return text if around.verbatim else ""
    return f"{' ' * text.startswith(' ')}{before}{text.strip()}{after}{' ' * text.endswith(' ')}"


def _tagged(node: etree._Element, text: str, around: _Around) -> str:
    return f"<{node.tag}>{text}</{node.tag}>" if text else ""


def _key(node: etree._Element, text: str, around: _Around) -> str:
    return f"<kbd>{escape_html(text, quote=False)}</kbd>" if text else ""


def _raised(node: etree._Element, text: str, around: _Around) -> str:
    return text if text.startswith("[^") else _tagged(node, text, around)


def _code(node: etree._Element, text: str, around: _Around) -> str:
    if around.verbatim or not text.strip():
        return text if around.verbatim else ""
    return f"{' ' * text.startswith(' ')}{_code_span(text.strip())}{' ' * text.endswith(' ')}"


def _quotation(node: etree._Element, text: str, around: _Around) -> str:
    return f'"{text}"'


def _line_break(node: etree._Element, text: str, around: _Around) -> str:
    return "<br>" if around.inline else "\\\n"


def _label(node: etree._Element, text: str, around: _Around) -> str:
    if "task-list-control" not in _classes(node):
        return text
    box = next(node.iter("input"), None)
    return "[x]" if box is not None and "checked" in box.attrib else "[ ]"


def _block(node: etree._Element, text: str, around: _Around) -> str:
    if around.inline:
        return f" {text.strip()} "
    if "admonition" in _classes(node):
        return _alert(_classes(node), text)
    return f"\n\n{text.strip()}\n\n" if text.strip() else ""


def _paragraph(node: etree._Element, text: str, around: _Around) -> str:
    text = text.strip(SPACE)
    if around.inline:
        return f" {text} "
    if "admonition-title" in _classes(node) and text:
        return f"\n\n**{text}**\n\n"
    return f"\n\n{text}\n\n" if text else ""


def _heading(node: etree._Element, text: str, around: _Around) -> str:
    return text if around.inline else f"\n\n{'#' * HEADINGS[str(node.tag)]} {' '.join(text.split())}\n\n"


def _quote(node: etree._Element, text: str, around: _Around) -> str:
    text = text.strip(SPACE)
    if around.inline or not text:
        return f" {text} " if around.inline else "\n"
    return "\n" + "\n".join(f"> {line}" if line else ">" for line in text.split("\n")) + "\n\n"


def _details(node: etree._Element, text: str, around: _Around) -> str:
    return f"\n\n<details>\n{text.strip()}\n\n</details>\n\n"


def _summary(node: etree._Element, text: str, around: _Around) -> str:
    return f"<summary>{escape_html(' '.join(_text(node).split()), quote=False)}</summary>\n\n"


def _term(node: etree._Element, text: str, around: _Around) -> str:
    return f"\n\n**{' '.join(text.split())}**\n\n" if text.strip() else ""


def _definition(node: etree._Element, text: str, around: _Around) -> str:
    return f"\n\n{_item('- ', text)}\n\n" if text.strip() else ""


def _caption(node: etree._Element, text: str, around: _Around) -> str:
    return f"{text.strip()}\n\n"


def _on_its_own(node: etree._Element, text: str, around: _Around) -> str:
    return f"\n\n{text.strip()}\n\n"


def _rule(node: etree._Element, text: str, around: _Around) -> str:
    return "" if "footnote" in _classes(node.getparent()) else "\n\n---\n\n"


def _list(node: etree._Element, text: str, around: _Around) -> str:
    if around.item:
        return "\n" + text.rstrip()
    following = node.getnext()
    before_text = bool((node.tail or "").strip()) or (following is not None and following.tag not in {"ul", "ol"})
    return f"\n\n{text}{chr(10) * before_text}"


def _list_item(node: etree._Element, text: str, around: _Around) -> str:
    label = _note_label(f"#{node.get('id', '')}")
    if label and any("footnote" in _classes(above) for above in node.iterancestors("div")):
        return f"{_item(f'[^{label}]: ', text, 4)}\n\n"
    number = node.get(NUMBER)
    return f"{_item(f'{number}. ' if number else '- ', text)}\n"


def _row(node: etree._Element, text: str, around: _Around) -> str:
    """A table row; the first one with the delimiter row, below an empty head row where the table has no head."""
    if node.getprevious() is not None:
        return f"|{text}\n"
    cells = list(node.iter("td", "th"))
    line = "| " + " | ".join(["---"] * sum(map(_columns, cells))) + " |\n"
    part = node.getparent()
    is_head = all(cell.tag == "th" for cell in cells) or (part is not None and part.tag == "thead" and len(list(part.iter("tr"))) == 1)
    if is_head:
        return f"|{text}\n{line}"
    table = part.getparent() if part is not None and part.tag == "tbody" else None
    if table is not None and part is not None and part.getprevious() is not None and next(table.iter("thead"), None) is not None:
        return f"|{text}\n"
    return f"{line.replace('---', '')}{line}|{text}\n"


def _cell(node: etree._Element, text: str, around: _Around) -> str:
    return " " + text.replace("|", r"\|").strip().replace("\n", " ") + " |" * _columns(node)


def _columns(cell: etree._Element) -> int:
    span = cell.get("colspan", "")
    return max(1, min(MAX_COLUMNS, int(span))) if span.isascii() and span.isdigit() else 1


Destination = Callable[[str], str]


def _link(node: etree._Element, text: str, around: _Around, destination: Destination) -> str:
    address = node.get("href", "")
    if "footnote-ref" in _classes(node):
        return f"[^{_note_label(address)}]"
    if not address or around.verbatim or not text.strip():
        return text if around.verbatim or text.strip() else ""
    return f"{' ' * text.startswith(' ')}[{text.strip()}]({destination(address)}{_title(node)}){' ' * text.endswith(' ')}"


def _image(node: etree._Element, text: str, around: _Around, destination: Destination) -> str:
    return f"![{_escape(node.get('alt', ''))}]({destination(node.get('src', ''))}{_title(node)})"


def _media(node: etree._Element, text: str, around: _Around, destination: Destination) -> str:
    source = next((each for each in (node, *node.iter("source")) if each.get("src")), None)
    return text if source is None else f"[{text.strip() or node.tag}]({destination(source.get('src', ''))})"


def _frame(node: etree._Element, text: str, around: _Around, destination: Destination) -> str:
    if not node.get("src"):
        return ""
    address = destination(node.get("src", ""))
    return f"\n\n[{_escape(node.get('title') or address)}]({address})\n\n"


Write = Callable[[etree._Element, str, _Around], str]
WRITERS: dict[str, Write] = {
    **dict.fromkeys(("b", "strong"), partial(_wrapped, "**", "**")),
    **dict.fromkeys(("i", "em"), partial(_wrapped, "*", "*")),
    **dict.fromkeys(("s", "del"), partial(_wrapped, "~~", "~~")),
    **dict.fromkeys(("code", "samp"), _code),
    **dict.fromkeys(("mark", "ins", "sub"), _tagged),
    **dict.fromkeys(("div", "article", "section", "dl"), _block),
    **dict.fromkeys(("ul", "ol"), _list),
    **dict.fromkeys(("td", "th"), _cell),
    **dict.fromkeys(HEADINGS, _heading),
    **dict.fromkeys(("table", "figcaption"), _on_its_own),
    "sup": _raised,
    "kbd": _key,
    "q": _quotation,
    "br": _line_break,
    "label": _label,
    "p": _paragraph,
    "blockquote": _quote,
    "details": _details,
    "summary": _summary,
    "dt": _term,
    "dd": _definition,
    "caption": _caption,
    "hr": _rule,
    "li": _list_item,
    "tr": _row,
}
"""Functions that write an element with contents, by tag; of other elements, only the contents are written."""
WITH_ADDRESS: dict[str, Callable[[etree._Element, str, _Around, Destination], str]] = {
    "a": _link,
    "img": _image,
    "video": _media,
    "audio": _media,
    "iframe": _frame,
}
"""Functions that write an element with a URL, by tag."""


def _without_spans(preformatted: re.Match[str]) -> str:
    """Code without the spans of its highlighting, which are most of its elements."""
    return SPAN.sub("", preformatted[0])


def _escape(text: str) -> str:
    """A text with all Markdown syntax in it escaped."""
    escaped = SPECIAL.sub(_escaped, text)
    return escaped.replace("$", r"\$") if text.count("$") > 1 else escaped


def _escaped(sign: re.Match[str]) -> str:
    """A character escaped; a number at the start of a line has the backslash before its dot."""
    return f"{sign[0]}\\" if sign[0].isdigit() else f"\\{sign[0]}"


def _text(node: etree._Element) -> str:
    return "".join(node.itertext())


def _classes(node: etree._Element | None) -> list[str]:
    return node.get("class", "").split() if node is not None else []


def _parts_of_tabs(tabs: etree._Element, name: str, tag: str) -> Iterator[etree._Element]:
    """The elements with a tag in that child of a tab set that has this class, without those of nested tab sets."""
    part = next((child for child in tabs.iterchildren("div") if name in _classes(child)), None)
    return part.iterchildren(tag) if part is not None else iter(())


def _title(node: etree._Element) -> str:
    title = " ".join(node.get("title", "").split())
    return f' "{title.replace(chr(34), chr(92) + chr(34))}"' if title else ""


def _note_label(address: str) -> str:
    """The label of the footnote to whose id a URL leads; empty where it leads to none."""
    return re.sub(r"\s", "-", address.removeprefix("#fn:")) if address.startswith("#fn:") else ""


def _number_items(items: etree._Element) -> None:
    start = items.get("start", "")
    for number, item in enumerate(items.iterchildren("li"), int(start) if start.isascii() and start.isdigit() else 1):
        item.set(NUMBER, str(number))


def _item(sign: str, text: str, indent: int = 0) -> str:
    """A list item: its marker and text, with all lines indented to be part of the item."""
    blanks = " " * (indent or len(sign))
    lines = text.strip().split("\n")
    return "\n".join([f"{sign}{lines[0]}".rstrip(), *(f"{blanks}{line}" if line else "" for line in lines[1:])])


def _alert(classes: Iterable[str], text: str) -> str:
    alert = next((ALERT_OF[name] for name in classes if name in ALERT_OF), "note")
    body = text.strip()
    title, _, rest = body.partition("\n")
    body = rest.strip() if title.strip("*").casefold() == alert else body
    quoted = "\n".join(f"> {line}".rstrip() for line in (f"[!{alert.upper()}]", *body.split("\n")))
    return f"\n\n{quoted}\n\n"


def _formula(text: str, inline: bool) -> str:
    """A formula between dollar signs; one whose script Markdown can't express stays as it is."""
    match = FORMULA.match(text)
    if match is None:
        return f"$$\n{text.strip()}\n$$" if text.strip() else ""
    if match["inline"] is not None:
        return f"${match['inline']}$"
    display = match["display"].strip()
    return f"$${' '.join(display.split())}$$" if inline else f"\n\n$$\n{display}\n$$\n\n"


def _code_block(node: etree._Element, inline: bool) -> str:
    """A fenced code block with its title above it; within a table cell, its lines as code spans."""
    title = next((span for span in node.iter("span") if "filename" in _classes(span)), None)
    code = next(node.iter("code"), node)
    text = _text(code).rstrip("\n")
    if inline:
        return "<br>".join(_code_span(line) for line in text.split("\n") if line.strip())
    ticks = "`" * max(3, 1 + max(map(len, BACKTICKS.findall(text)), default=0))
    heading = f"`{_text(title)}`\n\n" if title is not None else ""
    return f"\n\n{heading}{ticks}{_language(node)}\n{text}\n{ticks}\n\n"


def _language(node: etree._Element) -> str:
    if "mermaid" in _classes(node):
        return "mermaid"
    names = (name for element in (node, *islice(node.iter("code"), 1)) for name in _classes(element))
    return next((match[1] for name in names if (match := LANGUAGE.match(name))), "")


def _code_span(text: str) -> str:
    ticks = "`" * (1 + max(map(len, BACKTICKS.findall(text)), default=0))
    blank = " " if "`" in text else ""
    return f"{ticks}{blank}{text}{blank}{ticks}"
