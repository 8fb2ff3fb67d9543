"""The keys of pages: whatever a page shows of the site is recorded when its PageInput is made."""

import dataclasses
import datetime
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from builder import project, run
from markupsafe import Markup

from almanac_kb.content import loader
from almanac_kb.content.editions import editions_of
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import SiteInfo
from almanac_kb.core import cache, readings
from almanac_kb.core.cache import NotDigestibleError
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.core.readings import Digests, Reading
from almanac_kb.mkdocs import page_keys, templates
from almanac_kb.mkdocs.documents import texts
from almanac_kb.mkdocs.templates import PageArguments
from almanac_kb.pages import listings, metadata, related, sidebar
from almanac_kb.pages.cards import article_cards
from almanac_kb.pages.page_input import SiteInputs
from almanac_kb.pages.page_parts import PageContent, ParagraphChange, SiteFlags
from almanac_kb.pages.sidebar import NavigationItem
from almanac_kb.render import batches, linker
from almanac_kb.render.document import Document, finished
from almanac_kb.render.environment import CompileEnvironment
from almanac_kb.render.images import ImageSize

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
DOCS: dict[str, str | bytes] = {
    "index.md": "# Home\n\n- [A](guides/a.md)\n",
    ".authors.yml": "authors:\n  ada:\n    name: Ada\n    description: Writer\n",
    ".sources.yml": "- {key: k, type: book, authors: F G, title: Of sources, year: 2020}\n",
    "guides/index.md": "---\nicon: material/tag\nimage: p.png\n---\n# Guides\n\nAll guides.\n",
    "guides/a.md": "---\ntags: [x, y]\ndate: 2025-01-02\nauthor: Ada\nimage: p.png\n---\n# A\n\nSee [B](b.md) [@k].\n",
    "guides/b.md": "---\ntags: [x]\ndate: 2025-03-04\nupdated: 2025-05-06\nlang: de\ntranslation_key: a\n---\n# B\n\nSee [A](a.md).\n",
    "guides/deep/c.md": "---\ntags: [y]\ndate: 2024-01-02\n---\n# C\n\n## Related articles\n\nSee [A](../a.md).\n",
    "guides/p.png": PICTURE,
    "tags/x.md": "# All of X\n",
}
Page = tuple[PageArguments, PageContent]


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small site with everything that pages show."""
    root = tmp_path_factory.mktemp("site")
    for path, text in DOCS.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


@pytest.fixture(scope="module")
def inputs(docs: Path) -> SiteInputs:
    """The values of that site."""
    return _inputs(docs)


def _inputs(docs: Path, *, bodies: bool = True) -> SiteInputs:
    """The values of a site, with or without the `bodies` of its articles beside their Documents."""
    site = loader.load_site(docs, Settings(), NOW, "Almanac")
    info = SiteInfo("Almanac", "https://example.org/kb/", "Of all things", "Ada")
    documents = batches.compile_all(texts(site), CompileEnvironment(bibliography=site.bibliography), None)
    site = site if bodies else loader.load_site(docs, Settings(), NOW, "Almanac", bodies=False)
    urls: dict[str, UrlPath] = {article.source: article.url for article in site.published}
    by_source = {article.source: article for article in site.published}
    a, b, c = (by_source[SourcePath(path)] for path in ("guides/a.md", "guides/b.md", "guides/deep/c.md"))
    sizes = {UrlPath("guides/p.png"): ImageSize(4, 4)}
    translations = metadata.find_translations(site.articles, info)
    rows = tuple(NavigationItem(each.title, each.url) for each in site.published)
    (main, *_) = editions_of(site)
    return SiteInputs(
        site,
        info,
        documents,
        sizes,
        listings.edition_years(main),
        translations,
        {a.source: (b, c), b.source: (a,)},
        related.backlinks(site.articles, lambda each: linker.link_targets(documents[each.source], each.source, urls)),
        frozenset({UrlPath("feed.xml"), UrlPath("guides/feed.xml")}),
        sidebar.build_sidebar(NavigationItem("Home", "", rows)),
        SiteFlags(True, True, True, True),
        2,
        article_cards(site, documents, translations, sizes),
        paragraphs={a.source: (ParagraphChange("See B", NOW.date(), "See"),)},
    )


def _pages(inputs: SiteInputs) -> Iterator[Page]:
    """All kinds of pages."""
    for article in inputs.site.published:
        yield PageArguments(article=article), PageContent(article.title, article.url, Markup(), Markup())
    for section in inputs.site.sections.values():
        for listing in listings.section_listing(section, inputs.site, 2):
            yield PageArguments(listing=listing, subject=section), PageContent(section.title, listing.url, Markup(), Markup())
    for tag in inputs.site.tags:
        for listing in listings.paginate(tag.articles, tag.url, 2):
            yield PageArguments(listing=listing, subject=tag), PageContent(tag.name, listing.url, Markup(), Markup())
    for author in inputs.site.authors:
        for listing in listings.paginate(author.articles, author.url, 2):
            yield PageArguments(listing=listing, subject=author), PageContent(author.name, listing.url, Markup(), Markup())
    for year in inputs.years:
        for listing in listings.paginate(year.articles, year.url, 2):
            yield PageArguments(listing=listing, subject=year), PageContent(str(year.number), listing.url, Markup(), Markup())
    for index in (listings.tag_index(inputs.site.tags, UrlPath(""), "en"), listings.paginate(inputs.years, UrlPath("archive/"), 2)):
        yield PageArguments(listing=index[0]), PageContent("Index", index[0].url, Markup(), Markup())
    yield PageArguments(is_map=True), PageContent("Map", "map/", Markup(), Markup())
    yield PageArguments(diagnostics=("wrong",)), PageContent("Refused", "refused/", Markup(), Markup())


def _shown(page: Page, inputs: SiteInputs) -> str:
    return cache.digest(templates.make_page_input(*page, inputs))


def test_no_page_reads_the_body_of_an_article_which_its_digest_leaves_out(docs: Path, inputs: SiteInputs) -> None:
    bare = _inputs(docs, bodies=False)
    assert any(article.body for article in inputs.site.published)
    assert not any(article.body for article in bare.site.published)
    assert [article.digest for article in bare.site.published] == [article.digest for article in inputs.site.published]
    assert [_shown(page, bare) for page in _pages(bare)] == [_shown(page, inputs) for page in _pages(inputs)]


def _state(inputs: SiteInputs, read: frozenset[Reading]) -> dict[Reading, str]:
    digests = Digests(page_keys.SHARING)
    return {each: digests.of_reading(inputs, each) for each in read}


def test_a_page_input_made_of_a_view_is_that_made_of_the_site(inputs: SiteInputs) -> None:
    pages = list(_pages(inputs))
    assert len(pages) > 15
    for page in pages:
        assert readings.record(partial(_shown, page), inputs, page_keys.OPENED)[0] == _shown(page, inputs)


def _changed(value: object, depth: int) -> Iterator[tuple[str, object]]:
    """The value with one thing changed anywhere in it, each with the path to it."""
    match value:
        case bool():
            yield "", not value
        case str():
            yield "", type(value)(f"{value}x")
        case int():
            yield "", value + 1
        case None:
            yield "", None
        case datetime.date():
            yield "", value + datetime.timedelta(days=400)
        case frozenset():
            yield "", frozenset()
        case tuple() if depth:
            yield "", value[1:]
            for number, each in enumerate(value[:2]):
                made = _tuple_of(value)
                yield from (
                    (f"[{number}]{path}", made((*value[:number], new, *value[number + 1 :]))) for path, new in _changed(each, depth - 1)
                )
        case Mapping() if depth:
            for key in list(value)[:6]:
                yield f"[{key}] gone", {other: each for other, each in value.items() if other != key}
                yield from ((f"[{key}]{path}", {**value, key: new}) for path, new in _changed(value[key], depth - 1))
        case Document():
            texts = value.html.text, value.text.text
            yield ".text", finished(value, texts[0], "Words. " * 900)
            yield ".html", finished(value, "", texts[1])
            yield ".toc", finished(replace(value, toc=()), *texts)
            yield ".citations", finished(replace(value, citations=()), *texts)
        case _ if depth and dataclasses.is_dataclass(value) and not isinstance(value, type):
            for field in dataclasses.fields(value):
                for path, new in _changed(getattr(value, field.name), depth - 1):
                    yield f".{field.name}{path}", replace(value, **{field.name: new})


def _tuple_of(value: tuple[object, ...]) -> Callable[[Any], object]:
    kind: Any = type(value)
    return (lambda items: kind(*items)) if hasattr(value, "_fields") else tuple


def test_what_a_page_shows_differently_is_among_its_readings(inputs: SiteInputs) -> None:
    recorded = []
    for page in _pages(inputs):
        shown, read = readings.record(partial(_shown, page), inputs, page_keys.OPENED)
        recorded.append((page, shown, _state(inputs, read)))
    count, unaffected = 0, 0
    for path, changed in _changed(inputs, 8):
        assert isinstance(changed, SiteInputs)
        digests = Digests(page_keys.SHARING)
        count += 1
        for page, shown, state in recorded:
            if any(_digest(digests, changed, each) != digest for each, digest in state.items()):
                continue
            assert _shown(page, changed) == shown, (path, page)
            unaffected += 1
    assert 0 < unaffected < count * len(recorded)
    assert count > 1000


def _digest(digests: Digests, inputs: SiteInputs, reading: Reading) -> str:
    try:
        return digests.of_reading(inputs, reading)
    except (NotDigestibleError, ValueError):
        return ""


EDITS: dict[str, tuple[str, str, str]] = {
    "title": ("guides/a.md", "# A\n", "# Alpha\n"),
    "description": ("guides/a.md", "date: 2025", "description: New words\ndate: 2025"),
    "date": ("guides/a.md", "2025-01-02", "2023-07-08"),
    "update": ("guides/b.md", "2025-05-06", "2025-06-06"),
    "tag": ("guides/a.md", "[x, y]", "[x, z]"),
    "author": ("guides/a.md", "author: Ada", "author: Bob"),
    "picture": ("guides/a.md", "image: p.png\n", ""),
    "language": ("guides/b.md", "lang: de", "lang: fr"),
    "text": ("guides/a.md", "See [B](b.md)", "See [C](deep/c.md) and [B](b.md)"),
    "order": ("guides/a.md", "author: Bob", "author: Bob\norder: 1"),
    "name": ("guides/a.md", "author: Bob", "author: Bob\naliases: [Another]"),
    "icon": ("guides/index.md", "material/tag", "material/home"),
    "title of a section": ("guides/index.md", "# Guides", "# Handbooks"),
    "kept back": ("guides/deep/c.md", "tags: [y]", "draft: true"),
    "not listed": ("guides/deep/c.md", "draft: true", "unlisted: true"),
    "person": (".authors.yml", "Writer", "Editor"),
    "source": (".sources.yml", "Of sources", "Of all sources"),
    "text of a tag": ("tags/x.md", "# All of X", "# Everything of X"),
    "fragment": ("guides/a.md", "[B](b.md)", "[B](b.md#part-one)"),
    "heading": ("guides/b.md", "# B\n", "# B\n\n## Part One\n\nWords.\n"),
    "other heading": ("guides/b.md", "## Part One", "## Part one {#PART-ONE}"),
    "address": ("guides/b.md", "lang: fr", "lang: fr\nslug: other"),
    "home": ("index.md", "guides/a.md", "guides/b.md"),
}


@pytest.mark.slow(seconds=25)
def test_builds_after_edits_give_what_builds_from_nothing_give(tmp_path: Path) -> None:
    root = project(tmp_path / "project", DOCS)
    assert run(root, "mkdocs", "build").code == 0
    for number, (edit, (path, before, after)) in enumerate(EDITS.items()):
        file = root / "docs" / path
        assert before in file.read_text(), edit
        file.write_text(file.read_text().replace(before, after))
        built = run(root, "mkdocs", "build")
        assert built.code == 0, built.output
        if number % 4 == 3 or number == len(EDITS) - 1:
            from_nothing = run(project(tmp_path / f"copy{number}", root / "docs"), "mkdocs", "build")
            assert from_nothing.code == 0
            assert dict(built.files()) == dict(from_nothing.files()), edit
