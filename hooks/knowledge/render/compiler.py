"""Compiles Markdown: a pure function of a text and the workbench, by one Markdown instance for all texts."""

import re
from dataclasses import dataclass

from markdown import Markdown

from knowledge.body import translate
from knowledge.place import Source, folder
from knowledge.problem import Mark, Note, Severity
from knowledge.references import citation, glossary
from knowledge.render import bound, sanitiser, shown
from knowledge.render.compiled import Compiled
from knowledge.render.sought import Sought
from knowledge.render.uncoloured import Uncoloured
from knowledge.render.workbench import Workbench

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

    source: Source
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
            with bound.time():
                return self._compile(text)
        except (bound.BoundError, MemoryError, RecursionError, *bound.FAULTS) as error:
            note = bound.note(error)
        self._markdown = self._fresh()
        return Compiled(UNSHOWN, notes=(note,))

    def _compile(self, text: Text) -> Compiled:
        with bound.memory():
            translation = translate.translate(text.markdown, self._bench.vault.at(text.source))
            cited = citation.cite(translation.markdown, self._bench.library)
            self._markdown.reset()
            html = bound.checked(self._markdown.convert(cited.markdown))
        notes, counts = translation.notes, {**translation.counts}
        if not trusted(text.source, self._bench.trusted):
            cleaned = sanitiser.clean(html, self._bench.hosts)
            html, notes = cleaned.html, (*notes, *(_removed(each, text.markdown) for each in cleaned.removed))
            counts.update({"unsafe HTML": len(cleaned.removed)} if cleaned.removed else {})
        answers = {key: self._bench.vault.get(key) for key in sorted(translation.lookups)}
        contents = tuple(getattr(self._markdown, "toc_tokens", ()))
        pictures = shown.pictures(TAG.finditer(html)) if shown.START in html.lower() else ()
        return Compiled(html, spans(html), pictures, contents, notes, translation.left, cited.keys, counts, answers)

    def _fresh(self) -> Markdown:
        explanations = glossary.extension(self._bench.glossary)
        own = (explanations, Sought(), Uncoloured())
        return Markdown(extensions=[*self._bench.extensions, *own], extension_configs={**self._bench.options})


def trusted(source: Source, folders: tuple[str, ...]) -> bool:
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


def _removed(what: str, markdown: str) -> Note:
    words = sorted((word.lower() for word in WORD.findall(what) if word not in TELLING), key=len, reverse=True)
    text = markdown.lower()
    at = next((place for word in words if (place := text.find(word)) >= 0), -1)
    mark = Mark(markdown.count("\n", 0, at) + 1, at - markdown.rfind("\n", 0, at)) if at >= 0 else Mark()
    severity = Severity.NOTICE if HARMLESS.match(what) else Severity.WARNING
    return Note(mark, f"{what} may not stand in an article; taken out", "write it as Markdown, or leave it out", severity)
