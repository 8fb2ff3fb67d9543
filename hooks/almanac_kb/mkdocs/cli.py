"""Command line: `python hooks check`, `python hooks new`, `python hooks import`, `python hooks fix`, `python hooks bodies`,
`python hooks search export`."""

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import yaml_load
from pathspec import GitIgnoreSpec
from yaml import YAMLError

from almanac_kb.build import CACHE
from almanac_kb.content import history, loader, publication, reader, settings, source_tree, taxonomy
from almanac_kb.content.publication import InclusionRules
from almanac_kb.content.settings import FOLDER, Settings, SettingsError
from almanac_kb.content.site import Site
from almanac_kb.content.source_tree import Mount
from almanac_kb.core import text
from almanac_kb.core.diagnostics import Diagnostic, Severity
from almanac_kb.core.paths import MARKDOWN_SUFFIXES, SourcePath, is_article
from almanac_kb.core.workers import WorkerError
from almanac_kb.health import addresses, duplicates, edits, external_links, findings, report
from almanac_kb.health.edits import EditError, FileEdit
from almanac_kb.importer import draft, plan, project
from almanac_kb.importer.plan import FileCopy, ImportPlan
from almanac_kb.markdown import constructs
from almanac_kb.markdown.link_index import IndexedArticle, build_link_index
from almanac_kb.mkdocs import health as mkdocs_health
from almanac_kb.mkdocs import output, publishing, search_index
from almanac_kb.render.compiler import CompileEnvironment, compile_all, text_of
from almanac_kb.render.document import Document
from almanac_kb.search import export

PARTICULAR = re.compile(r", got .*|(?<=: )'[^']*' ")
"""The part of a message that concerns one article only."""


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; the exit code is 0 where all is well, 1 where articles have errors, 2 where the command can't be understood."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        options.path = str(_docs()) if options.path is None else options.path
        return command(options)
    except SettingsError as error:
        print(f"mkdocs.yml: {error}", file=sys.stderr)
        return 2
    except WorkerError as error:
        print(error, file=sys.stderr)
        return 2


def check(options: argparse.Namespace) -> int:
    """Reads all articles of a folder and prints all there is to say, without building."""
    docs = Path(options.path)
    if not docs.is_dir():
        print(f"{docs}: there is no such folder", file=sys.stderr)
        return 2
    chosen = _settings()
    catalogue = loader.load_site(docs, chosen, datetime.now(UTC), "", mounts=_mounts(docs), inclusion=_inclusion())
    named = catalogue.outside.named(options.path.rstrip("/"))
    same = duplicates.duplicates_of((*catalogue.articles, *catalogue.pages)) if duplicates.is_available() else ()
    diagnostics = sorted((*catalogue.diagnostics, *same))
    for each in diagnostics:
        print(f"{each.severity.name.lower()}: {each.text(named)}")
    decisions = publishing.decide_unbuilt(catalogue, partial(compile_site, catalogue, chosen), _configuration())
    for path, decision in sorted({**catalogue.publications, **decisions}.items()):
        if path not in catalogue.refused and not catalogue.rules.shows(decision) and not publication.is_hidden(decision):
            print(f"stays back: {named(path)}: {decision.reason}")
    counts = {severity: sum(each.severity is severity for each in diagnostics) for severity in Severity}
    print(
        f"{len(catalogue.published)} to publish, {len(catalogue.withheld)} withheld, {len(catalogue.refused)} refused; "
        f"{counts[Severity.ERROR]} errors, {counts[Severity.WARNING]} warnings, {counts[Severity.NOTICE]} notices"
    )
    return 1 if counts[Severity.ERROR] else 0


def bodies(options: argparse.Namespace) -> int:
    """Translates the texts of a folder and prints what was translated, removed and refused, and each problem, without building."""
    docs = Path(options.path)
    if not docs.is_dir():
        print(f"{docs}: there is no such folder", file=sys.stderr)
        return 2
    chosen = _settings()
    catalogue = loader.load_site(docs, chosen, datetime.now(UTC), "", inclusion=_inclusion())
    documents, _ = compile_site(catalogue, chosen)
    texts = list(documents.values())
    diagnostics = [each for errors in catalogue.refused.values() for each in errors]
    for article, made in zip(catalogue.published, texts, strict=True):
        diagnostics += article.diagnostics("body", (*made.diagnostics, *made.deferred))
    found = constructs.rows(made.counts for made in texts)
    print(*constructs.table(found), "", *_reasons(diagnostics), sep="\n")
    for each in sorted(diagnostics):
        print(f"{each.severity.name.lower()}: {each.text(options.path.rstrip('/'))}")
    print(f"{len(texts)} articles: {constructs.sums(found)}; {len(catalogue.withheld)} withheld, {len(catalogue.refused)} refused")
    return 1 if catalogue.refused else 0


def health(options: argparse.Namespace) -> int:
    """Says what should be looked after in the articles of a folder: out of date, alone, there twice, without source."""
    docs = Path(options.path)
    if not docs.is_dir():
        print(f"{docs}: there is no such folder", file=sys.stderr)
        return 2
    site, documents = _compiled(docs)
    found = findings.examine(mkdocs_health.corpus(site, documents, _settings(), output.now()))
    print(report.FORMATS[options.format](found, site.outside.named(options.path.rstrip("/"))), end="")
    return 1 if options.strict and found.findings else 0


def links(options: argparse.Namespace) -> int:
    """Asks all links to other sites whether they are still there, one at a time for each host; answers are kept for six days."""
    cache, today = CACHE / "links.json", output.now().date()
    site, documents = _compiled(_docs())
    uses = external_links.link_uses(site, documents)
    known = external_links.load(cache.read_text(encoding="utf-8")) if cache.is_file() else {}
    states = external_links.check_links(uses, known, today, local=options.local)
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.write_text(external_links.dump(states), encoding="utf-8")
    found = external_links.diagnostics(uses, states, since=today if options.new else None)
    named = site.outside.named(_docs().name)
    for each in found:
        print(f"- {each.text(named)}" if options.format == "markdown" else f"{each.severity.name.lower()}: {each.text(named)}")
    counts = Counter(str(state.state) for state in states.values())
    print(f"{len(states)} links: {', '.join(f'{count} {name}' for name, count in sorted(counts.items())) or 'none'}", file=sys.stderr)
    return 1 if any(each.severity is Severity.WARNING for each in found) else 0


def keep(options: argparse.Namespace) -> int:
    """Says which published addresses lead elsewhere or nowhere now; --write keeps those of today in addresses.json."""
    docs, path = _docs(), Path(addresses.FILE)
    site, documents = _compiled(docs)
    try:
        book = addresses.read(path)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    changes = addresses.compare(book, site, history.renames(docs, book.commit))
    gone = sorted((*changes.diagnostics, *addresses.missing_anchors(book, changes, documents)))
    for each in gone:
        print(f"{each.severity.name.lower()}: {each.text(site.outside.named(docs.name))}")
    errors = sum(each.severity is Severity.ERROR for each in gone)
    print(f"{len(site.published)} articles and pages; {len(changes.redirects)} addresses moved, {errors} gone")
    if options.write:
        kept = replace(site, redirects={**site.redirects, **changes.redirects})
        path.write_text(addresses.dump(addresses.record(kept, documents, history.head(docs))), encoding="utf-8")
        print(f"{path} written")
    return 1 if errors and not options.write else 0


def rename(options: argparse.Namespace) -> int:
    """Shows what renaming an article changes: its file, links to it, its redirect; --write does it."""
    old, new = (_source(path) for path in (options.old, options.new))
    return _edit(lambda site: edits.rename(site, old, new), write=options.write)


def remove(options: argparse.Namespace) -> int:
    """Shows what removing an article changes, whose address and links then lead to another; --write does it."""
    old, to = (_source(path) for path in (options.old, options.to))
    return _edit(lambda site: edits.remove(site, old, to), write=options.write)


def merge(options: argparse.Namespace) -> int:
    """Shows what merging a tag into another changes; --write does it."""
    return _edit(lambda site: edits.merge_tags(site, options.old, options.new), write=options.write)


def _edit(plan_edits: Callable[[Site], tuple[FileEdit, ...]], *, write: bool) -> int:
    docs = _docs()
    try:
        planned = plan_edits(_load(docs))
    except EditError as error:
        print(error, file=sys.stderr)
        return 1
    for edit in planned:
        if edit.to != edit.source:
            print(f"{docs}/{edit.source} is removed" if edit.to is None else f"{docs}/{edit.source} -> {docs}/{edit.to}")
        if edit.to is not None:
            print(text.show_difference(f"{docs}/{edit.to}", edit.before, edit.after), end="")
    if write:
        edits.write(planned, docs)
    print(f"{len(planned)} files changed" if write else "nothing was written; --write does it")
    return 0


def _source(path: str) -> SourcePath:
    """The source path of an article that is named from docs/ or from the folder above."""
    return SourcePath(Path(path).as_posix().removeprefix(f"{_docs().as_posix()}/"))


def _load(docs: Path) -> Site:
    return loader.load_site(docs, _settings(), output.now(), "", mounts=_mounts(docs), inclusion=_inclusion())


def _compiled(docs: Path) -> tuple[Site, dict[SourcePath, Document]]:
    site = _load(docs)
    return site, compile_site(site, _settings())[0]


def new(options: argparse.Namespace) -> int:
    """Writes a new article with a valid header; overwrites nothing."""
    path = Path("docs", options.topic, draft.article_file_name(options.title))
    if ".." in Path(options.topic).parts or Path(options.topic).is_absolute():
        print(f"--topic must be a folder inside docs/, got {options.topic!r}", file=sys.stderr)
        return 2
    if path.exists():
        print(f"{path}: is there already; choose another title", file=sys.stderr)
        return 1
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(draft.new_article(options.title, datetime.now(UTC).date()), encoding="utf-8")
    print(path)
    return 0


def fix(options: argparse.Namespace) -> int:
    """Prints repairs of wrongly decoded characters (mojibake) in articles, and rewrites the files when the user confirms."""
    folders = (Path(options.path), *(mount.folder for mount in _mounts(Path(options.path))))
    repairs = {path: repaired for folder in folders for path in _articles(folder) if (repaired := _repaired(path))}
    for path, (before, after) in repairs.items():
        print(text.show_difference(str(path), before, after), end="")
    if not repairs:
        print("nothing to mend")
        return 0
    if not options.yes and not _is_confirmed(len(repairs)):
        print("nothing was written; --yes rewrites without asking")
        return 0
    for path, (_, after) in repairs.items():
        path.write_bytes(after.encode())
    print(f"{len(repairs)} files rewritten")
    return 0


def import_articles(options: argparse.Namespace) -> int:
    """Copies a folder of articles into docs/, with the images and files they use; overwrites nothing."""
    folder, docs, topic = Path(options.path), _docs(), options.topic.rstrip("/") or "."
    folder_name = source_tree.printable_name(os.path.normpath(options.path))
    if not os.path.isdir(folder):  # noqa: PTH112 - says no where Path.is_dir raises
        print(f"{folder_name}: there is no such folder", file=sys.stderr)
        return 2
    if not FOLDER.fullmatch(topic) or source_tree.printable_name(topic) != topic:
        print(f"--topic must be a folder inside {docs}/, got {options.topic!r}", file=sys.stderr)
        return 2
    if _is_nested(folder.resolve(), docs.resolve()):
        print(f"{folder_name}: holds {docs}/ or lies in it; name the folder that the articles come from", file=sys.stderr)
        return 2
    try:
        planned = plan.plan_import(project.find_project(folder), folder_name, docs, "" if topic == "." else topic)
        if planned.copies or planned.present or planned.diagnostics:
            planned.diagnostics += _same_as_before(planned.copies, docs)
            return _run_import(planned, docs, options.dry_run)
    except OSError as error:
        print(f"{error.filename or docs}: can't be read or written: {error.strerror}; what came before it is written", file=sys.stderr)
        return 1
    print(f"{folder_name}: holds no articles; their names end in {', '.join(MARKDOWN_SUFFIXES)}", file=sys.stderr)
    return 1


def export_search(options: argparse.Namespace) -> int:
    """Writes the articles of the built site for a search engine: those that changed since the last export into the same folder."""
    site = Path(options.site or _configuration().get("site_dir") or "site")
    try:
        built = export.read_index(site / search_index.FOLDER)
    except FileNotFoundError:
        print(f"{site}: holds no search index; build the site first, or name its folder with --site", file=sys.stderr)
        return 1
    found = export.write_export(built, Path(options.path), options.name, everything=options.all)
    print(f"{len(found.records)} records to index, {len(found.deleted)} to delete, of {len(found.digests)} in all: {options.path}")
    return 0


def _run_import(planned: ImportPlan, docs: Path, is_dry_run: bool) -> int:
    for copy in planned.copies:
        print(f"{copy.shown} -> {docs}/{copy.to}")
    for path, reason in planned.left_out.items():
        print(f"left out: {path} {reason}")
    for diagnostic in sorted(planned.diagnostics):
        print(f"{diagnostic.severity.name.lower()}: {diagnostic.text('')}")
    if not is_dry_run:
        plan.copy_files(planned.copies, docs)
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in planned.diagnostics)
    print(f"{_counts(planned.copies)} {'to copy' if is_dry_run else 'copied'}; {_counts(planned.present)} there already; {errors} errors")
    print("nothing was written" if is_dry_run or not planned.copies else "`python hooks check` says what there is to say of them")
    return 1 if errors else 0


def _same_as_before(copies: list[FileCopy], docs: Path) -> list[Diagnostic]:
    """A notice for each article that says the same as one in docs/, or as one that comes with it."""
    if not duplicates.is_available():
        return []
    brought = {SourcePath(copy.shown): _body(copy.file) for copy in copies if copy.is_article}
    present = {SourcePath(path.as_posix()): _body(path) for path in _articles(docs)}
    return [found.diagnostic() for found in duplicates.find_duplicates(brought, present)]


def _body(path: Path) -> str:
    """The Markdown of an article behind its header; empty where it can't be read."""
    try:
        article = reader.read_article(SourcePath(path.name), path.read_bytes()).article
    except OSError:
        return ""
    return article.body if article else ""


def _counts(copies: list[FileCopy]) -> str:
    articles = sum(copy.is_article for copy in copies)
    return f"{articles} articles and {len(copies) - articles} files they use"


def _is_nested(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


def compile_site(catalogue: Site, chosen: Settings) -> tuple[dict[SourcePath, Document], CompileEnvironment]:
    """The documents of what is published, in its order, and what they were compiled with."""
    articles = [IndexedArticle(each.source, each.title, (*each.names, *each.aliases, each.url)) for each in catalogue.published]
    index = build_link_index(articles, catalogue.assets, taxonomy.tag_pages(catalogue.tags), hashtags=chosen.hashtags)
    env = CompileEnvironment(index=index, bibliography=catalogue.bibliography, hosts=frozenset(chosen.hosts), trusted=chosen.trusted)
    sections = catalogue.sections
    texts = [text_of(each.source, each.body, each.extra, sections[each.section].markdown) for each in catalogue.published]
    return compile_all(texts, env, None), env


def _inclusion() -> InclusionRules:
    """What mkdocs.yml says of single paths."""
    texts = [_configuration().get(key) for key in ("exclude_docs", "draft_docs", "not_in_nav")]
    return InclusionRules(*(GitIgnoreSpec.from_lines(str(text).splitlines()) if text else None for text in texts))


def _reasons(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """How many articles each reason refuses, the commonest first: `3 articles refused: pubDate: must be a date`."""
    errors = [problem for problem in diagnostics if problem.severity is Severity.ERROR]
    reasons = Counter(reason for reason, _ in {(PARTICULAR.sub("", f"{note.field}: {note.message}"), note.source) for note in errors})
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return [f"{count} {'article' if count == 1 else 'articles'} refused: {reason}" for reason, count in ranked]


def _is_confirmed(count: int) -> bool:
    try:
        return input(f"Rewrite {count} files? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def _articles(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if is_article(path.name) and path.is_file()]


def _repaired(path: Path) -> tuple[str, str] | None:
    try:
        before = path.read_bytes().decode()
    except UnicodeDecodeError:
        return None
    after, repairs = text.repair_mojibake(before)
    return (before, after) if repairs else None


def _settings() -> Settings:
    extra = _configuration().get("extra") or {}
    return settings.read_settings(extra.get("knowledge"))


def _mounts(docs: Path) -> tuple[Mount, ...]:
    """The folders that mkdocs.yml mounts into its own docs_dir; none for another folder."""
    return source_tree.open_mounts(_settings().sources, Path(), docs) if docs.resolve() == _docs().resolve() else ()


def _docs() -> Path:
    return Path(_configuration().get("docs_dir") or "docs")


def _configuration() -> dict[str, Any]:
    path = Path("mkdocs.yml")
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as file:
            return dict(yaml_load(file) or {})
    except (OSError, YAMLError, ConfigurationError, TypeError, ValueError) as error:
        raise SettingsError(f"can't be read: {error}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python hooks", description="Tools for the articles of a knowledge base.")
    commands = parser.add_subparsers(required=True)
    check_parser = commands.add_parser("check", help=check.__doc__)
    check_parser.add_argument("path", nargs="?", default=None, help="the folder of articles (docs_dir of mkdocs.yml)")
    check_parser.set_defaults(command=check)
    bodies_parser = commands.add_parser("bodies", help=bodies.__doc__)
    bodies_parser.add_argument("path", nargs="?", default=None, help="the folder of articles (docs_dir of mkdocs.yml)")
    bodies_parser.set_defaults(command=bodies)
    new_parser = commands.add_parser("new", help=new.__doc__)
    new_parser.add_argument("title", help="the title of the article")
    new_parser.add_argument("--topic", default="", help="the folder below docs/ to put it in")
    new_parser.set_defaults(command=new, path="")
    import_parser = commands.add_parser("import", help=import_articles.__doc__)
    import_parser.add_argument("path", help="the folder of articles")
    import_parser.add_argument("--topic", required=True, help="the folder below docs/ to put them in")
    import_parser.add_argument("--dry-run", action="store_true", help="list what would be copied, and write nothing")
    import_parser.set_defaults(command=import_articles)
    search_parser = commands.add_parser("search", help="the articles for a search engine of one's own").add_subparsers(required=True)
    export_parser = search_parser.add_parser("export", help=export_search.__doc__)
    export_parser.add_argument("path", help="the folder to write into; it also remembers what was exported")
    export_parser.add_argument("--site", help="the folder of the built site (site_dir of mkdocs.yml)")
    export_parser.add_argument("--name", default="articles", help="the name of the index or collection (articles)")
    export_parser.add_argument("--all", action="store_true", help="write all records, as if there had been no export")
    export_parser.set_defaults(command=export_search)
    fix_parser = commands.add_parser("fix", help=fix.__doc__)
    fix_parser.add_argument("path", nargs="?", default=None, help="the folder of articles (docs_dir of mkdocs.yml)")
    fix_parser.add_argument("--yes", action="store_true", help="rewrite without asking")
    fix_parser.set_defaults(command=fix)
    caring = commands.add_parser("health", help=health.__doc__)
    caring.add_argument("path", nargs="?", default=None, help="the folder of articles (docs_dir of mkdocs.yml)")
    caring.add_argument("--format", choices=report.FORMATS, default="text", help="lines, Markdown, JSON, or annotations of GitHub")
    caring.add_argument("--strict", action="store_true", help="exit with 1 where there is anything to look after")
    caring.set_defaults(command=health)
    asking = commands.add_parser("links", help=links.__doc__)
    asking.add_argument("--new", action="store_true", help="only what died or moved since the last time")
    asking.add_argument("--local", action="store_true", help="links to this machine and its network, too")
    asking.add_argument("--format", choices=("text", "markdown"), default="text", help="lines, or a list in Markdown")
    asking.set_defaults(command=links, path="")
    keeping = commands.add_parser("addresses", help=keep.__doc__)
    keeping.add_argument("--write", action="store_true", help=f"write {addresses.FILE}")
    keeping.set_defaults(command=keep, path="")
    renaming = commands.add_parser("rename", help=rename.__doc__)
    renaming.add_argument("old", help="the article")
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
        editing.set_defaults(command=command, path="")
    return parser
