"""The commands `new` and `import`: articles and their files put into docs/, never over others; `new` makes a whole site, too."""

import argparse
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from almanac_kb.content import reader, recognition, source_tree
from almanac_kb.content.article import Article
from almanac_kb.content.settings import FOLDER_SETTINGS
from almanac_kb.core import folders
from almanac_kb.core.diagnostics import COMMAND, Severity
from almanac_kb.core.folders import explain_error
from almanac_kb.core.paths import MARKDOWN_SUFFIXES
from almanac_kb.importer import plan, project
from almanac_kb.importer.plan import FileCopy, ImportPlan
from almanac_kb.mkdocs import checking, health_commands, output, scaffold
from almanac_kb.mkdocs.configuration import Configuration, read_configuration


def add_commands(commands: Any) -> None:
    """Adds the commands to those of the command line, `commands` as `ArgumentParser.add_subparsers` returns them."""
    writing = commands.add_parser("new", help=new.__doc__)
    writing.add_argument("title", help="the title of the article, or the folder of the site")
    writing.add_argument("--topic", default="", help="the folder below docs/ to put the article in")
    writing.add_argument("--site", action="store_true", help="make a site, also where there is one")
    writing.add_argument("--name", help="the name of the site")
    writing.set_defaults(command=new)
    importing = commands.add_parser("import", help=import_articles.__doc__)
    importing.add_argument("path", help="the folder of articles")
    importing.add_argument("--topic", required=True, help="the folder below docs/ to put them in")
    importing.add_argument("--dry-run", action="store_true", help="list what would be copied, and write nothing")
    importing.set_defaults(command=import_articles)


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


def import_articles(options: argparse.Namespace) -> int:
    """Copies a folder of articles into docs/, with the images and files they use; overwrites nothing."""
    configuration = read_configuration()
    folder, docs, topic = Path(options.path), configuration.docs, options.topic.rstrip("/") or "."
    folder_name = folders.printable_name(os.path.normpath(options.path))
    if not os.path.isdir(folder):  # noqa: PTH112 - says no where Path.is_dir raises
        print(f"{folder_name}: there is no such folder", file=sys.stderr)
        return 2
    if not FOLDER_SETTINGS.fullmatch(topic) or folders.printable_name(topic) != topic:
        print(f"--topic must be a folder inside {docs}/, got {options.topic!r}", file=sys.stderr)
        return 2
    if _is_nested(folder.resolve(), docs.resolve()):
        print(f"{folder_name}: holds {docs}/ or lies in it; name the folder that the articles come from", file=sys.stderr)
        return 2
    try:
        planned = plan.plan_import(project.find_project(folder), folder_name, docs, "" if topic == "." else topic)
        if planned.copies or planned.present or planned.diagnostics:
            planned.diagnostics += health_commands.same_as_before(planned.copies, checking.articles_of(source_tree.list_files(docs, ())))
            return _run_import(planned, configuration, options.dry_run)
    except OSError as error:
        print(f"{explain_error(error)}; what came before it is written", file=sys.stderr)
        return 1
    print(f"{folder_name}: holds no articles; their names end in {', '.join(MARKDOWN_SUFFIXES)}", file=sys.stderr)
    return 1


def _run_import(planned: ImportPlan, configuration: Configuration, is_dry_run: bool) -> int:
    for copy in planned.copies:
        print(f"{copy.shown} -> {configuration.docs}/{copy.to}")
    for path, reason in planned.left_out.items():
        print(f"left out: {path} {reason}")
    for diagnostic in sorted(planned.diagnostics):
        print(f"{diagnostic.severity.name.lower()}: {diagnostic.text('')}")
    if not is_dry_run:
        plan.copy_files(planned.copies, configuration.docs)
    for diagnostic in recognition.suggestions(_read(planned.copies), configuration.language):
        print(f"{diagnostic.severity.name.lower()}: {diagnostic.text(configuration.docs.name)}")
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


def _is_nested(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)
