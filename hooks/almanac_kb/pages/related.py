"""Related articles (BM25)."""

import heapq
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from bm25s import BM25
from bm25s.stopwords import STOPWORDS_EN_PLUS

from almanac_kb.content.reader import Article
from almanac_kb.core.paths import SourcePath
from almanac_kb.render.document import Document

MOST = 5
"""How many are named."""
TERMS = 40
"""How many words of an article count, the most telling ones."""
COMMON = 0.5
"""In which part of all articles a word may stand and still tell something."""
MANY = 1000
"""In how many it may stand, however many there are: so the work grows as they do, and no faster."""
LIKE = 0.05
"""How like it an article must be; an article is 1 like itself."""
TITLE, TAG = 3, 4
"""How often a word of the title and a tag count."""
WORD = re.compile(r"[^\W\d_]\w+")
UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""The scripts that are written without spaces between words."""


def related_articles(articles: Sequence[Article], documents: Mapping[SourcePath, Document]) -> dict[SourcePath, tuple[SourcePath, ...]]:
    """For each article at most five others, the most similar first, equals in the order given.

    Articles are compared by title, description, tags and what their documents show.

    Scores are BM25 (Lucene's variant) of an article's most telling terms over those of all others; only those that share one are looked at.
    """
    texts = _telling([_terms(article, documents[article.source].text) for article in articles])
    names = sorted({term for text in texts for term in text})
    if not names:
        return {}
    numbers = {term: number for number, term in enumerate(names)}
    index = BM25()
    index.index(([[numbers[term] for term in text.elements()] for text in texts], numbers), show_progress=False)
    found = {}
    for position, text in enumerate(texts):
        likest = _likest(index, [numbers[term] for term in text], position)
        found[articles[position].source] = tuple(articles[each].source for each in likest)
    return found


def _terms(article: Article, text: str) -> Counter[str]:
    terms = Counter(_words(f"{article.description}\n{text}"))
    for word in _words(article.title):
        terms[word] += TITLE
    for tag in article.tags:
        terms[f"#{tag}"] += TAG
    for word in STOPWORDS_EN_PLUS:
        terms.pop(word, None)
    return terms


def _words(text: str) -> list[str]:
    found = WORD.findall(text.lower())
    if text.isascii() or not UNSPACED.search(text):
        return found
    return [part for word in found for part in _parts(word)]


def _parts(word: str) -> list[str]:
    return [word[start : start + 2] for start in range(len(word) - 1)] if UNSPACED.search(word) else [word]


def _telling(documents: list[Counter[str]]) -> list[Counter[str]]:
    holding = Counter(term for document in documents for term in document)
    most = min(MANY, max(2, COMMON * len(documents)))
    telling = {term: math.log(1 + len(documents) / count) for term, count in holding.items() if 2 <= count <= most}
    return [_most_telling(document, telling) for document in documents]


def _most_telling(document: Counter[str], telling: Mapping[str, float]) -> Counter[str]:
    weights = [(-telling[term] * count / (count + 1.5), term) for term, count in document.items() if term in telling]
    return Counter({term: document[term] for _, term in heapq.nsmallest(TERMS, weights)})


def _likest(index: BM25, query: list[int], position: int) -> list[int]:
    if not query:
        return []
    data, indices, bounds = (index.scores[name] for name in ("data", "indices", "indptr"))
    parts = [slice(bounds[term], bounds[term + 1]) for term in query]
    sharing, where = np.unique(np.concatenate([indices[part] for part in parts]), return_inverse=True)
    scores = np.round(np.bincount(where, np.concatenate([data[part] for part in parts])), 3)
    found = dict(zip(sharing.tolist(), scores.tolist(), strict=True))
    least = LIKE * found.pop(position)
    return heapq.nsmallest(MOST, (each for each in found if found[each] > least), key=lambda each: (-found[each], each))
