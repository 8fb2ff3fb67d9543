"""Whether anything of a draft, a scheduled or an expired article shows in an output: its address, or its title where nobody else has it."""

from collections.abc import Iterable, Iterator

from knowledge import slug
from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.topic import url as address
from knowledge.place import Url, folder, is_index, link, stem
from knowledge.reading.article import Article


class Withheld:
    """What the site keeps back, by what it would be known by."""

    def __init__(self, catalogue: Catalogue, base: str) -> None:
        self._published = catalogue.published
        taken = {article.url for article in catalogue.published} | set(catalogue.redirects)
        taken |= {topic.url for topic in catalogue.topics.values()} | {tag.url for tag in catalogue.tags}
        self._addresses: dict[str, Article] = {}
        self._titles: dict[str, Article] = {}
        for article in catalogue.kept_back:
            url = _url(article)
            if url and url not in taken:
                self._addresses |= dict.fromkeys((url, f"/{url}", f"{url}index.html", str(link(base, url))), article)
            self._titles[article.title] = article
        self._public: dict[str, bool] = {}

    @property
    def names(self) -> frozenset[str]:
        """The addresses and titles."""
        return frozenset((*self._addresses, *self._titles))

    def shown(self, texts: Iterable[str]) -> Iterator[Article]:
        """The articles that one of the texts of an output is the address or the title of."""
        for text in texts:
            article = self._addresses.get(text) or self._titles.get(text)
            if article and (text in self._addresses or not self._is_public(text)):
                yield article

    def _is_public(self, title: str) -> bool:
        if title not in self._public:
            self._public[title] = any(title in text for article in self._published for text in _texts(article))
        return self._public[title]


def _texts(article: Article) -> Iterator[str]:
    yield from (article.title, article.description, article.alt, article.body, article.topic, article.series, *article.tags, *article.names)
    yield from article.authors


def _url(article: Article) -> Url:
    if article.path:
        return Url(f"{article.path}/")
    home = folder(article.source)
    if is_index(article.source):
        return address(home)
    return Url(f"{address(home)}{article.slug or slug.from_file(stem(article.source))}/")
