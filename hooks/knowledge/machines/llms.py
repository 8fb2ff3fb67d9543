"""The site for language models: `llms.txt` (llmstxt.org), a list of all there is, and `llms-full.txt`, all of its text."""

from collections.abc import Iterable, Mapping, Sequence

from knowledge.catalogue.topic import Topic
from knowledge.feeds.feed import Site
from knowledge.page import transcript
from knowledge.place import Url, link
from knowledge.reading.article import Article

INDEX, FULL = Url("llms.txt"), Url("llms-full.txt")
SIZE = 1_000_000
"""How many bytes a part of the full text has at most, where no single article is longer."""


def index(topics: Mapping[str, Topic], site: Site) -> dict[Url, str]:
    """The list of all articles and pages, a section for each topic, each with its summary and a link to its Markdown.

    Where that is longer than a megabyte, a list of topics, each with a list of its own.
    """
    sections = [(topic, _section(topic, site)) for topic in topics.values() if _listed(topic)]
    whole = _paragraphs(*_opening(site), *(text for _, text in sections))
    if len(whole.encode()) <= SIZE:
        return {INDEX: whole}
    below = [(topic, Url(f"{topic.url}{INDEX}"), text) for topic, text in sections if topic.path]
    names = "\n".join(f"- [{_label(topic.title)}]({link(site.base, url)})" for topic, url, _ in below)
    root = (text for topic, text in sections if not topic.path)
    return {
        INDEX: _paragraphs(*_opening(site), f"## Topics\n\n{names}", *root),
        **{url: _paragraphs(f"# {_line(topic.title)}", text) for topic, url, text in below},
    }


def full(texts: Iterable[str], site: Site) -> dict[Url, str]:
    """The files of the full text: one, or where that is longer than a megabyte numbered parts and a list of them."""
    parts = _parts(texts)
    if len(parts) <= 1:
        return {FULL: f"# {_line(site.name)}\n\n{''.join(parts)}"}
    files = {Url(f"llms-full-{number}.txt"): part for number, part in enumerate(parts, 1)}
    names = "\n".join(f"- [{url}]({link(site.base, url)})" for url in files)
    return {FULL: f"# {_line(site.name)}\n\nThe text has {len(files)} parts:\n\n{names}\n", **files}


def _parts(texts: Iterable[str]) -> Sequence[str]:
    parts: list[str] = []
    gathered: list[str] = []
    size = 0
    for text in texts:
        length = len(text.encode()) + 1
        if gathered and size + length > SIZE:
            parts.append("\n".join(gathered))
            gathered, size = [], 0
        gathered.append(text)
        size += length
    return [*parts, "\n".join(gathered)] if gathered else parts


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(texts) + "\n"


def _opening(site: Site) -> list[str]:
    summary = [f"> {_line(site.description)}"] if site.description else []
    return [f"# {_line(site.name)}", *summary, f"The whole text is in [{FULL}]({link(site.base, FULL)})."]


def _listed(topic: Topic) -> list[Article]:
    return [article for article in ((topic.index,) if topic.index else ()) + topic.articles if not article.withheld]


def _section(topic: Topic, site: Site) -> str:
    return f"## {_line(topic.title)}\n\n" + "\n".join(_item(article, site) for article in _listed(topic))


def _item(article: Article, site: Site) -> str:
    summary = f": {_line(article.description)}" if article.description else ""
    return f"- [{_label(article.title)}]({link(site.base, transcript.url(article))}){summary}"


def _label(text: str) -> str:
    return _line(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _line(text: str) -> str:
    return " ".join(text.split())
