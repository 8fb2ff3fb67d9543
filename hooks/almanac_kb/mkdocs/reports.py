"""Reports of a build: diagnostics in the log of MkDocs, and for CI as GitHub annotations, SARIF 2.1.0 or JSON.

Errors end a build, but not a preview.
"""

import json
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort

from almanac_kb import __version__
from almanac_kb.build import BuildContext
from almanac_kb.checks import rules
from almanac_kb.content import bibliography
from almanac_kb.content.article import Article
from almanac_kb.content.site import Site
from almanac_kb.core import diagnostics as core_diagnostics
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Reported, Severity, in_file, quoted
from almanac_kb.core.paths import SourcePath, is_article
from almanac_kb.core.text import escape_markdown
from almanac_kb.mkdocs import material
from almanac_kb.mkdocs.scaffold import ScaffoldError, git
from almanac_kb.render import linker
from almanac_kb.render.document import Document

log = logging.getLogger("mkdocs.hooks.knowledge")
FORMATS = ("text", "github", "sarif", "json")
VARIABLE = "ALMANAC_FORMAT"
"""The environment variable by which `build --format` reaches the pipeline."""
SARIF_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
MAX_LISTED = 200
"""Most changed files in one comment."""


def names(config: MkDocsConfig, build: BuildContext) -> Callable[[SourcePath], str]:
    """The function from a source path to the path that its author knows, below docs/ or in a mounted folder."""
    return build.site.outside.named(docs_name(config, build))


def docs_name(config: MkDocsConfig, build: BuildContext) -> str:
    """The folder of articles as its author writes it: relative to mkdocs.yml where it is below that."""
    docs, project = Path(config.docs_dir), build.project.resolve()
    return docs.resolve().relative_to(project).as_posix() if docs.resolve().is_relative_to(project) else docs.name


def _report(diagnostics: tuple[Diagnostic, ...], named: Callable[[SourcePath], str], build: BuildContext) -> None:
    """Logs the diagnostics, and keeps them for other output formats."""
    core_diagnostics.log_diagnostics(diagnostics, named, log)
    build.reported += [Reported(named(diagnostic.source), diagnostic) for diagnostic in diagnostics]


def articles(config: MkDocsConfig, build: BuildContext) -> None:
    """Reports the problems of all articles; raises Abort where they end the build."""
    site = build.site
    _report(site.diagnostics, names(config, build), build)
    for path in build.settings.home.start if build.settings.home else ():
        if all(article.source != path for article in site.published):
            log.warning("extra.knowledge.home.start: %s is no published article; name its file as it stands below docs/", path)
    image = build.settings.home.image if build.settings.home else ""
    if image and image not in site.assets:
        place = material.line_of_setting(config, image)
        log.warning("mkdocs.yml%s: extra.knowledge.home.image: %s is no file of docs/; name it as it stands below docs/", place, image)
    log.info("%d articles and pages to publish, %d withheld, %d refused", len(site.published), len(site.withheld), len(site.refused))
    if build.is_preview:
        return
    counts = Counter(problem.severity for problem in site.diagnostics)
    errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    if errors and build.settings.refused == "stop":
        raise Abort(
            f"Aborted with {errors} errors in {_blamed(site)}; REFUSED=skip mkdocs build publishes without them. Nothing was written."
        )
    if (errors or warnings) and config.strict:
        raise Abort(f"Aborted with {errors} errors and {warnings} warnings in strict mode. Nothing was written.")
    if site.refused:
        refused = ", ".join(site.outside.names.get(source, source) for source in site.refused)
        log.error("published without %d refused articles: %s", len(site.refused), refused)
    site_url = config.site_url or ""
    if urlsplit(site_url).hostname in {"127.0.0.1", "localhost", "::1", None}:
        log.info("site_url is %s: links in feeds and the sitemap lead to this machine; set SITE_URL to publish", site_url or "not set")


def _blamed(site: Site) -> str:
    """The number of files with errors, in words that say whether they are articles."""
    sources = {problem.source for problem in site.diagnostics if problem.severity is Severity.ERROR}
    return f"{len(sources)} {'articles' if sources <= site.refused.keys() else 'files'}"


def documents(config: MkDocsConfig, build: BuildContext) -> None:
    """Reports diagnostics of compiled texts, and references that nothing cites; raises Abort where that ends the build."""
    compiled = [(article, build.documents[article.source]) for article in build.site.published]
    reported = {(problem.source, problem.position, problem.message) for problem in build.site.diagnostics}
    diagnostics = [problem for article, document in compiled for problem in article.diagnostics("body", document.diagnostics)]
    diagnostics = [problem for problem in diagnostics if (problem.source, problem.position, problem.message) not in reported]
    diagnostics += bibliography.unused_references(build.site.bibliography, [key for _, document in compiled for key in document.citations])
    diagnostics += [problem for article, document in compiled for problem in _repaired_fragments(article, document, build)]
    _report(tuple(sorted(diagnostics)), names(config, build), build)
    missing = {problem.source for problem in diagnostics if problem.severity is Severity.ERROR}
    if missing and build.settings.refused == "stop" and not build.is_preview:
        raise Abort(
            f"Aborted: {len(missing)} articles can't be rendered; REFUSED=skip publishes them without their text. Nothing was written."
        )


def _repaired_fragments(article: Article, compiled: Document, build: BuildContext) -> Iterator[Diagnostic]:
    """Notices for links whose fragment is spelled differently from the id that it means."""
    text = rules.ArticleText(article)
    for written, meant in dict(linker.repaired_fragments(compiled, build.documents)).items():
        found = text.find((f"#{written}", f"#{unquote(written)}"))
        note = LocalDiagnostic(
            found.position if found else Position(),
            f"{quoted(f'#{written}')} is written #{meant} where it leads; the link is repaired",
            f"write #{meant}",
            Severity.NOTICE,
        )
        yield in_file(article.source, "anchor", note)


def document(article: Article, compiled: Document, before: Document | None, config: MkDocsConfig, build: BuildContext) -> None:
    """Reports what could not be compiled of a text that a plugin changed or that was saved, but for what was reported `before`."""
    diagnostics = [note for note in compiled.diagnostics if before is None or note not in before.diagnostics]
    _report(tuple(sorted(article.diagnostics("body", diagnostics))), names(config, build), build)


def missing_templates(missing: Mapping[SourcePath, str], config: MkDocsConfig, build: BuildContext) -> None:
    """Reports the articles whose headers name a template that no folder of overrides has."""
    hint = "put it into the folder that custom_dir of mkdocs.yml names, or leave it out"
    notes = {
        source: LocalDiagnostic(Position(), f"there is no {quoted(name)}, so the page looks like all others", hint, Severity.NOTICE)
        for source, name in missing.items()
    }
    _report(tuple(in_file(source, "template", note) for source, note in sorted(notes.items())), names(config, build), build)


def markup(diagnostics: list[Diagnostic], config: MkDocsConfig, build: BuildContext) -> None:
    """Reports the files of docs/ that are cleaned or left out because of active content."""
    _report(tuple(sorted(diagnostics)), names(config, build), build)


def checks(diagnostics: tuple[Diagnostic, ...], config: MkDocsConfig, build: BuildContext) -> None:
    """Reports violated rules of the checks; raises Abort for an error, in strict mode for a warning, not in a preview."""
    docs, named = docs_name(config, build), build.site.outside.named
    _report(diagnostics, lambda source: named(docs if is_authored(source, config, build) else "site")(source), build)
    counts = Counter(problem.field for problem in diagnostics)
    summary = ", ".join(f"{name} {counts[name]}" for name in reversed(rules.RULES_BY_NAME) if counts[name])
    log.info("inspected what was built: %s", summary or "all is well")
    if not build.is_preview:
        _end_for(diagnostics, config.strict)


def is_authored(path: str, config: MkDocsConfig, build: BuildContext) -> bool:
    """Whether a file of the site is one that authors put there as it is."""
    return path in build.site.outside.files or Path(config.docs_dir, path).is_file()


def _end_for(diagnostics: Iterable[Diagnostic], strict: bool) -> None:
    counts = Counter(problem.severity for problem in diagnostics)
    errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    if errors:
        raise Abort(f"Aborted with {errors} errors in what was built; it is not published.")
    if strict and warnings:
        raise Abort(f"Aborted with {warnings} warnings in what was built, in strict mode; it is not published.")


def chosen_format(given: str | None) -> str:
    """The requested format; without one, GitHub's on its machines, else text."""
    return given or os.environ.get(VARIABLE) or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text")


def for_ci(format_name: str, reported: Sequence[Reported]) -> str:
    """The diagnostics in a machine-readable format: `github`, `sarif` or `json`; lines end with a line feed."""
    if format_name == "github":
        return "".join(f"{entry.diagnostic.workflow_command(entry.path, entry.diagnostic.field)}\n" for entry in reported)
    value = _sarif(reported) if format_name == "sarif" else [_record(entry) for entry in reported]
    return f"{json.dumps(value, ensure_ascii=False, indent=2)}\n"


def changes(site: Site, docs: Path, revision: str) -> str:
    """A list in Markdown of the articles and files in the folder of articles that differ from those of a git revision.

    Raises ScaffoldError where git does not know the revision, or there is no git.
    """
    if not git(docs, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", fails=True):
        raise ScaffoldError(f"{revision}: is no revision that git knows in {docs}; fetch it, or name another")
    parts = git(docs, "diff", "--name-status", "--no-renames", "--relative", "-z", revision, "--", ".").split("\0")
    pairs = sorted(zip(parts[1::2], parts[::2], strict=False))
    lines = [_change(site, SourcePath(path), status) for path, status in pairs]
    more = [f"- and {len(lines) - MAX_LISTED:,} more"] if len(lines) > MAX_LISTED else []
    return "\n".join(["### Changed articles and files", "", *(lines[:MAX_LISTED] or ["None."]), *more, ""])


def _change(site: Site, path: SourcePath, status: str) -> str:
    word = {"A": "added", "D": "removed"}.get(status, "changed")
    if not is_article(path) or status == "D":
        return f"- {word}: `{path}`"
    article = next((entry for entry in site.published if entry.source == path), None)
    if article is not None:
        return f"- {word}: **{escape_markdown(article.title)}** at `/{article.url}` (`{path}`)"
    return f"- {word}: `{path}`, not published: {escape_markdown(site.withheld.get(path) or 'it has errors')}"


def _record(entry: Reported) -> dict[str, object]:
    note = entry.diagnostic
    position = {"line": note.position.line, "column": note.position.column}
    words = {"severity": note.severity.name.lower(), "field": note.field, "message": note.message, "hint": note.hint}
    return {"path": entry.path, **position, **words}


def _sarif(reported: Iterable[Reported]) -> dict[str, object]:
    driver = {"name": "almanac", "semanticVersion": __version__, "rules": []}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_result(entry) for entry in reported]}
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _result(entry: Reported) -> dict[str, object]:
    note = entry.diagnostic
    region = {"startLine": note.position.line, "startColumn": note.position.column}
    place = {"physicalLocation": {"artifactLocation": {"uri": quote(entry.path)}, "region": region}}
    message = {"text": f"{note.field}: {note.sentence}"}
    return {"ruleId": note.field, "level": SARIF_LEVELS[note.severity], "message": message, "locations": [place]}
