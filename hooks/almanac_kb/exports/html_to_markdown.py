"""HTML of an article as GitHub-flavoured Markdown; markdownify walks the HTML, and this module writes what it does not know."""

import re
from collections.abc import Iterable
from html import escape as escape_html
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from markdownify import ATX, MarkdownConverter

from almanac_kb.core.paths import AbsoluteUrl

PACKAGES = ("markdownify", "beautifulsoup4", "lxml")
"""Packages whose version decides what HTML is converted to."""
ALERTS = {
    "tip": ("tip", "hint", "success", "check", "done"),
    "important": ("important",),
    "warning": ("warning", "attention", "question", "help", "faq"),
    "caution": ("caution", "danger", "error", "failure", "fail", "missing", "bug"),
}
"""The alerts of GitHub, and the admonitions of Material that become them; all others become notes."""
ALERT_OF = {name: alert for alert, names in ALERTS.items() for name in names}
IGNORED_CLASSES = frozenset({"headerlink", "footnote-backref", "citation-back", "linenos", "filename", "task-list-indicator"})
"""Classes of what helps a reader of the page to get about, and is no text."""
IGNORED_TAGS = frozenset({"script", "style", "template", "svg"})
SPECIAL = re.compile(
    r"[\\`*\[\]]"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?\w+;)"
    r"|~(?=~)|(?<=~)~"
    r"|(?m:^)(?:[#>+=-]|\d{1,9}(?=[.)]\s))"
)
"""Characters of a text that Markdown would read as a sign: everywhere, or at the start of a line."""
PREFORMATTED = re.compile(r"<pre\b[^>]*>.*?</pre>", re.DOTALL)
SPAN = re.compile(r"</?span\b[^>]*>")
BACKTICKS = re.compile(r"`+")
LANGUAGE = re.compile(r"language-([\w#.+-]+)\Z")
FORMULA = re.compile(r"\s*(?:\\\((?P<inline>.*)\\\)|\\\[(?P<display>.*)\\\])\s*\Z", re.DOTALL)
NUMBER = "data-number"
"""Attribute of `<li>` that holds its number while a list is converted."""


def to_markdown(html: str, page: AbsoluteUrl) -> str:
    """The Markdown of HTML that stands on the page at this absolute URL; its links and images become absolute.

    What Markdown has no sign for stays a harmless HTML tag (`<details>`, `<kbd>`, `<mark>`, `<sub>`); HTML nested too deep to be walked
    becomes plain text.
    """
    soup = BeautifulSoup(PREFORMATTED.sub(_without_spans, html), "lxml")
    try:
        return str(_Converter(page).convert_soup(soup)).strip("\n")
    except RecursionError:
        return SPECIAL.sub(_escaped, str(soup.get_text()).strip())


class _Converter(MarkdownConverter):  # type: ignore[misc]  # its stub lacks the methods that a subclass overrides
    """markdownify with the constructs of Material for MkDocs; its methods are called by the name of the tag."""

    def __init__(self, page: AbsoluteUrl) -> None:
        super().__init__(heading_style=ATX, bullets="-", autolinks=False, sub_symbol="<sub>", sup_symbol="<sup>")
        self._page = page

    def process_tag(self, node: Tag, parent_tags: set[str] | None = None) -> str:
        parents = parent_tags or set()
        classes = _classes(node)
        if node.name in IGNORED_TAGS or not IGNORED_CLASSES.isdisjoint(classes):
            return ""
        if "arithmatex" in classes:
            return _formula(str(node.get_text()), "_inline" in parents)
        if node.name == "pre" or (node.name == "div" and "highlight" in classes):
            return _code_block(node, "_inline" in parents)
        if "tabbed-set" in classes:
            return self._tabs(node, parents)
        if node.name == "ol":
            _number_items(node)
        return str(super().process_tag(node, parent_tags))

    def escape(self, text: str, parent_tags: set[str]) -> str:
        escaped = SPECIAL.sub(_escaped, text)
        return escaped.replace("$", r"\$") if text.count("$") > 1 else escaped

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "footnote-ref" in _classes(el):
            return f"[^{_note_label(str(el.get('href', '')))}]"
        if el.get("href"):
            el["href"] = self._destination(str(el["href"]))
        return str(super().convert_a(el, text, parent_tags))

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        title = _title(el)
        return f"![{self.escape(str(el.get('alt') or ''), parent_tags)}]({self._destination(str(el.get('src') or ''))}{title})"

    def convert_video(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        source = el if el.get("src") else el.find("source", src=True)
        return f"[{text.strip() or el.name}]({self._destination(str(source['src']))})" if isinstance(source, Tag) else text

    convert_audio = convert_video

    def convert_iframe(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if not el.get("src"):
            return ""
        destination = self._destination(str(el["src"]))
        return f"\n\n[{self.escape(str(el.get('title') or destination), parent_tags)}]({destination})\n\n"

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return "<br>" if "_inline" in parent_tags else "\\\n"

    def convert_kbd(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"<kbd>{escape_html(text, quote=False)}</kbd>" if text else ""

    def convert_mark(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"<{el.name}>{text}</{el.name}>" if text else ""

    convert_ins = convert_mark

    def convert_sup(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return text if text.startswith("[^") else self.convert_mark(el, text, parent_tags)

    convert_sub = convert_mark

    def convert_label(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "task-list-control" not in _classes(el):
            return text
        box = el.find("input")
        return "[x]" if isinstance(box, Tag) and box.has_attr("checked") else "[ ]"

    def convert_div(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        classes = _classes(el)
        if "admonition" in classes and "_inline" not in parent_tags:
            return _alert(classes, text)
        return str(super().convert_div(el, text, parent_tags))

    def convert_p(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "admonition-title" in _classes(el) and text.strip() and "_inline" not in parent_tags:
            return f"\n\n**{text.strip()}**\n\n"
        return str(super().convert_p(el, text, parent_tags))

    def convert_details(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n<details>\n{text.strip()}\n\n</details>\n\n"

    def convert_summary(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"<summary>{escape_html(' '.join(str(el.get_text()).split()), quote=False)}</summary>\n\n"

    def convert_dt(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n**{' '.join(text.split())}**\n\n" if text.strip() else ""

    def convert_dd(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n{_item('- ', text)}\n\n" if text.strip() else ""

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        label = _note_label(f"#{el.get('id', '')}")
        if label and el.find_parent("div", class_="footnote"):
            return f"{_item(f'[^{label}]: ', text, 4)}\n\n"
        number = el.get(NUMBER)
        return f"{_item(f'{number}. ' if number else '- ', text)}\n"

    def convert_hr(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return "" if "footnote" in _classes(el.parent) else "\n\n---\n\n"

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n{text.strip()}\n\n"

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return str(super().convert_td(el, text.replace("|", r"\|"), parent_tags))

    convert_th = convert_td

    def _tabs(self, tabs: Tag, parent_tags: set[str]) -> str:
        """The tabs one below the other, with their labels as bold lines."""
        labels = [str(label.get_text()) for label in _children(tabs, "tabbed-labels", "label")]
        blocks = [self.process_tag(block, parent_tags).strip() for block in _children(tabs, "tabbed-content", "div")]
        parts = (f"**{self.escape(label.strip(), parent_tags)}**\n\n{block}" for label, block in zip(labels, blocks, strict=False))
        return "\n\n" + "\n\n".join(parts) + "\n\n"

    def _destination(self, address: str) -> str:
        """An address as the destination of a link of Markdown: absolute, in angle brackets where it holds blanks or parentheses."""
        try:
            absolute = urljoin(self._page, address.strip())
        except ValueError:
            absolute = address.strip()
        absolute = " ".join(absolute.split()).replace("<", "%3C").replace(">", "%3E")
        return f"<{absolute}>" if re.search(r"[\s()]", absolute) else absolute


def _without_spans(preformatted: re.Match[str]) -> str:
    """Code without the colours of its highlighting, which are most of its elements."""
    return SPAN.sub("", preformatted[0])


def _escaped(sign: re.Match[str]) -> str:
    """A sign as text; a number at the start of a line has the backslash behind it, where its dot follows."""
    return f"{sign[0]}\\" if sign[0].isdigit() else f"\\{sign[0]}"


def _classes(node: Tag | None) -> list[str]:
    found = node.get("class") if node is not None else None
    return list(found) if isinstance(found, list) else []


def _children(tabs: Tag, name: str, tag: str) -> Iterable[Tag]:
    """The elements of a tag in the child of a set of tabs that has this class, but none of tabs within tabs."""
    part = tabs.find("div", class_=name, recursive=False)
    return (each for each in part.find_all(tag, recursive=False)) if isinstance(part, Tag) else ()


def _title(el: Tag) -> str:
    title = " ".join(str(el.get("title") or "").split())
    return f' "{title.replace(chr(34), chr(92) + chr(34))}"' if title else ""


def _note_label(address: str) -> str:
    """The label of the footnote whose id is the fragment of an address; empty if it is no footnote's."""
    return re.sub(r"\s", "-", address.removeprefix("#fn:")) if address.startswith("#fn:") else ""


def _number_items(items: Tag) -> None:
    start = str(items.get("start") or "")
    for number, item in enumerate(items.find_all("li", recursive=False), int(start) if start.isascii() and start.isdigit() else 1):
        item[NUMBER] = str(number)


def _item(sign: str, text: str, indent: int = 0) -> str:
    """A text behind the sign of a list item, all its lines indented to stand in the item."""
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
    """A formula between dollar signs; one of a script that Markdown has no signs for stays as it is."""
    match = FORMULA.match(text)
    if match is None:
        return f"$$\n{text.strip()}\n$$" if text.strip() else ""
    if match["inline"] is not None:
        return f"${match['inline']}$"
    display = match["display"].strip()
    return f"$${' '.join(display.split())}$$" if inline else f"\n\n$$\n{display}\n$$\n\n"


def _code_block(node: Tag, inline: bool) -> str:
    """A block of code with its title above it; in a cell of a table, its lines as code spans."""
    title = node.find("span", class_="filename")
    code = node.find("code") or node
    text = str(code.get_text()).rstrip("\n")
    if inline:
        return "<br>".join(_code_span(line) for line in text.split("\n") if line.strip())
    ticks = "`" * max(3, 1 + max(map(len, BACKTICKS.findall(text)), default=0))
    heading = f"`{title.get_text()}`\n\n" if isinstance(title, Tag) else ""
    return f"\n\n{heading}{ticks}{_language(node)}\n{text}\n{ticks}\n\n"


def _language(node: Tag) -> str:
    if "mermaid" in _classes(node):
        return "mermaid"
    inner = (name for element in (node, *node.find_all("code", limit=1)) for name in _classes(element))
    return next((match[1] for name in inner if (match := LANGUAGE.match(name))), "")


def _code_span(text: str) -> str:
    ticks = "`" * (1 + max(map(len, BACKTICKS.findall(text)), default=0))
    blank = " " if "`" in text else ""
    return f"{ticks}{blank}{text}{blank}{ticks}"
