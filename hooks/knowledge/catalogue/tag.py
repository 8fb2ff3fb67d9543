"""The tags that articles carry, spelled in whichever way, each with its articles."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass

from knowledge import slug
from knowledge.catalogue.vocabulary import Term, Vocabulary
from knowledge.place import Url
from knowledge.problem import Note, Problem, Severity, problem, quoted
from knowledge.reading.article import Article
from knowledge.reading.tag_name import key

ROOT = Url("tags/")
"""The index of all tags."""


@dataclass(frozen=True)
class Tag:
    """A tag with its articles."""

    name: str
    """The name readers see."""
    url: Url
    """The address of its page."""
    articles: tuple[Article, ...]
    """Its articles, newest first, pages among them."""
    description: str = ""
    """What it is about; empty where the vocabulary does not say."""
    group: str = ""
    """The name of the tag it is listed under: its parent, itself where it is one, or empty."""
    aliases: tuple[str, ...] = ()
    """Other words for it: synonyms for search."""


def spellings(articles: Iterable[Article], vocabulary: Vocabulary) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """The name of each key: the vocabulary's, else as the oldest article writes it, so that no new one moves the tag's page.

    Each other spelling is noted where it first stands.
    """
    first: dict[str, dict[str, Article]] = {}
    for article in sorted(articles, key=_age):
        for tag in article.tags:
            first.setdefault(key(tag), {}).setdefault(tag, article)
    chosen = {each: vocabulary.words[each].name if each in vocabulary.words else next(iter(written)) for each, written in first.items()}
    return chosen, tuple(_variants(first, chosen, vocabulary))


def index(articles: tuple[Article, ...], vocabulary: Vocabulary) -> tuple[Tag, ...]:
    """Every tag with its articles, by name; `articles` carry the names of the catalogue, newest first.

    Of two names with the same slug the one with the older article has it, the other a `-2`: no new article moves a tag's page.
    """
    groups: dict[str, list[Article]] = {}
    for article in articles:
        for name in article.tags:
            groups.setdefault(name, []).append(article)
    urls = _urls(sorted(groups, key=lambda name: (min(map(_age, groups[name])), name)))
    parents = {term.parent for term in vocabulary.terms}
    return tuple(
        _tag(name, urls[name], groups[name], vocabulary.words.get(key(name), Term(name)), parents)
        for name in sorted(groups, key=lambda name: (name.casefold(), name))
    )


def pages(tags: Iterable[Tag]) -> dict[str, str]:
    """The file of the page of each tag, by the keys of all words that stand for it."""
    return {key(word): f"{each.url}index.md" for each in tags for word in (*each.aliases, each.name)}


def grouped(tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """The tags group by group, the parent of a group first, those without a group last."""
    return tuple(sorted(tags, key=lambda each: (not each.group, each.group.casefold(), each.name != each.group, each.name.casefold())))


def _age(article: Article) -> tuple[float, str]:
    return article.created.timestamp() if article.created else float("inf"), article.url


def _urls(names: Iterable[str]) -> dict[str, Url]:
    numbers: dict[str, int] = {}
    urls: dict[str, Url] = {}
    taken = {"index.html", "feed.xml"}
    for name in names:
        made = base = slug.from_tag(name)
        while made in taken:
            numbers[base] = numbers.get(base, 1) + 1
            made = f"{base}-{numbers[base]}"
        taken.add(made)
        urls[name] = Url(f"{ROOT}{made}/")
    return urls


def _tag(name: str, url: Url, articles: list[Article], term: Term, parents: set[str]) -> Tag:
    group = term.parent or (name if name in parents else "")
    return Tag(name, url, tuple(articles), term.description, group, term.aliases)


def _variants(first: Dictionary[str, Dictionary[str, Article]], chosen: Dictionary[str, str], vocabulary: Vocabulary) -> Iterator[Problem]:
    for each, written in first.items():
        for name, article in written.items() if each not in vocabulary.words else ():
            if name != chosen[each]:
                message = f"{quoted(name)} is elsewhere written {quoted(chosen[each])}; shown so"
                yield problem(article.source, "tags", Note(article.tags_mark, message, f"write {chosen[each]}", Severity.NOTICE))
