"""Door: compiles the text of every article, in workers and from memory, before MkDocs asks for it."""

import logging
from pathlib import Path
from urllib.parse import unquote

from memories import memory
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files

from knowledge import report
from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.lookup import lookup
from knowledge.catalogue.settings import Settings
from knowledge.place import Url
from knowledge.problem import Problem, Severity
from knowledge.publishing.command import serving
from knowledge.references import citation, glossary
from knowledge.render import workshop
from knowledge.render.compiler import Text
from knowledge.render.workbench import Workbench

log = logging.getLogger("mkdocs.hooks.knowledge")


@event_priority(-100)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Compiles what changed since the last build, says what could not be carried over, and tells where each file is published."""
    catalogue: Catalogue = config["knowledge"]
    settings: Settings = config["knowledge_settings"]
    texts = [Text(article.source, article.body) for article in catalogue.published]
    bench = config["knowledge_workbench"] = _workbench(files, config)
    made = workshop.compile_all(texts, bench, memory(config, "texts"), None if settings.fast else 1)
    config["knowledge_texts"] = {article.source: each for article, each in zip(catalogue.published, made, strict=True)}
    config["knowledge_urls"] = {file.src_uri: Url(unquote(file.url).removeprefix("./")) for file in files}
    problems = [each for article, text in zip(catalogue.published, made, strict=True) for each in article.problems("body", text.notes)]
    problems += citation.unused(catalogue.library, [key for text in made for key in text.cited])
    report.tell(tuple(sorted(problems)), catalogue.outside.named(Path(config.docs_dir).name), log)
    if settings.refused == "stop" and not serving():
        _stop(problems)
    return files


def _stop(problems: list[Problem]) -> None:
    unshown = {each.source for each in problems if each.severity is Severity.ERROR}
    if unshown:
        raise Abort(
            f"Aborted: {len(unshown)} articles can't be rendered; REFUSED=skip publishes them without their text. Nothing was written."
        )


def _workbench(files: Files, config: MkDocsConfig) -> Workbench:
    catalogue: Catalogue = config["knowledge"]
    settings: Settings = config["knowledge_settings"]
    assets = [file.src_uri for file in files if not file.is_documentation_page()]
    terms = next((each.body for each in catalogue.published if each.source == settings.glossary), "")
    return Workbench(
        tuple(config.markdown_extensions),
        config.mdx_configs,
        lookup(catalogue, assets, settings),
        catalogue.library,
        glossary.read(terms),
        frozenset(settings.hosts),
        settings.trusted,
    )
