"""What the texts of a catalogue may look up: its articles by all their names, the other files, and, where they count, tags."""

from collections.abc import Iterable

from knowledge.body import vault
from knowledge.body.vault import Vault
from knowledge.catalogue import tag
from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.settings import Settings


def lookup(catalogue: Catalogue, assets: Iterable[str], settings: Settings) -> Vault:
    """The vault of what is published and of the `assets`, the paths of the other files."""
    articles = [(each.source, each.title, (*each.names, *each.aliases)) for each in catalogue.published]
    return vault.build(articles, assets, tag.pages(catalogue.tags) if settings.hashtags else None)
