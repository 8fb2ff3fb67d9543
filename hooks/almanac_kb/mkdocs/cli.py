"""The command line: `almanac …` where the package is installed, `python hooks …` in a clone."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from mkdocs.__main__ import cli as mkdocs_cli
from mkdocs.exceptions import PluginError

from almanac_kb.content import schemas as content_schemas
from almanac_kb.content.settings import SettingsError
from almanac_kb.core.diagnostics import COMMAND, quoted
from almanac_kb.core.folders import explain_error
from almanac_kb.core.workers import WorkerError
from almanac_kb.mkdocs import adopt, articles, books, checking, health_commands, reports, scaffold, search
from almanac_kb.mkdocs.configuration import read_configuration
from almanac_kb.mkdocs.scaffold import ScaffoldError
from almanac_kb.publish import upload
from almanac_kb.publish.upload import Rclone, UploadError
from almanac_kb.search import export
from almanac_kb.search.export import ExportError

PORTS = 65536
"""Number of ports of TCP."""


def run() -> None:
    """The script `almanac`: runs a command and ends the process with its exit code."""
    raise SystemExit(main())


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; the exit code is 0 where all is well, 1 where the site has errors, 2 where the command can't be carried out."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command is not mkdocs:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except (ScaffoldError, UploadError, ExportError) as error:
        print(error, file=sys.stderr)
        return 1
    except SettingsError as error:
        print(f"mkdocs.yml: {error}", file=sys.stderr)
        return 2
    except (WorkerError, PluginError) as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:  # who reads the output has seen enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(explain_error(error), file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=COMMAND, description="Makes, checks and builds a knowledge base.")
    commands = parser.add_subparsers(required=True)
    _add_builds(commands)
    checking.add_commands(commands)
    articles.add_commands(commands)
    books.add_commands(commands)
    _add_outputs(commands)
    adopt.add_commands(commands)
    health_commands.add_commands(commands)
    _add_clones(commands)
    return parser


def _add_builds(commands: Any) -> None:
    commands.add_parser("serve", help=mkdocs.__doc__).set_defaults(command=mkdocs, action="serve")
    building = commands.add_parser("build", help=mkdocs.__doc__)
    building.add_argument("--format", choices=reports.FORMATS, help="prints what authors are told for a machine to read")
    building.set_defaults(command=mkdocs, action="build")


def _add_outputs(commands: Any) -> None:
    searching = commands.add_parser("search", help="the articles for a search engine of one's own").add_subparsers(required=True)
    exporting = searching.add_parser("export", help=export_search.__doc__)
    exporting.add_argument("path", help="the folder to write into; it also remembers what was exported")
    exporting.add_argument("--site", help="the folder of the built site (site_dir of mkdocs.yml)")
    exporting.add_argument("--name", default="articles", help="the name of the index or collection (articles)")
    exporting.add_argument("--all", action="store_true", help="write all records, as if there had been no export")
    exporting.set_defaults(command=export_search)
    publishing = commands.add_parser("publish", help=publish.__doc__)
    publishing.add_argument("destination", help="a remote of rclone and a path, such as s3:bucket/prefix, or a folder")
    publishing.add_argument("--site", help="the folder of the built site (site_dir of mkdocs.yml)")
    publishing.add_argument("--dry-run", action="store_true", help="list what would be copied and deleted, and change nothing")
    publishing.set_defaults(command=publish)
    describing = commands.add_parser("schemas", help=schemas.__doc__)
    describing.add_argument("folder", nargs="?", default=str(content_schemas.FOLDER), help="where to write them")
    describing.set_defaults(command=schemas)


def _add_clones(commands: Any) -> None:
    starting = commands.add_parser("start", help=start.__doc__)
    starting.add_argument("name", nargs="?", default="My notes", help="the name of the site")
    starting.set_defaults(command=start)
    upgrading = commands.add_parser("upgrade", help=upgrade.__doc__)
    upgrading.add_argument("version", help="the branch, tag or commit to merge, such as upstream/main")
    upgrading.set_defaults(command=upgrade)


def mkdocs(options: argparse.Namespace) -> int:
    """Runs `mkdocs build` or `mkdocs serve`; other options are handed on to it. PORT names the port of `serve`."""
    if getattr(options, "format", None):
        os.environ[reports.VARIABLE] = options.format
    for name in ("NO_MKDOCS_2_WARNING", "DISABLE_MKDOCS_2_WARNING"):
        os.environ.setdefault(name, "true")
    port = os.environ.get("PORT") if options.action == "serve" else None
    if port and not (port.isdecimal() and int(port[:6]) < PORTS):
        print(f"PORT: must be a number from 0 to {PORTS - 1}, got {quoted(port)}", file=sys.stderr)
        return 2
    address = ["--dev-addr", f"127.0.0.1:{port}"] if port and not {"-a", "--dev-addr"} & set(options.rest) else []
    try:
        return int(mkdocs_cli.main([options.action, *address, *options.rest], prog_name="mkdocs", standalone_mode=False) or 0)
    except click.ClickException as error:
        print(error.format_message(), file=sys.stderr)  # to standard output, as MkDocs does it, it would stand in JSON
        return error.exit_code
    except click.Abort:
        return 1


def export_search(options: argparse.Namespace) -> int:
    """Writes the articles of the built site for a search engine: those that changed since the last export into the same folder."""
    site = Path(options.site or read_configuration().site_folder)
    built = export.read_index(site / search.FOLDER)
    found = export.write_export(built, Path(options.path), options.name, everything=options.all)
    print(f"{len(found.records)} records to index, {len(found.deleted)} to delete, of {len(found.digests)} in all: {options.path}")
    return 0


def publish(options: argparse.Namespace) -> int:
    """Copies the built site to a storage by rclone: only files that changed, in an order in which no reader meets half a site."""
    site = Path(options.site or read_configuration().site_folder)
    upload.publish(site, Rclone(options.destination), print, is_dry=options.dry_run)
    return 0


def schemas(options: argparse.Namespace) -> int:
    """Writes the JSON Schemas by which editors complete and check headers, .pages, .tags.yml and .sources.yml."""
    for path in content_schemas.write_schemas(Path(options.folder)):
        print(path)
    return 0


def start(options: argparse.Namespace) -> int:
    """Takes the demo and the handbook out of a clone of this configuration, so that it is a site of one's own."""
    for path in scaffold.start(Path(), options.name):
        print(path)
    return 0


def upgrade(options: argparse.Namespace) -> int:
    """Merges a new version of this project into a clone, and leaves its articles and settings as they are."""
    scaffold.upgrade(Path(), options.version)
    print("`git log` shows what came; CHANGELOG.md says what is new")
    return 0
