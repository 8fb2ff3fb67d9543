"""Runs Python programs in processes forked from one that has imported other people's packages: they start in half of the time.

Such a process has its own folder, environment, arguments, standard streams and limits, imports this project's code from where a program
looks for it, and ends as any program does. Two servers take turns, since the hashes of strings are the same in all processes of one, and
nothing that is built may depend on them.
"""

import atexit
import functools
import gc
import importlib
import json
import os
import resource
import runpy
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACKAGES = (
    "PIL.ImageDraw", "PIL.ImageFile", "babel.dates", "babel.messages.pofile", "cachecontrol.caches.file_cache",
    "concurrent.futures.process", "filelock", "lxml.html", "markdown_it", "material.plugins.blog.plugin", "mkdocs.commands.build",
    "mkdocs.livereload", "mkdocs_awesome_pages_plugin.plugin", "mkdocs_rss_plugin.plugin", "msgspec", "nh3", "pathspec",
    "pygments.lexers", "pymdownx.arithmatex", "pymdownx.betterem", "pymdownx.gemoji_db", "pymdownx.magiclink", "pymdownx.tabbed",
    "sqlite3", "tinycss2", "tomllib", "tqdm",
)  # fmt: skip
"""What the build of a small site imports, but for this project, and but for what these import."""
READ_AT_START = ("PYTHON", "HOME", "LANG", "LC_", "TZ")
"""How the names of variables begin that Python or a package reads when it starts: a program with another value of one is not forked."""


@dataclass(frozen=True)
class Program:
    """A run of Python."""

    arguments: Sequence[str]
    """What follows `python` on the command line: `-m`, a module and its arguments, or a path and its arguments."""
    folder: Path
    variables: Mapping[str, str]
    """All of its environment."""
    answer: str = ""
    """Its standard input."""
    limits: Mapping[int, int] = field(default_factory=dict)
    """The most that it may use of a resource, by the constants of the module `resource`."""


@dataclass(frozen=True)
class Finished:
    """What became of a program."""

    returncode: int
    """The exit code, or the negative number of the signal that ended it."""
    stdout: str
    stderr: str
    seconds: float
    """The processor seconds that it and the processes that it waited for used."""


def run(program: Program, modules: tuple[str, ...] = (), path: Path | None = None) -> Finished:
    """Runs a program; modules of a folder, if such are named, are imported before, as those of `PACKAGES` are."""
    if sys.platform != "linux" or _read_at_start(program.variables) != _read_at_start(os.environ):
        return run_alone(program)
    idle = _idle(modules, path)
    server = idle.popleft() if len(idle) > 1 else Server(modules, path)
    finished = server.run(program)
    idle.append(server)
    return finished


@functools.cache
def _idle(_modules: tuple[str, ...], _path: Path | None) -> deque["Server"]:
    """The servers with these modules that run nothing; the first has waited longest."""
    return deque()


def _read_at_start(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if name.startswith(READ_AT_START)}


def run_alone(program: Program) -> Finished:
    """Runs a program as a shell does."""
    start = _busy()
    ran = subprocess.run(
        [sys.executable, *program.arguments], cwd=program.folder, env=program.variables, input=program.answer, capture_output=True,
        text=True, check=False, preexec_fn=functools.partial(_limit, program.limits) if program.limits else None,
    )  # fmt: skip
    return Finished(ran.returncode, ran.stdout, ran.stderr, _busy() - start)


def _busy() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _limit(limits: Mapping[int, int]) -> None:
    for which, most in limits.items():
        resource.setrlimit(which, (most, most))


class Server:
    """A process that has imported modules, and forks for each program; it ends with the process that started it."""

    def __init__(self, modules: Sequence[str], path: Path | None) -> None:
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        command = [sys.executable, __file__, str(path or ""), *PACKAGES, *modules]
        variables = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
        self._process = subprocess.Popen(command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        atexit.register(self._end)

    def run(self, program: Program) -> Finished:
        """Runs a program and waits for its end."""
        assert self._process.stdin
        assert self._process.stdout
        answer, *written = (Path(self._folder.name, name) for name in ("answer", "stdout", "stderr"))
        answer.write_text(program.answer)
        request = {
            "arguments": list(program.arguments),
            "folder": str(program.folder),
            "variables": dict(program.variables),
            "limits": list(program.limits.items()),
            "streams": [str(answer), *map(str, written)],
        }
        print(json.dumps(request), file=self._process.stdin, flush=True)
        ended = json.loads(self._process.stdout.readline())
        return Finished(ended["code"], written[0].read_text(), written[1].read_text(), ended["seconds"])

    def _end(self) -> None:
        self._process.communicate()
        self._folder.cleanup()


def _serve() -> dict[str, Any] | None:
    """Forks for each request; returns the request in the new process, and None where no more will come."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            found: dict[str, Any] = json.loads(line)
            return found
        _, status, used = os.wait4(child, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status), "seconds": used.ru_utime + used.ru_stime}), flush=True)
    return None


def _become(request: Mapping[str, Any]) -> None:
    """Gives this process the streams, variables, folder and limits of a program."""
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    for number, (path, flags) in enumerate(zip(request["streams"], (os.O_RDONLY, writing, writing), strict=True)):
        os.dup2(os.open(path, flags, 0o600), number)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the old one has read ahead
    os.environ.clear()
    os.environ.update(request["variables"])
    os.chdir(request["folder"])
    _limit(dict(request["limits"]))
    tempfile.tempdir = None
    time.tzset()


def _execute(arguments: list[str], folder: str) -> None:
    """Does what `python arguments …` does."""
    if arguments[0] == "-m":
        sys.path[0], sys.argv = folder, arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        del sys.path[0]
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    sys.path[1:1] = filter(None, sys.argv[1:2])
    for module in sys.argv[2:]:
        importlib.import_module(module)
    gc.freeze()
    asked = _serve()
    if asked:
        _become(asked)
        _execute(asked["arguments"], asked["folder"])
