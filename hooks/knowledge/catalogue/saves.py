"""What was saved: the articles of which nothing but the text changed, which can be shown at once, and whether that is all."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.catalogue import gate
from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.readings import Readings
from knowledge.catalogue.settings import Settings
from knowledge.reading.article import Article


@dataclass(frozen=True)
class Saves:
    """What came of some files that changed."""

    articles: tuple[Article, ...]
    """Those with a new text, as they are now."""
    all: bool
    """Whether nothing else changed that could be seen in any page."""


def by_path(catalogue: Catalogue, docs: Path) -> Mapping[Path, Article]:
    """What is published by its file, named as watchers name it: from the root, links as they are."""
    outside = catalogue.outside.files
    return {Path(os.path.abspath(outside.get(each.source) or docs / each.source)): each for each in catalogue.published}  # noqa: PTH100


def saves(changed: Iterable[Path], articles: Mapping[Path, Article], catalogue: Catalogue, settings: Settings, known: Readings) -> Saves:
    """What of the changed files are articles with a new text; a file that came and went again is nothing."""
    paths = sorted({path for path in changed if path in articles or path.exists()})
    now = [gate.resaved(path, articles[path], catalogue.library, settings, known) if path in articles else None for path in paths]
    found = tuple(each for each in now if each)
    return Saves(found, bool(found) and len(found) == len(now))
