"""Texts rendered by a Dask cluster: the same site, whatever becomes of the cluster. Slow tests start one on this machine."""

import importlib.util
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil
import pytest
from builder import PROJECT, build, environment, project
from waiting import until

from almanac_kb.core import cluster, cluster_worker, limits, workers
from almanac_kb.core.cluster_worker import ClusterError
from almanac_kb.core.packed_text import pack_text
from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown.inserted_files import text_in
from almanac_kb.render import compiler
from almanac_kb.render.batches import compile_all
from almanac_kb.render.environment import CompileEnvironment, Text

sys.path.insert(0, str(PROJECT / "tests/bench"))
import sample

from almanac_kb.render import batches

DASK = pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="the package distributed is not installed")
TEXTS = [Text(SourcePath(f"{number}.md"), pack_text(f"# Text *{number}*\n\n[next]({number + 1}.md)\n")) for number in range(400)]
HEADER = "---\ndate: 2025-01-01\ntags: [x]\n"


@dataclass
class Cluster:
    """A scheduler and workers of Dask on this machine."""

    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    """The scheduler, then the workers."""

    def start(self, *command: str, path: str = os.pathsep.join([str(PROJECT / "hooks"), str(PROJECT / "tests")])) -> None:
        """Starts a scheduler or a worker, which finds packages in `path` too."""
        with (self.folder / f"{len(self.processes)}.log").open("wb") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", *command, "--no-dashboard"],
                    cwd=self.folder,
                    env={**os.environ, "PYTHONPATH": path},
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            )

    def start_worker(self, **options: str) -> None:
        self.start("distributed.cli.dask_worker", self.address, "--nthreads", "1", "--local-directory", str(self.folder), **options)

    @property
    def address(self) -> str:
        log = self.folder / "0.log"
        until(lambda: "Scheduler at:" in log.read_text(), 30, log.read_text)
        return next(line.split()[-1] for line in log.read_text().splitlines() if "Scheduler at:" in line)

    def kill(self, number: int) -> None:
        """Kills the scheduler (0) or a worker, with all processes that it started."""
        parent = psutil.Process(self.processes[number].pid)
        for process in (parent, *parent.children(recursive=True)):
            process.kill()
        self.processes[number].wait()

    def is_rendering(self, number: int) -> bool:
        """Whether a worker runs tasks in a process of its own."""
        started = psutil.Process(self.processes[number].pid).children(recursive=True)
        return any(cluster_worker.__name__ in process.cmdline() for process in started if process.is_running())


@contextmanager
def _running(folder: Path) -> Iterator[Cluster]:
    """A scheduler with three workers, valid within the block."""
    found = Cluster(folder)
    found.start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0")
    try:
        for _ in range(3):
            found.start_worker()
        until(lambda: all("Registered to:" in (folder / f"{number}.log").read_text() for number in (1, 2, 3)), 60)
        yield found
    finally:
        for number, process in enumerate(found.processes):
            if process.poll() is None:
                found.kill(number)


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler with three workers, none of which a test ends."""
    with _running(tmp_path_factory.mktemp("dask")) as found:
        yield found


@pytest.fixture
def own_dask(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler with three workers for a test that ends some of them."""
    with _running(tmp_path) as found:
        yield found


def _shared(number: int) -> tuple[object, int, int]:
    return workers.shared_value(), number, os.getpid()


def _fail(number: int) -> None:
    raise OSError(28, f"No space left on device {number}")


def _log(number: int) -> None:
    print(number)
    logging.getLogger("mkdocs.test").warning("%s lamps", number)


def _spin(_: int) -> str:
    try:
        with limits.time_limit(0.2):
            while True:
                pass
    except limits.LimitError as error:
        return str(error)


def _sleep(seconds: float) -> None:
    time.sleep(seconds)


@DASK
@pytest.mark.slow
def test_a_cluster_does_what_other_executors_do(dask: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    with cluster.executor(dask.address, "all", ()) as pool:
        values = list(pool.map(_shared, range(20)))
        assert [value[:2] for value in values] == [("all", number) for number in range(20)]
        with pytest.raises(OSError, match="No space left on device 3"):
            pool.submit(_fail, 3).result()
        assert pool.submit(_log, 7).result() is None
        assert caplog.messages == ["7 lamps"]
    with cluster.executor(dask.address, "other", ()) as pool:
        assert pool.submit(_shared, 1).result()[0] == "other"


@DASK
@pytest.mark.slow
def test_a_task_without_end_is_ended_on_the_cluster_too(dask: Cluster) -> None:
    with cluster.executor(dask.address, None, ()) as pool:
        assert pool.submit(_spin, 1).result() == "takes more than 5 s to render"


USES = """
import sys, threading
from almanac_kb.core import cluster, workers
from test_cluster import _shared
with cluster.executor(sys.argv[1], b"x" * 12_000_000, ()) as pool:
    assert len(pool.submit(_shared, 1).result()[0]) == 12_000_000
assert workers.can_fork(), threading.enumerate()
try:
    with cluster.executor("tcp://127.0.0.1:9", None, ()):
        pass
except cluster.ClusterError as error:
    assert "no scheduler of Dask answers at tcp://127.0.0.1:9" in str(error)
assert workers.can_fork(), threading.enumerate()
"""


@DASK
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
def test_processes_of_this_machine_can_be_forked_after_a_cluster_was_used(dask: Cluster) -> None:
    path = os.pathsep.join([str(PROJECT / "hooks"), str(PROJECT / "tests")])
    ran = subprocess.run(
        [sys.executable, "-c", USES, dask.address], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


@DASK
@pytest.mark.slow
def test_texts_that_show_files_of_the_site_are_the_same(dask: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "part.md").write_text("A *part*.\n")
    env = CompileEnvironment(snippet=partial(text_in, tmp_path, {}, _is_never_withheld), extensions=("pymdownx.snippets", "tables"))
    showing = [
        Text(SourcePath("a.md"), pack_text('--8<-- "part.md"\n\nText.\n')),
        Text(SourcePath("b.md"), pack_text('--8<-- "part.md"\n\nText.\n'), renderer="python-markdown"),
        Text(SourcePath("c.md"), pack_text("| a |\n|---|\n| *b* |\n"), renderer="python-markdown"),
        Text(SourcePath("d.md"), pack_text("![[part.md]]\n")),
    ]
    found = compile_all([*TEXTS, *showing], env, None, cluster=dask.address)
    assert found == compile_all([*TEXTS, *showing], env, None)
    assert "<em>part</em>" in found[SourcePath("a.md")].html.text
    assert caplog.messages == []


def _is_never_withheld(_path: str, _file: Path, _data: bytes) -> bool:
    return False


@DASK
@pytest.mark.slow
def test_tasks_are_given_up_when_the_scheduler_is_gone(own_dask: Cluster) -> None:
    with cluster.executor(own_dask.address, None, ()) as pool:
        futures = [pool.submit(_sleep, 30 + number) for number in range(4)]
        own_dask.kill(0)
        for future in futures:
            with pytest.raises(ClusterError, match="the scheduler or all workers are gone"):
                future.result(timeout=60)


@DASK
@pytest.mark.slow
@pytest.mark.parametrize("step", ["_check_versions", "_ClusterPool"])
def test_a_scheduler_that_ends_right_after_it_answered_is_given_up(step: str, own_dask: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = getattr(cluster, step)

    def take(*arguments: object) -> object:
        own_dask.kill(0)
        return taken(*arguments)

    monkeypatch.setattr(cluster, step, take)
    with pytest.raises(ClusterError, match="can't be used"), cluster.executor(own_dask.address, None, ()):
        pass


@DASK
@pytest.mark.slow
def test_tasks_are_given_up_when_all_workers_are_gone(own_dask: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WITHOUT_WORKERS_SECONDS", 2)
    with cluster.executor(own_dask.address, None, ()) as pool:
        futures = [pool.submit(_sleep, 30 + number) for number in range(4)]
        for number in (1, 2, 3):
            own_dask.kill(number)
        for future in futures:
            with pytest.raises(ClusterError, match="the scheduler or all workers are gone"):
                future.result(timeout=60)


@DASK
@pytest.mark.slow
def test_a_worker_with_other_versions_gets_no_task(dask: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    own = cluster_worker._version
    monkeypatch.setattr(cluster_worker, "_version", lambda name: "0.1" if name == "nh3" else own(name))
    message = r"the worker tcp://127.0.0.1:\d+ has nh3 \S+, this machine 0.1; install the same version there"
    with pytest.raises(ClusterError, match=message), cluster.executor(dask.address, None, ("nh3",)):
        pass


@DASK
@pytest.mark.slow
def test_a_worker_without_this_project_gets_no_task(own_dask: Cluster) -> None:
    own_dask.start_worker(path="")
    until(lambda: "Registered to:" in (own_dask.folder / "4.log").read_text(), 60)
    with (
        pytest.raises(ClusterError, match=r"install almanac-kb there as it is on this machine: .*No module named"),
        cluster.executor(own_dask.address, None, ()),
    ):
        pass


def test_without_the_package_this_machine_renders_and_says_so(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mkdocs.hooks.knowledge")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert len(compile_all(TEXTS, CompileEnvironment(), None, cluster="tcp://127.0.0.1:9")) == 400
    assert caplog.messages == [
        "extra.knowledge.workers: the package distributed is missing; pip install 'almanac-kb[cluster]'. "
        "This machine renders the texts itself."
    ]


@pytest.mark.parametrize("name", ["b64", "snippets"])
def test_extensions_that_read_files_of_the_site_do_so_on_its_machine(name: str) -> None:
    env = CompileEnvironment(extensions=("tables", f"pymdownx.{name}"), renderer="python-markdown")
    text = Text(SourcePath("a.md"), pack_text("*a*\n"))
    with workers.executor(compiler.Compiler(env), 1) as pool:
        [found] = pool.submit(batches._compile_batch_elsewhere, [text]).result()
    assert (found is None) is (name == "b64")


@DASK
@pytest.mark.slow(seconds=60)
def test_a_site_is_the_same_where_a_worker_is_killed_in_the_middle(own_dask: Cluster, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    sample.write(docs, 300)
    (docs / "news/shown.md").write_text(f'{HEADER}---\n# Shown\n\n--8<-- "part.txt"\n')
    (docs / "news/old.md").write_text(f"{HEADER}markdown: python-markdown\n---\n# Old\n\nText **of** old.\n")
    (docs / "part.txt").write_text("A *part* of others.\n")
    here = build(tmp_path / "here", docs)
    assert here.code == 0, here.output
    root = project(tmp_path / "there", docs)
    running = subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "build"],
        cwd=root,
        env=environment(WORKERS=own_dask.address),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    until(lambda: own_dask.is_rendering(2) or running.poll() is not None, 120)
    own_dask.kill(2)
    output, _ = running.communicate(timeout=300)
    assert running.returncode == 0, output
    assert "extra.knowledge.workers" not in output
    assert own_dask.is_rendering(1)
    assert dict(here.files()) == {
        path.relative_to(root / "site").as_posix(): path.read_bytes() for path in (root / "site").rglob("*") if path.is_file()
    }
