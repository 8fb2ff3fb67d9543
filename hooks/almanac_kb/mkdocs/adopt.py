"""The command `adopt`: what changes when a MkDocs site with Material uses this project as its plugin; adds the plugin."""

import argparse
import contextlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from almanac_kb import __version__
from almanac_kb.content.former_site import FormerSite
from almanac_kb.content.site import Site
from almanac_kb.core import folders
from almanac_kb.core.diagnostics import Diagnostic, Severity
from almanac_kb.core.folders import write_whole
from almanac_kb.core.paths import SourcePath, UrlPath, base_url
from almanac_kb.core.urls import KINDS, host, resolve_url, scheme
from almanac_kb.mkdocs import defaults, material, scaffold
from almanac_kb.mkdocs.configuration import Configuration, docs_folder, read_mkdocs_yml
from almanac_kb.mkdocs.scaffold import ScaffoldError

KEPT = {
    "nav": "nav: its order and its titles",
    "copyright": "copyright, as HTML",
    "repo_url": "repo_url and edit links",
    "extra_css": "extra_css",
    "extra_javascript": "extra_javascript",
    "hooks": "hooks, whose texts are translated and cleaned like those of authors",
    "markdown_extensions": "markdown_extensions with their options",
    "exclude_docs": "exclude_docs",
    "extra.alternate": "extra.alternate: the switch of languages",
    "extra.social": "extra.social: the links at the foot",
    "extra.analytics": "extra.analytics, with its feedback",
    "extra.consent": "extra.consent",
    "extra.version": "extra.version: versions by mike",
    "extra.status": "extra.status",
    "theme.font": "theme.font, which readers' browsers load from Google",
    "theme.palette": "theme.palette",
    "theme.logo": "theme.logo",
    "theme.icon": "theme.icon",
    "theme.features": "theme.features",
    "theme.custom_dir": "theme.custom_dir: its templates stand before ours",
}
"""Settings that keep working, each with the message about it."""
NO_FONT = "the font is that of the reader's system: Material asked Google for Roboto; `theme: {font: {text: Roboto}}` still does"
PLUGINS_LINE = re.compile(r"plugins:[ \t]*(?P<inline>\[.*\]|\{\})?[ \t]*(?:#.*)?$")
NEWCOMER = "plugins:\n  - search\n  - almanac"


@dataclass(frozen=True)
class Adoption:
    """The effects of the plugin on a site."""

    kept: tuple[str, ...]
    moved: Mapping[UrlPath, UrlPath]
    """Each URL path that changes, with the one its redirect leads to."""
    changes: tuple[str, ...]
    """Other changes, in words."""
    impossible: tuple[str, ...]
    """The faults that must be mended by hand, in words, each with its position."""
    hosts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Other hosts that the settings need, by purpose: the options that the plugin needs."""


def add_commands(commands: Any) -> None:
    """Adds the command to those of the command line, `commands` as `ArgumentParser.add_subparsers` returns them."""
    adopting = commands.add_parser("adopt", help=adopt.__doc__)
    adopting.add_argument("path", nargs="?", default="mkdocs.yml", help="the settings of the site (mkdocs.yml)")
    adopting.add_argument("--write", action="store_true", help="add the plugin to the settings, and its wheel to what is installed")
    adopting.set_defaults(command=adopt)


def adopt(options: argparse.Namespace) -> int:
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
        configuration = Configuration(docs_folder(given), given)
        if not configuration.docs.is_dir():
            print(f"{path}: docs_dir: there is no folder {configuration.docs}", file=sys.stderr)
            return 2
        found = _adoption(Path(path.name), configuration)
        print(*report(found), sep="\n")
        written = write(Path(path.name), given, found.hosts) if options.write else []
    print(*(f"written: {path.parent / name}" for name in written), sep="\n", end="\n" if written else "")
    last = "`pip install -r requirements.txt`, then `almanac serve`"
    print(last if written else "nothing was written; --write adds the plugin to mkdocs.yml, and its wheel to requirements.txt and wheels/")
    return 0


def _adoption(path: Path, configuration: Configuration) -> Adoption:
    site = configuration.load(replace(material.former_site_in(configuration.values), is_mkdocs=True))
    documents = configuration.compile(site)
    bodies = [note for article in site.published for note in article.diagnostics("body", documents[article.source].diagnostics)]
    return examine(path, configuration.values, site, bodies, site.outside.named(str(configuration.docs)))


def examine(
    path: Path, settings: Mapping[str, Any], site: Site, bodies: Iterable[Diagnostic], named: Callable[[SourcePath], str]
) -> Adoption:
    """The effects on the site with the settings file `path`; `site` are its articles, `bodies` diagnostics of their texts.

    `named` returns the path of a file as its author knows it.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    former = material.former_site_in(settings)
    served = {article.url for article in site.published}
    moved = {old: new for old, new in sorted(site.redirects.items()) if old not in served}
    errors = [each for each in (*site.diagnostics, *bodies) if each.severity is Severity.ERROR]
    return Adoption(
        tuple(_kept(settings, site, former, moved)),
        moved,
        tuple(_changes(settings, path.parent, bodies)),
        (*_settings_to_mend(settings, path, text), *(f"{each.text(named)}" for each in errors)),
        _hosts(settings),
    )


def report(found: Adoption) -> Iterator[str]:
    """The report as lines of text."""
    yield "Kept:"
    yield from (f"  {line}" for line in found.kept)
    if found.moved:
        yield "Addresses that change; each old one leads to the new one:"
        yield from (f"  /{old} -> /{new}" for old, new in found.moved.items())
    else:
        yield "No address changes."
    if found.changes:
        yield "Different:"
        yield from (f"  {line}" for line in found.changes)
    if found.impossible:
        yield "To be mended by hand:"
        yield from (f"  {line}" for line in found.impossible)


def write(path: Path, settings: Mapping[str, Any], hosts: Mapping[str, tuple[str, ...]]) -> list[Path]:
    """Adds the plugin to mkdocs.yml, and the wheel of this project to what the site installs; returns the files that were written.

    Raises ScaffoldError where the plugins stand in a form that can't be added to.
    """
    before = path.read_text(encoding="utf-8")
    after = with_plugin(before, hosts)
    if {name for name, _ in material.plugins(_loaded(after).get("plugins"))} != {
        *(name for name, _ in material.plugins(settings.get("plugins"))),
        *(("search",) if settings.get("plugins") is None else ()),
        defaults.PLUGIN,
    }:
        raise ScaffoldError(f"{path}: can't be added to; write `- {defaults.PLUGIN}` below plugins yourself")
    write_whole(path, after.encode())
    name, wheel = scaffold.pack_wheel()
    wheels, requirements = path.parent / "wheels", path.parent / "requirements.txt"
    wheels.mkdir(exist_ok=True)
    (wheels / name).write_bytes(wheel)
    lines = requirements.read_text(encoding="utf-8").splitlines() if requirements.is_file() else []
    wanted = ("--find-links wheels", f"{scaffold.DISTRIBUTION}=={__version__}")
    write_whole(requirements, ("\n".join([*lines, *(line for line in wanted if line not in lines)]) + "\n").encode())
    return [path, requirements, wheels / name]


def with_plugin(text: str, hosts: Mapping[str, tuple[str, ...]]) -> str:
    """The text of mkdocs.yml with the plugin as the last of its plugins; all other lines stay as they are."""
    lines = text.splitlines()
    options = {"hosts": {kind: list(names) for kind, names in hosts.items()}} if hosts else {}
    flow = yaml.safe_dump(options, default_flow_style=True, width=10_000).strip() if options else ""
    at = next((number for number, line in enumerate(lines) if PLUGINS_LINE.fullmatch(line)), None)
    if at is None:
        return f"{text.rstrip()}\n\n{NEWCOMER}{f': {flow}' if flow else ''}\n"
    inline = (PLUGINS_LINE.fullmatch(lines[at]) or re.match("", ""))["inline"]  # type: ignore[index]  # the line matched above
    if inline:
        named = inline[1:-1].strip()
        entry = f"{{{defaults.PLUGIN}: {flow}}}" if flow else defaults.PLUGIN
        lines[at] = f"plugins: [{f'{named}, ' if named else ''}{entry}]"
        return "\n".join(lines) + "\n"
    end = next((number for number in range(at + 1, len(lines)) if lines[number].strip() and lines[number][0] not in " \t-#"), len(lines))
    while end > at + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    first = next((line for line in lines[at + 1 : end] if line.strip() and not line.lstrip().startswith("#")), "  - ")
    indent = first[: len(first) - len(first.lstrip())]
    is_list = first.lstrip().startswith("-")
    entry = f"{indent}{'- ' if is_list else ''}{defaults.PLUGIN}{f': {flow}' if flow else '' if is_list else ': {}'}"
    return "\n".join([*lines[:end], entry, *lines[end:]]) + "\n"


def _loaded(text: str) -> Mapping[str, Any]:
    """The settings in a text; YAML tags are ignored."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("", lambda *_: None)
    found = yaml.load(text, Loader)  # noqa: S506 - a safe loader, that makes nothing of tags
    return found if isinstance(found, Mapping) else {}


def _value(settings: Mapping[str, Any], key: str) -> Any:
    value: Any = settings
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _kept(settings: Mapping[str, Any], site: Site, former: FormerSite, moved: Mapping[UrlPath, UrlPath]) -> Iterator[str]:
    stay = [article for article in site.published if article.url not in moved.values()]
    yield f"{len(stay)} of {len(site.published)} addresses of articles, as they are"
    posts = sum(former.post_address(article) is not None for article in site.published)
    if posts:
        yield f"{posts} posts of the blog, with dates, addresses, categories and authors"
    yield from (words for key, words in KEPT.items() if _value(settings, key) not in (None, [], {}, False))


def _changes(settings: Mapping[str, Any], project: Path, bodies: Iterable[Diagnostic]) -> Iterator[str]:
    names = [name for name, _ in material.plugins(settings.get("plugins"))]
    for name in dict.fromkeys([*names, *(["search"] if settings.get("plugins") is None else [])]):
        if name in material.REPLACED:
            yield f"plugin {name}: {material.REPLACED[name]}"
    if _value(settings, "theme.font") is None:
        yield NO_FONT
    custom = _value(settings, "theme.custom_dir")
    ours = defaults.overrides()
    templates = folders.list_files(project / str(custom), unreadable=folders.pass_over, follows_links=True) if custom else ()
    for name in sorted(name for name in templates if name.endswith(".html")):
        if (ours / name).is_file():
            yield f"{custom}/{name} takes the place of this project's template of that name, and shows what it shows"
    taken_out = [each for each in bodies if each.severity is Severity.WARNING and "may not stand in an article" in each.message]
    if taken_out:
        sources = sorted({each.source for each in taken_out})
        yield (
            f"HTML that could run or restyle pages is taken out of {len(sources)} articles ({', '.join(sources[:3])}"
            f"{', …' if len(sources) > 3 else ''}); `almanac bodies` lists it, the option `trusted: [.]` keeps it"
        )


def _settings_to_mend(settings: Mapping[str, Any], path: Path, text: str) -> Iterator[str]:
    theme = settings.get("theme")
    name = theme.get("name") if isinstance(theme, Mapping) else theme
    if name not in (None, "material"):
        yield f"{path}{material.line_of(text, 'theme')}: theme: must be material, got {name}"
    if not settings.get("site_url"):
        yield f"{path}: site_url is missing: feeds and the sitemap need absolute links; set it to the address of the site"
    if settings.get("use_directory_urls") is False:
        line = material.line_of(text, "use_directory_urls")
        yield f"{path}{line}: use_directory_urls: articles are published as folders; take the line out"
    for plugin, _ in material.plugins(settings.get("plugins")):
        if plugin in material.REFUSED:
            yield f"{path}{material.line_of(text, plugin)}: plugins: {plugin} is left out: {material.REFUSED[plugin]}"


def _hosts(settings: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The hosts of scripts and style sheets in the settings that are not allowed yet, by purpose."""
    base = base_url(str(settings.get("site_url") or ""))
    allowed = _value(settings, "extra.knowledge.hosts") or {}
    found: dict[str, tuple[str, ...]] = {}
    for setting, kind in (("extra_javascript", "scripts"), ("extra_css", "styles")):
        given = settings.get(setting) or []
        addresses = [str(each.get("path") if isinstance(each, Mapping) else each) for each in given]
        names = (host(each) for each in addresses if scheme(each) in {"https", "//"} and resolve_url(each, "", base) is None)
        more = tuple(dict.fromkeys(name for name in names if name not in (allowed.get(kind) or () if isinstance(allowed, Mapping) else ())))
        found |= {kind: more} if more else {}
    return {kind: found[kind] for kind in KINDS if kind in found}
