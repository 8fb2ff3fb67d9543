"""Translations: articles that say the same in different languages, told by their paths and the languages they declare."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.feeds.feed import Site
from knowledge.place import Link, Source, link, without_ending
from knowledge.reading.article import Article

TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""A language tag of BCP 47, without its rarer forms."""


@dataclass(frozen=True)
class Version:
    """An article in one of its languages."""

    language: str
    """A BCP 47 tag, or `x-default` for readers of any other language."""
    link: Link


def language(article: Article, site: Site) -> str:
    """The language of an article: the one it declares, else the site's."""
    declared = article.language.replace("_", "-")
    return declared if TAG.fullmatch(declared) else site.language


def versions(articles: Iterable[Article], site: Site) -> dict[Source, tuple[Version, ...]]:
    """The versions of each article that exists in more than one language, itself among them, by language.

    `backups.de.md` and `de/backups.md`, both declaring `lang: de`, translate `backups.md`.
    """
    groups: dict[tuple[str, ...], dict[str, Article]] = {}
    for article in sorted(articles, key=lambda each: each.source):
        spoken = language(article, site)
        groups.setdefault(_key(article.source, spoken), {}).setdefault(spoken, article)
    found = {}
    for group in groups.values():
        if len(group) > 1:
            every = tuple(Version(spoken, link(site.base, group[spoken].url)) for spoken in sorted(group))
            default = (Version("x-default", link(site.base, group[site.language].url)),) if site.language in group else ()
            found.update({article.source: every + default for article in group.values()})
    return found


def _key(source: Source, spoken: str) -> tuple[str, ...]:
    *folders, name = source.casefold().split("/")
    code = spoken.casefold()
    stem = without_ending(name).removesuffix(f".{code}")
    return (*(each for each in folders if each != code), stem)
