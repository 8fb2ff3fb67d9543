"""What templates are given: HTML marked as such, all else escaped by Jinja; and the Content Security Policy put into their output."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils import get_relative_url
from mkdocs.utils.templates import TemplateContext

from almanac_kb.build import BuildContext, Policies
from almanac_kb.checks import csp
from almanac_kb.content.reader import Article, Kind
from almanac_kb.core.paths import UrlPath
from almanac_kb.mkdocs import compat, page_cache
from almanac_kb.mkdocs.pages import ArticlePage, ListingPage, section_listing
from almanac_kb.pages import head, listings, page_input, sidebar
from almanac_kb.pages.listings import ArchiveYear
from almanac_kb.render import linker
from almanac_kb.render.document import figures

HTML_TAG, BODY_TAG = re.compile(r"<html(?=[\s>])[^>]*>"), re.compile(r"<body(?=[\s>])[^>]*>")


def prepare(env: Environment, config: MkDocsConfig, build: BuildContext) -> Environment:
    """Before the first template is compiled: turns on escaping, marks settings that are HTML, and has pages cached."""
    env.autoescape = True
    compat.mark_html_settings(config)
    build.page_fingerprint = page_cache.install(env, config, build)
    return env


def fill(values: TemplateContext, page: Page, config: MkDocsConfig, build: BuildContext) -> TemplateContext:
    """Gives the template of a page all it shows beside what MkDocs gives it."""
    article = page.article if isinstance(page, ArticlePage) else None
    first, rest = linker.divide_heading(page.content or "")
    own: dict[str, Any] = {
        "heading": Markup(first),
        "text": Markup(linker.add_accessible_names(linker.demote_headings(rest))),
        **_listing(page, article, build),
        **_around(article, build),
        **_head(page, article, build),
        "figures": figures(page.content or ""),
        "sidebar": sidebar.sidebar_rows(build.sidebar, page.url),
        "feeds": build.feeds,
    }
    values.update(own)  # type: ignore[typeddict-item]
    # Only now: until here, hooks read them as plain text.
    page.content = Markup(page.content or "")
    _mark_titles(page.toc)
    return values


def fill_plain(values: TemplateContext, build: BuildContext) -> TemplateContext:
    """Gives a template that is no page, such as 404.html, the topmost places of the navigation."""
    values["sidebar"] = sidebar.sidebar_rows(build.sidebar, "")  # type: ignore[typeddict-unknown-key]
    return values


def policies(env: Environment, files: Files, config: MkDocsConfig, build: BuildContext) -> Policies:
    """The Content Security Policies of the site, from the inline scripts of a page that no reader sees."""
    sample = env.get_template(compat.SAMPLE_TEMPLATE).render(compat.sample_context(files, config))
    hosts, search = build.settings.hosts, build.settings.search
    policy = partial(csp.build_policy, [sample], hosts, server=search.origin if search else "")
    return Policies(policy(), policy(diagrams=True))


def protect_files(files: Files, build: BuildContext) -> None:
    """Puts the policy into the HTML that no template makes: redirects, files of docs/."""
    for file in files:
        if not file.is_documentation_page() and file.dest_uri.lower().endswith((".html", ".htm")):
            file.content_string = protect(file.content_bytes.decode(errors="replace"), build)


def in_language(html: str, page: Page) -> str:
    """The HTML of a page in the language of its article, which sets direction and hyphenation, and is read aloud; others are the site's."""
    article = page.article if isinstance(page, ArticlePage) else None
    if article is None or not article.language_tag:
        return html
    attributes = {"lang": article.language_tag, "dir": article.direction}
    return BODY_TAG.sub(
        partial(_with_attributes, {"dir": article.direction}), HTML_TAG.sub(partial(_with_attributes, attributes), html, count=1), count=1
    )


def _with_attributes(attributes: Mapping[str, str], tag: re.Match[str]) -> str:
    rest = re.sub(rf"\s(?:{'|'.join(attributes)})(?:=(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?(?=[\s>])", "", tag[0])
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"{rest[:-1]}{written}>"


def protect(html: str, build: BuildContext) -> str:
    """The HTML of a page with the policy in it; one with diagrams has another policy."""
    return csp.put_policy(html, build.csp.diagrams if figures(html).diagrams else build.csp.default)


def _listing(page: Page, article: Article | None, build: BuildContext) -> dict[str, Any]:
    """What the page lists."""
    site = build.site
    values: dict[str, Any] = {"site": site, "tags_by_name": site.tag}
    if isinstance(page, ListingPage):
        values |= {"listing": page.listing, "subject": page.subject}
    elif article is not None and article.kind is Kind.INDEX:
        section = site.sections[article.section]
        values |= {"listing": section_listing(section, build)[0], "subject": section}
    if page.is_homepage:
        values |= {"recent_changes": page_input.recent_changes(site.articles), "popular_tags": page_input.popular_tags(site.tags)}
    if isinstance(page, ListingPage) and page.template in {"archive.html", "year.html"}:
        values |= {"year_chart": _year_chart(page, build), "group_by_month": listings.group_by_month}
    return values


def _year_chart(page: Page, build: BuildContext) -> Callable[[ArchiveYear], Markup]:
    most = max(month.count for year in build.years for month in year.months)
    return lambda year: Markup(listings.draw_year_chart(year, most, lambda url: get_relative_url(quote(url), page.url)))


def _around(article: Article | None, build: BuildContext) -> dict[str, Any]:
    """What stands above and below the text of an article."""
    if article is None:
        return {}
    return {
        "related": build.related.get(article.source, ()),
        "backlinks": build.backlinks.get(article.url, ()),
        "reading_minutes": page_input.reading_minutes(build.documents[article.source].excerpt.words),
        **({"image_size": build.image_sizes.get(UrlPath(article.image))} if article.image else {}),
    }


def _head(page: Page, article: Article | None, build: BuildContext) -> dict[str, Any]:
    """The metadata in the head of the page; other pages than articles and listings have none."""
    if article is not None:
        document, size = build.documents[article.source], build.image_sizes.get(UrlPath(article.image))
        page_head = head.article_head(article, document, build.site, build.info, build.translations, size)
    elif isinstance(page, ListingPage):
        url = UrlPath(page.file.dest_uri.removesuffix("index.html"))
        page_head = head.listing_head(page.subject, str(page.title), url, str(page.meta.get("description") or ""), build.site, build.info)
    else:
        return {}
    return {"page_head": page_head, "json_ld": Markup(page_head.json_ld)}


def _mark_titles(items: Iterable[AnchorLink]) -> None:
    for item in items:
        item.title = Markup(item.title)
        _mark_titles(item.children)
