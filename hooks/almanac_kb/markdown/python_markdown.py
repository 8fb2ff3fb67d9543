"""The renderer of texts written for MkDocs: Python-Markdown with the extensions of mkdocs.yml, and Obsidian's syntax in addition."""

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pymdownx.inlinehilite import InlineHilitePattern

from almanac_kb.core.diagnostics import Position
from almanac_kb.core.messages import Messages
from almanac_kb.core.raw_markdown import masked
from almanac_kb.markdown import citations, components, hidden_html
from almanac_kb.markdown.code import is_language
from almanac_kb.markdown.components import Callout
from almanac_kb.markdown.constructs import KEY, ParseContext
from almanac_kb.markdown.dialects.snippets import MISSING as MISSING_SNIPPET
from almanac_kb.markdown.dialects.snippets import no_part
from almanac_kb.markdown.dialects.wikilinks import EMBEDDED
from almanac_kb.markdown.inserted_files import Lookup, answer, no_snippets
from almanac_kb.markdown.rules import EmbeddedState

ENGLISH = Messages()
COMMENT_BLOCK = re.compile(r"^%%[ \t]*\n.*?^%%[ \t]*$|^%%(?!%)[^\n]*(?:\n(?!%%)[^\n]+)*%%[ \t]*$", re.MULTILINE | re.DOTALL)
COMMENT = r"(?<![%\d])%%(?!%)((?:(?!%%).)+)%%"
CITATION = rf" ?{citations.CITATION.pattern}"
HEADING = re.compile(r"^ {0,3}#(?!#)[ \t]*\S|^ {0,3}(?=\S)[^\n]*\n {0,3}=+[ \t]*$", re.MULTILINE)
"""A heading of level 1."""
NOTES = '<div class="footnote">'
SNIPPET_HINT = "write the path of a file below docs/, or below a base_path of pymdownx.snippets in mkdocs.yml"
WIKILINK = r"!?(?<!\[)\[\[([^\[\]\n]{1,1000})\]\](?!\])"


@dataclass(frozen=True)
class PythonMarkdownResult:
    """The result of Python-Markdown for a text."""

    html: str
    """The HTML, not yet sanitized."""
    toc: tuple[dict[str, Any], ...]
    """The table of contents: level, id, name, children."""
    demoted: tuple[int, ...]
    """Lines, from 1, of the headings demoted from level 1 to 2, where they can be determined."""
    env: dict[str, Any]
    """Data that inline rules of the parser leave, such as the numbers of citations."""


class PythonMarkdown:
    """An instance of Python-Markdown for many texts; making one takes longer than rendering most texts."""

    def __init__(
        self,
        extensions: Sequence[str],
        options: Mapping[str, Any],
        inline: MarkdownIt,
        more: Sequence[Extension] = (),
        messages: Messages = ENGLISH,
        snippet: Lookup = no_snippets,
    ) -> None:
        """`inline` is the parser that reads wikilinks; `more` are extensions of this project; `messages` are in the site's language.

        Of the files that pymdownx.snippets would insert, it inserts those that `snippet` gives a text of.
        """
        self._vault = _Vault(inline)
        own = (self._vault, *more)
        self._markdown = Markdown(extensions=[*extensions, *own], extension_configs=_translated(options, messages))
        _keep_secrets_out(self._markdown, self._vault, snippet)

    def render(self, text: str, shared: ParseContext) -> PythonMarkdownResult:
        """The HTML of a text, with its list of sources below; diagnostics are added to `shared`."""
        vault = self._vault
        vault.shared, vault.text, vault.env, vault.demoted = shared, text, {KEY: shared, "references": {}}, 0
        self._markdown.reset()
        html = hidden_html.visible(self._markdown.convert(text))
        toc = [dict(entry) for entry in getattr(self._markdown, "toc_tokens", ())]
        sources = citations.sources(vault.env)
        if sources:
            sources[0].attrs["id"] = name = _unused("sources", html)
            below = toc[-1].setdefault("children", []) if toc and toc[-1]["level"] == 1 else toc
            below.append({"level": 2, "id": name, "name": sources[1].content, "children": []})
            at = html.rfind(NOTES) if NOTES in html else len(html)
            html = f"{html[:at]}\n{vault.inline.renderer.render(sources, vault.inline.options, vault.env)}{html[at:]}"
        return PythonMarkdownResult(html, tuple(toc), _lines(text)[-vault.demoted :] if vault.demoted else (), vault.env)


def _keep_secrets_out(md: Markdown, vault: "_Vault", snippet: Lookup) -> None:
    """Has pymdownx.snippets find no file that this project's own snippets do not find: no key, no draft, no hidden file."""
    if "snippet" in md.preprocessors:
        inserter: Any = md.preprocessors["snippet"]
        inserter.extract_section = partial(_extract_section, vault, inserter.extract_section)
        inserter.get_snippet_path = partial(_find_snippet, vault, snippet, inserter.get_snippet_path, frozenset(inserter.auto_append))


def _find_snippet(vault: "_Vault", snippet: Lookup, find: Callable[[str], str | None], appended: frozenset[str], path: str) -> str | None:
    """The path of the file that pymdownx.snippets inserts; None, with a warning, where there is none.

    `find` is its own search below its base_path; `appended` are the files that mkdocs.yml appends to each text.
    """
    name = posixpath.normpath(path)
    text = snippet(name)
    found = None if text is None else find(path)
    if vault.shared is not None:
        vault.shared.lookups[f"snippet:{name}"] = answer(text)
        if found is None and path not in appended:
            vault.shared.warn(MISSING_SNIPPET, vault.position_of(path), f"there is no file `{path}` to insert", SNIPPET_HINT)
    return found


def _extract_section(vault: "_Vault", extract: Callable[[str, list[str]], list[str]], section: str, lines: list[str]) -> list[str]:
    """The lines that pymdownx.snippets inserts of a part of a file; a warning where there are none."""
    shown = extract(section, lines)
    if vault.shared is not None and not any(shown):
        note = no_part(section, vault.position_of(f":{section}"))
        vault.shared.warn(MISSING_SNIPPET, note.position, note.message, note.hint)
    return shown


def _translated(options: Mapping[str, Any], messages: Messages) -> dict[str, Any]:
    """The options of extensions, with labels of links in the language of the site where mkdocs.yml sets none."""
    back = messages.gettext("Jump back to footnote %(number)s in the text") % {"number": "%d"}
    named = {"toc": {"permalink_title": messages.gettext("Permanent link")}, "footnotes": {"BACKLINK_TITLE": back}}
    return {**options, **{name: {**default, **options.get(name, {})} for name, default in named.items()}}


def _unused(name: str, html: str) -> str:
    """The name, with a number behind it where the HTML has it as an id."""
    numbered = (f"{name}_{number}" for number in range(1, html.count("id=") + 2))
    return next((free for free in (name, *numbered) if f'id="{free}"' not in html), name)


def _lines(text: str) -> tuple[int, ...]:
    """Lines of the headings of level 1 outside code, from 1."""
    mask = masked(text, indented=True)
    return tuple(mask.count("\n", 0, match.start()) + 1 for match in HEADING.finditer(mask))


class _Vault(Extension):
    """Syntax that articles may have beside Python-Markdown's: comments, callouts, wikilinks, embeds, citations; demotes headings."""

    def __init__(self, inline: MarkdownIt) -> None:
        super().__init__()
        self.inline = inline
        self.shared: ParseContext | None = None
        self.text = ""
        self.env: dict[str, Any] = {}
        self.demoted = 0

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Adds the processors: comments after fences are stashed (25); wikilinks before links (160), after code (190) and escapes (180).

        Headings are demoted before the table of contents is made (5).
        """
        _keep_colons_in_code(md)
        md.preprocessors.register(_CommentBlocks(self), "vault-comments", 24.5)
        md.inlinePatterns.register(_Comments(COMMENT, md, self), "vault-comment", 189)
        md.inlinePatterns.register(_Wikilinks(WIKILINK, md, self), "vault-wikilink", 175)
        md.inlinePatterns.register(_Citations(CITATION, md, self), "vault-citation", 174)
        md.treeprocessors.register(_DefaultTitles(self), "vault-titles", 26)
        md.treeprocessors.register(_Callouts(self), "vault-callouts", 25)
        md.treeprocessors.register(_Demotion(self), "vault-headings", 6)

    @property
    def messages(self) -> Messages:
        """Words that the renderer adds to a text, in the language of the site."""
        return self.shared.messages if self.shared is not None else Messages()

    def count(self, construct: str) -> None:
        if self.shared is not None:
            self.shared.count(construct)

    def rendered(self, markdown: str) -> str:
        """A piece of inline Markdown as the parser renders it; diagnostics name the first line of the text that contains it."""
        if self.shared is None:
            return markdown
        self._locate(markdown, self.shared)
        tokens = self.inline.inline.parse(markdown, self.inline, self.env, [])
        html: str = self.inline.renderer.render([Token("inline", "", 0, children=tokens)], self.inline.options, self.env)
        return html

    def shown(self, markdown: str) -> str:
        """The HTML of an embed alone on its line; empty where it shows nothing."""
        if self.shared is None or not markdown.startswith("!"):
            return ""
        line = self._locate(markdown, self.shared)
        tokens: list[Token] = []
        state = EmbeddedState(markdown, self.inline, self.env, tokens)
        state.first_line = line
        self.inline.block.tokenize(state, 0, 1)
        shown = [token for token in tokens if token.type == EMBEDDED]
        html: str = self.inline.renderer.render(shown, self.inline.options, self.env)
        return html

    def position_of(self, written: str) -> Position:
        """The position at which something is written first; the start of the text where it is written elsewhere."""
        at = max(0, self.text.find(written))
        return Position(self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at))

    def _locate(self, markdown: str, shared: ParseContext) -> int:
        """The line of the text, from 0, that contains a piece of Markdown; diagnostics name it."""
        line = self.text.count("\n", 0, max(0, self.text.find(markdown)))
        shared.lines = self.text.split("\n")
        shared.inline = Token("inline", "", 0, content=shared.lines[line], map=[line, line + 1])
        return line


def _keep_colons_in_code(md: Markdown) -> None:
    """Lets inlinehilite read `:::name code` as code in a language only where that language exists; other code is shown whole."""
    code: Any = md.inlinePatterns["backtick"]
    if isinstance(code, InlineHilitePattern):
        code.RE_LANG = _KnownLanguage(code.RE_LANG, code.formatters[1:])


class _KnownLanguage:
    """Replaces the pattern by which inlinehilite finds the language of code."""

    def __init__(self, pattern: re.Pattern[str], custom: Sequence[Mapping[str, Any]]) -> None:
        self._pattern = pattern
        self._custom = custom
        """Formatters of languages that mkdocs.yml names, which Pygments need not know."""

    def match(self, code: str) -> re.Match[str] | None:
        """The match of the language in front of code, as group `lang`; None where no such language exists."""
        match = self._pattern.match(code)
        known = match and (is_language(match["lang"]) or any(formatter["test"](match["lang"]) for formatter in self._custom))
        return match if known else None


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
        shown = self._vault.shown(m[0]) if data.strip() == m[0] else ""
        return self.md.htmlStash.store(shown or self._vault.rendered(m[0])), m.start(0), m.end(0)


class _Citations(InlineProcessor):
    def __init__(self, pattern: str, md: Markdown, vault: _Vault) -> None:
        super().__init__(pattern, md)
        self._vault = vault

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str | None, int | None, int | None]:  # type: ignore[override]  # noqa: N802
        numbers = self._vault.rendered(m[0].lstrip(" ")) if data[max(0, m.start(0) - 1) : m.start(0)] != "!" else ""
        return (self.md.htmlStash.store(numbers), m.start(0), m.end(0)) if numbers.startswith("<sup") else (None, None, None)


class _Demotion(Treeprocessor):
    """Demotes headings of level 1 to level 2, except one that opens the text."""

    def __init__(self, vault: _Vault) -> None:
        super().__init__()
        self._vault = vault

    def run(self, root: Element) -> None:
        for element in [heading for heading in root.iter("h1") if heading is not root[0]]:
            element.tag = "h2"
            self._vault.demoted += 1


class _DefaultTitles(Treeprocessor):
    """Translates the titles that admonitions get from their class (`!!! warning` has the title `Warning`) to the site's language."""

    def __init__(self, vault: _Vault) -> None:
        super().__init__()
        self._vault = vault

    def run(self, root: Element) -> None:
        for block in root.iter():
            first = block[0] if block.tag in {"div", "details"} and len(block) else None
            if first is not None and (first.tag == "summary" or first.get("class") == "admonition-title"):
                name = block.get("class", "").removeprefix("admonition ").partition(" ")[0]
                if name and first.text == name.capitalize():
                    first.text = self._vault.messages.gettext(first.text)


class _Callouts(Treeprocessor):
    """Turns quotes that start with `[!note]` into admonitions."""

    def __init__(self, vault: _Vault) -> None:
        super().__init__()
        self._vault = vault

    def run(self, root: Element) -> None:
        for quote in root.iter("blockquote"):
            first = quote[0] if len(quote) and quote[0].tag == "p" else None
            line = (first.text or "").lstrip().partition("\n")[0] if first is not None else ""
            callout = components.read(line, self._vault.messages) if line else None
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
