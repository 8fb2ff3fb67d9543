"""Worker processes: how many there are, what they do with tasks, and that a site is the same with any number of them."""

import logging
import multiprocessing
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path

import pytest
from builder import PROJECT, build, project, run
from waiting import until

from almanac_kb.core import workers
from almanac_kb.core.workers import MEMORY_PER_WORKER, WorkerError

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked, and end with their parent, on Linux only")
PROCESSORS = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
COUNTS = pytest.mark.parametrize("count", [1, 2, 3])
HEADER = "---\ndate: 2025-01-01\ntags: [x]\n---\n"
DOCS: dict[str, str | bytes] = {
    f"t/{n}.md": f"{HEADER}# Article {n}\n\nLamp {n % 7}, wick {n % 5}.\n\n## Part\n\n[next]({(n + 1) % 120}.md)\n" for n in range(120)
}


def _counted(folder: Path, files: Mapping[str, str]) -> int:
    """How many workers pay on a machine whose system says this of its control groups and its memory."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return workers.count_workers("auto", folder / "cgroup", folder / "own", folder / "meminfo")


@LINUX
@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({}, PROCESSORS),
        ({"own": "0::/a/b\n", "cgroup/a/b/cpu.max": "max 100000\n"}, PROCESSORS),
        ({"own": "0::/a/b\n", "cgroup/a/b/cpu.max": "100000 100000\n"}, 1),
        ({"own": "0::/a/b\n", "cgroup/a/cpu.max": "20000 100000\n"}, 1),
        ({"own": "0::/a/b\n", "cgroup/other/cpu.max": "100000 100000\n"}, PROCESSORS),
        ({"own": "0::/\n", "cgroup/cpu.max": "100000 100000\n"}, 1),
        ({"own": "4:cpu,cpuacct:/a\n", "cgroup/cpu,cpuacct/a/cpu.cfs_quota_us": "-1\n"}, PROCESSORS),
        (
            {
                "own": "4:cpu,cpuacct:/a\n",
                "cgroup/cpu,cpuacct/a/cpu.cfs_quota_us": "90000\n",
                "cgroup/cpu,cpuacct/a/cpu.cfs_period_us": "100000\n",
            },
            1,
        ),
        ({"own": "0::/a\n", "cgroup/a/memory.max": f"{MEMORY_PER_WORKER * 2 - 1}\n"}, 1),
        ({"own": "0::/a\n", "cgroup/a/memory.max": "max\n"}, PROCESSORS),
        ({"own": "3:memory:/a\n", "cgroup/memory/memory.limit_in_bytes": "9\n"}, 1),
        ({"own": "3:memory:/a\n", "cgroup/memory/a/memory.limit_in_bytes": "9223372036854771712\n"}, PROCESSORS),
        ({"meminfo": f"MemTotal: 99999999 kB\nMemAvailable: {MEMORY_PER_WORKER // 1024} kB\n"}, 1),
    ],
)
def test_workers_are_as_many_as_processors_quota_and_memory_allow(tmp_path: Path, files: dict[str, str], count: int) -> None:
    assert _counted(tmp_path, files) == count


@LINUX
def test_a_quota_of_two_processors_is_two_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)))
    assert _counted(tmp_path, {"own": "0::/a\n", "cgroup/a/cpu.max": "200000 100000\n"}) == 2


def test_a_number_that_an_author_set_is_the_number() -> None:
    assert workers.count_workers(7) == 7


def _square(number: int) -> int:
    if number == 7:
        logging.getLogger("mkdocs.test").warning("seven")
    return number * number + int(workers.shared_value())


def _squares(numbers: list[int]) -> list[int]:
    return [_square(number) for number in numbers]


def _fail(number: int) -> None:
    raise OSError(28, f"No space left on device {number}")


def _process(_: int) -> int:
    return os.getpid()


def _die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@COUNTS
def test_all_tasks_are_done_in_order_and_what_they_log_is_logged(count: int, caplog: pytest.LogCaptureFixture) -> None:
    with workers.executor(1000, count) as pool:
        results = list(workers.map_batches(pool, _squares, range(50), 4, "Testing"))
    assert results == [number * number + 1000 for number in range(50)]
    assert caplog.messages == ["seven"]


@COUNTS
def test_what_a_task_raises_is_raised(count: int) -> None:
    with workers.executor(None, count) as pool:
        future: Future[None] = pool.submit(_fail, 3)
        with pytest.raises(OSError, match="No space left on device 3"):
            future.result()


@pytest.mark.parametrize("method", [method for method in multiprocessing.get_all_start_methods() if method != "fork"])
def test_processes_that_are_not_forked_do_the_same(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "can_fork", lambda: False)
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: [method])
    with workers.executor(1000, 2) as pool:
        assert pool.submit(_square, 7).result() == 1049
        assert pool.submit(_process, 0).result() != os.getpid()


def test_where_processes_can_not_get_the_shared_value_this_one_does_the_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "can_fork", lambda: False)
    value: Callable[[], int] = lambda: 1  # noqa: E731 - a function without a name can't be pickled
    with workers.executor(value, 2) as pool:
        assert pool.submit(_process, 0).result() == os.getpid()


POOLS = """
import multiprocessing
from almanac_kb.core import workers

def square(number):
    return number * number

for _ in range(3):
    assert workers.can_fork()
    with workers.executor(0, 2) as pool:
        assert pool.submit(square, 3).result() == 9
    assert multiprocessing.active_children() == []
"""


@LINUX
def test_pools_follow_each_other_and_leave_no_process_and_no_thread() -> None:
    ran = subprocess.run([sys.executable, "-c", POOLS], cwd=PROJECT / "hooks", capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@LINUX
def test_one_task_takes_one_process() -> None:
    with workers.executor(0, 8, tasks=1) as pool:
        assert pool.submit(_process, 0).result() != os.getpid()
        assert len(multiprocessing.active_children()) == 1


def test_a_killed_worker_ends_the_work_with_a_message() -> None:
    with pytest.raises(WorkerError, match="killed before its work was done"), workers.executor(None, 2) as pool:
        list(pool.map(_die, range(9)))


@LINUX
def test_work_that_nobody_waits_for_ends_with_the_block() -> None:
    with workers.executor(None, 2) as pool:
        pool.submit(signal.pause)
    assert multiprocessing.active_children() == []


@LINUX
def test_no_worker_outlives_its_parent(tmp_path: Path) -> None:
    (tmp_path / "tasks.py").write_text(
        "import os, pathlib, signal\n"
        "def wait(number):\n"
        f"    pathlib.Path({str(tmp_path)!r}, f'{{os.getpid()}}.pid').touch()\n"
        "    signal.pause()\n"
    )
    code = "import tasks\nfrom almanac_kb.core import workers\nwith workers.executor(None, 2) as pool: list(pool.map(tasks.wait, range(9)))"
    path = os.pathsep.join([str(PROJECT / "hooks"), str(tmp_path)])
    parent = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path})
    until(lambda: len(list(tmp_path.glob("*.pid"))) == 2, 20)
    parent.kill()
    parent.wait()
    until(lambda: not any(_is_running(path.stem) for path in tmp_path.glob("*.pid")), 20)


@pytest.mark.slow
def test_a_site_is_the_same_with_any_number_of_workers(tmp_path: Path) -> None:
    sites = []
    for count in ("1", "2", "3"):
        built = build(tmp_path / count, DOCS, WORKERS=count)
        assert built.code == 0, built.output
        sites.append((dict(built.files()), _without_times(built.output, tmp_path / count)))
    assert sites[0] == sites[1] == sites[2]


FEW_FILES = """
from almanac_kb.mkdocs import writing

def on_startup(**_):
    writing.FILES_PER_POOL = 90
"""
"""A hook with which new workers take the place of those that wrote 90 files."""


@pytest.mark.slow
def test_a_site_is_the_same_when_workers_take_turns(tmp_path: Path) -> None:
    whole = build(tmp_path / "whole", DOCS, WORKERS="2")
    root = project(tmp_path / "turns", DOCS)
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("pipeline.py\n", "pipeline.py\n  - few.py\n"))
    (root / "few.py").write_text(FEW_FILES)
    turns = run(root, "mkdocs", "build", WORKERS="2")
    assert turns.code == 0, turns.output
    assert dict(turns.files()) == dict(whole.files())


@pytest.mark.slow
@LINUX
def test_a_build_whose_worker_is_killed_says_so_and_leaves_the_old_site(tmp_path: Path) -> None:
    root = project(tmp_path / "site", DOCS)
    assert run(root, "mkdocs", "build").code == 0
    before = (root / "site/index.html").read_bytes()
    (root / "killing.py").write_text(
        "import os, signal\nPARENT = os.getpid()\n"
        "def die():\n    if os.getpid() != PARENT: os.kill(os.getpid(), signal.SIGKILL)\n    return ''\n"
        "def on_env(env, config, files):\n    env.globals['die'] = die\n    return env\n"
    )
    config, template = root / "mkdocs.yml", root / "overrides/base.html"
    config.write_text(config.read_text().replace("\nhooks:\n", "\nhooks:\n  - killing.py\n"))
    template.write_text(template.read_text().replace("{% block libs %}", "{% block libs %}{{ die() }}"))
    built = run(root, "mkdocs", "build", WORKERS="2")
    assert built.code == 1, built.output
    assert workers.KILLED in " ".join(built.output.split())
    assert "Traceback" not in built.output
    assert (root / "site/index.html").read_bytes() == before


def _without_times(output: str, root: Path) -> str:
    return re.sub(r"in [\d.]+ seconds", "", output.replace(str(root), ""))


def _is_running(number: str) -> bool:
    status = Path("/proc", number, "stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
