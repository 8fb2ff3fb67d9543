"""Output for CI: diagnostics as GitHub annotations, SARIF 2.1.0 or JSON; and the list of articles that a change touches."""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from almanac_kb import __version__
from almanac_kb.content.site import Site
from almanac_kb.core.diagnostics import Reported, Severity
from almanac_kb.core.paths import SourcePath, is_article
from almanac_kb.mkdocs.scaffold import git

FORMATS = ("text", "github", "sarif", "json")
VARIABLE = "ALMANAC_FORMAT"
"""The environment variable by which `build --format` reaches the pipeline."""
SARIF_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
MAX_LISTED = 200
"""Most changed files in one comment."""


def chosen_format(given: str | None) -> str:
    """The requested format; without one, GitHub's on its machines, else text."""
    return given or os.environ.get(VARIABLE) or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text")


def render(format_name: str, reported: Sequence[Reported]) -> str:
    """The diagnostics in a machine-readable format: `github`, `sarif` or `json`; lines end with a line feed."""
    if format_name == "github":
        return "".join(f"{entry.diagnostic.workflow_command(entry.path, entry.diagnostic.field)}\n" for entry in reported)
    value = _sarif(reported) if format_name == "sarif" else [_record(entry) for entry in reported]
    return f"{json.dumps(value, ensure_ascii=False, indent=2)}\n"


def changes(site: Site, docs: Path, revision: str) -> str:
    """A list in Markdown of the articles and files in the folder of articles that differ from those of a git revision.

    Raises ScaffoldError where git does not know the revision, or there is no git.
    """
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
        return f"- {word}: **{_escaped(article.title)}** at `/{article.url}` (`{path}`)"
    return f"- {word}: `{path}`, not published: {_escaped(site.withheld.get(path) or 'it has errors')}"


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in r"\`*_[]<>#@|" else sign for sign in text)


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
