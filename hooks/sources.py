"""Door: the page of all sources that articles cite, where there are any."""

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from knowledge.catalogue.catalogue import Catalogue
from knowledge.reading.dates import UNDATED
from knowledge.references import bibliography
from knowledge.render import linker
from knowledge.render.compiler import Compiler, Text


class SourcesPage(Page):
    """A page made of `.sources.yml` and of what articles cite."""

    def __init__(self, markdown: str, file: File, config: MkDocsConfig) -> None:
        super().__init__("Sources", file, config)
        self.written = markdown
        self.update_date = UNDATED

    def read_source(self, config: MkDocsConfig) -> None:
        """Hands over what was written."""
        self.markdown = self.written
        self.meta = {"title": "Sources", "description": "Every source that the articles of this site cite.", "search": {"exclude": True}}

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Renders it as the text of an article is rendered."""
        compiled = Compiler(config["knowledge_workbench"]).compile(Text(bibliography.PAGE, self.written))
        self.content = linker.link(compiled, bibliography.PAGE, bibliography.URL, config["knowledge_urls"])
        self.toc = get_toc(list(compiled.contents))  # type: ignore[arg-type]


@event_priority(-110)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the page once it is known what is cited; an article or topic of that address keeps it."""
    catalogue: Catalogue = config["knowledge"]
    taken = {file.dest_uri for file in files}
    config["knowledge_sources"] = bool(catalogue.library.works) and f"{bibliography.URL}index.html" not in taken
    if config["knowledge_sources"]:
        cited = {source: compiled.cited for source, compiled in config["knowledge_texts"].items()}
        file = File.generated(config, bibliography.PAGE, content="", inclusion=InclusionLevel.NOT_IN_NAV)
        SourcesPage(bibliography.write(catalogue.library, cited, catalogue.published), file, config)
        files.append(file)
    return files
