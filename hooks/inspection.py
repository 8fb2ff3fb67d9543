"""Door: looks at the whole site as it was written, before it takes the place of the last one."""

import logging
from collections import Counter
from pathlib import Path

from jinja2 import Environment
from memories import keeper
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files

from knowledge import report
from knowledge.catalogue.settings import Settings
from knowledge.checks import inspection, rule
from knowledge.checks.live import Allowed
from knowledge.place import base
from knowledge.problem import Problem, Severity
from knowledge.publishing.command import serving

log = logging.getLogger("mkdocs.hooks.knowledge")


@event_priority(-800)
def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Lets whoever writes a file glance at it, before the first is written."""
    settings: Settings = config["knowledge_settings"]
    allowed = Allowed(config["knowledge_policy"], frozenset(settings.hosts), base(config.site_url), config["knowledge_diagram_policy"])
    config["knowledge_ground"] = inspection.ground(Path(config.site_dir), config["knowledge"], allowed, keeper(config, "site"))
    config["knowledge_glances"] = {}


@event_priority(-50)
def on_post_build(config: MkDocsConfig) -> None:
    """Says all that does not hold of the site; an error, or in strict mode a warning, ends the build here. A preview goes on."""
    problems = inspection.inspect(
        config["knowledge_ground"],
        config["knowledge"],
        lambda path: _authored(path, config),
        glances=config["knowledge_glances"],
        workers=None if config["knowledge_settings"].fast else 1,
    )
    _report(problems, config)
    if not serving():
        _stop(problems, config.strict)


def _authored(path: str, config: MkDocsConfig) -> bool:
    """Whether a file is one of those that authors put there."""
    return path in config["knowledge"].outside.files or Path(config.docs_dir, path).is_file()


def _report(problems: tuple[Problem, ...], config: MkDocsConfig) -> None:
    docs, named = Path(config.docs_dir).name, config["knowledge"].outside.named
    report.tell(problems, lambda source: named(docs if _authored(source, config) else "site")(source), log)
    counts = Counter(each.field for each in problems)
    found = ", ".join(f"{name} {counts[name]}" for name in reversed(rule.NAMED) if counts[name])
    log.info("inspected what was built: %s", found or "all is well")


def _stop(problems: tuple[Problem, ...], strict: bool) -> None:
    counts = Counter(each.severity for each in problems)
    errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    if errors:
        raise Abort(f"Aborted with {errors} errors in what was built; it is not published.")
    if strict and warnings:
        raise Abort(f"Aborted with {warnings} warnings in what was built, in strict mode; it is not published.")
