"""The site generators that `compare.py` measures: each writes its settings into an empty folder, and has a command that builds the site."""

import io
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import builder

STOCK = """\
site_name: Stock
site_url: !ENV [SITE_URL, "https://example.org/kb/"]
theme:
  name: material
  font: false
  features: [navigation.prune, navigation.footer, navigation.indexes, content.code.copy, search.highlight]
plugins:
  - search
  - tags
  - awesome-pages
  - rss: {{use_git: false, date_from_meta: {{as_creation: pubDate, as_update: pubDate, datetime_format: "%Y-%m-%d"}}}}
{extensions}
"""
HUGO = """\
title = "Hugo"
baseURL = "https://example.org/kb/"
publishDir = "site"
resourceDir = ".cache/resources"
cacheDir = "{cache}"
disableKinds = ["RSS"]
[module]
  [[module.mounts]]
    source = "docs"
    target = "content"
    files = ["! index.md"]
  [[module.mounts]]
    source = "layouts"
    target = "layouts"
[frontmatter]
  date = ["pubDate"]
[markup.goldmark.renderHooks.link]
  useEmbedded = "always"
"""
"""Hugo's settings. The home page of the made-up articles is a list, for Hugo takes `index.md` for a page that owns all others."""
HUGO_LAYOUTS = {
    "baseof.html": """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{ .Title }} - {{ site.Title }}</title>
<meta name="description" content="{{ .Description }}">
<link rel="canonical" href="{{ .Permalink }}">
</head>
<body>
<header><a href="{{ site.Home.RelPermalink }}">{{ site.Title }}</a></header>
<nav>MENU</nav>
<main>{{ block "main" . }}{{ end }}</main>
<footer>{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</footer>
</body>
</html>
""",
    "single.html": """\
{{ define "main" }}<aside>{{ .TableOfContents }}</aside><article>{{ .Content }}</article>
<p>{{ .Date.Format "2006-01-02" }}{{ range .GetTerms "tags" }} <a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a>{{ end }}</p>{{ end }}
""",
    "list.html": """\
{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>{{ range .Paginator.Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Description }}</li>{{ end }}</ul>
{{ with .Paginator.Next }}<a href="{{ .URL }}">next</a>{{ end }}{{ end }}
""",
}
"""A minimal theme of Hugo: pages, sections and tags with a list each, no search, feeds, cards or checks."""
SECTIONS_MENU = '{{ range site.Sections }}<a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ end }}'
"""A menu of the sections at the top."""
TREE_MENU = """\
{{ define "branch" }}<ul>{{ range .Pages }}
<li><a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ if .IsSection }}{{ template "branch" . }}{{ end }}</li>
{{ end }}</ul>{{ end }}{{ template "branch" site.Home }}"""
"""A menu of all pages in all sections, in each page, as themes for handbooks have it."""


@dataclass(frozen=True)
class Generator:
    """What makes a site of articles."""

    make: Callable[[Path], None]
    """Writes its settings into an empty folder."""
    command: tuple[str, ...] = (sys.executable, "-m", "mkdocs", "build", "-q")
    """What builds the site there."""


def generators(before: str | None, zensical: str | None, hugo: str | None) -> dict[str, Generator]:
    """The generators to compare by name: stock and ours; ours as it was at the git revision `before`, and the programs that are there."""
    found = {"stock": Generator(make_stock), "ours": Generator(make_ours)}
    if before:
        found["before"] = Generator(partial(make_before, before))
    if zensical:
        found["zensical"] = Generator(make_zensical, (zensical, "build"))
    if hugo:
        found["hugo"] = Generator(partial(make_hugo, SECTIONS_MENU), (hugo, "--quiet"))
        found["hugo, full menu"] = Generator(partial(make_hugo, TREE_MENU), (hugo, "--quiet"))
    return found


def make_stock(root: Path) -> None:
    """A site of the five packages with Material's search and tags, none of our hooks."""
    root.mkdir(parents=True)
    config = builder.SETTINGS.read_text()
    extensions = config[config.index("markdown_extensions:") :].split("\n\n")[0]
    (root / "mkdocs.yml").write_text(STOCK.format(extensions=extensions))
    _timed(root)


def make_ours(root: Path) -> None:
    """A copy of this project."""
    builder.project(root, {})
    _timed(root)


def make_before(ref: str, root: Path) -> None:
    """This project as it was at a git revision; its settings are those of its tests, or, before they had some, its own."""
    listed = subprocess.run(["git", "ls-tree", "-r", "--name-only", ref], cwd=builder.PROJECT, capture_output=True, text=True, check=True)
    settings = "tests/mkdocs.yml" if "tests/mkdocs.yml" in listed.stdout.splitlines() else "mkdocs.yml"
    command = ["git", "archive", ref, *builder.CODE, settings]
    archive = subprocess.run(command, cwd=builder.PROJECT, capture_output=True, check=True).stdout
    root.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(root, filter="data")
    (root / settings).replace(root / "mkdocs.yml")
    _timed(root)


def make_zensical(root: Path) -> None:
    """The stock site without the plugins and hooks, which Zensical does not run."""
    make_stock(root)
    (root / "phases.py").unlink()
    config = (root / "mkdocs.yml").read_text()
    (root / "mkdocs.yml").write_text(re.sub(r"^(?:plugins|hooks):\n(?:  .*\n)*", "", config, flags=re.MULTILINE))


def _timed(root: Path) -> None:
    """Adds the hook that measures phases, which the settings do not name yet."""
    shutil.copy(Path(__file__).with_name("phases.py"), root / "phases.py")


def make_hugo(menu: str, root: Path) -> None:
    """A site of Hugo with a minimal theme, whose pages have this menu."""
    layouts = root / "layouts"
    layouts.mkdir(parents=True)
    (root / "hugo.toml").write_text(HUGO.format(cache=(root / ".cache").as_posix()))
    for name, text in HUGO_LAYOUTS.items():
        (layouts / name).write_text(text.replace("MENU", menu))
