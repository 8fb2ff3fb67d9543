"""`make bench N=1000`: this project against the stock stack on the same articles, in one run on one machine."""

import argparse
import json
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import builder
import psutil
import sample

PACKAGES = ("mkdocs", "mkdocs-material", "pymdown-extensions", "mkdocs-rss-plugin", "mkdocs-awesome-pages-plugin")
SAVES = 5
"""How often an article is saved to measure the time until the browser reloads."""
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


@dataclass(frozen=True)
class Run:
    """One measured run of a command."""

    seconds: float
    megabytes: float
    """The peak memory of the process and all its children, together."""


@dataclass(frozen=True)
class Figures:
    """All that is measured of a site generator."""

    cold: Run
    edited: Run
    """A build after one article changed."""
    unchanged: Run
    """A build after nothing changed."""
    reload: float
    """Seconds from the save of an article to the browser's reload event, the median."""
    site: float
    """The size of the site in MB."""
    page: float
    """The size of an article's page in kB, the median."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="where to write the figures as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        makers: Mapping[str, Callable[[Path], None]] = {"stock": make_stock, "ours": make_ours}
        found = {name: measure(Path(folder, name), make, options.articles, options.seed) for name, make in makers.items()}
    machine = {"processors": os.cpu_count(), "python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    print(table(found, options.articles, machine))
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, **{name: asdict(each) for name, each in found.items()}}, indent=2))


def make_stock(root: Path) -> None:
    """A site of the five packages with Material's search and tags, none of our hooks."""
    root.mkdir(parents=True)
    config = (builder.PROJECT / "mkdocs.yml").read_text()
    extensions = config[config.index("markdown_extensions:") :].split("\n\n")[0]
    (root / "mkdocs.yml").write_text(STOCK.format(extensions=extensions))


def make_ours(root: Path) -> None:
    """A copy of this project."""
    builder.project(root, {})


def measure(root: Path, make: Callable[[Path], None], count: int, seed: int) -> Figures:
    """The figures of one generator over `count` articles."""
    make(root)
    shutil.rmtree(root / "docs", ignore_errors=True)
    sample.write(root / "docs", count, seed)
    changed = sorted((root / "docs").rglob("*.md"))[count // 2]
    print(f"{root.name}: cold build …", file=sys.stderr)
    cold = run(root)
    changed.write_text(changed.read_text() + "\nOne more sentence.\n")
    edited, unchanged = run(root), run(root)
    pages = [path.stat().st_size for path in (root / "site").rglob("index.html") if path.parent.name[:5].isdigit()]
    size = sum(path.stat().st_size for path in (root / "site").rglob("*") if path.is_file())
    print(f"{root.name}: serve …", file=sys.stderr)
    return Figures(cold, edited, unchanged, reload_time(root, changed), size / 1e6, statistics.median(pages) / 1e3)


def run(root: Path) -> Run:
    """A build as an author runs it."""
    start = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "mkdocs", "build", "-q"], cwd=root, env=builder.environment())
    peak = Peak(process.pid)
    peak.start()
    code = process.wait()
    seconds = time.monotonic() - start
    if code:
        raise SystemExit(f"the build of {root.name} failed with exit code {code}")
    return Run(seconds, peak.bytes / 1e6)


class Peak(threading.Thread):
    """Watches how much memory a process and its children take together."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._process = psutil.Process(pid)
        self.bytes = 0

    def run(self) -> None:
        """Looks twenty times a second until the process is gone."""
        try:
            while self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
                family = [self._process, *self._process.children(recursive=True)]
                self.bytes = max(self.bytes, sum(_resident(each) for each in family))
                time.sleep(0.05)
        except psutil.Error:
            return


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def reload_time(root: Path, changed: Path) -> float:
    """The median of several saves, each from the write to the answer that makes a browser reload."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "mkdocs", "serve", "-q", "--dev-addr", address]
    server = subprocess.Popen(command, cwd=root, env=builder.environment(SITE_URL=f"http://{address}/"))
    try:
        epoch, request = _first_page(f"http://{address}/")
        times = []
        for number in range(SAVES):
            start = time.monotonic()
            changed.write_text(changed.read_text() + f"\nSave {number}.\n")
            epoch = _wait(f"http://{address}/livereload/{epoch}/{request}", epoch)
            times.append(time.monotonic() - start)
            time.sleep(1)
        return statistics.median(times)
    finally:
        server.terminate()
        server.wait()


def _first_page(home: str) -> tuple[int, int]:
    while True:
        try:
            page = urllib.request.urlopen(home, timeout=600).read().decode()
            match = re.search(r"livereload[(/](\d+)(?:, |/)(\d+)", page)
            if match:
                return int(match[1]), int(match[2])
        except OSError:
            time.sleep(0.2)


def _wait(address: str, epoch: int) -> int:
    while True:
        answer = int(urllib.request.urlopen(address, timeout=600).read())
        if answer > epoch:
            return answer


def table(found: Mapping[str, Figures], count: int, machine: Mapping[str, object]) -> str:
    """The figures as a Markdown table, with the ratio of stock to ours."""
    rows: list[tuple[str, Callable[[Figures], float]]] = [
        ("cold build, s", lambda each: each.cold.seconds),
        ("build after one edit, s", lambda each: each.edited.seconds),
        ("build after nothing changed, s", lambda each: each.unchanged.seconds),
        ("serve: save to reload, s", lambda each: each.reload),
        ("peak memory, cold, MB", lambda each: each.cold.megabytes),
        ("size of the site, MB", lambda each: each.site),
        ("size of an article's page, kB", lambda each: each.page),
    ]
    lines = [
        f"{count} articles; " + ", ".join(f"{name} {value}" for name, value in machine.items()),
        "",
        "| | stock | ours | ratio |",
        "|---|---|---|---|",
    ]
    for name, figure in rows:
        stock, ours = figure(found["stock"]), figure(found["ours"])
        lines.append(f"| {name} | {stock:.1f} | {ours:.1f} | {stock / ours:.1f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
