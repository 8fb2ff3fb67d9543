"""The former site, which MkDocs and Material made of the same articles: its URLs, as its settings define them."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from babel import UnknownLocaleError
from babel.dates import format_date, format_datetime

from almanac_kb.content import routes
from almanac_kb.content.article import Article
from almanac_kb.content.authors import Author
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core import paths
from almanac_kb.core.paths import SourcePath, UrlPath, folder, stem, without_suffix
from almanac_kb.core.text import tag_key

WIDTHS = frozenset({"full", "long", "medium", "short"})
"""Names of date formats that have no time in them."""
TAGS_MARK = re.compile(r"<!--[ \t]*material/tags(?:[ \t][^>]*)?-->")
"""The page on which the tags plugin of Material 9.6 and later lists all tags."""
HTML_TAG = re.compile(r"</?[^>]*>")
Slugify = Callable[[str, str], str]
"""Makes the slug of a title; the second argument is the separator."""


def slugify(title: str, separator: str) -> str:
    """The slug of a title as Material makes it by default: `Trees & shrubs` gives `trees--shrubs`."""
    return paths.heading_id(HTML_TAG.sub("", title).lower(), separator)


@dataclass(frozen=True)
class Blog:
    """The options of Material's blog plugin that define URLs, with the plugin's defaults."""

    folder: str = "blog"
    """The folder of docs/ whose page lists the posts; empty where that is the home page."""
    posts: str = "blog/posts"
    """The folder of the posts."""
    post_url: str = "{date}/{slug}"
    post_date: str = "yyyy/MM/dd"
    post_categories: int = 1
    """Most categories in `{categories}`."""
    post_slugify: Slugify = slugify
    post_separator: str = "-"
    archive_url: str = "archive/{date}"
    """The URL of the archive; empty where the blog has none, like the next two."""
    archive_date: str = "yyyy"
    category_url: str = "category/{slug}"
    category_slugify: Slugify = slugify
    category_separator: str = "-"
    author_url: str = ""
    page_url: str = "page/{page}"
    per_page: int = 10
    authors_file: str = "blog/.authors.yml"
    locale: str = "en"
    """The language of dates in addresses."""

    @property
    def url(self) -> UrlPath:
        """The URL path of its page."""
        return UrlPath(f"{self.folder}/" if self.folder else "")

    def holds(self, source: str) -> bool:
        """Whether a file is in the folder of posts."""
        return source.startswith(f"{self.posts}/")

    def post_address(self, article: Article) -> UrlPath | None:
        """The URL path of a post; None for other articles and undated ones."""
        if not self.holds(article.source) or article.created is None:
            return None
        slugs = (self.category_slugify(name, self.category_separator) for name in article.categories[: self.post_categories])
        slug = article.slug or self.post_slugify(article.title, self.post_separator)
        date = self._date(article, self.post_date)
        return self._below(self.post_url, categories="/".join(slugs), date=date, file=stem(article.source), slug=slug)

    def archive_address(self, article: Article) -> UrlPath | None:
        """The URL path of the page of the archive that lists a post; None without an archive."""
        return self._below(self.archive_url, date=self._date(article, self.archive_date)) if self.archive_url else None

    def category_address(self, name: str) -> UrlPath | None:
        """The URL path of the page of a category; None without such pages."""
        return self._below(self.category_url, slug=self.category_slugify(name, self.category_separator)) if self.category_url else None

    def author_address(self, author: Author) -> UrlPath | None:
        """The URL path of the profile of an author; None without such pages."""
        return self._below(self.author_url, slug=author.slug or author.key, name=author.name) if self.author_url else None

    def page_addresses(self, count: int) -> Iterator[UrlPath]:
        """The URL paths of the paginator pages for `count` posts, without the first."""
        for number in range(2, -(-count // self.per_page) + 1):
            yield self._below(self.page_url, page=number)

    def asset_path(self, path: str) -> str:
        """The output path of an asset; assets among the posts were beside the page of the blog."""
        return posixpath.join(self.folder, path.removeprefix(f"{self.posts}/")) if self.holds(path) else path

    def _date(self, article: Article, pattern: str) -> str:
        format_by = format_date if pattern in WIDTHS else format_datetime
        try:
            return str(format_by(article.created, pattern, locale=self.locale))
        except (UnknownLocaleError, ValueError):
            return str(format_by(article.created, pattern, locale="en"))

    def _below(self, pattern: str, **words: object) -> UrlPath:
        return UrlPath(f"{posixpath.normpath(posixpath.join(self.folder, pattern.format(**words).strip('/')))}/")


@dataclass(frozen=True)
class FormerSite:
    """The former site; empty unless the settings show that MkDocs published the site before."""

    is_mkdocs: bool = False
    """Whether articles had the URLs that MkDocs makes of their paths."""
    blogs: tuple[Blog, ...] = ()
    tags_page: str = ""
    """The file below docs/ that listed all tags, where the settings name it."""
    maps: Mapping[str, str] = field(default_factory=dict)
    """The `redirect_maps` of mkdocs-redirects: source paths that are gone, each with the one that replaces it."""
    languages: tuple[str, ...] = ()
    """The languages that mkdocs-static-i18n built below folders of their names: `de/backups/` of `backups.de.md`."""
    default_folder: str = ""
    """The folder of the default language, which it built at the top of the site: `backups/` of `en/backups.md`; empty for none."""

    def post_address(self, article: Article) -> tuple[str, UrlPath] | None:
        """The folder of the blog that an article is a post of, and its URL path there; None for other articles."""
        found = ((blog.folder, blog.post_address(article)) for blog in self.blogs)
        return next(((folder, url) for folder, url in found if url is not None), None)

    def language(self, source: SourcePath) -> str:
        """The language in which mkdocs-static-i18n built a file, by its name or folder; empty for the default one."""
        return next((tag for tag in self.languages if stem(source).endswith(f".{tag}") or source.startswith(f"{tag}/")), "")

    def asset_path(self, path: str) -> str:
        """The output path of an asset."""
        return next((blog.asset_path(path) for blog in self.blogs if blog.holds(path)), path)

    def is_tag_index(self, article: Article) -> bool:
        """Whether an article is the page on which Material lists all tags."""
        return self.is_mkdocs and (article.source == self.tags_page or bool(TAGS_MARK.search(article.body.text)))


NO_FORMER_SITE = FormerSite()


def page_address(source: SourcePath) -> UrlPath:
    """The URL path that MkDocs gives a Markdown file: its path without the ending, or its folder."""
    path = folder(source) if stem(source) in {"index", "README"} else without_suffix(source)
    return UrlPath(f"{path}/" if path else "")


def _in_folder(source: SourcePath, language: str) -> UrlPath:
    """The URL path of a translation in mkdocs-static-i18n."""
    bare = SourcePath(f"{without_suffix(source).removesuffix(f'.{language}')}.md")
    return UrlPath(f"{language}/{page_address(bare)}")


def redirects(
    former: FormerSite, articles: Iterable[Article], tags: Iterable[Tag], authors: Iterable[Author], *, has_archive: bool
) -> dict[UrlPath, UrlPath]:
    """The redirects from all URL paths of the former site that differ from the present ones."""
    listed = [article for article in articles if former.is_mkdocs]
    by_key = {tag_key(name): tag.url for tag in tags for name in (tag.name, *tag.aliases)}
    people = {author.name: author for author in authors}
    found = {page_address(article.source): article.url for article in listed if former.post_address(article) is None}
    below = f"{former.default_folder}/"
    found |= {
        page_address(SourcePath(article.source.removeprefix(below))): article.url
        for article in listed
        if former.default_folder and article.source.startswith(below)
    }
    for language in former.languages:
        translated = [article for article in listed if stem(article.source).endswith(f".{language}")]
        found |= {_in_folder(article.source, language): article.url for article in translated}
    by_source = {article.source: article.url for article in listed}
    for old, new in former.maps.items():
        target = by_source.get(SourcePath(new.partition("#")[0]))
        found |= {page_address(SourcePath(old)): target} if target is not None else {}
    for blog in former.blogs:
        posts = [article for article in listed if blog.post_address(article)]
        found |= dict.fromkeys(blog.page_addresses(len(posts)), blog.url)
        for post in posts:
            found |= dict(_of_post(blog, post, by_key, people, has_archive))
    return {old: new for old, new in found.items() if old != new}


def _of_post(
    blog: Blog, post: Article, tags: Mapping[str, UrlPath], people: Mapping[str, Author], has_archive: bool
) -> Iterator[tuple[UrlPath, UrlPath]]:
    """The URL paths of the pages that listed a post, each with the present URL path that it redirects to."""
    archive = blog.archive_address(post)
    if archive and post.created:
        yield archive, routes.year_url(post.created.year) if has_archive else blog.url
    for name in post.categories:
        category = blog.category_address(name)
        if category:
            yield category, tags.get(tag_key(name), blog.url)
    for name in post.authors:
        author = people.get(name)
        address = blog.author_address(author) if author else None
        if author and address:
            yield address, author.url


def read_blog(options: Mapping[str, Any], locale: str) -> Blog | None:
    """The blog that options of Material's plugin describe; None where they switch it off."""
    if options.get("enabled") is False:
        return None
    names = {
        "post_url_format": "post_url",
        "post_url_date_format": "post_date",
        "post_url_max_categories": "post_categories",
        "post_slugify": "post_slugify",
        "post_slugify_separator": "post_separator",
        "archive_url_format": "archive_url",
        "archive_url_date_format": "archive_date",
        "categories_url_format": "category_url",
        "categories_slugify": "category_slugify",
        "categories_slugify_separator": "category_separator",
        "pagination_url_format": "page_url",
        "pagination_per_page": "per_page",
    }
    given = {ours: options[theirs] for theirs, ours in names.items() if options.get(theirs) is not None}
    root = posixpath.normpath(str(options.get("blog_dir") or "blog"))
    posts = posixpath.normpath(str(options.get("post_dir") or "{blog}/posts").format(blog=root))
    profiles = str(options.get("authors_profiles_url_format") or "author/{slug}") if options.get("authors_profiles") else ""
    people = posixpath.normpath(str(options.get("authors_file") or "{blog}/.authors.yml").format(blog=root))
    for switch, key in (("archive", "archive_url"), ("categories", "category_url")):
        given |= {key: ""} if options.get(switch) is False else {}
    if options.get("pagination") is False:
        given["per_page"] = 1_000_000
    return Blog("" if root == "." else root, posts, **given, author_url=profiles, authors_file=people, locale=locale.replace("-", "_"))
