"""Door: the pages that list articles: the home page, topics, tags, years, and the indexes of tags and years, each in numbered pages."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from mkdocs.utils.templates import TemplateContext

from knowledge.catalogue import tag
from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.settings import Settings
from knowledge.catalogue.tag import Tag
from knowledge.catalogue.topic import Topic
from knowledge.page import archive, changes, chart, listing
from knowledge.page.archive import Year
from knowledge.page.listing import Leaf
from knowledge.place import Source
from knowledge.reading.article import Article, Kind
from knowledge.reading.dates import UNDATED

TAGS_PER_PAGE, YEARS_PER_PAGE = 300, 20


class ListingPage(Page):
    """A page made of the catalogue alone."""

    def __init__(
        self, leaf: Leaf[Any], title: str, subject: Topic | Tag | Year | None, template: str, file: File, config: MkDocsConfig
    ) -> None:
        super().__init__(title, file, config)
        self.leaf, self.subject, self.template = leaf, subject, template
        changed = [item.changed for item in leaf.items if getattr(item, "changed", None)]
        self.update_date = max(UNDATED, f"{max(changed):%Y-%m-%d}" if changed else "")

    def read_source(self, config: MkDocsConfig) -> None:
        """There is no source: the template shows the leaf."""
        self.markdown = ""
        description = self.subject.description if self.subject else ""
        self.meta = {"template": self.template, "title": self.title, "description": description, "search": {"exclude": True}}

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """There is no text either."""
        self.content = ""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages of every listing; where an author wrote the page of a topic, the listing follows its text."""
    catalogue: Catalogue = config["knowledge"]
    settings: Settings = config["knowledge_settings"]
    for topic in catalogue.topics.values():
        for leaf in topic_leaves(topic, catalogue, settings):
            if leaf.number > 1 or topic.index is None:
                _add(files, config, leaf, topic.title, topic, "listing.html")
    for each in catalogue.tags:
        for leaf in listing.leaves(each.articles, each.url, settings.per_page):
            _add(files, config, leaf, each.name, each, "listing.html")
    for leaf in listing.leaves(tag.grouped(catalogue.tags), tag.ROOT, TAGS_PER_PAGE) if catalogue.tags else ():
        _add(files, config, leaf, "Tags", None, "tags.html")
    years = archive.years(catalogue.articles, settings.per_page)
    for leaf in listing.leaves(years, archive.ROOT, YEARS_PER_PAGE) if years else ():
        _add(files, config, leaf, "Archive", None, "archive.html")
    for year in years:
        for part in listing.leaves(year.articles, year.url, settings.per_page):
            _add(files, config, part, str(year.number), year, "year.html")
    config["knowledge_years"] = years
    return files


def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Gives the template what the page lists."""
    catalogue: Catalogue = config["knowledge"]
    values: dict[str, Any] = {"knowledge": catalogue, "links": catalogue.tag}
    article: Article | None = getattr(page, "article", None)
    if isinstance(page, ListingPage):
        values |= {"leaf": page.leaf, "subject": page.subject}
    elif article is not None and article.kind is Kind.INDEX:
        topic = catalogue.topics[article.topic]
        values |= {"leaf": topic_leaves(topic, catalogue, config["knowledge_settings"])[0], "subject": topic}
    if page.is_homepage:
        values |= {"recently": changes.recent(catalogue.articles), "popular": changes.popular(catalogue.tags)}
    if getattr(page, "template", "") in {"archive.html", "year.html"}:
        values |= {"chart": _chart(page, config), "months": archive.months}
    context.update(values)  # type: ignore[typeddict-item]
    return context


def topic_leaves(topic: Topic, catalogue: Catalogue, settings: Settings) -> tuple[Leaf[Any], ...]:
    """The pages of a topic's listing: what lies in it; on the home page, every article."""
    return listing.leaves(topic.articles if topic.path else catalogue.articles, topic.url, settings.per_page)


def _chart(page: Page, config: MkDocsConfig) -> Callable[[Year], Markup]:
    most = max(month.count for year in config["knowledge_years"] for month in year.months)
    return lambda year: Markup(chart.draw(year, most, lambda url: get_relative_url(quote(url), page.url)))


def _add(files: Files, config: MkDocsConfig, leaf: Leaf[Any], title: str, subject: Topic | Tag | Year | None, template: str) -> None:
    listed = leaf.number == 1 and isinstance(subject, Topic)
    source = Source(f"{subject.path}/index.md".lstrip("/")) if listed and isinstance(subject, Topic) else Source(f"{leaf.url}index.md")
    inclusion = InclusionLevel.UNDEFINED if listed else InclusionLevel.NOT_IN_NAV
    file = File.generated(config, source, content="", inclusion=inclusion)
    file.dest_uri = f"{leaf.url}index.html"
    files.append(file)
    ListingPage(leaf, title if leaf.number == 1 else f"{title}, page {leaf.number}", subject, template, file, config)
