"""Carries out a plan: writes what is new, over nothing."""

from collections.abc import Iterable
from pathlib import Path

from knowledge.importing.plan import Copy


def carry_out(copies: Iterable[Copy], docs: Path) -> None:
    """Copies each file, byte for byte; raises OSError where the system refuses, and FileExistsError where a file came in between."""
    for copy in copies:
        target = docs / copy.to
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, copy.file.read_bytes())


def _write(target: Path, data: bytes) -> None:
    with target.open("xb") as file:
        try:
            file.write(data)
        except OSError:
            target.unlink()
            raise
