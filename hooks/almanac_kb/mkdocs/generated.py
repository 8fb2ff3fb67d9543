"""Generated files of the site: its mark, social cards, exports for programs, redirects, messages of scripts."""

import json
import posixpath
import re
from collections.abc import Callable
from functools import partial, reduce
from operator import or_
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import PIL
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from almanac_kb.build import BuildContext
from almanac_kb.content import routes
from almanac_kb.content.article import Article, ArticleKind
from almanac_kb.core import cache, languages, messages
from almanac_kb.core.folders import write_whole
from almanac_kb.core.paths import UrlPath, absolute_url
from almanac_kb.exports import copies, html_to_markdown, sitemap
from almanac_kb.mkdocs import compat, defaults
from almanac_kb.mkdocs.pages import ArticlePage, lazy_file
from almanac_kb.pages import metadata, page_input
from almanac_kb.render.document import Figures, is_unused_script

MARK_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
MOVED_SCRIPT = "assets/moved.js"
"""The script of redirect pages, which keeps query and fragment."""
OFFLINE_WORKER, OFFLINE_SCRIPT = "assets/offline/worker.js", "assets/offline/offline.js"
"""The service worker, and what registers it."""
OFFLINE_ASSET = re.compile(r"assets/(?!vendor/|javascripts/(?:lunr|workers)/|offline/worker|images/).*\.(?:js|css)|assets/mark\.svg")
"""The files that every page loads, which a browser keeps before all pages."""
MESSAGES_SCRIPT = "assets/catalogue.js"
"""The module with the messages of all other scripts."""


def add(files: Files, config: MkDocsConfig, build: BuildContext) -> None:
    """Adds the mark of the site, cards and the files for programs; a file of docs/ of the same name stays."""
    _add_messages(files, config, build)
    _add_offline(files, config, build)
    _add_mark(files, config)
    _add_cards(files, config, build)
    _add_copies(files, config, build)

    def words(article: Article) -> int:
        return build.documents[article.source].words

    def records_key() -> str:
        return copies.records_key(build.site, build.info, build.related, words)

    exported = copies.export_files(build.site, build.info, related=lambda: build.related, words=words)
    for url, make in exported.items():
        if url not in files.src_uris:
            files.append(lazy_file(config, url, make, records_key if url == copies.NAME_RECORD else None))


def divide_sitemap(text: str, config: MkDocsConfig, build: BuildContext) -> str:
    """The sitemap, or the index of its parts where it has too many addresses for one file; writes these parts."""
    files = sitemap.divide(text, build.info.base)
    for name in files.keys() - {sitemap.NAME}:
        write_whole(Path(config.site_dir) / name, files[name].encode())
    return files[sitemap.NAME]


def date_section_pages(files: Files, build: BuildContext) -> None:
    """Sets the sitemap dates of section pages to the last change of what they list."""
    for file in files.documentation_pages():
        page = file.page
        if isinstance(page, ArticlePage) and page.article.kind is ArticleKind.INDEX:
            section = page.article.section
            listed = build.site.sections[section].members if section else build.site.articles
            page.update_date = max([page.update_date, *(f"{article.changed:%Y-%m-%d}" for article in listed if article.changed)])


def remove_unused_programs(files: Files, config: MkDocsConfig, build: BuildContext, pipeline: str) -> None:
    """Removes the scripts for formulas and diagrams where no text has any; they stay where plugins may still add some."""
    if compat.other_handlers(config, "page_markdown", pipeline):
        return
    used = reduce(or_, (document.features for document in build.documents.values()), Figures())
    for file in [file for file in files if is_unused_script(file.src_uri, used)]:
        files.remove(file)


def add_redirects(env: Environment, files: Files, config: MkDocsConfig, build: BuildContext) -> None:
    """Adds a page at each old URL that leads to the new one: static hosts know no other redirect.

    An old URL that differs from another in case alone has none where the disk takes both for the same file.
    """
    template = env.get_template("moved.html")
    written, taken = {file.dest_uri for file in files}, {file.dest_uri.casefold() for file in files}
    folds = Path(config.site_dir).exists() and Path(config.site_dir.swapcase()).exists()
    for old, new in build.site.all_redirects.items():
        path = f"{old}index.html" if old.endswith("/") else old
        if path in written or (folds and path.casefold() in taken):
            continue
        taken.add(path.casefold())
        script = _relative(UrlPath(MOVED_SCRIPT), old).rstrip("/")
        canonical = absolute_url(config.site_url or "/", new)
        html = template.render(target=_relative(new, old), script=script, canonical=canonical, config=config)
        files.append(File.generated(config, path, content=html))


def _add_messages(files: Files, config: MkDocsConfig, build: BuildContext) -> None:
    """Puts the messages of the scripts in the languages of the site in the place of the English ones."""
    language, *others = (edition.language for edition in build.editions)
    english = files.get_file_from_path(MESSAGES_SCRIPT)
    if english and (others or not languages.is_english(language)):
        files.remove(english)
        files.append(lazy_file(config, MESSAGES_SCRIPT, partial(messages.script_catalogue, language, others)))


def _add_offline(files: Files, config: MkDocsConfig, build: BuildContext) -> None:
    """Adds the service worker, at the root of the site, which it can serve then; none where the settings keep nothing offline."""
    worker = files.get_file_from_path(OFFLINE_WORKER)
    programs = [file for file in (worker, files.get_file_from_path(OFFLINE_SCRIPT)) if file]
    if not build.settings.offline:
        for file in programs:
            files.remove(file)
        return
    kept = sorted(file.dest_uri for file in files if OFFLINE_ASSET.fullmatch(file.dest_uri))
    listed = sorted(
        (each for each in build.site.published if each.is_listed), key=lambda each: -each.changed.timestamp() if each.changed else 0
    )
    pages = ["", *(section.url for section in build.site.sections.values() if section.path), *(each.url for each in listed)]
    values = {"budget": build.settings.offline * 1_000_000, "first": kept, "pages": [quote(url) for url in dict.fromkeys(pages)]}
    code = f"const SITE = {json.dumps(values)};\n{(defaults.overrides() / OFFLINE_WORKER).read_text('utf-8')}"
    if worker:
        files.remove(worker)
    files.append(lazy_file(config, "offline-worker.js", lambda: code))


def _add_mark(files: Files, config: MkDocsConfig) -> None:
    if page_input.MARK not in files.src_uris:
        files.append(lazy_file(config, page_input.MARK, partial(draw_mark, config.site_name, defaults.primary_colour(config))))


def draw_mark(name: str, colour: str) -> bytes:
    """The mark of a site as an SVG 1.1 document of 64 by 64: the first letter of its name on its colour, and a bookmark."""
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 64 64", "width": "64", "height": "64"})
    SubElement(root, "rect", {"width": "64", "height": "64", "rx": "14", "fill": colour})
    SubElement(root, "path", {"d": "M44 0h10v20l-5-4-5 4z", "fill": "#fff", "fill-opacity": "0.85"})
    style = {"font-family": MARK_FONT, "font-size": "40", "font-weight": "700", "fill": "#fff", "text-anchor": "middle"}
    SubElement(root, "text", {"x": "28", "y": "47", **style}).text = name.strip()[:1].upper()
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)  # type: ignore[no-any-return]


def _add_cards(files: Files, config: MkDocsConfig, build: BuildContext) -> None:
    draw = _card_drawer(build)
    words = {metadata.SITE_CARD: (config.site_name, "", "")}
    for article in build.site.published:
        if metadata.needs_card(article):
            url, topic = metadata.card_url(article, build.site), build.site.sections[article.section].title
            own = (article.title, topic, config.site_name)
            words.setdefault(url, own if build.settings.cards == "article" else (topic, "", config.site_name))
    for url, texts in words.items():
        if url not in files.src_uris:
            files.append(lazy_file(config, url, partial(draw, *texts), partial(_card_key, *texts)))


def _card_drawer(build: BuildContext) -> Callable[[str, str, str], bytes]:
    """The function that draws a card, or takes it from the cache, since drawing takes some milliseconds."""
    build_cache = build.build_cache("cards")
    if build_cache is None:
        return _draw_card

    def cached(*words: str) -> bytes:
        return build_cache.get_or_make(_card_key(*words), partial(_draw_card, *words))

    return cached


def _draw_card(*words: str) -> bytes:
    from almanac_kb.pages import covers  # here, so that only the processes that draw load Pillow

    return covers.draw_card(*words)


def _card_key(*words: str) -> str:
    return cache.cache_key(str(metadata.CARD_VERSION), PIL.__version__, *words)


def _add_copies(files: Files, config: MkDocsConfig, build: BuildContext) -> None:
    """Adds the Markdown copies, by a source path that does not end in .md, which MkDocs would take for a page."""
    build_cache, version = build.build_cache("copies"), cache.code_version(html_to_markdown.PACKAGES)

    def copied(page: ArticlePage) -> str:
        return copies.markdown_copy(page.article, page.linked.html if page.linked else "", build.info)

    def key(page: ArticlePage) -> str:
        return cache.cache_key(version, build.info.base, page.article.digest, page.linked.digest if page.linked else "")

    def make(page: ArticlePage) -> bytes:
        text = partial(copied, page)
        return build_cache.get_or_make(key(page), lambda: text().encode()) if build_cache else text().encode()

    for article in copies.copied(build.site):
        url = routes.copy_url(article)
        page = files.src_uris[article.source].page
        if isinstance(page, ArticlePage):
            file = lazy_file(config, f"{url}.txt", partial(make, page), partial(key, page))
            file.dest_uri = url
            files.append(file)


def _relative(url: UrlPath, page: UrlPath) -> str:
    path = posixpath.relpath(url or ".", posixpath.dirname(page) or ".")
    return quote(path) + "/"
