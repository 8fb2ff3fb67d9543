"""Door: draws a card for each article whose picture social sites can't show, and one for all other pages."""

import hashlib
import os
from pathlib import Path
from typing import cast

import PIL
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.settings import Settings
from knowledge.page import card, preview

CACHE = Path(".cache", "knowledge", "cards")


class CardFile(File):
    """A card that is drawn when it is written, unless it was drawn before."""

    words: tuple[str, str, str]
    """What it shows."""

    def copy_file(self, dirty: bool = False) -> None:
        """Draws it where it is kept, whole at once, and writes it into the site."""
        kept = Path(str(self.abs_src_path))
        if not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            unfinished = kept.with_suffix(f".{os.getpid()}")
            unfinished.write_bytes(card.draw(*self.words))
            unfinished.replace(kept)
        super().copy_file(dirty)


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
    key = hashlib.sha256(repr((card.EDITION, PIL.__version__, words)).encode()).hexdigest()
    file = cast("CardFile", CardFile.generated(config, url, abs_src_path=str(cache / f"{key}.png")))
    file.words = words
    return file
