"""HTML of an article as GitHub-flavoured Markdown: one walk over the parsed HTML, where each element wraps the Markdown of its contents."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from html import escape as escape_html
from itertools import islice
from urllib.parse import urljoin

from lxml import etree

from almanac_kb.core.paths import AbsoluteUrl
from almanac_kb.exports import gfm_text as gfm

PACKAGES = ("lxml",)
"""Packages whose versions affect the result."""
IGNORED_CLASSES = frozenset({"headerlink", "footnote-backref", "citation-back", "linenos", "filename", "task-list-indicator"})
"""Classes of navigation aids in a page, which are no text."""
IGNORED_TAGS = frozenset({"script", "style", "template", "svg"})
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = frozenset(
    {*HEADINGS, "p", "blockquote", "article", "div", "section", "ol", "ul", "li", "dl", "dt", "dd"}
    | {"table", "thead", "tbody", "tfoot", "tr", "td", "th"}
)
"""Elements with no significant white space at their edges, inside and outside."""
EDGES = BLOCKS | {"pre"}
"""Elements next to which white space is not significant."""
SINGLE_LINES = frozenset({*HEADINGS, "td", "th"})
"""Elements in which no new line may begin."""
VERBATIM = frozenset({"code", "kbd", "samp"})
"""Elements whose text is not escaped."""
PREFORMATTED = re.compile(r"<pre\b[^>]*>.*?</pre>", re.DOTALL)
SPAN = re.compile(r"</?span\b[^>]*>")
LANGUAGE = re.compile(r"language-([\w#.+-]+)\Z")
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
    walked becomes plain text, HTML without elements and text an empty one.
    """
    if not html.strip():
        return ""
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True)
    tree = etree.fromstring(PREFORMATTED.sub(_without_spans, html), parser)
    if tree is None:
        return ""
    try:
        return _Converter(page).convert(tree, _Around()).strip("\n")
    except RecursionError:
        return gfm.escape(_text(tree).strip())


class _Converter:
    """Converts the HTML of one page."""

    def __init__(self, page: AbsoluteUrl) -> None:
        self._page = page

    def convert(self, node: etree._Element, around: _Around) -> str:
        """The Markdown of an element with its contents, with line breaks that separate it from its neighbours."""
        tag = str(node.tag)
        classes = _classes(node)
        if tag in IGNORED_TAGS or (classes and not IGNORED_CLASSES.isdisjoint(classes)):
            return ""
        if "arithmatex" in classes:
            return gfm.formula(_text(node), around.inline)
        if tag == "pre" or (tag == "div" and "highlight" in classes):
            return _code_block(node, around.inline)
        if "tabbed-set" in classes:
            return self._tabs(node, around)
        if tag == "ol":
            _number_items(node)
        text = self._contents(node, tag in BLOCKS, _inside(tag, around))
        if tag in WITH_ADDRESS:
            return WITH_ADDRESS[tag](node, text, around, self._destination)
        return WRITERS[tag](node, text, around) if tag in WRITERS else text

    def _contents(self, node: etree._Element, is_block: bool, around: _Around) -> str:
        """The Markdown of the texts and elements of an element."""
        children, escapes = list(node), not around.verbatim
        text = node.text
        if not children:
            return gfm.words(text, escapes, is_block, is_block) if text else ""
        edges = [child.tag in EDGES for child in children]
        parts = [gfm.words(text, escapes, is_block, edges[0])] if text else []
        for child, edge, following in zip(children, edges, (*edges[1:], is_block), strict=True):
            parts.append(self.convert(child, around))
            tail = child.tail
            if tail:
                parts.append(gfm.words(tail, escapes, edge, following))
        return gfm.join(parts)

    def _tabs(self, tabs: etree._Element, around: _Around) -> str:
        """The tabs in sequence, with their labels as bold lines."""
        labels = [_text(label) for label in _parts_of_tabs(tabs, "tabbed-labels", "label")]
        blocks = [self.convert(block, around).strip() for block in _parts_of_tabs(tabs, "tabbed-content", "div")]
        parts = (f"**{gfm.escape(label.strip())}**\n\n{block}" for label, block in zip(labels, blocks, strict=False))
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
    if tag in SINGLE_LINES:
        return around if around.inline else replace(around, inline=True)
    if tag in VERBATIM:
        return replace(around, verbatim=True)
    return around if around.item or tag != "li" else replace(around, item=True)


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
    return f"{' ' * text.startswith(' ')}{gfm.code_span(text.strip())}{' ' * text.endswith(' ')}"


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
        return gfm.alert(_classes(node), text)
    return f"\n\n{text.strip()}\n\n" if text.strip() else ""


def _paragraph(node: etree._Element, text: str, around: _Around) -> str:
    text = text.strip(gfm.SPACE)
    if around.inline:
        return f" {text} "
    if "admonition-title" in _classes(node) and text:
        return f"\n\n**{text}**\n\n"
    return f"\n\n{text}\n\n" if text else ""


def _heading(node: etree._Element, text: str, around: _Around) -> str:
    return text if around.inline else f"\n\n{'#' * HEADINGS[str(node.tag)]} {' '.join(text.split())}\n\n"


def _quote(node: etree._Element, text: str, around: _Around) -> str:
    text = text.strip(gfm.SPACE)
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
    return f"\n\n{gfm.item('- ', text)}\n\n" if text.strip() else ""


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
        return f"{gfm.item(f'[^{label}]: ', text, 4)}\n\n"
    number = node.get(NUMBER)
    return f"{gfm.item(f'{number}. ' if number else '- ', text)}\n"


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
    return f"![{gfm.escape(node.get('alt', ''))}]({destination(node.get('src', ''))}{_title(node)})"


def _media(node: etree._Element, text: str, around: _Around, destination: Destination) -> str:
    source = next((each for each in (node, *node.iter("source")) if each.get("src")), None)
    return text if source is None else f"[{text.strip() or node.tag}]({destination(source.get('src', ''))})"


def _frame(node: etree._Element, text: str, around: _Around, destination: Destination) -> str:
    if not node.get("src"):
        return ""
    address = destination(node.get("src", ""))
    return f"\n\n[{gfm.escape(node.get('title') or address)}]({address})\n\n"


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


def _text(node: etree._Element) -> str:
    return "".join(node.itertext())


def _classes(node: etree._Element | None) -> list[str]:
    names = node.get("class") if node is not None else None
    return names.split() if names else []


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


def _code_block(node: etree._Element, inline: bool) -> str:
    """A code block; within a table cell, its lines as code spans."""
    title = next((span for span in node.iter("span") if "filename" in _classes(span)), None)
    text = _text(next(node.iter("code"), node)).rstrip("\n")
    if inline:
        return "<br>".join(gfm.code_span(line) for line in text.split("\n") if line.strip())
    return gfm.code_block(text, _language(node), _text(title) if title is not None else "")


def _language(node: etree._Element) -> str:
    if "mermaid" in _classes(node):
        return "mermaid"
    names = (name for element in (node, *islice(node.iter("code"), 1)) for name in _classes(element))
    return next((match[1] for name in names if (match := LANGUAGE.match(name))), "")
