"""The commands `health`, `links`, `addresses`, `rename`, `remove`, `tags merge`, and what an import says of the same articles."""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from almanac_kb.build import CACHE
from almanac_kb.content import history, reader
from almanac_kb.content.site import Site
from almanac_kb.core import folders, text
from almanac_kb.core.diagnostics import Diagnostic, Severity
from almanac_kb.core.folders import explain_error, write_whole
from almanac_kb.core.paths import SourcePath
from almanac_kb.exports import feeds
from almanac_kb.health import addresses, duplicates, edits, external_links, findings, moves
from almanac_kb.health.edits import EditError, FileEdit
from almanac_kb.health.findings import Corpus
from almanac_kb.importer.plan import FileCopy
from almanac_kb.mkdocs import documents, output
from almanac_kb.mkdocs.configuration import MKDOCS_YML, Configuration, has_docs, read_configuration


def add_commands(commands: Any) -> None:
    """Adds the commands to those of the command line, `commands` as `ArgumentParser.add_subparsers` returns them."""
    caring = commands.add_parser("health", help=health.__doc__)
    caring.add_argument("path", nargs="?", default=None, help="the folder of articles (docs_dir of mkdocs.yml)")
    caring.add_argument("--format", choices=findings.FORMATS, default="text", help="lines, Markdown, JSON, or annotations of GitHub")
    caring.add_argument("--strict", action="store_true", help="exit with 1 where there is anything to look after")
    caring.set_defaults(command=health)
    asking = commands.add_parser("links", help=links.__doc__)
    asking.add_argument("--new", action="store_true", help="only what died or moved since the last time")
    asking.add_argument("--local", action="store_true", help="links to this machine and its network, too")
    asking.add_argument("--format", choices=("text", "markdown"), default="text", help="lines, or a list in Markdown")
    asking.set_defaults(command=links)
    keeping = commands.add_parser("addresses", help=keep.__doc__)
    keeping.add_argument("--write", action="store_true", help=f"write {addresses.FILE}")
    keeping.set_defaults(command=keep)
    renaming = commands.add_parser("rename", help=rename.__doc__)
    renaming.add_argument("old", help="the article, or a folder of articles")
    renaming.add_argument("new", help="its new path")
    removing = commands.add_parser("remove", help=remove.__doc__)
    removing.add_argument("old", help="the article")
    removing.add_argument("--to", required=True, help="the article that its address leads to")
    tagging = commands.add_parser("tags", help=merge.__doc__).add_subparsers(required=True)
    merging = tagging.add_parser("merge", help=merge.__doc__)
    merging.add_argument("old", help="the tag that goes")
    merging.add_argument("new", help="the tag that stays")
    for editing, command in ((renaming, rename), (removing, remove), (merging, merge)):
        editing.add_argument("--write", action="store_true", help="change the files")
        editing.set_defaults(command=command)


def health(options: argparse.Namespace) -> int:
    """Says what should be looked after in the articles of a folder: out of date, alone, there twice, without source."""
    configuration = read_configuration(options.path)
    if not has_docs(configuration):
        return 2
    site = configuration.load()
    terms = documents.glossary_words(site, configuration.settings)
    found = findings.examine(Corpus(site, configuration.compile(site), output.now(), terms))
    print(findings.FORMATS[options.format](found, site.outside.named(str(configuration.docs))), end="")
    return 1 if options.strict and found.findings else 0


def links(options: argparse.Namespace) -> int:
    """Asks all links to other sites whether they are still there, one at a time for each host; answers are kept for six days."""
    configuration, answers, today = read_configuration(), CACHE / "links.json", output.now().date()
    site = configuration.load()
    uses = external_links.link_uses(site, configuration.compile(site))
    known: dict[str, external_links.LinkState] = {}
    with suppress(OSError):
        known = external_links.load(answers.read_text(encoding="utf-8", errors="replace"))
    states = external_links.check_links(uses, known, today, local=options.local)
    try:
        write_whole(answers, external_links.dump(states).encode())
    except OSError as error:
        print(f"{explain_error(error)}. The answers are not kept.", file=sys.stderr)
    found = external_links.diagnostics(uses, states, since=today if options.new else None)
    named = site.outside.named(configuration.docs.name)
    for diagnostic in found:
        text = diagnostic.text(named)
        print(f"- {text}" if options.format == "markdown" else f"{diagnostic.severity.name.lower()}: {text}")
    counts = Counter(str(state.state) for state in states.values())
    print(f"{len(states)} links: {', '.join(f'{count} {name}' for name, count in sorted(counts.items())) or 'none'}", file=sys.stderr)
    return 1 if any(diagnostic.severity is Severity.WARNING for diagnostic in found) else 0


def keep(options: argparse.Namespace) -> int:
    """Says which published addresses lead elsewhere or nowhere now; --write keeps those of today in addresses.json."""
    configuration, path = read_configuration(), Path(addresses.FILE)
    try:
        book = addresses.read(path)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    site = configuration.load()
    documents = configuration.compile(site)
    changes = moves.compare(book, site, history.renames(configuration.docs, book.commit), configuration.language)
    gone = sorted((*changes.diagnostics, *moves.missing_anchors(book, changes, documents)))
    for diagnostic in gone:
        print(f"{diagnostic.severity.name.lower()}: {diagnostic.text(site.outside.named(configuration.docs.name))}")
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in gone)
    print(f"{len(site.published)} articles and pages; {len(changes.redirects)} addresses moved, {errors} gone")
    if options.write:
        kept = replace(site, redirects={**site.redirects, **changes.redirects})
        told = {subject.url for subject in feeds.feed_subjects(site, configuration.language)} | changes.feeds.keys()
        write_whole(path, addresses.dump(addresses.record(kept, documents, told, history.head(configuration.docs))).encode())
        print(f"{path} written")
    return 1 if errors and not options.write else 0


def rename(options: argparse.Namespace) -> int:
    """Shows what renaming an article or a folder changes: files, links to them, redirects; --write does it."""
    configuration = read_configuration()
    old, new = (_source(path, configuration) for path in (options.old, options.new))
    return _edit(configuration, lambda site: edits.rename(site, old, new, MKDOCS_YML), write=options.write)


def remove(options: argparse.Namespace) -> int:
    """Shows what removing an article changes, whose address and links then lead to another; --write does it."""
    configuration = read_configuration()
    old, to = (_source(path, configuration) for path in (options.old, options.to))
    return _edit(configuration, lambda site: edits.remove(site, old, to, MKDOCS_YML), write=options.write)


def merge(options: argparse.Namespace) -> int:
    """Shows what merging a tag into another changes; --write does it."""
    return _edit(read_configuration(), lambda site: edits.merge_tags(site, options.old, options.new), write=options.write)


def same_as_before(copies: list[FileCopy], present: list[Path]) -> list[Diagnostic]:
    """A notice for each article of an import that says the same as one of those present, or as one that comes with it."""
    if not duplicates.is_available():
        return []
    brought = {SourcePath(copy.shown): _body(copy.file) for copy in copies if copy.is_article}
    known = {SourcePath(path.as_posix()): _body(path) for path in present}
    return [found.diagnostic() for found in duplicates.find_duplicates(brought, known)]


def _edit(configuration: Configuration, plan_edits: Callable[[Site], tuple[FileEdit, ...]], *, write: bool) -> int:
    docs = configuration.docs
    try:
        planned = plan_edits(configuration.load())
    except EditError as error:
        print(error, file=sys.stderr)
        return 1
    for edit in planned:
        source, to = (folders.printable_name(os.path.normpath(docs / path)) if path else "" for path in (edit.source, edit.to))
        if to != source:
            print(f"{source} -> {to}" if to else f"{source} is removed")
        if to:
            print(text.show_difference(to, edit.before, edit.after), end="")
    if write:
        edits.write(planned, docs)
    print(f"{len(planned)} files changed" if write else "nothing was written; --write does it")
    return 0


def _source(path: str, configuration: Configuration) -> SourcePath:
    """The source path of an article or a folder that is named from docs/, from the folder above, or by its whole path."""
    below = (
        Path(path).absolute() if Path(path).is_absolute() or Path(path).is_relative_to(configuration.docs) else configuration.docs / path
    )
    return SourcePath(Path(os.path.relpath(below, configuration.docs)).as_posix())


def _body(path: Path) -> str:
    """The Markdown of an article behind its header; empty where it can't be read."""
    try:
        article = reader.read_article(SourcePath(path.name), path.read_bytes()).article
    except OSError:
        return ""
    return article.body.text if article else ""
