"""The compiler: a pure function from a text and its environment to a Document; many texts by worker processes and from the cache."""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from typing import Any
from urllib.parse import urlsplit

from markdown.extensions.toc import slugify as markdown_slugify

from almanac_kb.core import cache as core_cache
from almanac_kb.core import limits
from almanac_kb.core.cache import code_version
from almanac_kb.core.diagnostics import LocalDiagnostic, Position, Severity
from almanac_kb.core.messages import Messages
from almanac_kb.core.paths import SourcePath, folder
from almanac_kb.core.text import PackedText, pack_text
from almanac_kb.core.urls import NO_HOSTS, Hosts
from almanac_kb.markdown import citations, parser, python_markdown
from almanac_kb.markdown.citations import Bibliography
from almanac_kb.markdown.constructs import ParseContext
from almanac_kb.markdown.dialects.snippets import Lookup, Snippets, answer, no_snippets
from almanac_kb.markdown.dialects.wikilinks import Embeds
from almanac_kb.markdown.excerpt import shown_text, shown_text_of_html
from almanac_kb.markdown.headings import DEMOTED, FormerIds, contents
from almanac_kb.markdown.link_index import LinkIndex, resolve
from almanac_kb.markdown.parser import render
from almanac_kb.markdown.python_markdown import AUTO, PYTHON_MARKDOWN, PythonMarkdown
from almanac_kb.markdown.rules import Plugin
from almanac_kb.render import document, glossary, sanitizer
from almanac_kb.render import images as render_images
from almanac_kb.render.document import Document, Link
from almanac_kb.render.glossary import Glossary, GlossaryTerm

PACKAGES = ("markdown-it-py", "markdown", "pymdown-extensions", "pygments", "mkdocs-material", "nh3")
"""Packages whose versions affect compiled texts."""
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


@dataclass(frozen=True)
class Text:
    """The body of an article, to be compiled."""

    source: SourcePath
    markdown: PackedText
    """The Markdown after the front matter."""
    renderer: str = AUTO
    """`markdown:` of its header."""
    folder_renderer: str = AUTO
    """`markdown:` of the nearest `.pages` that has one."""


@dataclass(frozen=True)
class CompileEnvironment:
    """Everything a compiled text depends on beside the text itself; picklable."""

    extensions: tuple[str, ...] = ()
    """Names of Python-Markdown's extensions, in order."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The options of each extension, by name."""
    index: LinkIndex = field(default_factory=LinkIndex)
    """Names of all files of the site."""
    bibliography: Bibliography = field(default_factory=Bibliography)
    """The references that articles may cite."""
    glossary: tuple[GlossaryTerm, ...] = ()
    """The terms that are explained in texts."""
    hosts: Hosts = NO_HOSTS
    """Hosts from which images, media and frames may come."""
    trusted: tuple[str, ...] = ()
    """Folders of docs/ whose authors may write any HTML."""
    snippet: Lookup = no_snippets
    """Returns the text of a file of docs/ that an article may insert, by path."""
    appended: str = ""
    """Markdown appended to each text: definitions of abbreviations and links (`auto_append` of pymdownx.snippets)."""
    renderer: str = AUTO
    """`markdown:` of the settings."""
    language: str = "en"
    """The language of the site as a BCP 47 tag, for words that the renderer adds, such as titles of callouts."""
    is_adopted: bool = False
    """Whether the site was one of MkDocs before, so that its texts are written for Python-Markdown."""
    added: tuple[Any, ...] = ()
    """Extension objects made by MkDocs plugins; they have state, and exist in this process only."""

    @property
    def dialects(self) -> tuple[Plugin, ...]:
        """The parser plugins, in the order in which their rules are tried."""
        own = (Snippets(self.snippet), Embeds(self.snippet), citations.rules(self.bibliography), Glossary(self.glossary))
        slugify = toc_slugify(self.options.get("toc")) if "toc" in self.extensions else None
        return (*parser.DIALECTS, *own, *([FormerIds(slugify)] if slugify else []))

    def answer(self, key: str) -> tuple[str, ...]:
        """The present value of a key of `Document.lookups`."""
        path = key.removeprefix("snippet:")
        return self.index.by_key.get(key, ()) if path == key else answer(self.snippet(path))


def toc_slugify(options: object) -> Callable[[str, str], str] | None:
    """The function that makes heading ids, by the options of Python-Markdown's extension `toc`.

    None for `pymdownx.slugs.slugify` in lower case, whose ids every heading has besides its own.
    """
    given = options if isinstance(options, Mapping) else {}
    slugify = given.get("slugify", markdown_slugify)
    has_already = isinstance(slugify, partial) and slugify.func.__module__ == "pymdownx.slugs" and slugify.keywords.get("case") == "lower"
    return slugify if callable(slugify) and not has_already else None


def text_of(source: SourcePath, body: PackedText, extra: Mapping[str, Any], folder_renderer: str) -> Text:
    """The Text of an article; `extra` are the other fields of its header, of which `markdown` names a renderer, as may its folder."""
    return Text(source, body, str(extra.get("markdown", AUTO)).strip().lower(), folder_renderer)


def renderer_of(text: Text, env: CompileEnvironment) -> tuple[str, str]:
    """The renderer of a text, `commonmark` or `python-markdown`, and the reason as a phrase."""
    if env.added:
        return PYTHON_MARKDOWN, "a plugin adds an extension"
    return python_markdown.choose(
        article=text.renderer, folder=text.folder_renderer, site=env.renderer, extensions=env.extensions, is_adopted=env.is_adopted
    )


class Compiler:
    """Compiles texts one by one with both renderers, which are made once. Pickles as its environment alone."""

    def __init__(self, env: CompileEnvironment) -> None:
        self.env, self._dialects = env, env.dialects
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


def fingerprint(env: CompileEnvironment) -> str:
    """A digest of the environment without link index and snippets, of package versions and of this project's code."""
    parts = repr(
        (env.extensions, env.bibliography, env.glossary, env.hosts, env.trusted, env.appended, env.renderer, env.is_adopted, env.language)
    )
    return core_cache.cache_key(parts, setting_text(env.options), code_version(PACKAGES))


def setting_text(value: object) -> str:
    """A setting as a text that is equal in every build: functions by name, mappings sorted by key."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key!r}:{setting_text(value[key])}" for key in sorted(value, key=str)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(setting_text, value)) + "]"
    if isinstance(value, partial):
        return f"{setting_text(value.func)}({setting_text(value.args)},{setting_text(value.keywords)})"
    if callable(value):
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', type(value).__qualname__)}"
    return repr(value)


def is_trusted(source: SourcePath, folders: tuple[str, ...]) -> bool:
    """Whether an article is in or below a folder whose authors may write any HTML; `.` is all of docs/."""
    return any(place == "." or f"{folder(source)}/".startswith(f"{place}/") for place in folders)


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
