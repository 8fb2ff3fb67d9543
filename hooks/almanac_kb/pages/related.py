"""Related articles, by BM25 over the most distinctive terms of each article; backlinks."""

import heapq
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from almanac_kb.content.article import Article
from almanac_kb.core import cache
from almanac_kb.core.cache import DiskCache, code_version
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.render.document import Document

if TYPE_CHECKING:
    from bm25s import BM25

PACKAGES = ("bm25s", "numpy")
"""Packages whose versions affect what is related."""
MAX_RELATED = 5
"""Most related articles that are named for one article."""
TERMS_PER_ARTICLE = 40
"""Most terms of an article that are compared, the most distinctive ones: this bounds the time of a comparison."""
MAX_SHARE = 0.5
"""Largest share of all articles that may use a term; a commoner one distinguishes nothing."""
MAX_DOCUMENT_FREQUENCY = 1000
"""Most articles that may use a term, however many articles there are, so that the work grows linearly with their number."""
MIN_SIMILARITY = 0.05
"""Lowest score of a related article, as a share of the score of the article's own terms against itself."""
SCORE_DECIMALS = 3
"""Decimals of scores that are compared: smaller differences are those of adding numbers in another order."""
TITLE_WEIGHT, TAG_WEIGHT = 3, 4
"""Weight of a word in the title and of a tag, in occurrences in the text."""
TERM_SATURATION = 1.5
"""The count at which a term has half of its greatest weight: `k1` of BM25, at its usual value."""
WORD = re.compile(r"[^\W\d_]\w+")
UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""Characters of the scripts that are written without spaces between words: Thai, Lao, kana, Han."""


def article_keys(articles: Iterable[Article], documents: Mapping[SourcePath, Document]) -> list[str]:
    """The digest of all of each article that is compared."""
    code = code_version(PACKAGES)
    return [_key(code, article, documents[article.source]) for article in articles]


def known_articles(
    articles: Sequence[Article], keys: Sequence[str], disk_cache: DiskCache
) -> dict[SourcePath, tuple[SourcePath, ...]] | None:
    """The related articles of each article, from the cache, where `related_articles` has compared the very same articles; else None."""
    whole = cache.cache_key(*keys)
    data = disk_cache.find((whole,)).get(whole)
    if data is None:
        return None
    disk_cache.store({}, (whole,))
    return _load_related([article.source for article in articles], data)


def related_articles(
    articles: Sequence[Article],
    documents: Mapping[SourcePath, Document],
    disk_cache: DiskCache | None = None,
    keys: Sequence[str] = (),
) -> dict[SourcePath, tuple[SourcePath, ...]]:
    """For each article the source paths of at most five others, the most similar first, equally similar ones in the order given.

    Articles are compared by title, description, tags and what their documents show. Scores are BM25 (Lucene's variant)
    of the article's most distinctive terms; articles that share none of them are not compared. `keys` are those of `article_keys`, under
    which the terms of articles, and the result, are kept in the cache.
    """
    if len(articles) < 2:
        return {article.source: () for article in articles}
    if disk_cache is None:
        return _related(articles, [_terms(article, documents[article.source]) for article in articles])

    def make(missing: Iterable[Article]) -> Iterable[Counter[str]]:
        return (_terms(article, documents[article.source]) for article in missing)

    terms = dict(cache.cached(disk_cache, dict(zip(keys, articles, strict=True)), make, _load_terms, _dump_terms))
    found = _related(articles, [terms[key] for key in keys])
    disk_cache.store({cache.cache_key(*keys): _dump_related([article.source for article in articles], found)}, ())
    return found


def _key(code: str, article: Article, document: Document) -> str:
    return cache.cache_key(code, document.digest, article.source, article.title, article.description, *article.tags)


def _load_terms(data: bytes) -> Counter[str]:
    return Counter(json.loads(data))


def _dump_terms(terms: Counter[str]) -> bytes:
    return json.dumps(terms, ensure_ascii=False).encode(errors="surrogatepass")


def _load_related(sources: list[SourcePath], data: bytes) -> dict[SourcePath, tuple[SourcePath, ...]]:
    return {source: tuple(sources[number] for number in others) for source, others in zip(sources, json.loads(data), strict=True)}


def _dump_related(sources: list[SourcePath], related: Mapping[SourcePath, tuple[SourcePath, ...]]) -> bytes:
    numbers = {source: number for number, source in enumerate(sources)}
    return json.dumps([[numbers[other] for other in related.get(source, ())] for source in sources]).encode()


def _related(articles: Sequence[Article], counted: list[Counter[str]]) -> dict[SourcePath, tuple[SourcePath, ...]]:
    texts = _distinctive_terms(counted)
    vocabulary = sorted({term for text in texts for term in text})
    if not vocabulary:
        return {}
    ids = {term: number for number, term in enumerate(vocabulary)}
    from bm25s import BM25  # here and below, so that only the process that compares loads bm25s and numpy, while others go on

    index = BM25()
    index.index(([[ids[term] for term in text.elements()] for text in texts], ids), show_progress=False)
    related = {}
    for number, terms in enumerate(texts):
        similar = _most_similar(index, [ids[term] for term in terms], number)
        related[articles[number].source] = tuple(articles[other].source for other in similar)
    return related


def backlinks(articles: Sequence[Article], targets: Callable[[Article], Iterable[UrlPath]]) -> dict[UrlPath, tuple[Article, ...]]:
    """The articles that link to each article, by its URL path, in the order given.

    `targets` returns the URL paths that the text of an article links to.
    """
    urls = {article.url for article in articles}
    linking: dict[UrlPath, dict[UrlPath, Article]] = {}
    for article in articles:
        for target in targets(article):
            if target in urls and target != article.url:
                linking.setdefault(target, {}).setdefault(article.url, article)
    return {url: tuple(others.values()) for url, others in linking.items()}


def _terms(article: Article, document: Document) -> Counter[str]:
    """The terms of an article with their weighted counts; a tag is a term that starts with `#`."""
    terms = Counter(_words(f"{article.description}\n{document.text.text}"))
    for word in _words(article.title):
        terms[word] += TITLE_WEIGHT
    for tag in article.tags:
        terms[f"#{tag}"] += TAG_WEIGHT
    from bm25s.stopwords import STOPWORDS_EN_PLUS

    for word in STOPWORDS_EN_PLUS:
        terms.pop(word, None)
    return terms


def _words(text: str) -> list[str]:
    """The words of a text in lower case; where a script has no spaces, each two neighbouring characters."""
    words = WORD.findall(text.lower())
    if text.isascii() or not UNSPACED.search(text):
        return words
    return [part for word in words for part in (_bigrams(word) if UNSPACED.search(word) else [word])]


def _bigrams(word: str) -> list[str]:
    return [word[start : start + 2] for start in range(len(word) - 1)]


def _distinctive_terms(documents: list[Counter[str]]) -> list[Counter[str]]:
    """The documents reduced to those terms that some but not too many others use, the most distinctive ones of each."""
    frequencies = Counter(term for document in documents for term in document)
    most = min(MAX_DOCUMENT_FREQUENCY, max(2, MAX_SHARE * len(documents)))
    rarity = {term: math.log(1 + len(documents) / count) for term, count in frequencies.items() if 2 <= count <= most}
    return [_heaviest_terms(document, rarity) for document in documents]


def _heaviest_terms(document: Counter[str], rarity: Mapping[str, float]) -> Counter[str]:
    """The terms of a document with the greatest weight: their rarity times their saturated count."""
    weights = [(-rarity[term] * count / (count + TERM_SATURATION), term) for term, count in document.items() if term in rarity]
    return Counter({term: document[term] for _, term in heapq.nsmallest(TERMS_PER_ARTICLE, weights)})


def _most_similar(index: "BM25", query: list[int], own_number: int) -> list[int]:
    """The numbers of the documents most similar to the document `own_number`, whose terms are the query."""
    if not query:
        return []
    import numpy as np

    # The index is a sparse matrix by columns: for each term the numbers of the documents that have it, and their scores.
    data, indices, bounds = (index.scores[name] for name in ("data", "indices", "indptr"))
    columns = [slice(bounds[term], bounds[term + 1]) for term in query]
    numbers = np.concatenate([indices[column] for column in columns])
    sums = np.bincount(numbers, np.concatenate([data[column] for column in columns]))
    # A document occurs once for each of its terms, so these are more than MAX_RELATED documents, the best ones, where there are as many.
    best = min(len(numbers), (MAX_RELATED + 1) * len(query))
    reached = np.partition(sums[numbers], -best)[-best] - 10**-SCORE_DECIMALS
    candidates = np.unique(numbers[sums[numbers] >= reached])
    scores = dict(zip(candidates.tolist(), np.round(sums[candidates], SCORE_DECIMALS).tolist(), strict=True))
    least = MIN_SIMILARITY * sums[own_number]
    similar = (number for number, score in scores.items() if score > least and number != own_number)
    return heapq.nsmallest(MAX_RELATED, similar, key=lambda number: (-scores[number], number))
