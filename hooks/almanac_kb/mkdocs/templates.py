"""Prepares Jinja: escaping, PageInput and messages for templates; puts the Content Security Policy into their output."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import unquote

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils.templates import TemplateContext

from almanac_kb.build import BuildContext, Policies
from almanac_kb.checks import csp
from almanac_kb.content import routes
from almanac_kb.content.article import Article
from almanac_kb.content.editions import Edition
from almanac_kb.core import languages
from almanac_kb.core.paths import UrlPath
from almanac_kb.mkdocs import compat, defaults, jinja, words
from almanac_kb.mkdocs.listing_pages import ListingPage
from almanac_kb.mkdocs.pages import ArticlePage, MapPage, RefusedPage
from almanac_kb.pages import cards, listings, page_input, sidebar, site_map
from almanac_kb.pages.cards import article_cards
from almanac_kb.pages.head import Listed
from almanac_kb.pages.listings import PaginatorPage
from almanac_kb.pages.page_input import SiteInputs
from almanac_kb.pages.page_parts import PageContent, PageInput, PageLink, SiteFlags
from almanac_kb.render import linker, reading
from almanac_kb.render.document import figures

REPOSITORY_HOSTS = frozenset({"api.github.com", "gitlab.com"})
"""Hosts that Material asks about a repository: stars, forks, the latest version."""
COMMENTS = '{% import "partials/language.html" as lang with context %}{% include "partials/comments.html" %}'
"""A template of the comments alone, with the theme's words."""
HTML_TAG, BODY_TAG = re.compile(r"<html(?=[\s>])[^>]*>"), re.compile(r"<body(?=[\s>])[^>]*>")


@dataclass(frozen=True)
class PageArguments:
    """The arguments of the PageInput of one page, beside its content and the values of the whole site."""

    language_tag: str = ""
    """The language that the page declares, as a BCP 47 tag, or empty."""
    article: Article | None = None
    listing: PaginatorPage[Any] | None = None
    subject: Listed | None = None
    """The subject of the listing."""
    robots: str = ""
    """The directions for search engines in the header of the article."""
    is_map: bool = False
    diagnostics: tuple[str, ...] = ()
    """The errors of a refused article, in a preview."""


def own_comments(config: MkDocsConfig) -> str:
    """The template of comments that the site brings in the place of ours; empty where it has none."""
    path = defaults.template_folders(config)[0] / "partials/comments.html"
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() and not path.is_relative_to(defaults.overrides()) else ""


def prepare(env: Environment, config: MkDocsConfig, build: BuildContext) -> Environment:
    """Turns on escaping and our messages before the first template is compiled, and marks settings that are HTML.

    The templates of Material have their own names behind `material/` too, so that ours can extend the ones they stand before.
    """
    env.autoescape = True
    env.loader = ChoiceLoader([*filter(None, [env.loader]), PrefixLoader({"material": FileSystemLoader(compat.THEME_TEMPLATES)})])
    words.install(env, build.info.messages)
    jinja.install(env)
    compat.mark_html_settings(config)
    return env


def site_inputs(build: BuildContext) -> SiteInputs:
    """The values from which the inputs of all pages are made."""
    main, *others = build.editions
    cards = article_cards(build.site, build.documents, build.translations, build.image_sizes)
    inputs = SiteInputs(
        main.site,
        build.info,
        build.documents,
        build.image_sizes,
        listings.edition_years(main),
        build.translations,
        build.related,
        build.backlinks,
        build.feeds,
        build.sidebar if not others else sidebar.edition_sidebar(build.sidebar, main, main),
        _flags(build, main),
        build.settings.per_page,
        cards,
        build.settings.home or page_input.NO_HOME,
        reading.of_site(build.environment.glossary, build.urls.get(build.settings.glossary), sorts_tables=build.settings.sort_tables),
        build.paragraphs,
        versions=page_input.listing_versions(build.editions, build.info) if others else {},
        hidden=main.hidden,
        homes=tuple(page_input.home_link(edition, build.info) for edition in build.editions) if others else (),
    )
    return replace(inputs, others={edition.language: _edition_inputs(edition, inputs, build) for edition in others})


def _edition_inputs(edition: Edition, inputs: SiteInputs, build: BuildContext) -> SiteInputs:
    """The values for pages in another language of the site."""
    return replace(
        inputs,
        site=edition.site,
        info=replace(build.info, language=edition.language, description="", folder=edition.base),
        years=listings.edition_years(edition),
        sidebar=sidebar.edition_sidebar(build.sidebar, build.editions[0], edition),
        flags=_flags(build, edition),
        cards={**inputs.cards, **article_cards(edition.spoken, build.documents, build.translations, build.image_sizes)},
        home=page_input.home_in(inputs.home, edition.language, build.translations, build.urls),
        hidden=edition.hidden,
        theme_language=words.theme_language(edition.language),
    )


def _flags(build: BuildContext, edition: Edition) -> SiteFlags:
    site = edition.site
    about = next((article for article in site.published if article.url == "about/"), None)
    return SiteFlags(
        bool(site.tags),
        build.has_bibliography,
        bool(listings.edition_years(edition)),
        routes.feed_url(UrlPath("")) in build.feeds,
        build.settings.comments,
        PageLink(about.title, about.url) if about else None,
        not REPOSITORY_HOSTS.isdisjoint(build.settings.hosts.connections),
        build.has_map,
        bool(build.settings.offline),
        cards.header_topics(site),
        edition.home,
        edition.base,
        bool(listings.author_index(site, edition.base)),
    )


def fill(values: TemplateContext, page: Page, build: BuildContext) -> TemplateContext:
    """Gives the template of a page its PageInput: the one that was made for its key, with the text, or else a new one."""
    variables: Any = values
    made, content = variables.get("page_input"), _content(page, build.inputs)
    variables["page_input"] = (
        page_input.with_content(made, content) if made else make_page_input(page_arguments(page), content, build.inputs)
    )
    # Only now: until here, hooks read them as plain text.
    page.content = Markup(page.content or "")
    _mark_titles(page.toc)
    return values


def fill_plain(values: TemplateContext, build: BuildContext) -> TemplateContext:
    """Gives a template that is no page, such as 404.html, the PageInput of an empty page outside the navigation."""
    values["page_input"] = page_input.plain_input(PageContent("", "", Markup(), Markup()), build.inputs)  # type: ignore[typeddict-unknown-key]
    return values


def policies(env: Environment, files: Files, config: MkDocsConfig, build: BuildContext) -> Policies:
    """The Content Security Policies of the site, from the inline scripts of a page that no reader sees and of comments."""
    context: dict[str, Any] = {**compat.sample_context(files, config)}
    sample = env.get_template(compat.SAMPLE_TEMPLATE).render(context)
    comments = env.from_string(COMMENTS).render({**context, "page": {"meta": {"comments": True}}})
    search = build.settings.search
    policy = partial(csp.build_policy, [sample, comments], build.hosts, server=search.origin if search else "")
    return Policies(policy(), policy(diagrams=True))


def protect_files(files: Files, build: BuildContext) -> None:
    """Puts the policy into the HTML that no template makes: redirects, files of docs/."""
    for file in files:
        if not file.is_documentation_page() and file.dest_uri.lower().endswith((".html", ".htm")):
            file.content_string = protect(file.content_bytes.decode(errors="replace"), build)


def in_language(html: str, page: Page) -> str:
    """The HTML of a page in the language of its article or listing, which sets direction and hyphenation, and is read aloud."""
    language = page.language_tag if isinstance(page, ArticlePage | ListingPage) else ""
    if not language:
        return html
    attributes = {"lang": language, "dir": languages.direction(language)}
    body = {"dir": attributes["dir"]}
    return BODY_TAG.sub(partial(_with_attributes, body), HTML_TAG.sub(partial(_with_attributes, attributes), html, count=1), count=1)


def _with_attributes(attributes: Mapping[str, str], tag: re.Match[str]) -> str:
    rest = re.sub(rf"\s(?:{'|'.join(attributes)})(?:=(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?(?=[\s>])", "", tag[0])
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"{rest[:-1]}{written}>"


def protect(html: str, build: BuildContext) -> str:
    """The HTML of a page with the policy in it; one with diagrams has another policy."""
    return csp.put_policy(html, build.csp.diagrams if figures(html).diagrams else build.csp.default)


def page_arguments(page: Page) -> PageArguments:
    """Everything that the PageInput of a page is made from, beside its content and the values of the whole site."""
    if isinstance(page, ArticlePage):
        robots = "noindex" if page.article.is_unlisted else str(page.meta.get("robots") or "")
        return PageArguments(page.language_tag, article=page.article, robots=robots)
    if isinstance(page, ListingPage):
        return PageArguments(page.language_tag, listing=page.listing, subject=page.subject)
    return PageArguments(is_map=isinstance(page, MapPage), diagnostics=tuple(page.diagnostics) if isinstance(page, RefusedPage) else ())


def make_page_input(page: PageArguments, content: PageContent, inputs: SiteInputs) -> PageInput:
    """The PageInput of a page; `inputs` are those of the site in its own language."""
    inputs = inputs.in_language(page.language_tag) if page.language_tag else inputs
    if page.article:
        return page_input.article_input(page.article, replace(content, robots=page.robots), inputs)
    if page.listing:
        return page_input.listing_input(page.listing, page.subject, content, inputs)
    plain = page_input.plain_input(content, inputs)
    if page.is_map:
        return replace(plain, map=site_map.draw(inputs.site, inputs.backlinks))
    return replace(plain, diagnostics=page.diagnostics)


def _content(page: Page, inputs: SiteInputs) -> PageContent:
    """The text of a page, divided for its template, and what a browser has to draw in it."""
    inputs = inputs.in_language(page.language_tag) if isinstance(page, ArticlePage | ListingPage) else inputs
    messages = inputs.info.messages
    url = page.article.url if isinstance(page, ArticlePage) else UrlPath(unquote(page.url))
    html = reading.for_readers(page.content or "", url, inputs.reading, messages)
    first, rest = linker.divide_heading(html)
    drawn = figures(html)
    text, sources = linker.divide_sources(linker.add_accessible_names(linker.demote_headings(rest), messages))
    letters = reading.letters_of_terms(text) if url == inputs.reading.glossary else ()
    return PageContent(
        str(page.title), page.url, Markup(first), Markup(text), Markup(sources), drawn.formulas, drawn.diagrams, letters=letters
    )


def _mark_titles(items: Iterable[AnchorLink]) -> None:
    for item in items:
        item.title = Markup(item.title)
        _mark_titles(item.children)
