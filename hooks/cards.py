"""Door: draws a card for each article whose picture social sites can't show, and one for all other pages."""

import hashlib
from pathlib import Path

import PIL
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.settings import Settings
from knowledge.page import card, preview

CACHE = Path(".cache", "knowledge", "cards")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds `cover.png` beside the page of each such article, where docs/ has none, from the cache where it was drawn before."""
    catalogue: Catalogue = config["knowledge"]
    settings: Settings = config["knowledge_settings"]
    cache = Path(config.config_file_path or ".").resolve().parent / CACHE if settings.fast else None
    words = {
        f"{article.url}cover.png": (article.title, catalogue.topics[article.topic].title, config.site_name)
        for article in catalogue.articles
        if preview.drawn(article)
    }
    for url, each in {preview.CARD: (config.site_name, "", ""), **words}.items():
        if url not in files.src_uris:
            files.append(_file(config, url, each, cache))
    return files


def _file(config: MkDocsConfig, url: str, words: tuple[str, str, str], cache: Path | None) -> File:
    if cache is None:
        return File.generated(config, url, content=card.draw(*words))
    return File.generated(config, url, abs_src_path=str(_kept(cache, words)))


def _kept(cache: Path, words: tuple[str, str, str]) -> Path:
    key = hashlib.sha256(repr((card.EDITION, PIL.__version__, words)).encode()).hexdigest()
    path = cache / f"{key}.png"
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".new")
        unfinished.write_bytes(card.draw(*words))
        unfinished.replace(path)
    return path
