"""All that a reader's browser asks for when it searches, made of the articles and their texts."""

import hashlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.catalogue.catalogue import Catalogue
from knowledge.place import Url
from knowledge.search import common, facets, pagefind, spelling
from knowledge.search.pagefind import Index
from knowledge.search.search_record import Record, record
from knowledge.search.stopwords import stopwords

KEPT = 3
"""How many indexes the cache holds: the newest."""


@dataclass(frozen=True)
class Text:
    """The text of an article as its page shows it."""

    html: str
    """The whole."""
    headings: tuple[str, ...]
    """Its headings as plain text."""


@dataclass(frozen=True)
class Plan:
    """An index to be made, or found in the cache."""

    records: tuple[Record, ...]
    """What is found."""
    catalogue: Catalogue
    """What it is narrowed and sorted by."""
    language: str
    """The language of the site."""
    words: Mapping[str, Any]
    """What a question is understood with: stop words, synonyms, languages, and the words of titles and headings."""

    @property
    def key(self) -> str:
        """A name that changes with what is found or said of it."""
        seen = [(each.url, each.page) for each in self.records], self.words, _tags(self.catalogue)
        return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:20]


def plan(catalogue: Catalogue, texts: Mapping[Url, Text], language: str) -> Plan:
    """The plan of an index of the articles that have a text."""
    articles = sorted((article for article in catalogue.published if article.url in texts), key=lambda article: article.url)
    also = {tag.name: (tag.name, *tag.aliases) for tag in catalogue.tags}
    records = tuple(
        record(article, texts[article.url].html, _topic(article.topic, catalogue), _known(article.tags, also), language)
        for article in articles
    )
    counted = Counter(each.language for each in records)
    main = language if counted[language] or not counted else min(counted, key=lambda each: (-counted[each], each))
    said = (
        text for article in articles for text in (article.title, *article.names, *texts[article.url].headings, *_known(article.tags, also))
    )
    words = {
        "pages": len(records),
        "languages": sorted(set(counted) - {main}),
        "stop": stopwords(main),
        "synonyms": [each for each in also.values() if len(each) > 1],
        "words": spelling.pack(spelling.fill(spelling.words(said), (article.body for article in articles))),
    }
    return Plan(records, catalogue, main, words)


def make(planned: Plan, cache: Path) -> Path:
    """The folder of the index below `cache`, made if it is not there yet; an unfinished one never shows."""
    folder = cache / planned.key
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".") as made:
            _write(planned, Path(made))
            _place(Path(made, "index"), folder)
        _forget(cache, folder)
    return folder


def _write(planned: Plan, made: Path) -> None:
    output = made / "index"
    output.mkdir(exist_ok=True)
    indexed = pagefind.index(planned.records, planned.language, made / "records", output) if planned.records else Index({}, None)
    words = {**planned.words, "common": common.table(output, indexed.main)}
    _json(output / "words.json", words.pop("words"))
    _json(output / "query.json", words)
    _json(output / "facets.json", facets.table(planned.catalogue, indexed.ids))


def _place(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)
    except OSError:  # another process made the same one first
        if not folder.is_dir():
            raise


def _forget(cache: Path, folder: Path) -> None:
    others = sorted(
        (path for path in cache.iterdir() if path != folder and not path.name.startswith(".")), key=lambda path: path.stat().st_mtime
    )
    for path in others[: 1 - KEPT]:
        shutil.rmtree(path, ignore_errors=True)


def _json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _topic(path: str, catalogue: Catalogue) -> str:
    return catalogue.topics[path].title if path else ""


def _known(tags: Iterable[str], also: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(word for tag in tags for word in also.get(tag, (tag,)))


def _tags(catalogue: Catalogue) -> list[Any]:
    return [(article.url, article.topic, str(article.created), article.tags) for article in catalogue.published]
