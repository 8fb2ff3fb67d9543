"""`make bench N=1000`: this project against the stock stack on the same articles, in one run on one machine.

`BEFORE=REF` (`--before REF`) measures this project as it was at a git revision too. With `ROUNDS=3` (`--rounds 3`) all generators take
turns three times, of which the median counts: other work on the machine then hits all of them alike. `--quick` leaves out memory and
preview.
"""

import argparse
import io
import json
import os
import platform
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
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
"""Number of saves by which the time until the browser reloads is measured."""
environment = partial(builder.environment, PYTHONDONTWRITEBYTECODE="")
"""The environment of a build as an author has it: Python keeps the modules that it has compiled."""
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
    """Seconds of a build without a cache."""
    cold_work: float
    """Seconds of all processors that it takes."""
    edited: float
    """Seconds of a build after one article changed."""
    edited_work: float
    """Seconds of all processors that it takes."""
    unchanged: float
    """Seconds of a build after nothing changed."""
    memory: float | None
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
    parser.add_argument("--before", metavar="REF", help="a git revision: this project as it was then, to measure it too")
    parser.add_argument("--rounds", type=int, default=1, help="how often each build is measured; the median counts")
    parser.add_argument("--quick", action="store_true", help="measure no memory and no preview")
    options = parser.parse_args()
    generators = {"stock": Generator(make_stock), "ours": Generator(make_ours)}
    if options.before:
        generators["before"] = Generator(partial(make_before, options.before))
    if options.zensical:
        generators["zensical"] = Generator(make_zensical, (options.zensical, "build"))
    with tempfile.TemporaryDirectory() as folder:
        roots = {name: Path(folder, name) for name in generators}
        for name, root in roots.items():
            generators[name].make(root)
            shutil.rmtree(root / "docs", ignore_errors=True)
            sample.write(root / "docs", options.articles, options.seed)
        rounds = [{name: measure_builds(root, generators[name]) for name, root in roots.items()} for _ in range(options.rounds)]
        found = {name: figures(root, generators[name], [each[name] for each in rounds], options.quick) for name, root in roots.items()}
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


@dataclass(frozen=True)
class Builds:
    """One measurement of the builds of a generator: wall and processor seconds of each."""

    cold: tuple[float, float]
    edited: tuple[float, float]
    unchanged: tuple[float, float]
    phases: Mapping[str, float]


def measure_builds(root: Path, generator: Generator) -> Builds:
    """Builds the site from nothing, after an edit, and after nothing changed; before that once from nothing with the hook for phases.

    That hook looks at the finished site, as a plugin may that changes it, and so is not there in the builds that are measured.
    """
    print(f"{root.name}: builds …", file=sys.stderr)
    phases = _phases(root, generator)
    _forget(root)
    cold = run(root, generator.command)
    changed = _changed(root)
    changed.write_text(changed.read_text() + "\nOne more sentence.\n")
    return Builds(cold, run(root, generator.command), run(root, generator.command), phases)


def _phases(root: Path, generator: Generator) -> dict[str, float]:
    """The seconds of each phase of a build from nothing; none where the generator runs no hooks."""
    if not (root / "phases.py").is_file():
        return {}
    settings = (root / "mkdocs.yml").read_text()
    hooks = "hooks:\n  - phases.py\n"
    timed = settings.replace("\nhooks:\n", f"\n{hooks}") if "\nhooks:\n" in settings else f"{settings}\n{hooks}"
    (root / "mkdocs.yml").write_text(timed)
    _forget(root)
    run(root, generator.command)
    (root / "mkdocs.yml").write_text(settings)
    phases: dict[str, float] = json.loads((root / "phases.json").read_text())
    return phases


def _forget(root: Path) -> None:
    """Removes what builds left."""
    for made in ("site", ".cache"):
        shutil.rmtree(root / made, ignore_errors=True)


def figures(root: Path, generator: Generator, rounds: Sequence[Builds], quick: bool) -> Figures:
    """The figures of a generator, of which several rounds of builds were measured."""
    cold, cold_work = (statistics.median(each.cold[number] for each in rounds) for number in (0, 1))
    edited, edited_work = (statistics.median(each.edited[number] for each in rounds) for number in (0, 1))
    unchanged = statistics.median(each.unchanged[0] for each in rounds)
    pages = [path.stat().st_size for path in (root / "site").rglob("index.html") if path.parent.name[:5].isdigit()]
    size = sum(path.stat().st_size for path in (root / "site").rglob("*") if path.is_file())
    memory = None if quick else peak(root, generator.command)
    print(f"{root.name}: serve …", file=sys.stderr)
    reload = reload_time(root, _changed(root)) if rounds[0].phases and not quick else None
    phases = {name: statistics.median(each.phases[name] for each in rounds) for name in rounds[0].phases}
    page = statistics.median(pages) / 1e3
    return Figures(cold, cold_work, edited, edited_work, unchanged, memory, reload, size / 1e6, page, phases)


def run(root: Path, command: tuple[str, ...]) -> tuple[float, float]:
    """The seconds of a build as an author runs it: on the clock, and of all processors."""
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=root, env=environment(), stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _changed(root: Path) -> Path:
    """The article that is edited."""
    articles = sorted((root / "docs").rglob("*.md"))
    return articles[len(articles) // 2]


def peak(root: Path, command: tuple[str, ...]) -> float:
    """The most memory in MB that the processes of a cold build take together."""
    for made in ("site", ".cache"):
        shutil.rmtree(root / made, ignore_errors=True)
    building = psutil.Popen(command, cwd=root, env=environment(), stdout=subprocess.DEVNULL)
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
    server = subprocess.Popen(command, cwd=root, env=environment(SITE_URL=f"http://{address}/"))
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
        ("… of all processors", lambda each: each.cold_work),
        *((f"… of it {name}", partial(_phase, name)) for name in found["ours"].phases),
        ("build after one edit, s", lambda each: each.edited),
        ("… of all processors", lambda each: each.edited_work),
        ("build after nothing changed, s", lambda each: each.unchanged),
        ("serve: save to reload, s", lambda each: each.reload),
        ("peak memory, cold, MB", lambda each: each.memory),
        ("size of the site, MB", lambda each: each.site),
        ("size of an article's page, kB", lambda each: each.page),
    ]
    others = [name for name in found if name in {"stock", "before"}]
    lines = [
        f"{count} articles; " + ", ".join(f"{name} {value}" for name, value in machine.items()),
        "",
        f"| | {' | '.join([*found, *(f'{other} : ours' for other in others)])} |",
        f"|---|{'---|' * (len(found) + len(others))}",
    ]
    for name, figure in rows:
        values = [figure(each) for each in found.values()]
        cells = ["–" if value is None else f"{value:.2f}" for value in values]
        lines.append(f"| {' | '.join([name, *cells, *(_ratio(figure(found[other]), figure(found['ours'])) for other in others)])} |")
    return "\n".join(lines)


def _ratio(other: float | None, ours: float | None) -> str:
    return f"{other / ours:.2f}" if other and ours else "–"


def _phase(name: str, figures: Figures) -> float | None:
    return figures.phases.get(name)


if __name__ == "__main__":
    main()
