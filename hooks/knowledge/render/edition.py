"""Which edition of this project, of Python and of the packages makes what is remembered: another one may make something else."""

import hashlib
import importlib.metadata
import sys
from collections.abc import Iterable
from pathlib import Path

ROOMS = Path(__file__).parent.parent
CODE = tuple(hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest() for path in sorted(ROOMS.rglob("*.py")))
"""The code of the rooms as it was when this process began: what is saved since then makes nothing yet."""


def edition(packages: Iterable[str]) -> str:
    """A text that changes when the code of the rooms does, or the version of one of the packages."""
    versions = [f"{package} {importlib.metadata.version(package)}" for package in packages]
    return "\0".join((sys.version, *versions, *CODE))
