"""What the search sees of an article: a plain page of its own, apart from the furniture of the site."""

import re
from dataclasses import dataclass

from markupsafe import Markup

from almanac_kb.content.reader import Article
from almanac_kb.core.paths import UrlPath
from almanac_kb.pagefind import script

PAGE = Markup("""<!doctype html>
<html lang="%s">
<body data-pagefind-body>
<h1 data-pagefind-meta="title">%s</h1>
%s%s<i id="kb-said"></i>
%s<i id="kb-text"></i>
%s
</body>
</html>
""")
FACT = Markup('<i data-pagefind-ignore data-pagefind-meta="%s[data-%s]" data-%s="%s"></i>\n')
LINE = Markup('<p data-pagefind-weight="%s">%s</p>\n')
IGNORED = ".headerlink, .citation, .citation-back, .footnote-ref, .footnote-backref, .linenos, .kb-names, script, style, svg, .arithmatex"
"""What of an article's text is no text, as CSS selectors."""
ANCHOR = re.compile(r'(<(?!(?:h[1-6]|dt)\b)[a-z][^<> ]*+(?: (?!id=")[^<> ]*+)*+) id="[^"<>]*"')
"""The id of what begins no section: results do not lead there, and every one is sent to readers."""


@dataclass(frozen=True)
class Record:
    """An article as the indexer reads it."""

    url: UrlPath
    """The address of the article."""
    language: str
    """The language whose rules cut it into words."""
    page: str
    """The whole as an HTML page."""
    body: str
    """The text as it was written."""


def record(article: Article, text: str, topic: str, words: tuple[str, ...], language: str) -> Record:
    """The record of an article with this HTML as its text; `words` are its tags and what else they are called.

    Where its description and its text start is marked: what stands before them is there to be found, and shown to nobody.
    """
    cut = script.language(article.title + article.body, language)
    facts = {"date": f"{article.created:%Y-%m-%d}" if article.created else "", "topic": topic, "names": ", ".join(article.names)}
    known = Markup("").join(FACT % (key, key, key, value) for key, value in facts.items() if value)
    lines = _line(4, ", ".join(article.names)) + _line(2, ", ".join(words))
    page = PAGE % (cut, article.title, known, lines, _line(2, article.description), Markup(ANCHOR.sub(r"\1", text)))
    return Record(article.url, cut, str(page), article.body)


def _line(weight: int, text: str) -> Markup:
    return LINE % (weight, text) if text else Markup("")
