"""Compiles Markdown: a pure function of a text and the workbench, by one Markdown instance for all texts."""

import re
from dataclasses import dataclass

from markdown import Markdown

from almanac_kb.body import glossary, translate
from almanac_kb.body.compiled import Compiled
from almanac_kb.body.sought import Sought
from almanac_kb.body.uncoloured import Uncoloured
from almanac_kb.body.workbench import Workbench
from almanac_kb.content import bibliography
from almanac_kb.core import limits
from almanac_kb.core.diagnostics import LocalDiagnostic, Position, Severity
from almanac_kb.core.paths import SourcePath, folder
from almanac_kb.render import images, sanitizer

TAG = re.compile(
    r"<(?!(?:[a-z0-9]+|span class=\"[\w -]*\")>)"
    r"[a-zA-Z][a-zA-Z0-9-]*(?:\s+[^\s\"'=<>/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*\s*/?>"
)
"""A tag, but for most of those that lead nowhere: without attributes, or of a word of code."""
LINK = re.compile(r"\s(?:href|src|poster)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
WORD = re.compile(r"<?[\w.:-]+")
HARMLESS = re.compile(r"(?!on)[\w-]+ of <")
"""How an attribute is reported that does nothing by itself: `style of <p>`."""
TELLING = frozenset({"image", "link", "from", "frame", "media", "text", "of", "to", "and", "more"})
"""Words of a report that say nothing of where the thing stands."""

UNSHOWN = '<p class="kb-unshown">The text of this page can’t be shown.</p>'
"""What stands in place of a text that takes too much."""


@dataclass(frozen=True)
class Text:
    """The body of an article."""

    source: SourcePath
    """The file it stands in."""
    markdown: str
    """What the author wrote."""


class Compiler:
    """A Markdown instance, used again and again: making one takes longer than most texts."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._markdown = self._fresh()

    def compile(self, text: Text) -> Compiled:
        """The text translated from its dialect, cited, rendered and cleaned; a notice where that takes too much."""
        try:
            with limits.time_limit():
                return self._compile(text)
        except (limits.LimitError, MemoryError, RecursionError, *limits.EXTENSION_ERRORS) as error:
            note = limits.limit_diagnostic(error)
        self._markdown = self._fresh()
        return Compiled(UNSHOWN, diagnostics=(note,))

    def _compile(self, text: Text) -> Compiled:
        with limits.memory_limit():
            translation = translate.translate(text.markdown, self._bench.vault.at(text.source))
            cited = bibliography.cite(translation.markdown, self._bench.bibliography)
            self._markdown.reset()
            html = limits.check_length(self._markdown.convert(cited.markdown))
        diagnostics, counts = translation.diagnostics, {**translation.counts}
        if not trusted(text.source, self._bench.trusted):
            cleaned = sanitizer.sanitize(html, self._bench.hosts)
            html, diagnostics = cleaned.html, (*diagnostics, *(_removed(each, text.markdown) for each in cleaned.removed))
            counts.update({"unsafe HTML": len(cleaned.removed)} if cleaned.removed else {})
        lookups = {key: self._bench.vault.get(key) for key in sorted(translation.lookups)}
        contents = tuple(getattr(self._markdown, "toc_tokens", ()))
        pictures = images.image_tags(TAG.finditer(html)) if images.START in html.lower() else ()
        return Compiled(html, spans(html), pictures, contents, diagnostics, translation.left, cited.keys, counts, lookups)

    def _fresh(self) -> Markdown:
        explanations = glossary.extension(self._bench.glossary)
        own = (explanations, Sought(), Uncoloured())
        return Markdown(extensions=[*self._bench.extensions, *own], extension_configs={**self._bench.options})


def trusted(source: SourcePath, folders: tuple[str, ...]) -> bool:
    """Whether an article lies in or below a folder whose authors may write any HTML."""
    return any(each == "." or f"{folder(source)}/".startswith(f"{each}/") for each in folders)


def spans(html: str) -> tuple[tuple[int, int], ...]:
    """Where the values of `href`, `src` and `poster` stand in the tags of an HTML text."""
    found = []
    for tag in TAG.finditer(html):
        for link in LINK.finditer(tag[0]):
            group = 1 if link[1] is not None else 2
            found.append((tag.start() + link.start(group), tag.start() + link.end(group)))
    return tuple(found)


def _removed(what: str, markdown: str) -> LocalDiagnostic:
    words = sorted((word.lower() for word in WORD.findall(what) if word not in TELLING), key=len, reverse=True)
    text = markdown.lower()
    at = next((place for word in words if (place := text.find(word)) >= 0), -1)
    position = Position(markdown.count("\n", 0, at) + 1, at - markdown.rfind("\n", 0, at)) if at >= 0 else Position()
    severity = Severity.NOTICE if HARMLESS.match(what) else Severity.WARNING
    return LocalDiagnostic(position, f"{what} may not stand in an article; taken out", "write it as Markdown, or leave it out", severity)
