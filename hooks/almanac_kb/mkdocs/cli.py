"""The command line: `almanac …` where the package is installed, `python hooks …` in a clone."""

import argparse
import contextlib
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
from mkdocs.__main__ import cli as mkdocs_cli

from almanac_kb.content import loader, publication, reader, recognition, source_tree
from almanac_kb.content import schemas as content_schemas
from almanac_kb.content.authors import AUTHOR_FILE
from almanac_kb.content.reader import Article
from almanac_kb.content.settings import FOLDER_SETTINGS, Settings, SettingsError
from almanac_kb.content.site import Site, SiteInfo
from almanac_kb.core import text
from almanac_kb.core.diagnostics import COMMAND, Diagnostic, Reported, Severity
from almanac_kb.core.paths import MARKDOWN_SUFFIXES, SourcePath, base_url, file_name, is_article
from almanac_kb.core.workers import WorkerError
from almanac_kb.health import duplicates
from almanac_kb.importer import plan, project
from almanac_kb.importer.plan import FileCopy, ImportPlan
from almanac_kb.markdown import constructs
from almanac_kb.mkdocs import adopt, books, defaults, documents, health, material, output, publishing, reports, scaffold, search
from almanac_kb.mkdocs.adopt import Adoption
from almanac_kb.mkdocs.configuration import (
    docs_folder,
    former_site,
    knowledge_settings,
    mounts,
    path_rules,
    read_mkdocs_yml,
    site_folder,
    site_language,
)
from almanac_kb.mkdocs.health import Project
from almanac_kb.mkdocs.scaffold import ScaffoldError
from almanac_kb.publish import upload
from almanac_kb.publish.upload import Rclone, UploadError
from almanac_kb.render.compiler import CompileEnvironment, compile_all, renderer_of
from almanac_kb.render.document import Document
from almanac_kb.search import export

PARTICULAR = re.compile(r", got .*|(?<=: )'[^']*' ")
"""The part of a message that differs from article to article."""


def run() -> None:
    """The script `almanac`: runs a command and ends the process with its exit code."""
    raise SystemExit(main())


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; the exit code is 0 where all is well, 1 where articles have errors, 2 where the command can't be understood."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command is not mkdocs:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except (ScaffoldError, UploadError) as error:
        print(error, file=sys.stderr)
        return 1
    except SettingsError as error:
        print(f"mkdocs.yml: {error}", file=sys.stderr)
        return 2
    except WorkerError as error:
        print(error, file=sys.stderr)
        return 2


def mkdocs(options: argparse.Namespace) -> int:
    """Runs `mkdocs build` or `mkdocs serve`; other options are handed on to it. PORT names the port of `serve`."""
    if getattr(options, "format", None):
        os.environ[reports.VARIABLE] = options.format
    for name in ("NO_MKDOCS_2_WARNING", "DISABLE_MKDOCS_2_WARNING"):
        os.environ.setdefault(name, "true")
    port = os.environ.get("PORT") if options.action == "serve" else None
    address = ["--dev-addr", f"127.0.0.1:{port}"] if port and not {"-a", "--dev-addr"} & set(options.rest) else []
    try:
        return int(mkdocs_cli.main([options.action, *address, *options.rest], prog_name="mkdocs", standalone_mode=False) or 0)
    except click.ClickException as error:
        print(error.format_message(), file=sys.stderr)  # to standard output, as MkDocs does it, it would stand in JSON
        return error.exit_code
    except click.Abort:
        return 1


def check(options: argparse.Namespace) -> int:
    """Reads all articles of a folder and prints all there is to say, or only of the files that are named, without building."""
    paths = [Path(path) for path in options.paths]
    missing = next((path for path in paths if not path.exists()), None)
    docs = paths[0] if len(paths) == 1 and paths[0].is_dir() else docs_folder()
    if missing or not docs.is_dir():
        print(f"{missing or docs}: there is no such {'file' if missing and len(paths) > 1 else 'folder'}", file=sys.stderr)
        return 2
    site, named = _site(docs)
    only = {path.resolve() for path in paths if docs not in paths}
    same = duplicates.duplicates_of((*site.articles, *site.pages)) if duplicates.is_available() else ()
    languages = recognition.suggestions(site.published, site_language())
    reported = [Reported(named(diagnostic.source), diagnostic) for diagnostic in sorted((*site.diagnostics, *same, *languages))]
    reported = [entry for entry in reported if not only or Path(entry.path).resolve() in only]
    format_name = reports.chosen_format(options.format)
    if format_name != "text":
        print(reports.for_ci(format_name, reported), end="")
    counts = {severity: sum(entry.diagnostic.severity is severity for entry in reported) for severity in Severity}
    if format_name in {"text", "github"}:
        _print_check(
            site, named, reported if format_name == "text" else [], counts, [] if only else (*_stays_back(site, named), *_ceilings())
        )
    return 1 if counts[Severity.ERROR] else 0


def _print_check(
    site: Site, named: Callable[[SourcePath], str], reported: list[Reported], counts: dict[Severity, int], more: Iterable[str]
) -> None:
    for entry in reported:
        print(f"{entry.diagnostic.severity.name.lower()}: {entry.diagnostic.text(named)}")
    for line in more:
        print(line)
    print(
        f"{len(site.published)} to publish, {len(site.withheld)} withheld, {len(site.refused)} refused; "
        f"{counts[Severity.ERROR]} errors, {counts[Severity.WARNING]} warnings, {counts[Severity.NOTICE]} notices"
    )


def _site(docs: Path) -> tuple[Site, Callable[[SourcePath], str]]:
    """The articles of a folder, and a function that gives the path of a file as its author sees it."""
    site = loader.load_site(docs, knowledge_settings(), output.now(), "", mounts=mounts(docs), inclusion=path_rules(), former=former_site())
    return site, site.outside.named(str(docs))


def _project(path: str | None) -> Project:
    docs, chosen = Path(path or docs_folder()), knowledge_settings()
    load = partial(loader.load_site, docs, chosen, output.now(), "", mounts=mounts(docs), inclusion=path_rules(), former=former_site())
    return Project(docs, chosen, site_language(), load, lambda site: compile_site(site, chosen)[0])


def _stays_back(site: Site, named: Callable[[SourcePath], str]) -> Iterator[str]:
    decisions = publishing.decide_unbuilt(site, partial(compile_site, site, knowledge_settings()), read_mkdocs_yml())
    folders: Counter[tuple[str, str]] = Counter()
    for path, decision in sorted({**site.publications, **decisions}.items()):
        if path in site.refused or site.rules.shows(decision) or file_name(path) in {*source_tree.CONTROL_FILES, AUTHOR_FILE}:
            continue
        if publication.is_hidden(decision) and decision.folder:
            folders[decision.folder, decision.reason] += 1
        else:
            yield f"stays back: {named(path)}: {decision.reason}"
    for (folder, reason), count in sorted(folders.items()):
        yield f"stays back: {named(SourcePath(folder))}/ with {count:,} {'file' if count == 1 else 'files'}: {reason}"


def changes(options: argparse.Namespace) -> int:
    """Prints, as a list in Markdown, the articles and files that differ from those of a git revision."""
    site, _ = _site(docs_folder())
    print(reports.changes(site, docs_folder(), options.revision), end="")
    return 0


def start(options: argparse.Namespace) -> int:
    """Takes the demo and the handbook out of a clone of this project, so that it is a site of one's own."""
    for path in scaffold.start(Path(), options.name):
        print(path)
    return 0


def adopt_site(options: argparse.Namespace) -> int:
    """Says what becomes of a site of MkDocs and Material that adopts this project; with --write, adds the plugin to its mkdocs.yml."""
    path = Path(options.path)
    if not path.is_file():
        print(f"{path}: there is no such file; name the mkdocs.yml of the site", file=sys.stderr)
        return 2
    with contextlib.chdir(path.parent):
        given = read_mkdocs_yml(Path(path.name))
        if defaults.PLUGIN in dict(material.plugins(given.get("plugins"))):
            print(f"{path}: names the plugin {defaults.PLUGIN} already")
            return 0
        docs = Path(given.get("docs_dir") or "docs")
        if not docs.is_dir():
            print(f"{path}: docs_dir: there is no folder {docs}", file=sys.stderr)
            return 2
        found = _adoption(Path(path.name), given, docs)
        print(*adopt.report(found), sep="\n")
        written = adopt.write(Path(path.name), given, found.hosts) if options.write else []
    print(*(f"written: {path.parent / name}" for name in written), sep="\n", end="\n" if written else "")
    last = "`pip install -r requirements.txt`, then `almanac serve`"
    print(last if written else "nothing was written; --write adds the plugin to mkdocs.yml, and its wheel to requirements.txt and wheels/")
    return 0


def _adoption(path: Path, given: Mapping[str, Any], docs: Path) -> Adoption:
    chosen, former = knowledge_settings(given), replace(material.former_site_in(given), is_mkdocs=True)
    site = loader.load_site(docs, chosen, output.now(), str(given.get("site_name") or ""), inclusion=path_rules(given), former=former)
    documents, _ = compile_site(site, chosen, given)
    bodies = [note for article in site.published for note in article.diagnostics("body", documents[article.source].diagnostics)]
    return adopt.examine(path, given, site, bodies, site.outside.named(str(docs)))


def upgrade(options: argparse.Namespace) -> int:
    """Merges a new version of this project into a clone, and leaves its articles and settings as they are."""
    scaffold.upgrade(Path(), options.version)
    print("`git log` shows what came; CHANGELOG.md says what is new")
    return 0


def schemas(options: argparse.Namespace) -> int:
    """Writes the JSON Schemas by which editors complete and check headers, .pages, .tags.yml and .sources.yml."""
    for path in content_schemas.write_schemas(Path(options.folder)):
        print(path)
    return 0


def bodies(options: argparse.Namespace) -> int:
    """Translates the texts of a folder and prints what was translated, removed and refused, and each problem, without building."""
    docs = Path(options.path or docs_folder())
    if not docs.is_dir():
        print(f"{docs}: there is no such folder", file=sys.stderr)
        return 2
    chosen = knowledge_settings()
    site = loader.load_site(docs, chosen, output.now(), "", inclusion=path_rules(), former=former_site())
    documents, env = compile_site(site, chosen)
    texts = list(documents.values())
    diagnostics = [diagnostic for errors in site.refused.values() for diagnostic in errors]
    for article, made in zip(site.published, texts, strict=True):
        diagnostics += article.diagnostics("body", (*made.diagnostics, *made.deferred))
    found = constructs.rows(made.counts for made in texts)
    print(*constructs.table(found), "", *_renderers(site, env), *_reasons(diagnostics), sep="\n")
    for diagnostic in sorted(diagnostics):
        print(f"{diagnostic.severity.name.lower()}: {diagnostic.text(str(docs))}")
    print(f"{len(texts)} articles: {constructs.sums(found)}; {len(site.withheld)} withheld, {len(site.refused)} refused")
    return 1 if site.refused else 0


def new(options: argparse.Namespace) -> int:
    """Writes a new article with a valid header into a site, never over another; elsewhere, or with --site, makes a new site."""
    if options.site or not (Path("mkdocs.yml").is_file() or Path("docs").is_dir()):
        return _new_site(Path(options.title), options.name)
    path = Path("docs", options.topic, plan.article_file_name(options.title))
    if ".." in Path(options.topic).parts or Path(options.topic).is_absolute():
        print(f"--topic must be a folder inside docs/, got {options.topic!r}", file=sys.stderr)
        return 2
    if path.exists():
        print(f"{path}: is there already; choose another title", file=sys.stderr)
        return 1
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(plan.new_article(options.title, output.now().date()), encoding="utf-8")
    print(path)
    return 0


def _new_site(folder: Path, name: str | None) -> int:
    words = re.sub(r"[-_]+", " ", folder.resolve().name).strip()
    for path in scaffold.new_site(folder, name or words[:1].upper() + words[1:]):
        print(folder / path)
    print(f"""
cd {folder}
python3 -m venv .venv && . .venv/bin/activate && pip install -r requirements.txt
almanac serve""")
    return 0


def fix(options: argparse.Namespace) -> int:
    """Prints repairs of wrongly decoded characters (mojibake) in articles, and rewrites the files when the user confirms."""
    docs = Path(options.path or docs_folder())
    folders = (docs, *(mount.folder for mount in mounts(docs)))
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
    folder, docs, topic = Path(options.path), docs_folder(), options.topic.rstrip("/") or "."
    folder_name = source_tree.printable_name(os.path.normpath(options.path))
    if not os.path.isdir(folder):  # noqa: PTH112 - says no where Path.is_dir raises
        print(f"{folder_name}: there is no such folder", file=sys.stderr)
        return 2
    if not FOLDER_SETTINGS.fullmatch(topic) or source_tree.printable_name(topic) != topic:
        print(f"--topic must be a folder inside {docs}/, got {options.topic!r}", file=sys.stderr)
        return 2
    if _is_nested(folder.resolve(), docs.resolve()):
        print(f"{folder_name}: holds {docs}/ or lies in it; name the folder that the articles come from", file=sys.stderr)
        return 2
    try:
        planned = plan.plan_import(project.find_project(folder), folder_name, docs, "" if topic == "." else topic)
        if planned.copies or planned.present or planned.diagnostics:
            planned.diagnostics += health.same_as_before(planned.copies, _articles(docs))
            return _run_import(planned, docs, options.dry_run)
    except OSError as error:
        print(f"{error.filename or docs}: can't be read or written: {error.strerror}; what came before it is written", file=sys.stderr)
        return 1
    print(f"{folder_name}: holds no articles; their names end in {', '.join(MARKDOWN_SUFFIXES)}", file=sys.stderr)
    return 1


def export_search(options: argparse.Namespace) -> int:
    """Writes the articles of the built site for a search engine: those that changed since the last export into the same folder."""
    site = Path(options.site or read_mkdocs_yml().get("site_dir") or "site")
    try:
        built = export.read_index(site / search.FOLDER)
    except FileNotFoundError:
        print(f"{site}: holds no search index; build the site first, or name its folder with --site", file=sys.stderr)
        return 1
    found = export.write_export(built, Path(options.path), options.name, everything=options.all)
    print(f"{len(found.records)} records to index, {len(found.deleted)} to delete, of {len(found.digests)} in all: {options.path}")
    return 0


def make_book(options: argparse.Namespace) -> int:
    """Makes a book of a topic, by its folder, or of a tag, by its name: an EPUB, one HTML file, or a PDF."""
    docs, chosen, given = docs_folder(), knowledge_settings(), read_mkdocs_yml()
    site, _ = _site(docs)
    found = books.find(options.what, site)
    if found is None or not found[2]:
        print(f"{options.what}: is no folder of {docs} with articles, and no tag; name one of both", file=sys.stderr)
        return 2
    name, description, author = (str(given.get(key) or "") for key in ("site_name", "site_description", "site_author"))
    info = SiteInfo(name, base_url(given.get("site_url")), description, author, site_language())
    compiled, _ = compile_site(site, chosen, extensions=defaults.EXTENSIONS)
    title, url, articles = found
    made = books.make(title or info.name, url, articles, site, compiled, info, lambda each: site.outside.files.get(each) or docs / each)
    path = Path(options.output or books.file_name(made.title, options.format))
    try:
        path.write_bytes(books.render(made, options.format))
    except ImportError:
        print("a PDF needs WeasyPrint: pip install 'almanac-kb[pdf]'", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{path}: can't be written: {error.strerror}", file=sys.stderr)
        return 1
    print(f"{path}: {len(made.chapters)} {'article' if len(made.chapters) == 1 else 'articles'}")
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
    for diagnostic in recognition.suggestions(_read(planned.copies), site_language()):
        print(f"{diagnostic.severity.name.lower()}: {diagnostic.text(docs.name)}")
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in planned.diagnostics)
    print(f"{_counts(planned.copies)} {'to copy' if is_dry_run else 'copied'}; {_counts(planned.present)} there already; {errors} errors")
    print("nothing was written" if is_dry_run or not planned.copies else f"`{COMMAND} check` says what there is to say of them")
    return 1 if errors else 0


def _read(copies: Iterable[FileCopy]) -> Iterator[Article]:
    """The articles among files to copy, as far as they can be read, each where it will lie."""
    for copy in copies:
        article = reader.read_article(copy.to, copy.file.read_bytes()).article if copy.is_article else None
        if article is not None:
            yield article


def _counts(copies: list[FileCopy]) -> str:
    articles = sum(copy.is_article for copy in copies)
    return f"{articles} articles and {len(copies) - articles} files they use"


def publish(options: argparse.Namespace) -> int:
    """Copies the built site to a storage by rclone: only files that changed, in an order in which no reader meets half a site."""
    upload.publish(Path(options.site or site_folder()), Rclone(options.destination), print, is_dry=options.dry_run)
    return 0


def _ceilings() -> list[str]:
    """A line for each limit of a host that the built site comes near; none where no site was built."""
    site = site_folder()
    sizes = {path.relative_to(site).as_posix(): path.stat().st_size for path in site.rglob("*") if path.is_file()}
    return [f"warning: {site}: {line}" for line in upload.over_ceilings(sizes)]


def _is_nested(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


def compile_site(
    site: Site, chosen: Settings, given: Mapping[str, Any] | None = None, extensions: Mapping[str, Any] = MappingProxyType({})
) -> tuple[dict[SourcePath, Document], CompileEnvironment]:
    """The documents of all published articles, in order, and the environment of their compiling.

    `extensions` are those of Python-Markdown that stand beside the ones that mkdocs.yml names.
    """
    written = read_mkdocs_yml() if given is None else given
    named = written.get("markdown_extensions") or []
    listed = [named] if isinstance(named, dict) else [entry if isinstance(entry, dict) else {entry: {}} for entry in named]
    is_adopted = material.is_adopted(written)
    options = {**({} if is_adopted else extensions), **{str(name): own or {} for entry in listed for name, own in entry.items()}}
    env = replace(documents.unbuilt_environment(site, chosen, tuple(options), options, site.assets, Path()), is_adopted=is_adopted)
    return compile_all(documents.texts(site), env, None), env


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=COMMAND, description="Makes, checks and builds a knowledge base.")
    commands = parser.add_subparsers(required=True)

    def command(name: str, function: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=function.__doc__)
        added.set_defaults(command=function, action=name)
        return added

    command("serve", mkdocs)
    command("build", mkdocs).add_argument("--format", choices=reports.FORMATS, help="prints what authors are told for a machine to read")
    checking = command("check", check)
    checking.add_argument("paths", nargs="*", help="a folder of articles (docs_dir of mkdocs.yml), or files of it")
    checking.add_argument("--format", choices=reports.FORMATS, help="text, annotations of GitHub, SARIF or JSON")
    writing = command("new", new)
    writing.add_argument("title", help="the title of the article, or the folder of the site")
    writing.add_argument("--topic", default="", help="the folder below docs/ to put the article in")
    writing.add_argument("--site", action="store_true", help="make a site, also where there is one")
    writing.add_argument("--name", help="the name of the site")
    importing = command("import", import_articles)
    importing.add_argument("path", help="the folder of articles")
    importing.add_argument("--topic", required=True, help="the folder below docs/ to put them in")
    importing.add_argument("--dry-run", action="store_true", help="list what would be copied, and write nothing")
    making = command("book", make_book)
    making.add_argument("what", help="a folder of docs/, or a tag")
    making.add_argument("--format", choices=books.FORMATS, default="epub", help="epub (as it is), html, or pdf, which needs WeasyPrint")
    making.add_argument("--output", help="the file to write (TITLE.epub)")
    searching = commands.add_parser("search", help="the articles for a search engine of one's own").add_subparsers(required=True)
    exporting = searching.add_parser("export", help=export_search.__doc__)
    exporting.add_argument("path", help="the folder to write into; it also remembers what was exported")
    exporting.add_argument("--site", help="the folder of the built site (site_dir of mkdocs.yml)")
    exporting.add_argument("--name", default="articles", help="the name of the index or collection (articles)")
    exporting.add_argument("--all", action="store_true", help="write all records, as if there had been no export")
    exporting.set_defaults(command=export_search)
    publishing_to = command("publish", publish)
    publishing_to.add_argument("destination", help="a remote of rclone and a path, such as s3:bucket/prefix, or a folder")
    publishing_to.add_argument("--site", help="the folder of the built site (site_dir of mkdocs.yml)")
    publishing_to.add_argument("--dry-run", action="store_true", help="list what would be copied and deleted, and change nothing")
    surveying = command("bodies", bodies)
    fixing = command("fix", fix)
    for subcommand in (surveying, fixing):
        subcommand.add_argument("path", nargs="?", default=None, help="the folder of articles (docs_dir of mkdocs.yml)")
    fixing.add_argument("--yes", action="store_true", help="rewrite without asking")
    command("changes", changes).add_argument("revision", help="what to compare with, such as origin/main")
    command("schemas", schemas).add_argument("folder", nargs="?", default=str(content_schemas.FOLDER), help="where to write them")
    command("start", start).add_argument("name", nargs="?", default="My notes", help="the name of the site")
    adopting = command("adopt", adopt_site)
    adopting.add_argument("path", nargs="?", default="mkdocs.yml", help="the settings of the site (mkdocs.yml)")
    adopting.add_argument("--write", action="store_true", help="add the plugin to the settings, and its wheel to what is installed")
    health.add_commands(commands, _project)
    command("upgrade", upgrade).add_argument("version", help="the branch, tag or commit to merge, such as upstream/main")
    return parser
