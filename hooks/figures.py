"""Door: formulas and diagrams, which the reader's browser draws with programs of our own origin, on those pages that have any."""

from functools import reduce
from operator import or_
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from knowledge.page import figures
from knowledge.page.figures import Figures


@event_priority(-110)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Leaves out the programs for what no article has."""
    found = reduce(or_, (figures.of(text.html) for text in config["knowledge_texts"].values()), Figures())
    for file in [each for each in files if figures.spare(each.src_uri, found)]:
        files.remove(file)
    return files


def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Tells the template what there is to draw."""
    values: dict[str, Any] = {"figures": figures.of(page.content or "")}
    context.update(values)  # type: ignore[typeddict-item]
    return context
