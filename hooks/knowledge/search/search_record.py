"""What the search sees of an article: a plain page of its own, apart from the furniture of the site."""

from dataclasses import dataclass

from markupsafe import Markup

from knowledge.place import Url
from knowledge.reading.article import Article
from knowledge.search import script

PAGE = Markup("""<!doctype html>
<html lang="{language}">
<body data-pagefind-body>
<h1 data-pagefind-meta="title">{title}</h1>
{facts}{lines}
{text}
</body>
</html>
""")
FACT = Markup('<i data-pagefind-ignore data-pagefind-meta="{0}[data-{0}]" data-{0}="{1}"></i>\n')
LINE = Markup('<p data-pagefind-weight="{}">{}</p>\n')
IGNORED = ".headerlink, .footnote-backref, .linenos, .kb-names, script, style, svg, .arithmatex"
"""What of an article's text is no text, as CSS selectors."""


@dataclass(frozen=True)
class Record:
    """An article as the indexer reads it."""

    url: Url
    """The address of the article."""
    language: str
    """The language whose rules cut it into words."""
    page: str
    """The whole as an HTML page."""


def record(article: Article, text: str, topic: str, words: tuple[str, ...], language: str) -> Record:
    """The record of an article with this HTML as its text; `words` are its tags and what else they are called."""
    cut = script.language(article.title + article.body, language)
    facts = {"date": f"{article.created:%Y-%m-%d}" if article.created else "", "topic": topic, "names": ", ".join(article.names)}
    lines = ((4, article.names), (2, (article.description,)), (2, words))
    page = PAGE.format(
        language=cut,
        title=article.title,
        facts=Markup("").join(FACT.format(key, value) for key, value in facts.items() if value),
        lines=Markup("").join(LINE.format(weight, ", ".join(each)) for weight, each in lines if any(each)),
        text=Markup(text),
    )
    return Record(article.url, cut, str(page))
