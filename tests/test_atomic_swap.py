"""A site is built beside the old one and takes its place whole, whenever the build is killed."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from almanac_kb.publish import atomic_swap
from almanac_kb.publish.atomic_swap import MARKER, SwapError

OLD = {MARKER: atomic_swap.NOTICE.decode(), "index.html": "old", "gone/index.html": "old", "gone/deep/a.css": "old"}
NEW = {MARKER: atomic_swap.NOTICE.decode(), "index.html": "new", "come/index.html": "new"}
KILLED = """
import os, signal, sys
from pathlib import Path
from almanac_kb.publish import atomic_swap

remaining, site = int(sys.argv[1]), Path(sys.argv[3])
if sys.argv[2] == "in steps":
    atomic_swap._swapped_at_once = lambda first, second: False

def kill_at_the_step(event, arguments):
    global remaining
    if event.startswith(("os.", "open", "shutil.", "fcntl.", "ctypes.")):
        remaining -= 1
        if remaining == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(kill_at_the_step)
with atomic_swap.build_beside(site) as fresh:
    (fresh / "index.html").write_text("new")
    (fresh / "come").mkdir()
    (fresh / "come/index.html").write_text("new")
    atomic_swap.swap(fresh, site)
"""


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def read(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def neighbours(site: Path) -> set[str]:
    """Names of files and folders beside a site, without the lock file."""
    return {path.name for path in site.parent.iterdir()} - {site.name, f".{site.name}.lock"}


def publish(site: Path) -> None:
    with atomic_swap.build_beside(site) as fresh:
        write(fresh, {path: text for path, text in NEW.items() if path != MARKER})
        atomic_swap.swap(fresh, site)


@pytest.fixture(params=["at once", "in steps"])
def method(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "in steps":
        monkeypatch.setattr(atomic_swap, "_swapped_at_once", lambda first, second: False)
    return str(request.param)


def test_a_new_site_takes_the_place_of_the_old_one(tmp_path: Path, method: str) -> None:
    site = write(tmp_path / "site", OLD)
    publish(site)
    assert read(site) == NEW
    assert neighbours(site) == set()


def test_the_first_site_needs_no_folder(tmp_path: Path, method: str) -> None:
    site = tmp_path / "not" / "yet" / "site"
    publish(site)
    assert read(site) == NEW
    assert neighbours(site) == set()


def test_an_empty_folder_is_replaced(tmp_path: Path, method: str) -> None:
    site = tmp_path / "site"
    site.mkdir()
    publish(site)
    assert read(site) == NEW


@pytest.mark.skipif(sys.platform not in {"linux", "darwin"}, reason="this system can't exchange two folders in one step")
def test_this_system_exchanges_two_folders_in_one_step(tmp_path: Path) -> None:
    first, second = write(tmp_path / "first", {"a": "1"}), write(tmp_path / "second", {"b": "2"})
    assert atomic_swap._swapped_at_once(first, second)
    assert (read(first), read(second)) == ({"b": "2"}, {"a": "1"})


def test_a_build_that_fails_leaves_the_old_site_and_nothing_else(tmp_path: Path) -> None:
    site = write(tmp_path / "site", OLD)
    with pytest.raises(IsADirectoryError), atomic_swap.build_beside(site) as fresh:
        write(fresh, {"half/index.html": "half", "half": ""})
    assert read(site) == OLD
    assert neighbours(site) == set()


@pytest.mark.parametrize("step", [1, 2])
def test_an_interrupted_exchange_in_steps_puts_the_old_site_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    site = write(tmp_path / "site", OLD)
    monkeypatch.setattr(atomic_swap, "_swapped_at_once", lambda first, second: False)
    steps = iter(range(1, 9))
    rename = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if next(steps) == step:
            raise KeyboardInterrupt
        return rename(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", interrupted)
        with pytest.raises(KeyboardInterrupt):
            publish(site)
    assert read(site) == OLD
    assert neighbours(site) == set()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("method", ["at once", "in steps"])
def test_a_build_that_is_killed_at_any_step_leaves_a_whole_site_to_the_next_build(tmp_path: Path, method: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(atomic_swap.__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"}
    recovered = []
    for step in range(1, 1000):
        site = write(tmp_path / str(step) / "site", OLD)
        command = [sys.executable, "-c", KILLED, str(step), method, str(site)]
        code = subprocess.run(command, env=environment, check=False).returncode
        if code == 0:
            break
        assert code == -signal.SIGKILL
        if method == "at once":
            assert read(site) in (OLD, NEW)
        with pytest.raises(ZeroDivisionError), atomic_swap.build_beside(site):
            raise ZeroDivisionError
        assert neighbours(site) == set()
        recovered.append(read(site))
        publish(site)
        assert read(site) == NEW
    assert code == 0
    assert [files for files in recovered if files not in (OLD, NEW)] == []
    assert len(recovered) > 20
    assert (recovered[0], recovered[-1]) == (OLD, NEW)


def test_a_backup_comes_back_where_an_empty_folder_stands(tmp_path: Path) -> None:
    site, backup = tmp_path / "site", write(tmp_path / ".site.kept", OLD)
    site.mkdir()
    with pytest.raises(ZeroDivisionError), atomic_swap.build_beside(site):
        raise ZeroDivisionError
    assert read(site) == OLD
    assert not backup.exists()


def test_one_build_at_a_time(tmp_path: Path) -> None:
    site = tmp_path / "site"
    with atomic_swap.build_beside(site):
        with pytest.raises(SwapError) as error, atomic_swap.build_beside(site):
            pass
        assert str(error.value) == f"another build is writing {site}; try again when it has ended"
        with atomic_swap.build_beside(tmp_path / "other"):
            pass
    publish(site)


@pytest.mark.parametrize("name", [".site.building", ".site.kept"])
def test_a_link_where_a_build_works_is_not_followed(tmp_path: Path, name: str) -> None:
    other, link = write(tmp_path / "other", OLD), tmp_path / name
    link.symlink_to(other)
    with pytest.raises(SwapError) as error:
        publish(tmp_path / "site")
    assert str(error.value) == f"{link} is a link, and no build made it; remove it"
    assert read(other) == OLD


@pytest.mark.parametrize("name", ["site", ".site.building", ".site.kept"])
def test_a_folder_that_no_build_made_is_not_changed(tmp_path: Path, name: str) -> None:
    theirs = write(tmp_path / name, {"photo.jpg": "mine"})
    with pytest.raises(SwapError) as error:
        publish(tmp_path / "site")
    assert str(error.value) == (
        f"{theirs} was not made by a build of this site: it holds files, and no .almanac; move it away or delete it, "
        "or choose another site_dir"
    )
    assert read(theirs) == {"photo.jpg": "mine"}


def test_a_site_with_a_git_repository_in_it_is_not_changed(tmp_path: Path) -> None:
    site = write(tmp_path / "site", {**OLD, ".git": "gitdir: elsewhere"})
    with pytest.raises(SwapError, match=r"holds a git repository, and a build replaces it whole"):
        publish(site)
    assert (site / ".git").exists()


def test_links_in_the_old_site_are_removed_and_not_followed(tmp_path: Path) -> None:
    site, outside = write(tmp_path / "site", OLD), write(tmp_path / "outside", {"photo.jpg": "mine"})
    (site / "out").symlink_to(outside)
    publish(site)
    assert read(outside) == {"photo.jpg": "mine"}
    assert not (site / "out").is_symlink()


def test_a_site_keeps_its_permissions(tmp_path: Path, method: str) -> None:
    site = write(tmp_path / "site", OLD)
    site.chmod(0o750)
    publish(site)
    assert site.stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize(
    ("site", "reason"),
    [
        ("docs", "is inside {root}/docs, whose files are published; choose another site_dir"),
        ("docs/sub/site", "is inside {root}/docs, whose files are published; choose another site_dir"),
        (".", "holds {root}/docs, and a build replaces it whole; choose another site_dir"),
        ("home", "holds {root}/home/me, and a build replaces it whole; choose another site_dir"),
        ("home/me", "holds {root}/home/me, and a build replaces it whole; choose another site_dir"),
        ("/", "holds {root}/docs, and a build replaces it whole; choose another site_dir"),
    ],
)
def test_folders_of_sources_and_protected_folders_are_refused(tmp_path: Path, site: str, reason: str) -> None:
    (tmp_path / "docs" / "sub").mkdir(parents=True)
    (tmp_path / "home" / "me").mkdir(parents=True)
    folder = tmp_path / site
    with pytest.raises(SwapError) as error:
        atomic_swap.check_site_folder(folder, [tmp_path / "docs"], [tmp_path / "home" / "me"])
    assert str(error.value) == f"{folder} {reason.format(root=tmp_path)}"


@pytest.mark.skipif(not Path("/proc").is_mount(), reason="/proc is no mount point here")
def test_a_mount_point_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SwapError) as error:
        atomic_swap.check_site_folder(Path("/proc"), [tmp_path], [])
    assert str(error.value) == "/proc is a mount point, which nothing can take the place of; choose a folder inside it as site_dir"


def test_a_folder_of_its_own_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    atomic_swap.check_site_folder(tmp_path / "docs-site", [tmp_path / "docs"], [tmp_path])


def test_a_removal_that_was_cut_short_is_completed_by_the_next_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = write(tmp_path / "site", OLD)

    def refused(path: Path) -> None:
        raise PermissionError(path)

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", refused)
        with pytest.raises(PermissionError):
            publish(site)
    assert read(site) == NEW
    publish(site)
    assert neighbours(site) == set()
