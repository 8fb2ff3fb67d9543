"""Moves: what became of the URLs of the site that was published last, in the site that is built now.

An article is identified by its `id:` or `slug:`, else by git's renames, else by its path, else by its text. If it is found, a
redirect is made automatically; if not, the build ends with an error that says which line to write.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from almanac_kb.content import routes
from almanac_kb.content.article import Article
from almanac_kb.content.authors import AUTHOR_FILE
from almanac_kb.content.publication import PublicationState
from almanac_kb.content.site import Site
from almanac_kb.content.taxonomy import TAG_FILE, TAGS_URL
from almanac_kb.core.diagnostics import Diagnostic, Position, Severity
from almanac_kb.core.paths import SourcePath, UrlPath, parents
from almanac_kb.core.text import tag_key
from almanac_kb.exports import feeds
from almanac_kb.health.addresses import AddressBook, PublishedArticle, likeness, sketch
from almanac_kb.pages import listings
from almanac_kb.render.document import Document

NOTHING_PUBLISHED = AddressBook()
ALIKE = 0.55
"""Least share of common word pairs in the sketches of one text; with 10 % of other words, 0.68 of the pairs remain."""


@dataclass(frozen=True)
class UrlChanges:
    """The fate of the URLs of a published site: kept, moved, or gone."""

    redirects: Mapping[UrlPath, UrlPath]
    """The redirects to make: from each URL path that is gone to the present one of its article, section or tag."""
    feeds: Mapping[UrlPath, UrlPath]
    """By URL path of each feed that is gone, the feed to put there."""
    diagnostics: tuple[Diagnostic, ...]
    """A notice for each redirect; an error for each URL that leads nowhere."""
    same: Mapping[SourcePath, SourcePath]
    """The present source path of each published article, by its former one."""


def compare(book: AddressBook, site: Site, renames: Mapping[SourcePath, SourcePath], language: str) -> UrlChanges:
    """Returns the fate of each URL; `renames` are git's since the site was published, `language` is that of the site."""
    return _Comparison(book, site, renames, language).changes if book != NOTHING_PUBLISHED else UrlChanges({}, {}, (), {})


def missing_anchors(book: AddressBook, changes: UrlChanges, documents: Mapping[SourcePath, Document]) -> tuple[Diagnostic, ...]:
    """An error for each linked heading id that a published article no longer has."""
    return tuple(
        Diagnostic(
            now,
            Position(),
            "anchor",
            f"#{anchor} was published, and articles linked to it; it is gone",
            f"write {{#{anchor}}} behind the heading that stands for it now",
        )
        for article in book.articles
        if (now := changes.same.get(article.source)) is not None and now in documents
        for anchor in article.anchors
        if anchor not in documents[now].ids
    )


class _Comparison:
    """The comparison of a published site with the one being built."""

    def __init__(self, book: AddressBook, site: Site, renames: Mapping[SourcePath, SourcePath], language: str) -> None:
        self._book, self._site, self._renames = book, site, renames
        self._now = {article.source: article for article in site.published}
        self._then = {article.source for article in book.articles}
        self._slugs, self._slugs_then = (Counter(article.slug for article in each) for each in (site.published, book.articles))
        self._served = {article.url for article in site.published} | set(site.redirects)
        self._served |= {section.url for section in site.sections.values()} | {tag.url for tag in site.tags}
        self._served |= {listings.paginator_url(base, n) for base, count in listings.page_counts(site).items() for n in range(1, count + 1)}
        self._served |= {UrlPath(path.removesuffix("index.html")) for path in site.assets if path.endswith("/index.html")}
        self._feeds_now = {subject.url for subject in feeds.feed_subjects(site, language)}
        self._redirects: dict[UrlPath, UrlPath] = {}
        self._feeds: dict[UrlPath, UrlPath] = {}
        self._diagnostics: list[Diagnostic] = []
        self._same = {article.source: found for article in book.articles if (found := self._find(article))}
        for article in book.articles:
            self._follow_article(article)
        for folder, url in book.sections.items():
            self._follow_section(folder, url)
        for name, url in book.tags.items():
            self._follow_tag(name, url)
        for name, url in book.authors.items():
            self._follow_author(name, url)
        for url, count in book.listings.items():
            self._follow_listing(url, count)
        for old, new in book.moved.items():
            self._follow_moved(old, new)
        for url in book.feeds:
            self._follow_feed(url)
        same = {source: article.source for source, article in self._same.items()}
        self.changes = UrlChanges(self._redirects, self._feeds, tuple(sorted(self._diagnostics)), same)

    def _find(self, article: PublishedArticle) -> Article | None:
        """The present article for a published one; None for none."""
        if article.slug and self._slugs[article.slug] == self._slugs_then[article.slug] == 1:
            return next(present for present in self._now.values() if present.slug == article.slug)
        renamed = self._renames.get(article.source)
        return self._now.get(renamed or article.source) or self._now.get(article.source) or self._by_text(article)

    def _by_text(self, article: PublishedArticle) -> Article | None:
        """The one new article whose text is nearly the same; None for none or several."""
        alike = [(likeness(article.sketch, own), source) for source, own in self._new.items()]
        best = sorted((candidate for candidate in alike if candidate[0] >= ALIKE), reverse=True)[:2]
        is_certain = len(best) == 1 or (len(best) == 2 and best[0][0] > best[1][0])
        return self._now[best[0][1]] if is_certain else None

    @cached_property
    def _new(self) -> dict[SourcePath, str]:
        """The sketches of the articles that were not published before."""
        return {source: sketch(article.body.text) for source, article in self._now.items() if source not in self._then}

    def _follow_article(self, article: PublishedArticle) -> None:
        found = self._same.get(article.source)
        for url in article.urls:
            if url in self._served:
                continue
            if found:
                how = f"is now {found.source}" if found.source != article.source else "has another address now"
                self._redirect(url, found.url, found.source, f"{article.source} {how}", f"aliases: [{url}]")
            else:
                self._report_gone(article, url)

    def _report_gone(self, article: PublishedArticle, url: UrlPath) -> None:
        message = f"/{url} was published as {article.title!r} and leads nowhere now"
        state = self._site.publications.get(article.source)
        if state and state.state is PublicationState.EXPIRED:
            self._say(article.source, f"{message}: {state.reason}", "", Severity.NOTICE)
        else:
            hint = f"write `aliases: [{url}]` into the header of the article that takes its place"
            self._say(article.source, message, hint, Severity.ERROR)

    def _follow_section(self, folder: str, url: UrlPath) -> None:
        """A section has moved to where most of its articles are."""
        if url in self._served or url in self._redirects:
            return
        members = [self._same[each.source] for each in self._book.articles if each.section == folder and each.source in self._same]
        places = Counter(article.section for article in members).most_common(1)
        if places and 2 * places[0][1] > len(members):
            section = self._site.sections[places[0][0]]
            source = section.index.source if section.index else SourcePath(f"{section.path}/")
            self._redirect(url, section.url, source, f"the articles of {folder}/ are in {section.path or 'docs'}/ now", f"aliases: [{url}]")
        else:
            above = next((path for path in parents(folder) if path in self._site.sections), "")
            hint = f"write `aliases: [{url}]` into the header of {above}/index.md, or of the page that takes its place"
            self._say(SourcePath(f"{folder}/index.md"), f"/{url} was published as a section and leads nowhere now", hint, Severity.ERROR)

    def _follow_tag(self, name: str, url: UrlPath) -> None:
        if url in self._served:
            return
        definition = self._site.tag_file.by_key.get(tag_key(name))
        wanted = tag_key(definition.name if definition else name)
        tag = next((present for present in self._site.tags if tag_key(present.name) == wanted), None)
        if tag:
            self._redirect(url, tag.url, TAG_FILE, f"the tag {name!r} is {tag.name!r} now", "")
        elif definition and definition.hidden and self._site.tags:
            self._redirect(url, TAGS_URL, TAG_FILE, f"the tag {name!r} is hidden now", "")
        elif any(tag_key(used) == wanted for article in self._site.articles for used in article.tags):
            self._redirect(url, TAGS_URL if self._site.tags else UrlPath(""), TAG_FILE, f"the tag {name!r} has no page of its own now", "")
        else:
            message = f"/{url} was published as the page of the tag {name!r}, which no article has now"
            hint = f"write `aliases: [{name}]` below the tag of {TAG_FILE} that takes its place"
            self._say(TAG_FILE, message, hint, Severity.ERROR)

    def _follow_author(self, name: str, url: UrlPath) -> None:
        if url in self._served:
            return
        now = self._site.author_urls.get(name)
        if now is not None:
            self._redirect(url, now, AUTHOR_FILE, f"the page of {name} has another address now", "")
        else:
            message = f"/{url} was published as the page of the author {name!r}, who is named by no article now"
            hint = f"write `aliases: [{url}]` into the header of the page that takes its place"
            self._say(AUTHOR_FILE, message, hint, Severity.ERROR)

    def _follow_listing(self, url: UrlPath, count: int) -> None:
        """Redirects further pages of a listing to its first, and listings that are gone, such as a year, to the page above."""
        if url not in self._served and url not in self._redirects:
            above = UrlPath(f"{'/'.join(url.split('/')[:-2])}/".lstrip("/"))
            if url not in self._lost:
                target = above if above in self._served else UrlPath("")
                self._redirect(url, target, SourcePath("index.md"), "it lists nothing any more", "")
        for number in range(2, count + 1):
            page = listings.paginator_url(url, number)
            if page not in self._served and (url in self._served or url in self._redirects):
                self._redirects.setdefault(page, self._redirects.get(url) or self._site.redirects.get(url, url))

    @cached_property
    def _lost(self) -> set[UrlPath]:
        """URL paths that are gone and reported: of sections, tags and authors without successor."""
        book = self._book
        return {url for named in (book.sections, book.tags, book.authors) for url in named.values()} - self._served - self._redirects.keys()

    def _follow_feed(self, url: UrlPath) -> None:
        """Keeps the feed of a moved page at its old URL; where it has none, the nearest feed above."""
        if url in self._feeds_now:
            return
        page, is_below = UrlPath(url.removesuffix(routes.FEED)), url.endswith(routes.FEED)
        target = self._redirects.get(page) or self._site.redirects.get(page)
        if target is None and is_below and self._listed.get(page):
            message = f"/{url} was published as a feed, and none of its articles has a date now"
            self._say(SourcePath(f"{page}index.md"), message, "write `date:` into the header of one of them", Severity.ERROR)
            return
        place = (target if target is not None else page if is_below else "").rstrip("/")
        near = (routes.feed_url(UrlPath(f"{ancestor}/".lstrip("/"))) for ancestor in (place, *parents(place), ""))
        if found := next((feed for feed in near if feed in self._feeds_now), None):
            self._feeds[url] = found

    @cached_property
    def _listed(self) -> dict[UrlPath, tuple[Article, ...]]:
        """The articles of each page that may have a feed."""
        site = self._site
        return {
            UrlPath(""): site.articles,
            **{section.url: section.members for section in site.sections.values() if section.path},
            **{tag.url: tag.articles for tag in site.tags},
            **{author.url: author.articles for author in site.authors},
        }

    def _follow_moved(self, old: UrlPath, new: UrlPath) -> None:
        """Updates former URL paths of sections and tags to where those are now."""
        if old in self._served or old in self._redirects:
            return
        target = self._redirects.get(new, new)
        if target in self._served:
            self._redirects[old] = target
        else:
            self._say(SourcePath("index.md"), f"/{old} led to /{new}, which is gone", f"write `aliases: [{old}]`", Severity.ERROR)

    def _redirect(self, old: UrlPath, new: UrlPath, source: SourcePath, reason: str, line: str) -> None:
        self._redirects[old] = new
        hint = f"write `{line}` to keep it" if line else ""
        self._say(source, f"/{old} leads to /{new} from now on: {reason}", hint, Severity.NOTICE)

    def _say(self, source: SourcePath, message: str, hint: str, severity: Severity) -> None:
        self._diagnostics.append(Diagnostic(source, Position(), "address", message, hint, severity))
