"""Door: draws a cover for each article that names no picture."""

from functools import partial

from deferred import deferred
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from knowledge.catalogue.catalogue import Catalogue
from knowledge.page import cover


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds `cover.svg` beside the page of each article without a picture."""
    catalogue: Catalogue = config["knowledge"]
    for article in catalogue.articles:
        if not article.image:
            draw = partial(cover.draw, article.title, catalogue.topics[article.topic].title, article.alt)
            files.append(deferred(config, f"{article.url}cover.svg", draw))
    return files
