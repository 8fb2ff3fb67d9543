"""The memories of a build: below `.cache/knowledge/` beside mkdocs.yml, a file for each kind of thing that is remembered."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from knowledge.render.keeper import Keeper
from knowledge.render.memo import Memo

FOLDER = Path(".cache", "knowledge")


def memory(config: MkDocsConfig, kind: str) -> Memo | None:
    """The memory of a kind of thing; None where the settings want none."""
    return Memo(Path(config.config_file_path).parent / FOLDER / f"{kind}.sqlite") if config["knowledge_settings"].fast else None


def keeper(config: MkDocsConfig, kind: str) -> Keeper | None:
    """The same for things that are made one by one; the building door has them kept."""
    found = memory(config, kind)
    made = Keeper(found) if found else None
    config["knowledge_keepers"] += [made] if made else []
    return made
