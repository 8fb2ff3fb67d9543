"""The commands `check`, `bodies`, `changes` and `fix`: all that can be said of articles without building their site."""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from almanac_kb.content import publication, recognition, source_tree
from almanac_kb.content.authors import AUTHOR_FILE
from almanac_kb.content.site import Site
from almanac_kb.content.source_tree import SourceTree
from almanac_kb.core import folders, text
from almanac_kb.core.diagnostics import Diagnostic, Reported, Severity
from almanac_kb.core.folders import write_whole
from almanac_kb.core.paths import SourcePath, file_name, is_article
from almanac_kb.health import duplicates
from almanac_kb.markdown import constructs
from almanac_kb.mkdocs import documents, publishing, reports
from almanac_kb.mkdocs.configuration import Configuration, has_docs, read_configuration
from almanac_kb.publish import upload
from almanac_kb.render.environment import CompileEnvironment, renderer_of

PARTICULAR = re.compile(r", got .*|(?<=: )'[^']*' ")
"""The part of a message that differs from article to article."""


def add_commands(commands: Any) -> None:
    """Adds the commands to those of the command line, `commands` as `ArgumentParser.add_subparsers` returns them."""
    checking = commands.add_parser("check", help=check.__doc__)
    checking.add_argument("paths", nargs="*", help="a folder of articles (docs_dir of mkdocs.yml), or files of it")
    checking.add_argument("--format", choices=reports.FORMATS, help="text, annotations of GitHub, SARIF or JSON")
    checking.set_defaults(command=check)
    surveying = commands.add_parser("bodies", help=bodies.__doc__)
    fixing = commands.add_parser("fix", help=fix.__doc__)
    for subcommand, command in ((surveying, bodies), (fixing, fix)):
        subcommand.add_argument("path", nargs="?", default=None, help="the folder of articles (docs_dir of mkdocs.yml)")
        subcommand.set_defaults(command=command)
    fixing.add_argument("--yes", action="store_true", help="rewrite without asking")
    comparing = commands.add_parser("changes", help=changes.__doc__)
    comparing.add_argument("revision", help="what to compare with, such as origin/main")
    comparing.set_defaults(command=changes)


def check(options: argparse.Namespace) -> int:
    """Reads all articles of a folder and prints all there is to say, or only of the files that are named, without building."""
    paths = [Path(path) for path in options.paths]
    missing = next((path for path in paths if not path.exists()), None)
    configuration = read_configuration(paths[0] if len(paths) == 1 and paths[0].is_dir() else None)
    docs = configuration.docs
    if missing or not docs.is_dir():
        print(f"{missing or docs}: there is no such {'file' if missing and len(paths) > 1 else 'folder'}", file=sys.stderr)
        return 2
    site = configuration.load()
    named = site.outside.named(str(docs))
    only = {path.resolve() for path in paths if docs not in paths}
    reported = [Reported(named(diagnostic.source), diagnostic) for diagnostic in _diagnostics(site, configuration)]
    reported = [entry for entry in reported if not only or Path(entry.path).resolve() in only]
    format_name = reports.chosen_format(options.format)
    if format_name != "text":
        print(reports.for_ci(format_name, reported), end="")
    if format_name in {"text", "github"}:
        more = [] if only else [*_stays_back(site, configuration, named), *_ceilings(configuration.site_folder)]
        _print_check(site, named, reported, more, with_diagnostics=format_name == "text")
    return 1 if any(entry.diagnostic.severity is Severity.ERROR for entry in reported) else 0


def _diagnostics(site: Site, configuration: Configuration) -> list[Diagnostic]:
    same = duplicates.duplicates_of((*site.articles, *site.pages)) if duplicates.is_available() else ()
    return sorted((*site.diagnostics, *same, *recognition.suggestions(site.published, configuration.language)))


def _print_check(
    site: Site, named: Callable[[SourcePath], str], reported: list[Reported], more: Iterable[str], *, with_diagnostics: bool
) -> None:
    for entry in reported if with_diagnostics else ():
        print(f"{entry.diagnostic.severity.name.lower()}: {entry.diagnostic.text(named)}")
    for line in more:
        print(line)
    counts = Counter(entry.diagnostic.severity for entry in reported)
    print(
        f"{len(site.published)} to publish, {len(site.withheld)} withheld, {len(site.refused)} refused; "
        f"{counts[Severity.ERROR]} errors, {counts[Severity.WARNING]} warnings, {counts[Severity.NOTICE]} notices"
    )


def _stays_back(site: Site, configuration: Configuration, named: Callable[[SourcePath], str]) -> Iterator[str]:
    """A line for each file, or folder of files, that is not published."""

    def compiled() -> tuple[dict[SourcePath, Any], CompileEnvironment]:
        return configuration.compile(site), configuration.environment(site)

    decisions = publishing.decide_unbuilt(site, compiled, configuration.values)
    folders: Counter[tuple[str, str]] = Counter()
    for path, decision in sorted({**site.publications, **decisions}.items()):
        if path in site.refused or site.rules.shows(decision) or file_name(path) in {*source_tree.CONTROL_FILES, AUTHOR_FILE}:
            continue
        if publication.is_dotfile(decision) and decision.folder:
            folders[decision.folder, decision.reason] += 1
        else:
            yield f"stays back: {named(path)}: {decision.reason}"
    for (folder, reason), count in sorted(folders.items()):
        yield f"stays back: {named(SourcePath(folder))}/ with {count:,} {'file' if count == 1 else 'files'}: {reason}"


def _ceilings(site: Path) -> list[str]:
    """A line for each limit of a host that the built site comes near; none where no site was built."""
    paths = folders.list_files(site, unreadable=folders.pass_over, follows_links=True)
    sizes = {path: (site / path).stat().st_size for path in paths}
    return [f"warning: {site}: {line}" for line in upload.over_ceilings(sizes)]


def bodies(options: argparse.Namespace) -> int:
    """Translates the texts of a folder and prints what was translated, removed and refused, and each problem, without building."""
    configuration = read_configuration(options.path)
    if not has_docs(configuration):
        return 2
    site = configuration.load()
    texts = list(configuration.compile(site).values())
    diagnostics = [diagnostic for errors in site.refused.values() for diagnostic in errors]
    for article, made in zip(site.published, texts, strict=True):
        diagnostics += article.diagnostics("body", (*made.diagnostics, *made.deferred))
    found = constructs.rows(made.counts for made in texts)
    print(*constructs.table(found), "", *_renderers(site, configuration.environment(site)), *_reasons(diagnostics), sep="\n")
    for diagnostic in sorted(diagnostics):
        print(f"{diagnostic.severity.name.lower()}: {diagnostic.text(str(configuration.docs))}")
    print(f"{len(texts)} articles: {constructs.sums(found)}; {len(site.withheld)} withheld, {len(site.refused)} refused")
    return 1 if site.refused else 0


def _renderers(site: Site, env: CompileEnvironment) -> list[str]:
    """Returns the number of articles by renderer and reason, the commonest first: `3 articles by commonmark: nothing asks for another`."""
    chosen = Counter(renderer_of(text, env) for text in documents.texts(site))
    return [f"{count} {'article' if count == 1 else 'articles'} by {name}: {why}" for (name, why), count in chosen.most_common()]


def _reasons(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Returns the number of refused articles by reason, the commonest first: `3 articles refused: pubDate: must be a date`."""
    errors = [problem for problem in diagnostics if problem.severity is Severity.ERROR]
    reasons = Counter(reason for reason, _ in {(PARTICULAR.sub("", f"{note.field}: {note.message}"), note.source) for note in errors})
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return [f"{count} {'article' if count == 1 else 'articles'} refused: {reason}" for reason, count in ranked]


def changes(options: argparse.Namespace) -> int:
    """Prints, as a list in Markdown, the articles and files that differ from those of a git revision."""
    configuration = read_configuration()
    print(reports.changes(configuration.load(), configuration.docs, options.revision), end="")
    return 0


def fix(options: argparse.Namespace) -> int:
    """Prints repairs of wrongly decoded characters (mojibake) in articles, and rewrites the files when the user confirms."""
    configuration = read_configuration(options.path)
    if not has_docs(configuration):
        return 2
    tree = source_tree.list_files(configuration.docs, configuration.mounts)
    for diagnostic in sorted(tree.diagnostics):
        print(f"{diagnostic.severity.name.lower()}: {diagnostic.text(tree.outside.named(str(configuration.docs)))}", file=sys.stderr)
    repairs = {path: repaired for path in articles_of(tree) if (repaired := _repaired(path))}
    for path, (before, after) in repairs.items():
        print(text.show_difference(str(path), before, after), end="")
    if not repairs:
        print("nothing to mend")
        return 0
    if not options.yes and not _is_confirmed(len(repairs)):
        print("nothing was written; --yes rewrites without asking")
        return 0
    for path, (_, after) in repairs.items():
        write_whole(path, after.encode())
    print(f"{len(repairs)} files rewritten")
    return 0


def articles_of(tree: SourceTree) -> list[Path]:
    """The files of all articles of a source tree but hidden ones, in order."""
    return [tree.file(path) for path in tree.paths if is_article(path) and not source_tree.is_hidden(path)]


def _is_confirmed(count: int) -> bool:
    try:
        return input(f"Rewrite {count} files? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def _repaired(path: Path) -> tuple[str, str] | None:
    try:
        before = path.read_bytes().decode()
    except UnicodeDecodeError:
        return None
    after, repairs = text.repair_mojibake(before)
    return (before, after) if repairs else None
