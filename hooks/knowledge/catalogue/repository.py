"""Where a file stands in the repository of a site, for the link that leads to its editor."""

import os
import posixpath
from pathlib import Path


def way(file: Path, docs: Path) -> str | None:
    """The path of a file from docs/; None where the file is not in the repository that docs/ is in."""
    file, docs = Path(os.path.realpath(file)), Path(os.path.realpath(docs))
    home = _home(docs) or docs.parent
    if not file.is_relative_to(home) or (_home(file) or home) != home:
        return None
    return posixpath.relpath(file.as_posix(), docs.as_posix())


def _home(path: Path) -> Path | None:
    """The folder of the repository that a path is in."""
    return next((each for each in path.parents if (each / ".git").exists()), None)
