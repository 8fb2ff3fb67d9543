"""The compiler: a pure function from a text and its environment to a Document."""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial, reduce
from urllib.parse import urlsplit

from markdown.extensions.toc import slugify as markdown_slugify

from almanac_kb.core import limits
from almanac_kb.core.diagnostics import LocalDiagnostic, Position, Severity
from almanac_kb.core.messages import Messages
from almanac_kb.core.packed_text import pack_text
from almanac_kb.core.paths import SourcePath
from almanac_kb.core.urls import Hosts
from almanac_kb.markdown import citations, parser
from almanac_kb.markdown.constructs import ParseContext
from almanac_kb.markdown.dialects.snippets import Snippets
from almanac_kb.markdown.dialects.wikilinks import Embeds
from almanac_kb.markdown.excerpt import shown_text, shown_text_of_html
from almanac_kb.markdown.headings import DEMOTED, FormerIds, contents
from almanac_kb.markdown.link_index import LinkIndex, resolve
from almanac_kb.markdown.parser import render
from almanac_kb.markdown.python_markdown import PythonMarkdown
from almanac_kb.markdown.renderers import AUTO, PYTHON_MARKDOWN
from almanac_kb.markdown.rules import Plugin
from almanac_kb.render import document, glossary, sanitizer
from almanac_kb.render import images as render_images
from almanac_kb.render.document import Document, Link
from almanac_kb.render.environment import CompileEnvironment, Text, is_trusted, renderer_of
from almanac_kb.render.glossary import Glossary

TAG = re.compile(
    r"<(?!(?:[a-z0-9]+|span class=\"[\w -]*\")>)"
    r"[a-zA-Z][a-zA-Z0-9-]*(?:\s+[^\s\"'=<>/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*\s*/?>"
)
"""An HTML tag, except most of those that can't have a link: tags without attributes, and spans of highlighted code."""
ADDRESS = re.compile(r"\s(?:href|src|poster)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
REFERENCE = re.compile(r"<autoref(?: (?:identifier|class|backlink-type|backlink-anchor)=\"[^\"<>]*\"| optional| hover)+>|</autoref>")
"""A reference that mkdocs-autorefs turns into a link when all pages are known."""
MARK = "\ue0a7"
"""Placeholder of such a tag during sanitizing: a private-use character, which no text needs."""
WORD = re.compile(r"<?[\w.:-]+")
HARMLESS = re.compile(r"(?!on)[\w-]+ of <")
"""The sanitizer's report of a harmless attribute: `style of <p>`."""
FROM_ELSEWHERE = re.compile(r"\w+ from (?P<host>[\w-]+(?:\.[\w-]+)+)(?: |$)")
"""The sanitizer's report of something that would be fetched from another host."""
COMMON = frozenset({"image", "link", "from", "frame", "media", "text", "of", "to", "and", "more"})
"""Words in the sanitizer's reports that are not quoted from the text."""
NOT_RENDERED = '<p class="kb-unshown">{}</p>'
"""The HTML in place of a text that exceeds the limits of time or memory; it holds a message."""


def dialects(env: CompileEnvironment) -> tuple[Plugin, ...]:
    """The parser plugins of an environment, in the order in which their rules are tried."""
    own = (Snippets(env.snippet), Embeds(env.snippet), citations.rules(env.bibliography), Glossary(env.glossary))
    slugify = toc_slugify(env.options.get("toc")) if "toc" in env.extensions else None
    return (*parser.DIALECTS, *own, *([FormerIds(slugify)] if slugify else []))


def toc_slugify(options: object) -> Callable[[str, str], str] | None:
    """The function that makes heading ids, by the options of Python-Markdown's extension `toc`.

    None for `pymdownx.slugs.slugify` in lower case, whose ids every heading has besides its own.
    """
    given = options if isinstance(options, Mapping) else {}
    slugify = given.get("slugify", markdown_slugify)
    has_already = isinstance(slugify, partial) and slugify.func.__module__ == "pymdownx.slugs" and slugify.keywords.get("case") == "lower"
    return slugify if callable(slugify) and not has_already else None


class Compiler:
    """Compiles texts one by one with both renderers, which are made once. Pickles as its environment alone."""

    def __init__(self, env: CompileEnvironment) -> None:
        self.env, self._dialects = env, dialects(env)
        self._python_markdown: PythonMarkdown | None = None

    def __reduce__(self) -> tuple[type["Compiler"], tuple[CompileEnvironment]]:
        return Compiler, (self.env,)

    def compile(self, source: SourcePath, text: str, *, renderer: str = AUTO, folder_renderer: str = AUTO) -> Document:
        """The Document of a text; for a text that exceeds the limits of time or memory, a short message and an error."""
        return self.compile_text(Text(source, pack_text(text), renderer, folder_renderer))

    def compile_text(self, text: Text) -> Document:
        """The Document of a text, as `compile` returns it."""
        try:
            with limits.time_limit(), limits.no_garbage_collection():
                return self._compile(text)
        except (limits.LimitError, MemoryError, RecursionError, *limits.EXTENSION_ERRORS) as error:
            note = limits.limit_diagnostic(error)
        self._python_markdown = None
        message = Messages(self.env.language).gettext("The text of this page can’t be shown.")
        return document.finished(Document(text.source, diagnostics=(note,)), NOT_RENDERED.format(message), "")

    def _compile(self, text: Text) -> Document:
        env, markdown = self.env, text.markdown.text
        chosen, _ = renderer_of(text, env)
        with limits.memory_limit():
            render_text = self._by_python_markdown if chosen == PYTHON_MARKDOWN else self._by_parser
            rendered = render_text(text.source, markdown)
            limits.check_length(rendered.html)
        if not is_trusted(text.source, env.trusted):
            rendered = _sanitized(rendered, markdown, env.hosts)
        return document.finished(_linked(rendered, env.index), rendered.html, rendered.shown)

    def _by_parser(self, source: SourcePath, markdown: str) -> "_UnsanitizedText":
        parsed = parser.parse(
            f"{markdown}\n\n{self.env.appended}" if self.env.appended else markdown,
            here=source,
            index=self.env.index,
            dialects=self._dialects,
            messages=Messages(self.env.language),
        )
        compiled = Document(
            source,
            toc=contents(parsed),
            citations=citations.cited(parsed.env),
            demoted=tuple(parsed.env.get(DEMOTED, ())),
            diagnostics=parsed.diagnostics,
            deferred=parsed.deferred,
            counts=dict(parsed.counts),
            lookups=dict(parsed.lookups),
        )
        return _UnsanitizedText(compiled, render(parsed), shown_text(parsed.tokens), parsed.targets)

    def _by_python_markdown(self, source: SourcePath, markdown: str) -> "_UnsanitizedText":
        env = self.env
        if self._python_markdown is None:
            inline = parser.parser(self._dialects)
            self._python_markdown = PythonMarkdown(
                (*env.extensions, *env.added),
                env.options,
                inline,
                (glossary.extension(env.glossary),),
                Messages(env.language),
                env.snippet,
            )
        shared = ParseContext(source, env.index, messages=Messages(env.language))
        rendered = self._python_markdown.render(markdown, shared)
        compiled = Document(
            source,
            toc=rendered.toc,
            citations=citations.cited(rendered.env),
            demoted=rendered.demoted,
            diagnostics=tuple(sorted(shared.diagnostics, key=lambda note: note.position)),
            deferred=tuple(shared.deferred),
            counts=dict(shared.counts),
            lookups=dict(shared.lookups),
            renderer=PYTHON_MARKDOWN,
        )
        return _UnsanitizedText(compiled, rendered.html, shown_text_of_html(rendered.html), shared.targets)


@dataclass(frozen=True)
class _UnsanitizedText:
    """A text as a renderer returned it, not yet sanitized."""

    document: Document
    """Its Document, without what is derived from its HTML."""
    html: str
    shown: str
    """The text as readers see it."""
    targets: Mapping[str, SourcePath]
    """The files that some links are known to mean, by the links as written."""


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end offset of each value of `href`, `src` and `poster` in an HTML text."""
    for tag in TAG.finditer(text):
        for match in ADDRESS.finditer(tag[0]):
            group = 1 if match[1] is not None else 2
            yield tag.start() + match.start(group), tag.start() + match.end(group)


def _sanitized(rendered: _UnsanitizedText, markdown: str, hosts: Hosts) -> _UnsanitizedText:
    references, compiled = REFERENCE.findall(rendered.html), rendered.document
    cleaned = sanitizer.sanitize(REFERENCE.sub(MARK, rendered.html) if references else rendered.html, hosts)
    removed = tuple(_removed(what, markdown) for what in cleaned.removed)
    remote = sum(bool(FROM_ELSEWHERE.match(what)) for what in cleaned.removed)
    found = {"remote file": remote, "unsafe HTML": len(removed) - remote}
    counts = {**compiled.counts, **{name: count for name, count in found.items() if count}}
    text = reduce(lambda text, tag: text.replace(MARK, tag, 1), references, cleaned.html)
    return replace(rendered, html=text, document=replace(compiled, diagnostics=(*compiled.diagnostics, *removed), counts=counts))


def _linked(rendered: _UnsanitizedText, index: LinkIndex) -> Document:
    """The document with its links and images, found in its final HTML."""
    compiled, text = rendered.document, rendered.html
    lookups: dict[str, tuple[str, ...]] = dict(compiled.lookups)
    links = []
    for start, end in spans(text):
        address = html.unescape(text[start:end])
        target = rendered.targets.get(address) or _target(address, compiled.source, index, lookups)
        links.append(Link(start, end, address, target))
    images = render_images.image_tags(TAG.finditer(text)) if render_images.START in text.lower() else ()
    return replace(compiled, links=tuple(links), images=images, lookups=lookups)


def _target(address: str, here: SourcePath, index: LinkIndex, lookups: dict[str, tuple[str, ...]]) -> SourcePath | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path:
        return None
    match = resolve(parts.path, here, index, lookups)
    return match.path if match else None


def _removed(what: str, markdown: str) -> LocalDiagnostic:
    """The notice of something that the sanitizer removed, with its likely position in the text."""
    words = sorted((word.lower() for word in WORD.findall(what) if word not in COMMON), key=len, reverse=True)
    text = markdown.lower()
    at = next((place for word in words if (place := text.find(word)) >= 0), -1)
    position = Position(markdown.count("\n", 0, at) + 1, at - markdown.rfind("\n", 0, at)) if at >= 0 else Position()
    severity = Severity.NOTICE if HARMLESS.match(what) else Severity.WARNING
    elsewhere = FROM_ELSEWHERE.match(what)
    if elsewhere:
        message = f"{what} is not fetched from there; a link stands in its place"
        hint = f"keep the file in docs/, or add {elsewhere['host']} to hosts below extra.knowledge in mkdocs.yml"
        return LocalDiagnostic(position, message, hint, severity)
    return LocalDiagnostic(position, f"{what} may not stand in an article; taken out", "write it as Markdown, or leave it out", severity)
