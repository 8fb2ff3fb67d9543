"""All that a reader's browser asks for when it searches, made of the articles and their texts."""

import hashlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from markupsafe import Markup

from almanac_kb.content.reader import Article
from almanac_kb.content.site import Site
from almanac_kb.core.cache import DiskCache, code_version
from almanac_kb.core.paths import UrlPath
from almanac_kb.pagefind import common, facets, packed, program, shard, shards, spelling
from almanac_kb.pagefind.packed import Packed
from almanac_kb.pagefind.search_record import Record, record
from almanac_kb.pagefind.stopwords import stopwords

KEPT = 3
"""How many indexes the cache holds: the newest."""


@dataclass(frozen=True)
class Text:
    """The text of an article as its page shows it."""

    html: str
    """The whole."""
    headings: tuple[str, ...]
    """Its headings as HTML."""


@dataclass(frozen=True)
class Plan:
    """An index to be made, or found in the cache."""

    records: tuple[Record, ...]
    """What is found."""
    catalogue: Site
    """What it is narrowed and sorted by."""
    language: str
    """The language of the site."""
    said: Counter[str]
    """The words of titles and headings, and in how many of them each stands."""

    @property
    def key(self) -> str:
        """A name that changes with what is found or said of it, and with the code that makes it."""
        found = [(each.url, each.page, each.body) for each in self.records]
        seen = code_version(shards.PACKAGES), found, self.language, self.said, _tags(self.catalogue)
        return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:20]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of all articles, the main one first."""
        return tuple(sorted({each.language for each in self.records}, key=lambda each: (each != self.language, each)))


def plan(catalogue: Site, texts: Mapping[UrlPath, Text], language: str) -> Plan:
    """The plan of an index of the articles that have a text."""
    articles = sorted((article for article in catalogue.published if article.url in texts), key=lambda article: article.url)
    also = _also(catalogue)
    records = tuple(
        record(article, texts[article.url].html, _topic(article.section, catalogue), _known(article.tags, also), language)
        for article in articles
    )
    counted = Counter(each.language for each in records)
    main = language if counted[language] or not counted else min(counted, key=lambda each: (-counted[each], each))
    said = (text for article in articles for text in _said(article, texts[article.url], also))
    return Plan(records, catalogue, main, spelling.words(said))


def make(planned: Plan, memory: DiskCache | None, cache: Path) -> Path:
    """The folder of the index below `cache`, made if it is not there yet; an unfinished one never shows."""
    folder = cache / planned.key
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".") as made:
            write(planned, memory, Path(made, "index"))
            _place(Path(made, "index"), folder)
        _forget(cache, folder)
    return folder


def write(planned: Plan, memory: DiskCache | None, output: Path) -> None:
    """Writes the index into a folder: that of the main language at its top, that of any other in a folder of its name."""
    output.mkdir(parents=True, exist_ok=True)
    bodies: Counter[str] = Counter()
    made: dict[str, Packed] = {}
    for language in planned.languages:
        folder = output if language == planned.language else output / language
        found = shards.indexed(shard.divide(each for each in planned.records if each.language == language), memory)
        made[language] = packed.pack(found, folder, language)
        program.add(made[language], folder, language, output)
        for each in found:
            bodies.update(each.bodies)
    _json(output / "words.json", spelling.pack(spelling.fill(planned.said, bodies)))
    _json(output / "query.json", _query(planned) | {"common": common.table(output, made.get(planned.language))})
    _json(output / "facets.json", facets.table(planned.catalogue, {url: name for each in made.values() for url, name in each.ids.items()}))


def _query(planned: Plan) -> dict[str, Any]:
    """What a question is understood with."""
    return {
        "pages": len(planned.records),
        "languages": sorted(planned.languages[1:]),
        "stop": stopwords(planned.language),
        "synonyms": [each for each in _also(planned.catalogue).values() if len(each) > 1],
    }


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


def _topic(path: str, catalogue: Site) -> str:
    return catalogue.sections[path].title if path else ""


def _also(catalogue: Site) -> dict[str, tuple[str, ...]]:
    return {tag.name: (tag.name, *tag.aliases) for tag in catalogue.tags}


def _said(article: Article, text: Text, also: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield article.title
    yield from article.names
    yield from (unescape(Markup(heading).striptags()) for heading in text.headings)
    yield from _known(article.tags, also)


def _known(tags: Iterable[str], also: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(word for tag in tags for word in also.get(tag, (tag,)))


def _tags(catalogue: Site) -> list[Any]:
    topics = [(topic.path, topic.title) for topic in catalogue.sections.values()]
    return [topics, *((article.url, article.section, str(article.created), article.tags) for article in catalogue.published)]
