"""Door: compiles the text of every article, in workers and from memory, before MkDocs asks for it."""

from pathlib import Path
from urllib.parse import unquote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files

from knowledge.catalogue import Catalogue
from knowledge.place import Url
from knowledge.render import workshop
from knowledge.render.memo import Memo
from knowledge.render.recipe import Recipe
from knowledge.settings import Settings

CACHE = Path(".cache", "knowledge", "texts.sqlite")


@event_priority(-100)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Compiles what changed since the last build, and tells where each file of docs/ is published."""
    catalogue: Catalogue = config["knowledge"]
    settings: Settings = config["knowledge_settings"]
    recipe = Recipe(tuple(config.markdown_extensions), config.mdx_configs)
    memory = Memo(Path(config.config_file_path).parent / CACHE) if settings.fast else None
    texts = [article.body for article in catalogue.published]
    compiled = workshop.compile_all(texts, recipe, memory, None if settings.fast else 1)
    config["knowledge_texts"] = {article.source: each for article, each in zip(catalogue.published, compiled, strict=True)}
    config["knowledge_urls"] = {file.src_uri: Url(unquote(file.url).removeprefix("./")) for file in files}
    return files
