"""`make bench N=1000`: this project against the stock stack on the same articles, in one run on one machine.

`BEFORE=REF` (`--before REF`) measures this project as it was at a git revision too. With `ROUNDS=3` (`--rounds 3`) all generators take
turns three times, of which the median counts: other work on the machine then hits all of them alike. `--quick` leaves out memory and
preview.
"""

import argparse
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
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import builder
import figures
import generators
import psutil
import sample
from figures import Figures
from generators import Generator

PACKAGES = ("mkdocs", "mkdocs-material", "pymdown-extensions", "mkdocs-rss-plugin", "mkdocs-awesome-pages-plugin")
MAX_COMPARED = 20_000
"""Most articles with which other generators are measured; with more, ours is alone, and each build is made once."""
SAVES = 5
"""Number of saves by which the time until the browser reloads is measured."""
REST = 19
"""Length of the pause after each look at the memory of a build, in lengths of that look, which takes long where the processes are large."""
environment = partial(builder.environment, PYTHONDONTWRITEBYTECODE="")
"""The environment of a build as an author has it: Python keeps the modules that it has compiled."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="where to write the figures as JSON")
    parser.add_argument("--zensical", default=shutil.which("zensical"), help="the program of Zensical, to measure it too")
    parser.add_argument("--hugo", default=shutil.which("hugo"), help="the program of Hugo, to measure it too")
    parser.add_argument("--before", metavar="REF", help="a git revision: this project as it was then, to measure it too")
    parser.add_argument("--rounds", type=int, default=1, help="how often each build is measured; the median counts")
    parser.add_argument("--quick", action="store_true", help="measure no memory and no preview")
    options = parser.parse_args()
    is_alone = options.articles > MAX_COMPARED
    found_generators = generators.generators(options.before, options.zensical, options.hugo)
    found_generators = {name: found_generators[name] for name in (["ours"] if is_alone else found_generators)}
    with tempfile.TemporaryDirectory() as folder:
        roots = {name: Path(folder, name) for name in found_generators}
        for name, root in roots.items():
            found_generators[name].make(root)
            shutil.rmtree(root / "docs", ignore_errors=True)
            sample.write(root / "docs", options.articles, options.seed)
        rounds = [
            {name: measure_builds(root, found_generators[name], is_alone=is_alone) for name, root in roots.items()}
            for _ in range(options.rounds)
        ]
        found = {
            name: summary(root, found_generators[name], [each[name] for each in rounds], options.quick) for name, root in roots.items()
        }
    machine = {"processors": os.cpu_count(), "python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    print(figures.table(found, options.articles, machine))
    if options.json:
        figures.write(options.json, found, options.articles, machine)


@dataclass(frozen=True)
class Builds:
    """One measurement of the builds of a generator: wall and processor seconds of each."""

    cold: tuple[float, float]
    edited: tuple[float, float]
    unchanged: tuple[float, float]
    phases: Mapping[str, float]
    memory: float | None = None
    """The most memory in MB of the build from nothing, where it was measured with its time."""


def measure_builds(root: Path, generator: Generator, *, is_alone: bool) -> Builds:
    """Builds the site from nothing, after an edit, and after nothing changed; before that once from nothing with the hook for phases.

    That hook looks at the finished site, as a plugin may that changes it, and so is not there in the builds that are measured. A generator
    that `is_alone` is built from nothing only once, without that hook, and its memory is measured with its time.
    """
    print(f"{root.name}: builds …", file=sys.stderr)
    phases = {} if is_alone else _phases(root, generator)
    _forget(root)
    memory = None
    if is_alone:
        *cold, memory = watched(root, generator.command)
    else:
        cold = list(run(root, generator.command))
    changed = _changed(root)
    changed.write_text(changed.read_text() + "\nOne more sentence.\n")
    return Builds((cold[0], cold[1]), run(root, generator.command), run(root, generator.command), phases, memory)


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
    """Takes away what builds left.

    It is moved and not deleted: for five seconds ext4 without a journal gives no new file the inode of a deleted one, and the search for
    another one would be part of the time of the next build, the longer the more files were there.
    """
    aside = Path(tempfile.mkdtemp(dir=root.parent))
    for made in ("site", ".cache"):
        if (root / made).exists():
            (root / made).rename(aside / made)


def summary(root: Path, generator: Generator, rounds: Sequence[Builds], quick: bool) -> Figures:
    """The figures of a generator, of which several rounds of builds were measured."""
    cold, cold_work = (statistics.median(each.cold[number] for each in rounds) for number in (0, 1))
    edited, edited_work = (statistics.median(each.edited[number] for each in rounds) for number in (0, 1))
    unchanged, unchanged_work = (statistics.median(each.unchanged[number] for each in rounds) for number in (0, 1))
    pages = [path.stat().st_size for path in (root / "site").rglob("index.html") if path.parent.name[:5].isdigit()]
    size = sum(path.stat().st_size for path in (root / "site").rglob("*") if path.is_file())
    memory = rounds[0].memory
    if memory is None and not quick:
        _forget(root)
        *_, memory = watched(root, generator.command)
    print(f"{root.name}: serve …", file=sys.stderr)
    reload = reload_time(root, _changed(root)) if "mkdocs" in generator.command and not quick else None
    phases = {name: statistics.median(each.phases[name] for each in rounds) for name in rounds[0].phases}
    page = statistics.median(pages) / 1e3
    return Figures(cold, cold_work, edited, edited_work, unchanged, unchanged_work, memory, reload, size / 1e6, page, phases)


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


def watched(root: Path, command: tuple[str, ...]) -> tuple[float, float, float]:
    """The seconds of a build, on the clock and of all processors, and the most memory in MB that its processes take together."""
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    building = psutil.Popen(command, cwd=root, env=environment(), stdout=subprocess.DEVNULL)
    most = 0
    while building.poll() is None:
        begin = time.monotonic()
        with suppress(psutil.Error):
            most = max(most, sum(_resident(each) for each in (building, *building.children(recursive=True))))
        time.sleep(max(0.25, REST * (time.monotonic() - begin)))
    if building.returncode:
        raise subprocess.CalledProcessError(building.returncode, command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, most / 1e6


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


if __name__ == "__main__":
    main()
