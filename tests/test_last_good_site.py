"""Whatever happens to a build, readers have a complete site: the old one or the new one."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from builder import Built, build, environment, run
from test_preview_server import get, serving
from waiting import until

MOMENTS = 20
PATIENCE = 60
"""Seconds within which a build must reach a state."""
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals, limits and mounts of POSIX")


@dataclass(frozen=True)
class Standing:
    """A project whose site stands, and an article that has changed since."""

    root: Path
    """The copy of the project."""
    old: dict[str, bytes]
    """The site as it is."""
    new: dict[str, bytes]
    """The site that a build would make of it."""
    duration: float
    """How many seconds that build took."""

    @property
    def site(self) -> dict[str, bytes]:
        """The site as readers see it."""
        return dict(Built(self.root, 0, "").files())

    def build(self, *options: str, **changes: str) -> Built:
        return run(self.root, "mkdocs", "build", *options, **changes)

    def hook(self, text: str) -> None:
        """Adds a hook of the site's own."""
        (self.root / "scratch.py").write_text(text)
        config = self.root / "mkdocs.yml"
        config.write_text(config.read_text().replace("  - hooks/pipeline.py\n", "  - hooks/pipeline.py\n  - scratch.py\n"))

    def left(self) -> list[str]:
        """What lies beside the site that a build put there."""
        return sorted(path.name for path in self.root.iterdir() if path.name.startswith(".site") and path.name != ".site.lock")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Standing:
    root = tmp_path_factory.mktemp("made")
    old = build(root, {"a.md": "---\ntitle: Old\n---\nText.\n", "gone.md": "# Gone\n"})
    assert old.code == 0, old.output
    before = dict(old.files())
    shutil.copytree(old.site, root / "before")
    (root / "docs/a.md").write_text("---\ntitle: New\n---\nText.\n")
    (root / "docs/gone.md").unlink()
    (root / "docs/come.md").write_text("# Come\n")
    start = time.monotonic()
    code = _start(root).wait()
    duration = time.monotonic() - start
    assert code == 0, (root / "log").read_text()
    after = dict(old.files())
    shutil.rmtree(old.site)
    (root / "before").rename(old.site)
    return Standing(root, before, after, duration)


@pytest.fixture
def standing(made: Standing, tmp_path: Path) -> Standing:
    shutil.copytree(made.root, tmp_path / "project")
    return Standing(tmp_path / "project", made.old, made.new, made.duration)


def test_a_build_replaces_the_whole_site_and_leaves_nothing_beside_it(standing: Standing) -> None:
    built = standing.build("--strict")
    assert built.code == 0, built.output
    assert f"Published in {standing.root}/site" in built.output
    assert standing.site == standing.new
    assert "come/index.html" in standing.site
    assert "gone/index.html" not in standing.site
    assert standing.left() == []


@pytest.mark.parametrize(
    "event",
    [
        "on_config(config)",
        "on_files(files, config)",
        "on_env(env, config, files)",
        "on_post_page(output, page, config)",
        "on_post_build(config)",
    ],
)
def test_an_exception_in_any_event_keeps_the_old_site(standing: Standing, event: str) -> None:
    late = "from mkdocs.plugins import event_priority\n@event_priority(-100)\n"
    standing.hook(f"{late}def {event}:\n    raise ValueError('a plugin failed')\n")
    built = standing.build()
    assert built.code == 1
    assert "a plugin failed" in built.output
    assert standing.site == standing.old
    assert standing.left() == []


WARNS = """
import logging
from mkdocs.plugins import event_priority

@event_priority(-100)
def on_post_build(config):
    logging.getLogger("mkdocs.plugins.scratch").warning("something is odd")
"""


@pytest.mark.parametrize("options", [[], ["-q"], ["-v"]])
def test_a_warning_keeps_the_old_site_in_strict_builds_however_quiet(standing: Standing, options: list[str]) -> None:
    standing.hook(WARNS)
    strict = standing.build("--strict", *options)
    assert strict.code == 1
    assert f"Aborted with 1 warning in strict mode. {standing.root}/site is as it was." in strict.output
    assert ("something is odd" in strict.output) == (options != ["-q"])
    assert standing.site == standing.old
    assert standing.left() == []


def test_a_warning_does_not_keep_the_old_site_otherwise(standing: Standing) -> None:
    standing.hook(WARNS)
    assert standing.build().code == 0
    assert standing.site == standing.new


def test_properdocs_counts_alike(standing: Standing) -> None:
    standing.hook(WARNS)
    strict = run(standing.root, "properdocs", "build", "-f", "mkdocs.yml", "--strict", "-q")
    assert strict.code == 1
    assert "Aborted with 1 warning in strict mode." in strict.output
    assert standing.site == standing.old


def test_a_lost_anchor_is_found_by_a_verbose_build_too(standing: Standing) -> None:
    with (standing.root / "mkdocs.yml").open("a") as config:
        config.write("\nvalidation:\n  links:\n    anchors: warn\n")
    (standing.root / "docs/a.md").write_text("# A\n\n[there](come.md#nowhere)\n")
    strict = standing.build("-v", "--strict")
    assert strict.code == 1
    assert standing.site == standing.old


@pytest.mark.slow
@POSIX
def test_a_full_disk_keeps_the_old_site(standing: Standing) -> None:
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    built = _limited(standing.root, limit)
    assert built.code == 1
    assert "File too large; free some space. The site is as it was." in built.output
    assert "Traceback" not in built.output
    assert standing.site == standing.old
    assert standing.left() == []
    assert standing.build().code == 0
    assert standing.site == standing.new


@pytest.mark.slow
@POSIX
def test_a_small_disk_keeps_the_old_site(standing: Standing, tmp_path: Path) -> None:
    size = sum(len(data) for data in standing.old.values())
    with _disk(tmp_path / "disk", size * 3 // 2) as disk:
        site = disk / "site"
        shutil.copytree(standing.root / "site", site)
        full = standing.build("-d", str(site))
        assert full.code == 1
        assert re.search(rf"Aborted: {disk}/[^\n:]*: No space left on device; free some space\.", full.output), full.output
        assert "Traceback" not in full.output
        assert {path.name for path in disk.iterdir()} == {"site", ".site.lock"}
        assert _files(site) == standing.old
        (disk / ".site.lock").unlink()
        subprocess.run(["mount", "-o", f"remount,size={size * 4}", disk], check=True)
        assert standing.build("-d", str(site)).code == 0
        assert _files(site) == standing.new


@POSIX
@pytest.mark.parametrize("event", ["on_config(config)", "on_env(env, config, files)", "on_post_build(config)"])
def test_ctrl_c_keeps_the_old_site_and_leaves_nothing_beside_it(standing: Standing, event: str) -> None:
    standing.hook(f"import os, signal\ndef {event}:\n    os.kill(os.getpid(), signal.SIGINT)\n")
    assert standing.build().code != 0
    assert standing.site == standing.old
    assert standing.left() == []


@pytest.mark.slow
def test_two_builds_at_once(standing: Standing) -> None:
    standing.hook(
        "import pathlib, time\n"
        "def on_env(env, config, files):\n"
        "    pathlib.Path('waits').touch()\n"
        "    while not pathlib.Path('go').exists(): time.sleep(0.01)\n"
    )
    first = _start(standing.root)
    until(lambda: (standing.root / "waits").exists(), PATIENCE)
    second = standing.build()
    assert second.code == 1
    assert f"another build is writing {standing.root}/site; try again when it has ended" in second.output
    assert "Traceback" not in second.output
    assert standing.site == standing.old
    (standing.root / "go").touch()
    assert first.wait(PATIENCE) == 0
    assert standing.site == standing.new
    assert standing.left() == []


@pytest.mark.slow
@POSIX
def test_where_a_kill_falls_between_two_renames_the_next_build_puts_the_whole_site_back(standing: Standing) -> None:
    config = (standing.root / "mkdocs.yml").read_text()
    standing.hook(
        "import os, pathlib, signal\n"
        "from almanac_kb.publish import atomic_swap\n"
        "atomic_swap._swapped_at_once = lambda one, other: False\n"
        "def on_post_build(config):\n"
        "    first = pathlib.Path.rename\n"
        "    pathlib.Path.rename = lambda *paths: (first(*paths), os.kill(os.getpid(), signal.SIGKILL))\n"
    )
    assert standing.build().code == -signal.SIGKILL
    assert standing.left() == [".site.building", ".site.kept"]
    (standing.root / "mkdocs.yml").write_text(config)
    broken = standing.root / "docs/broken.md"
    broken.write_text("---\npubDate: soon\n---\n")
    assert standing.build().code == 1
    assert standing.site == standing.old
    assert standing.left() == []
    broken.unlink()
    assert standing.build().code == 0
    assert standing.site == standing.new


def test_a_folder_that_is_not_ours_is_not_wiped(standing: Standing) -> None:
    theirs = standing.root / "photos"
    theirs.mkdir()
    (theirs / "a.jpg").write_text("mine")
    built = standing.build("-d", "photos")
    assert built.code == 1
    assert (
        f"{theirs} was not made by a build of this site: it holds files, and no .almanac; move it away or delete it, "
        "or choose another site_dir" in built.output
    )
    assert "Traceback" not in built.output
    assert _files(theirs) == {"a.jpg": b"mine"}
    assert [path.name for path in standing.root.glob(".photos*")] == [".photos.lock"]


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("link", "is inside"),
        ("overrides/site", "is inside"),
        ("home", "holds"),
        (".", "'docs_dir' should not be within"),
        ("/", "'docs_dir'"),
    ],
)
def test_places_that_hold_the_sources_or_lie_in_them_are_refused(standing: Standing, place: str, reason: str) -> None:
    (standing.root / "link").symlink_to("docs")
    (standing.root / "home").mkdir()
    before = _files(standing.root)
    built = standing.build("-d", place, HOME=str(standing.root / "home"))
    assert built.code == 1
    assert reason in built.output
    assert "Traceback" not in built.output
    assert {path: data for path, data in _files(standing.root).items() if "__pycache__" not in path} == {
        path: data for path, data in before.items() if "__pycache__" not in path
    }


def test_a_linked_site_stays_a_link(standing: Standing) -> None:
    elsewhere = standing.root / "www" / "public"
    elsewhere.parent.mkdir()
    (standing.root / "site").rename(elsewhere)
    (standing.root / "site").symlink_to(elsewhere)
    assert standing.build().code == 0
    assert (standing.root / "site").is_symlink()
    assert _files(elsewhere) == standing.new
    assert {path.name for path in elsewhere.parent.iterdir()} == {"public", ".public.lock"}


def test_a_dirty_build_makes_a_whole_site_too(standing: Standing) -> None:
    assert standing.build("--dirty").code == 0
    assert standing.site == standing.new


def test_gh_deploy_pushes_the_new_site(standing: Standing) -> None:
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    hub = str(standing.root.parent / "hub.git")
    for command in (
        ["git", "init", "-q", "--bare", hub],
        ["git", "init", "-q"],
        [*git, "commit", "-q", "--allow-empty", "-m", "start"],
        ["git", "remote", "add", "origin", hub],
    ):
        subprocess.run(command, cwd=standing.root, check=True)
    author = {
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }
    pushed = run(standing.root, "mkdocs", "gh-deploy", **author)
    assert pushed.code == 0, pushed.output
    here = "addresses.json"  # it names the commit
    assert standing.site | {here: ""} == standing.new | {here: ""}
    listed = subprocess.run(["git", "ls-tree", "-r", "--name-only", "gh-pages"], cwd=hub, capture_output=True, text=True, check=True)
    assert set(listed.stdout.split()) == {*standing.new, ".nojekyll"}


@pytest.mark.slow
def test_a_preview_leaves_the_site_alone(standing: Standing) -> None:
    with serving(standing.root) as home:
        get(home + "come/", "Come")
    assert standing.site == standing.old
    assert standing.left() == []


@POSIX
@pytest.mark.slow
@pytest.mark.parametrize("moment", range(MOMENTS))
@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT"])
def test_a_kill_at_any_moment_leaves_a_whole_site(standing: Standing, name: str, moment: int) -> None:
    share = (moment + random.Random(f"{name} {moment}").random()) / MOMENTS
    killed = _start(standing.root)
    time.sleep(standing.duration * share)
    if killed.poll() is None:
        os.killpg(killed.pid, signal.Signals[name])
    killed.wait(PATIENCE)
    assert standing.site in (standing.old, standing.new)
    again = standing.build("--strict")
    assert again.code == 0, again.output
    assert standing.site == standing.new
    assert standing.left() == []


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _command() -> list[str]:
    return [sys.executable, "-m", "mkdocs", "build"]


def _start(root: Path) -> subprocess.Popen[str]:
    with (root / "log").open("w") as log:
        return subprocess.Popen(_command(), cwd=root, env=environment(), stdout=log, stderr=log, text=True, start_new_session=True)


def _limited(root: Path, limit: Callable[[], None]) -> Built:
    ran = subprocess.run(_command(), cwd=root, env=environment(), capture_output=True, text=True, check=False, preexec_fn=limit)
    return Built(root, ran.returncode, ran.stdout + ran.stderr)


@contextmanager
def _disk(place: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk can only be mounted by root")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)
