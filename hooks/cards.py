"""Door: what social sites show of a page without a picture of its own: a card, drawn once for the same words."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import PIL
from deferred import deferred
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from knowledge.catalogue.catalogue import Catalogue
from knowledge.page import card, preview
from knowledge.render import memo
from knowledge.render.keeper import Keeper
from knowledge.render.memo import Memo

CACHE = Path(".cache", "knowledge", "cards.sqlite")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds `cover.png` beside the page of each such article, where docs/ has none."""
    catalogue: Catalogue = config["knowledge"]
    draw = _drawing(config)
    words = {
        f"{article.url}cover.png": (article.title, catalogue.topics[article.topic].title, config.site_name)
        for article in catalogue.articles
        if preview.drawn(article)
    }
    for url, each in {preview.CARD: (config.site_name, "", ""), **words}.items():
        if url not in files.src_uris:
            files.append(deferred(config, url, partial(draw, *each)))
    return files


def _drawing(config: MkDocsConfig) -> Callable[[str, str, str], bytes]:
    """What draws a card, unless it is remembered."""
    if not config["knowledge_settings"].fast:
        return card.draw
    keeper = Keeper(Memo(Path(config.config_file_path).resolve().parent / CACHE))
    config["knowledge_keepers"].append(keeper)

    def remembered(*words: str) -> bytes:
        return keeper.piece(memo.key(str(card.EDITION), PIL.__version__, *words), partial(card.draw, *words))

    return remembered
