"""Findings: everything in a knowledge base that needs attention, each with position, reason and remedy; the report of all findings.

Findings are diagnostics whose field is the name of a rule in `RULES`. None fails a build: an article may be as it is on purpose,
and then says so in its header, `health: {orphan: reason}`.
"""

import datetime
import json
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from almanac_kb.checks import rules
from almanac_kb.checks.rules import ArticleText, HeavyImage, Rule
from almanac_kb.content.article import Article, ArticleKind
from almanac_kb.content.file_kinds import IMAGE_SUFFIXES
from almanac_kb.content.site import Site
from almanac_kb.core.diagnostics import Diagnostic, Position, Severity, in_file, quoted
from almanac_kb.core.paths import SourcePath, UrlPath, file_name, is_article
from almanac_kb.core.text import escape_markdown
from almanac_kb.frontmatter import dates
from almanac_kb.frontmatter.formats import Plain, key_form
from almanac_kb.health import duplicates, wording
from almanac_kb.health.wording import Paragraph
from almanac_kb.render import linker
from almanac_kb.render.document import Document

ACCEPTED = "health"
"""The header field that names rules which need not hold for the article, and why."""
MIN_WORDS = 50
"""Fewest words of an article without images."""
FAR_BEHIND = datetime.timedelta(days=730)
"""Least time by which an article's last change precedes that of most articles in its section."""
MIN_NEIGHBOURS = 3
"""Fewest other dated articles in a section with which an article is compared."""
MAX_SOURCE_AGE = 10
"""Years: an article whose newest source is older may be outdated."""
IMAGE_ATTRIBUTE = re.compile(r"\s(src|alt)=\"([^\"]*)\"")
NO_ALTERNATIVE = re.compile(
    r"(?:img|image|dsc|screenshot|picture|photo|untitled|pasted image)?[\s_\d.-]*(?:\.\w{2,5})?|\S+\.(?:png|jpe?g|gif|webp|avif|svg)",
    re.IGNORECASE,
)
"""Alternative texts that say nothing about the image."""

RULES = (
    Rule("review", Severity.WARNING, "An article is reviewed by the date that `review_by` names.", "read it again, then move review_by on"),
    Rule("stale", Severity.NOTICE, "An article and its sources keep step with its section and with the calendar.", "bring it up to date"),
    Rule("orphan", Severity.NOTICE, "Another article leads to each article.", "link to it where its subject comes up"),
    Rule("dead-end", Severity.NOTICE, "An article leads on to another.", "link to what a reader needs next"),
    Rule("duplicate", Severity.NOTICE, "No two articles say the same.", "keep one and let the other lead there"),
    Rule("thin", Severity.NOTICE, f"An article has at least {MIN_WORDS} words, or a picture.", "say more, or move it into another article"),
    rules.RULES_BY_NAME["description"],
    Rule("alternative", Severity.NOTICE, "A picture has a text for those who can't see it.", "say in its brackets what it shows"),
    rules.RULES_BY_NAME["heavy"],
    Rule("source", Severity.NOTICE, "A claim with a figure names its source.", "cite one of .sources.yml, or link to it"),
    Rule("term", Severity.NOTICE, "Abbreviations that several articles use are in the glossary.", "add it to the glossary"),
    Rule("tag", Severity.NOTICE, "A tag stands on more than one article, or in .tags.yml.", "use a tag that others have, or describe it"),
)
"""All rules, the most pressing first."""
RULES_BY_NAME = {rule.name: rule for rule in RULES}
PAGE_URL = UrlPath("health/")
"""The page of the report."""
PAGE_SOURCE = SourcePath("health/index.md")
"""The source path of that page, which is no file: links in its Markdown are relative to it."""
MAX_ON_PAGE = 200
"""Findings of one rule that the page shows; the JSON has all."""
Named = Callable[[SourcePath], str]
"""Returns the path by which an author knows a file."""


@dataclass(frozen=True)
class Corpus:
    """All articles of a site with their documents, and the time at which they are judged."""

    site: Site
    documents: Mapping[SourcePath, Document]
    """The document of each published article."""
    now: datetime.datetime
    terms: frozenset[str] = frozenset()
    """The terms of the glossary."""

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """The listed and dated articles by source path, without pages and index pages."""
        return tuple(sorted((article for article in self.site.articles if article.is_listed), key=lambda article: article.source))

    @cached_property
    def paragraphs(self) -> dict[SourcePath, tuple[Paragraph, ...]]:
        """The prose of each article."""
        return {article.source: tuple(wording.paragraphs(article)) for article in self.articles}

    @cached_property
    def targets(self) -> dict[SourcePath, frozenset[UrlPath]]:
        """The URL paths to which each published article links, without its own."""
        pages: dict[str, UrlPath] = {f"{section.path}/index.md".lstrip("/"): section.url for section in self.site.sections.values()}
        pages |= {f"{tag.url}index.md": tag.url for tag in self.site.tags}
        pages |= {article.source: article.url for article in self.site.published}
        return {
            article.source: frozenset(linker.link_targets(self.documents[article.source], article.source, pages)) - {article.url}
            for article in self.site.published
            if article.source in self.documents
        }


@dataclass(frozen=True)
class Health:
    """The findings in a knowledge base."""

    findings: tuple[Diagnostic, ...]
    """The findings by file and position."""
    accepted: tuple[tuple[Diagnostic, str], ...]
    """Findings that an author accepts, with the reason in the header."""
    articles: int
    """Number of articles that were examined."""
    skipped: tuple[str, ...] = ()
    """The rules that could not be applied because a package is missing."""


def examine(corpus: Corpus) -> Health:
    """Applies all rules to all articles; the time grows with the number of articles."""
    compared = duplicates.is_available()
    found = sorted(finding for detect in DETECTORS for finding in detect(corpus))
    found += sorted(duplicates.duplicates_of(corpus.articles)) if compared else []
    reasons = {article.source: _accepted(article) for article in corpus.articles}
    kept = [(finding, reasons.get(finding.source, {}).get(finding.field, "")) for finding in sorted(found)]
    return Health(
        tuple(finding for finding, reason in kept if not reason),
        tuple((finding, reason) for finding, reason in kept if reason),
        len(corpus.articles),
        () if compared else ("duplicate",),
    )


def _accepted(article: Article) -> dict[str, str]:
    """The rules that need not hold for an article, and why."""
    given = article.extra.get(ACCEPTED)
    return {name: str(reason).strip() for name, reason in given.items()} if isinstance(given, dict) else {}


def _finding(rule: str, article: Article, message: str, position: Position | None = None, hint: str = "") -> Diagnostic:
    found = RULES_BY_NAME[rule]
    return Diagnostic(article.source, position or Position(), rule, message, hint or found.hint, found.severity)


def _reviews(corpus: Corpus) -> Iterator[Diagnostic]:
    for article in corpus.articles:
        fields = {key_form(key): value for key, value in article.extra.items()}
        written = fields.get("reviewby")
        if not isinstance(written, str):
            continue
        due = dates.read_date(written, Position(), corpus.site.rules.settings.order).value
        if due is None:
            yield _finding("review", article, f"review_by must be a date, got {quoted(written)}", hint="write a date such as 2027-04-11")
        elif due < corpus.now:
            yield _finding("review", article, f"was to be reviewed by {due:%Y-%m-%d}{_owner(fields, article)}")


def _owner(fields: Mapping[str, Plain], article: Article) -> str:
    owner = fields.get("owner") or ", ".join(article.authors)
    return f", by {owner}" if isinstance(owner, str) and owner else ", and names no owner"


def _stale(corpus: Corpus) -> Iterator[Diagnostic]:
    yield from _behind_section(corpus)
    for article in corpus.articles:
        notes = wording.stale_wording(article, corpus.paragraphs[article.source], corpus.now)
        yield from (in_file(article.source, "stale", note) for note in notes)
        yield from _old_sources(article, corpus)


def _behind_section(corpus: Corpus) -> Iterator[Diagnostic]:
    """Findings for articles that were last changed long before most of their section."""
    by_section: dict[str, list[tuple[float, Article]]] = {}
    for article in corpus.articles:
        if article.changed:
            by_section.setdefault(article.section, []).append((article.changed.timestamp(), article))
    for dated in by_section.values():
        if len(dated) <= MIN_NEIGHBOURS:
            continue
        middle = statistics.median(moment for moment, _ in dated)
        for moment, article in dated:
            if middle - moment > FAR_BEHIND.total_seconds():
                years = (middle - moment) / 86400 / 365.25
                message = f"was last changed on {article.changed:%Y-%m-%d}, {years:.0f} years before most articles of its section"
                yield _finding("stale", article, message)


def _old_sources(article: Article, corpus: Corpus) -> Iterator[Diagnostic]:
    years = {reference.key: int(reference.year) for reference in corpus.site.bibliography.references if reference.year}
    cited = [years[key] for key in corpus.documents[article.source].citations if key in years]
    if cited and corpus.now.year - max(cited) > MAX_SOURCE_AGE:
        message = f"cites nothing newer than {max(cited)}"
        yield _finding("stale", article, message, hint="look for newer sources, or say that these still hold")


def _orphans(corpus: Corpus) -> Iterator[Diagnostic]:
    reached = frozenset[UrlPath]().union(*corpus.targets.values())
    for article in corpus.articles:
        if article.kind is ArticleKind.ARTICLE and article.url not in reached:
            yield _finding("orphan", article, "no article leads here")


def _dead_ends(corpus: Corpus) -> Iterator[Diagnostic]:
    for article in corpus.articles:
        if not corpus.targets.get(article.source):
            yield _finding("dead-end", article, "leads to no other article")


def _thin(corpus: Corpus) -> Iterator[Diagnostic]:
    for article in corpus.articles:
        document = corpus.documents[article.source]
        if document.words < MIN_WORDS and not document.images:
            yield _finding("thin", article, f"has {document.words} words", Position(article.body_line))


def _descriptions(corpus: Corpus) -> Iterator[Diagnostic]:
    for article in corpus.articles:
        yield from rules.missing_description(article)


def _images(corpus: Corpus) -> Iterator[Diagnostic]:
    weighed: set[SourcePath] = set()
    for article in corpus.articles:
        document, text = corpus.documents[article.source], ArticleText(article)
        yield from _without_alternative(article, document, text)
        for path in sorted(document.uses | ({SourcePath(article.image)} if article.image else set())):
            if path.lower().endswith(IMAGE_SUFFIXES) and path in corpus.site.assets and path not in weighed:
                weighed.add(path)
                size = corpus.site.tree.file(path).stat().st_size
                if size > rules.MAX_IMAGE_SIZE:
                    place = article.image_position if path == article.image else _position(text, path)
                    yield _finding("heavy", article, HeavyImage(path, path, size).message, place)


def _without_alternative(article: Article, document: Document, text: ArticleText) -> Iterator[Diagnostic]:
    if article.image and not article.alt:
        hint = "write image_alt: in the header"
        yield _finding("alternative", article, "the picture above the article has no text", article.image_position, hint)
    html = document.html.text if document.images else ""
    for image in document.images:
        tag = html[image.tag : html.find(">", image.tag)]
        attributes = {match[1]: match[2] for match in IMAGE_ATTRIBUTE.finditer(tag)}
        name = file_name(attributes.get("src", ""))
        if NO_ALTERNATIVE.fullmatch(attributes.get("alt", "").strip()) and not _is_decoration(article, name):
            yield _finding("alternative", article, f"{quoted(name)} has no text that says what it shows", _position(text, name))


def _is_decoration(article: Article, name: str) -> bool:
    """Whether the author wrote `alt=""`, which marks an image as decorative (HTML, section 4.8.4.4.7)."""
    return any(name in line and re.search(r"alt=(?:\"\"|'')", line) for line in article.body.text.split("\n"))


def _position(text: ArticleText, path: str) -> Position:
    match = text.find((path, file_name(path)))
    return match.position if match else Position(text.article.body_line)


def _figures(corpus: Corpus) -> Iterator[Diagnostic]:
    for article in corpus.articles:
        for note in wording.unsourced_figures(corpus.paragraphs[article.source]):
            yield in_file(article.source, "source", note)


def _terms(corpus: Corpus) -> Iterator[Diagnostic]:
    """Findings for abbreviations that the glossary, if there is one, lacks; those in tags and other names are known."""
    if not corpus.terms:
        return
    known = {word for term in corpus.terms for word in re.findall(r"\w+", term)}
    known |= {name for tag in corpus.site.tag_file.definitions for name in (tag.name, *tag.aliases)}
    used: dict[str, list[tuple[Article, Position]]] = {}
    for article in corpus.articles:
        for term, position in wording.unexplained_abbreviations(corpus.paragraphs[article.source]).items():
            used.setdefault(term, []).append((article, position))
    for term, places in used.items():
        if len(places) >= wording.MIN_TERM_ARTICLES and term not in known and term.rstrip("s") not in known:
            article, position = places[0]
            yield _finding("term", article, f"{quoted(term)} is used by {len(places)} articles and explained by none", position)


def _tags(corpus: Corpus) -> Iterator[Diagnostic]:
    defined = {tag.name for tag in corpus.site.tag_file.definitions}
    for tag in corpus.site.tags:
        if len(tag.articles) == 1 and tag.name not in defined:
            article = tag.articles[0]
            yield _finding("tag", article, f"no other article has the tag {quoted(tag.name)}", article.tags_position)


DETECTORS: tuple[Callable[[Corpus], Iterable[Diagnostic]], ...] = (
    _reviews,
    _stale,
    _orphans,
    _dead_ends,
    _thin,
    _descriptions,
    _images,
    _figures,
    _terms,
    _tags,
)


def summary(health: Health) -> str:
    """A summary line: the number of findings by rule, and of articles."""
    counts = Counter(finding.field for finding in health.findings)
    found = ", ".join(f"{rule.name} {counts[rule.name]}" for rule in RULES if counts[rule.name]) or "all is well"
    accepted = f"; {len(health.accepted)} as they are on purpose" if health.accepted else ""
    skipped = f"; not looked for without the extra `health`: {', '.join(health.skipped)}" if health.skipped else ""
    return f"{health.articles} articles: {found}{accepted}{skipped}"


def text(health: Health, named: Named) -> str:
    """A line for each finding, then the summary."""
    return "\n".join([*(f"{finding.severity.name.lower()}: {finding.text(named)}" for finding in health.findings), summary(health), ""])


def github(health: Health, named: Named) -> str:
    """A workflow command for each finding, which GitHub shows beside the line that it names."""
    return "".join(f"{finding.workflow_command(named(finding.source), f'health: {finding.field}')}\n" for finding in health.findings)


def as_json(health: Health, named: Named) -> str:
    """All findings as JSON: `version`, `articles`, `skipped`, and `findings` and `accepted`, lists of maps with the keys of `_record`."""
    findings = [_record(finding, named) for finding in health.findings]
    accepted = [_record(finding, named) | {"reason": reason} for finding, reason in health.accepted]
    report = {"version": 1, "articles": health.articles, "findings": findings, "accepted": accepted, "skipped": list(health.skipped)}
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def markdown(health: Health, named: Named, *, linked: bool = False) -> str:
    """The report as Markdown: a heading with findings for each rule, and at the end the accepted findings.

    With `linked`, articles are links from the page of the report.
    """
    lines = ["# Health", "", f"{escape_markdown(summary(health))}.", ""]
    for rule in RULES:
        found = [finding for finding in health.findings if finding.field == rule.name]
        if found:
            lines += [f"## {rule.name.capitalize()} ({len(found)})", "", rule.requirement, ""]
            lines += [_item(finding, named, finding.hint, linked=linked) for finding in found[:MAX_ON_PAGE]]
            lines += [f"- and {len(found) - MAX_ON_PAGE:,} more"] if len(found) > MAX_ON_PAGE else []
            lines.append("")
    if health.accepted:
        lines += ["## On purpose", ""]
        lines += [_item(finding, named, f"on purpose: {reason}", linked=linked) for finding, reason in health.accepted] + [""]
    return "\n".join(lines)


def rules_table() -> str:
    """The rules as a Markdown table, for the handbook."""
    rows = [f"| `{rule.name}` | {rule.requirement} | {rule.hint} |" for rule in RULES_BY_NAME.values()]
    return "\n".join(("| rule | what should hold | what to do |", "|---|---|---|", *rows, ""))


def _item(finding: Diagnostic, named: Named, end: str, *, linked: bool) -> str:
    place = f"{named(finding.source)}:{finding.position.line}"
    shown = escape_markdown(place)
    link = f"[{shown}](<../{finding.source}>)" if linked and is_article(finding.source) else shown
    return f"- {link}: {escape_markdown(finding.message)}; {escape_markdown(end)}"


def _record(finding: Diagnostic, named: Named) -> dict[str, Any]:
    return {
        "file": named(finding.source),
        "line": finding.position.line,
        "column": finding.position.column,
        "rule": finding.field,
        "severity": finding.severity.name.lower(),
        "why": finding.message,
        "todo": finding.hint,
    }


FORMATS: dict[str, Callable[[Health, Named], str]] = {"text": text, "markdown": markdown, "json": as_json, "github": github}
"""The formats of the command, by name."""
