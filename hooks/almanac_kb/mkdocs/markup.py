"""Files of docs/ that browsers open as documents of the site are published as data, cleaned, or left out; those of trusted folders stay."""

from pathlib import Path

from mkdocs.structure.files import File, Files

from almanac_kb.build import BuildContext
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Severity, in_file
from almanac_kb.core.paths import SourcePath
from almanac_kb.render import markup_files
from almanac_kb.render.compiler import is_trusted
from almanac_kb.render.markup_files import Action, Decision

SHOWN_REASONS = 5
"""The most reasons that a message names."""


def clean(files: Files, build: BuildContext) -> list[Diagnostic]:
    """Cleans what can be cleaned and takes out what can't; returns a warning for each file that loses something."""
    diagnostics = []
    for file in [file for file in files if file.src_uri in build.site.assets and file.abs_src_path and not file.generated_by]:
        decision = _decide(file, build)
        if decision.action is Action.LEAVE_OUT:
            files.remove(file)
        elif decision.action is Action.REPLACE:
            file.content_bytes = decision.data
        note = _note(decision)
        diagnostics += [in_file(SourcePath(file.src_uri), "file", note)] if note else []
    return diagnostics


def _decide(file: File, build: BuildContext) -> Decision:
    path = Path(str(file.abs_src_path))
    if not is_trusted(SourcePath(file.src_uri), build.settings.trusted):
        return markup_files.decide_markup(file.dest_uri, path.read_bytes)
    if markup_files.document_ending(file.dest_uri) in markup_files.HTML_ENDINGS:
        return Decision(Action.REPLACE, markup_files.decode_page(path.read_bytes()).encode())
    return markup_files.PUBLISH


def _note(decision: Decision) -> LocalDiagnostic | None:
    reasons, more = decision.reasons[:SHOWN_REASONS], len(decision.reasons) - SHOWN_REASONS
    named = ", ".join(reasons) + (f" and {more} more" if more > 0 else "")
    if decision.action is Action.LEAVE_OUT:
        message, hint = f"is not published: {named}", "take that out, or name its folder in extra.knowledge.trusted"
    elif reasons:
        message, hint = f"is published without {named}", "name its folder in extra.knowledge.trusted to publish it as it is"
    else:
        return None
    return LocalDiagnostic(Position(), message, hint, Severity.WARNING)
