"""Door: what social sites show of a page without a picture of its own: a card, drawn once for the same words."""

from collections.abc import Callable
from functools import partial

import PIL
from deferred import deferred
from memories import keeper
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from knowledge.catalogue.catalogue import Catalogue
from knowledge.page import card, preview
from knowledge.render import memo


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
    kept = keeper(config, "cards")
    if kept is None:
        return card.draw

    def remembered(*words: str) -> bytes:
        return kept.piece(memo.key(str(card.EDITION), PIL.__version__, *words), partial(card.draw, *words))

    return remembered
