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
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
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
class Figures:
    """All that is measured of a site generator."""

    cold: float
    """Seconds of a build without anything remembered."""
    edited: float
    """Seconds of a build after one article changed."""
    unchanged: float
    """Seconds of a build after nothing changed."""
    memory: float
    """The most memory in MB that the process of a cold build and all its children take together: in a build of its own, for looking takes
    time."""
    reload: float | None
    """Seconds from the save of an article to the browser's reload event, the median."""
    site: float
    """The size of the site in MB."""
    page: float
    """The size of an article's page in kB, the median."""
    phases: Mapping[str, float]
    """The seconds of each phase of the cold build, where they can be told: reading, rendering, writing, and what follows."""


@dataclass(frozen=True)
class Generator:
    """What makes a site of articles."""

    make: Callable[[Path], None]
    """Writes its settings into an empty folder."""
    command: tuple[str, ...] = (sys.executable, "-m", "mkdocs", "build", "-q")
    """What builds the site there."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="where to write the figures as JSON")
    parser.add_argument("--zensical", default=shutil.which("zensical"), help="the program of Zensical, to measure it too")
    options = parser.parse_args()
    generators = {"stock": Generator(make_stock), "ours": Generator(make_ours)}
    if options.zensical:
        generators["zensical"] = Generator(make_zensical, (options.zensical, "build"))
    with tempfile.TemporaryDirectory() as folder:
        found = {name: measure(Path(folder, name), each, options.articles, options.seed) for name, each in generators.items()}
    machine = {"processors": os.cpu_count(), "python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    print(table(found, options.articles, machine))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps({"machine": machine, **{name: asdict(each) for name, each in found.items()}}, indent=2))


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


def make_zensical(root: Path) -> None:
    """The stock site without the plugins and hooks, which Zensical does not run."""
    make_stock(root)
    config = (root / "mkdocs.yml").read_text()
    (root / "mkdocs.yml").write_text(re.sub(r"^(?:plugins|hooks):\n(?:  .*\n)*", "", config, flags=re.MULTILINE))


def _timed(root: Path) -> None:
    """Adds the hook that measures phases."""
    shutil.copy(Path(__file__).with_name("phases.py"), root / "phases.py")
    config = (root / "mkdocs.yml").read_text()
    hooked = config.replace("\nhooks:\n", "\nhooks:\n  - phases.py\n") if "\nhooks:\n" in config else f"{config}\nhooks:\n  - phases.py\n"
    (root / "mkdocs.yml").write_text(hooked)


def measure(root: Path, generator: Generator, count: int, seed: int) -> Figures:
    """The figures of one generator over `count` articles."""
    generator.make(root)
    shutil.rmtree(root / "docs", ignore_errors=True)
    sample.write(root / "docs", count, seed)
    changed = sorted((root / "docs").rglob("*.md"))[count // 2]
    print(f"{root.name}: cold build …", file=sys.stderr)
    cold = run(root, generator.command)
    phases = json.loads((root / "phases.json").read_text()) if (root / "phases.json").is_file() else {}
    changed.write_text(changed.read_text() + "\nOne more sentence.\n")
    edited, unchanged = run(root, generator.command), run(root, generator.command)
    memory = peak(root, generator.command)
    pages = [path.stat().st_size for path in (root / "site").rglob("index.html") if path.parent.name[:5].isdigit()]
    size = sum(path.stat().st_size for path in (root / "site").rglob("*") if path.is_file())
    print(f"{root.name}: serve …", file=sys.stderr)
    reload = reload_time(root, changed) if phases else None
    return Figures(cold, edited, unchanged, memory, reload, size / 1e6, statistics.median(pages) / 1e3, phases)


def run(root: Path, command: tuple[str, ...]) -> float:
    """The seconds of a build as an author runs it."""
    start = time.monotonic()
    subprocess.run(command, cwd=root, env=builder.environment(), stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - start


def peak(root: Path, command: tuple[str, ...]) -> float:
    """The most memory in MB that the processes of a cold build take together."""
    for made in ("site", ".cache"):
        shutil.rmtree(root / made, ignore_errors=True)
    building = psutil.Popen(command, cwd=root, env=builder.environment(), stdout=subprocess.DEVNULL)
    most = 0
    while building.poll() is None:
        with suppress(psutil.Error):
            most = max(most, sum(_resident(each) for each in (building, *building.children(recursive=True))))
        time.sleep(0.25)
    return most / 1e6


def _resident(process: psutil.Process) -> int:
    """The memory of a process; of what several share, its part, where the system says so."""
    try:
        return int(getattr(process.memory_full_info(), "pss", 0) or process.memory_info().rss)
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
    rows: list[tuple[str, Callable[[Figures], float | None]]] = [
        ("cold build, s", lambda each: each.cold),
        *((f"… of it {name}", partial(_phase, name)) for name in found["ours"].phases),
        ("build after one edit, s", lambda each: each.edited),
        ("build after nothing changed, s", lambda each: each.unchanged),
        ("serve: save to reload, s", lambda each: each.reload),
        ("peak memory, cold, MB", lambda each: each.memory),
        ("size of the site, MB", lambda each: each.site),
        ("size of an article's page, kB", lambda each: each.page),
    ]
    lines = [
        f"{count} articles; " + ", ".join(f"{name} {value}" for name, value in machine.items()),
        "",
        f"| | {' | '.join(found)} | stock : ours |",
        f"|---|{'---|' * len(found)}---|",
    ]
    for name, figure in rows:
        values = [figure(each) for each in found.values()]
        stock, ours = figure(found["stock"]), figure(found["ours"])
        ratio = f"{stock / ours:.1f}" if stock and ours else "–"
        lines.append(f"| {name} | {' | '.join('–' if each is None else f'{each:.2f}' for each in values)} | {ratio} |")
    return "\n".join(lines)


def _phase(name: str, figures: Figures) -> float | None:
    return figures.phases.get(name)


if __name__ == "__main__":
    main()
