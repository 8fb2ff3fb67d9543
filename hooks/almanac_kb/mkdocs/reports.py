"""What authors are told of a build, and when it ends for that: messages go to the log of MkDocs; errors end a build, never a preview."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort

from almanac_kb.build import BuildContext
from knowledge import report
from knowledge.checks import rule
from knowledge.place import Source
from knowledge.problem import Problem, Severity
from knowledge.reading.article import Article
from knowledge.references import citation
from knowledge.render.compiled import Compiled

log = logging.getLogger("mkdocs.hooks.knowledge")


def names(config: MkDocsConfig, build: BuildContext) -> Callable[[Source], str]:
    """Returns the path of a source file as its author sees it: below docs/, or in the folder it is mounted from."""
    return build.site.outside.named(Path(config.docs_dir).name)


def articles(config: MkDocsConfig, build: BuildContext) -> None:
    """Reports the problems of all articles; raises Abort where they end the build."""
    site = build.site
    report.tell(site.problems, names(config, build), log)
    log.info("%d articles and pages to publish, %d withheld, %d refused", len(site.published), len(site.withheld), len(site.refused))
    if build.is_preview:
        return
    counts = Counter(problem.severity for problem in site.problems)
    errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    elsewhere = any(problem.severity is Severity.ERROR and problem.source not in site.refused for problem in site.problems)
    if errors and (build.settings.refused == "stop" or elsewhere):
        raise Abort(
            f"Aborted with {errors} errors in {len(site.refused)} articles; "
            "REFUSED=skip mkdocs build publishes without them. Nothing was written."
        )
    if (errors or warnings) and config.strict:
        raise Abort(f"Aborted with {errors} errors and {warnings} warnings in strict mode. Nothing was written.")
    if site.refused:
        refused = ", ".join(site.outside.names.get(source, source) for source in site.refused)
        log.error("published without %d refused articles: %s", len(site.refused), refused)
    site_url = config.site_url or ""
    if urlsplit(site_url).hostname in {"127.0.0.1", "localhost", "::1", None}:
        log.info("site_url is %s: links in feeds and the sitemap lead to this machine; set SITE_URL to publish", site_url or "not set")


def documents(config: MkDocsConfig, build: BuildContext) -> None:
    """Reports what could not be compiled, and sources that nothing cites; raises Abort where that ends the build."""
    compiled = [(article, build.documents[article.source]) for article in build.site.published]
    problems = [problem for article, document in compiled for problem in article.problems("body", document.notes)]
    problems += citation.unused(build.site.library, [key for _, document in compiled for key in document.cited])
    report.tell(tuple(sorted(problems)), names(config, build), log)
    missing = {problem.source for problem in problems if problem.severity is Severity.ERROR}
    if missing and build.settings.refused == "stop" and not build.is_preview:
        raise Abort(
            f"Aborted: {len(missing)} articles can't be rendered; REFUSED=skip publishes them without their text. Nothing was written."
        )


def document(article: Article, compiled: Compiled, before: Compiled | None, config: MkDocsConfig, build: BuildContext) -> None:
    """Reports what could not be compiled of a text that a plugin changed or that was saved, but for what was reported `before`."""
    notes = [note for note in compiled.notes if before is None or note not in before.notes]
    report.tell(tuple(sorted(article.problems("body", notes))), names(config, build), log)


def checks(problems: tuple[Problem, ...], config: MkDocsConfig, build: BuildContext) -> None:
    """Reports what does not hold of the built site; raises Abort for an error, in strict mode for a warning, but not in a preview."""
    docs, named = Path(config.docs_dir).name, build.site.outside.named
    report.tell(problems, lambda source: named(docs if is_authored(source, config, build) else "site")(source), log)
    counts = Counter(problem.field for problem in problems)
    summary = ", ".join(f"{name} {counts[name]}" for name in reversed(rule.NAMED) if counts[name])
    log.info("inspected what was built: %s", summary or "all is well")
    if not build.is_preview:
        _end_for(problems, config.strict)


def is_authored(path: str, config: MkDocsConfig, build: BuildContext) -> bool:
    """Whether a file of the site is one that authors put there as it is."""
    return path in build.site.outside.files or Path(config.docs_dir, path).is_file()


def _end_for(problems: Iterable[Problem], strict: bool) -> None:
    counts = Counter(problem.severity for problem in problems)
    errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    if errors:
        raise Abort(f"Aborted with {errors} errors in what was built; it is not published.")
    if strict and warnings:
        raise Abort(f"Aborted with {warnings} warnings in what was built, in strict mode; it is not published.")
