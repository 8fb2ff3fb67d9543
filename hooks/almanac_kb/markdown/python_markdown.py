"""The renderer of texts born in MkDocs: Python-Markdown with the extensions of mkdocs.yml, and what authors of vaults use in addition."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown_it import MarkdownIt
from markdown_it.token import Token

from almanac_kb.body.heading import Single
from almanac_kb.markdown import callouts
from almanac_kb.markdown.callouts import Callout
from almanac_kb.markdown.context import KEY, ParseContext

COMMONMARK, PYTHON_MARKDOWN, AUTO = "commonmark", "python-markdown", "auto"
RENDERERS = (COMMONMARK, PYTHON_MARKDOWN, AUTO)
"""What `markdown:` may be in a header, a `.pages` and the settings."""
BLOCKS = ("admonition", "caption", "definition", "details", "html", "tab")
INLINE = ("betterem", "caret", "emoji", "highlight", "inlinehilite", "keys", "magiclink", "mark", "snippets", "tilde")
MORE = ("arithmatex", "details", "extra", "fancylists", "saneheaders", "superfences", "tabbed", "tasklist")
PARSED = frozenset(
    (
        *("abbr", "admonition", "attr_list", "codehilite", "def_list", "extra", "fenced_code", "footnotes", "md_in_html", "meta"),
        *("sane_lists", "tables", "toc", "wikilinks"),
        *(f"pymdownx.{name}" for name in (*INLINE, *MORE)),
        *(f"pymdownx.blocks.{name}" for name in BLOCKS),
    )
)
"""Extensions of Python-Markdown whose syntax the CommonMark parser has rules for."""
COMMENT_BLOCK = re.compile(r"^%%[ \t]*\n.*?^%%[ \t]*$|^%%(?!%)[^\n]*(?:\n(?!%%)[^\n]+)*%%[ \t]*$", re.MULTILINE | re.DOTALL)
COMMENT = r"(?<![%\d])%%(?!%)((?:(?!%%).)+)%%"
WIKILINK = r"!?(?<!\[)\[\[([^\[\]\n]{1,1000})\]\](?!\])"


def choose(
    *, article: str = AUTO, folder: str = AUTO, site: str = AUTO, adopted: bool = False, extensions: Sequence[str] = ()
) -> tuple[str, str]:
    """The renderer of an article, `commonmark` or `python-markdown`, and the reason as a phrase.

    `article`, `folder` and `site` are the values of `markdown:` in its header, in the nearest `.pages` that has one, and in the settings;
    `adopted` says whether the site is one of MkDocs that was adopted; `extensions` are the names under `markdown_extensions`.
    """
    for value, reason in ((article, "its header says so"), (folder, "its folder says so"), (site, "the settings say so")):
        if value in {COMMONMARK, PYTHON_MARKDOWN}:
            return value, reason
    if adopted:
        return PYTHON_MARKDOWN, "the site is one of MkDocs"
    unknown = [name for name in extensions if not is_parsed(name)]
    if unknown:
        return PYTHON_MARKDOWN, f"markdown_extensions names {', '.join(unknown)}"
    return COMMONMARK, "nothing asks for another"


def is_parsed(extension: str) -> bool:
    """Whether the CommonMark parser has rules for what an extension reads."""
    return extension.partition(":")[0].removeprefix("markdown.extensions.") in PARSED


class PythonMarkdown:
    """An instance of Python-Markdown for many texts: to make one takes longer than to render most texts."""

    def __init__(self, extensions: Sequence[str], options: Mapping[str, Any], inline: MarkdownIt, more: Sequence[Extension] = ()) -> None:
        """`inline` is the parser whose rules read wikilinks; `more` are extensions of this project."""
        self._vault = _Vault(inline)
        own = (self._vault, Single(), *more)
        self._markdown = Markdown(extensions=[*extensions, *own], extension_configs=dict(options))

    def render(self, text: str, shared: ParseContext) -> tuple[str, tuple[dict[str, Any], ...]]:
        """The HTML of a text, not yet sanitized, and its table of contents as `toc_tokens`; messages are put into `shared`."""
        self._vault.shared, self._vault.text = shared, text
        self._markdown.reset()
        html = self._markdown.convert(text)
        return html, tuple(getattr(self._markdown, "toc_tokens", ()))


class _Vault(Extension):
    """What authors of vaults write beside Python-Markdown: comments, callouts, wikilinks and embeds."""

    def __init__(self, inline: MarkdownIt) -> None:
        super().__init__()
        self.inline = inline
        self.shared: ParseContext | None = None
        self.text = ""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Comments go once fences are stashed (25); wikilinks count before links (160), and behind code (190)."""
        md.preprocessors.register(_CommentBlocks(self), "vault-comments", 24.5)
        md.inlinePatterns.register(_Comments(COMMENT, md, self), "vault-comment", 189)
        md.inlinePatterns.register(_Wikilinks(WIKILINK, md, self), "vault-wikilink", 175)
        md.treeprocessors.register(_Callouts(self), "vault-callouts", 25)

    def count(self, construct: str) -> None:
        if self.shared is not None:
            self.shared.count(construct)

    def rendered(self, markdown: str) -> str:
        """A piece of a line as the parser renders it; messages name its first line of that text."""
        shared = self.shared
        if shared is None:
            return markdown
        at = max(0, self.text.find(markdown))
        line = self.text.count("\n", 0, at)
        lines = self.text.split("\n")
        shared.lines, shared.inline = lines, Token("inline", "", 0, content=lines[line], map=[line, line + 1])
        env: dict[str, Any] = {KEY: shared, "references": {}}
        tokens = self.inline.inline.parse(markdown, self.inline, env, [])
        html: str = self.inline.renderer.render([Token("inline", "", 0, children=tokens)], self.inline.options, env)
        return html


class _CommentBlocks(Preprocessor):
    def __init__(self, vault: _Vault) -> None:
        super().__init__()
        self._vault = vault

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        return COMMENT_BLOCK.sub(self._removed, text).split("\n") if "%%" in text else lines

    def _removed(self, _match: re.Match[str]) -> str:
        self._vault.count("comment")
        return ""


class _Comments(InlineProcessor):
    def __init__(self, pattern: str, md: Markdown, vault: _Vault) -> None:
        super().__init__(pattern, md)
        self._vault = vault

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: N802
        self._vault.count("comment")
        return "", m.start(0), m.end(0)


class _Wikilinks(InlineProcessor):
    def __init__(self, pattern: str, md: Markdown, vault: _Vault) -> None:
        super().__init__(pattern, md)
        self._vault = vault

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str | None, int | None, int | None]:  # type: ignore[override]  # noqa: N802
        if data[m.end(0) : m.end(0) + 1] in {"(", "["} and not m[0].startswith("!"):
            return None, None, None
        return self.md.htmlStash.store(self._vault.rendered(m[0])), m.start(0), m.end(0)


class _Callouts(Treeprocessor):
    """Makes admonitions of quotes that start with `[!note]`."""

    def __init__(self, vault: _Vault) -> None:
        super().__init__()
        self._vault = vault

    def run(self, root: Element) -> None:
        for quote in root.iter("blockquote"):
            first = quote[0] if len(quote) and quote[0].tag == "p" else None
            callout = callouts.read((first.text or "").lstrip().partition("\n")[0]) if first is not None else None
            if first is not None and callout:
                self._vault.count("callout")
                _become_callout(quote, first, callout)


def _become_callout(quote: Element, first: Element, callout: Callout) -> None:
    first.text = (first.text or "").lstrip().partition("\n")[2]
    if not first.text and not len(first):
        quote.remove(first)
    quote.tag = "details" if callout.fold else "div"
    quote.attrib["class"] = callout.name if callout.fold else f"admonition {callout.name}"
    if callout.fold == "+":
        quote.attrib["open"] = "open"
    title = Element("summary") if callout.fold else Element("p", {"class": "admonition-title"})
    title.text = callout.title
    quote.insert(0, title)
