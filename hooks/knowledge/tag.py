"""The tags that articles carry, spelled in whichever way, each with its articles."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge import slug
from knowledge.article import Article
from knowledge.place import Source, Url
from knowledge.problem import Mark, Note, Problem, Severity, problem, quoted
from knowledge.vocabulary import Term, Vocabulary, key

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
    """Its articles, newest first."""
    description: str = ""
    """What it is about; empty where the vocabulary does not say."""
    group: str = ""
    """The name of the tag it is listed under: its parent, itself where it is one, or empty."""
    aliases: tuple[str, ...] = ()
    """Other words for it: synonyms for search."""


def spellings(articles: Iterable[Article], vocabulary: Vocabulary) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """The name of each key: the vocabulary's, else the commonest spelling; each other spelling is noted where it first stands."""
    counts: dict[str, Counter[str]] = {}
    first: dict[str, Source] = {}
    for article in articles:
        for tag in article.tags:
            counts.setdefault(key(tag), Counter())[tag] += 1
            first.setdefault(tag, article.source)
    chosen, problems = {}, []
    for each, spelled in counts.items():
        by_term = vocabulary.words.get(each)
        chosen[each] = by_term.name if by_term else min(spelled, key=lambda name: (-spelled[name], name))
        if by_term is None:
            problems += [_variant(first[name], name, chosen[each]) for name in sorted(spelled) if name != chosen[each]]
    return chosen, tuple(problems)


def index(articles: tuple[Article, ...], vocabulary: Vocabulary) -> tuple[Tag, ...]:
    """Every tag with its articles, by name; `articles` carry the names of the catalogue, newest first.

    Two names with the same slug get different addresses: the second in order of name has a `-2`.
    """
    groups: dict[str, list[Article]] = {}
    for article in articles:
        for name in article.tags:
            groups.setdefault(name, []).append(article)
    taken: set[str] = set()
    return tuple(_tag(name, groups[name], vocabulary, taken) for name in sorted(groups, key=lambda name: (name.casefold(), name)))


def grouped(tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """The tags group by group, the parent of a group first, those without a group last."""
    return tuple(sorted(tags, key=lambda each: (not each.group, each.group.casefold(), each.name != each.group, each.name.casefold())))


def _tag(name: str, articles: list[Article], vocabulary: Vocabulary, taken: set[str]) -> Tag:
    base, number = slug.from_tag(name), 1
    while (url := f"{base}-{number}" if number > 1 else base) in taken:
        number += 1
    taken.add(url)
    term = vocabulary.words.get(key(name), Term(name))
    group = term.parent or (name if any(other.parent == name for other in vocabulary.terms) else "")
    return Tag(name, Url(f"{ROOT}{url}/"), tuple(articles), term.description, group, term.aliases)


def _variant(source: Source, name: str, chosen: str) -> Problem:
    message = f"{quoted(name)} is elsewhere written {quoted(chosen)}; shown so"
    return problem(source, "tags", Note(Mark(), message, f"write {chosen}", Severity.NOTICE))
