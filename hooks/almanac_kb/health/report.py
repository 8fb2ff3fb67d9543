"""The health report: as text for a terminal, as Markdown, as JSON, and as annotations of GitHub."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from almanac_kb.content.bibliography import escape_markdown
from almanac_kb.core.diagnostics import Diagnostic
from almanac_kb.core.paths import SourcePath, UrlPath, is_article
from almanac_kb.health.findings import RULES, RULES_BY_NAME, Health

PAGE_URL = UrlPath("health/")
"""The page of the report."""
PAGE_SOURCE = SourcePath("health/index.md")
"""The source path of that page, which is no file: links in its Markdown are relative to it."""
MAX_ON_PAGE = 200
"""Findings of one rule that the page shows; the JSON has all."""
Named = Callable[[SourcePath], str]
"""Returns the path by which an author knows a file."""


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
