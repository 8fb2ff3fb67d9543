"""Replays the history of a made-up knowledge base in git: renames, moves, removals, new titles, merged tags, edits, publications.

It knows of each address that was ever published which article, tag or folder it must lead to.
"""

import datetime
import random
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from almanac_kb.content import history, loader
from almanac_kb.content.loader import ReadCache
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import Site
from almanac_kb.core.diagnostics import Severity
from almanac_kb.core.paths import SourcePath, UrlPath, folder
from almanac_kb.core.text import tag_key
from almanac_kb.exports import feeds
from almanac_kb.health import addresses, edits, moves
from almanac_kb.health.addresses import AddressBook

NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
SYLLABLES = re.findall("..", "balomitureskanopiwedagufehojyx")
ARTICLES, TAGS, FOLDERS = 40, 12, ("boats", "fields", "rooms", "workshop")


@dataclass
class Outcome:
    """The counts of a replay."""

    commits: int = 0
    redirects: int = 0
    """Redirects that builds made automatically."""
    errors: int = 0
    """URLs that builds reported because they could not redirect them."""
    dead: list[str] = field(default_factory=list)
    """Published URLs that lead nowhere without a report."""
    wrong: list[str] = field(default_factory=list)
    """URLs that lead to the wrong article."""


class Replay:
    """The repository and what its addresses must lead to."""

    def __init__(self, root: Path, seed: int) -> None:
        self.docs, self.chance, self.outcome = root / "docs", random.Random(seed), Outcome()
        self.book, self.known = AddressBook(), ReadCache()
        self.source: dict[int, SourcePath] = {}
        """Where each article is, by its number."""
        self.leads: dict[int, int] = {}
        """Removed articles, and the ones that they lead to."""
        self.tags = {f"tag {_word(self.chance)}": "" for _ in range(TAGS)}
        """Each tag, and the one that it was merged into."""
        self.articles: dict[UrlPath, int] = {}
        """The article of each address that was published."""
        self.tag_urls: dict[UrlPath, str] = {}
        self.sections: set[UrlPath] = set()
        """The page of every folder that was published."""
        self.feeds: set[UrlPath] = set()
        """Every feed that was published."""
        self.docs.mkdir(parents=True)
        self._git("init", "--quiet")
        for _ in range(ARTICLES):
            self.add()
        self.commit()

    def run(self, commits: int) -> Outcome:
        """Makes so many commits, and publishes after some of them."""
        actions = [
            self.rename,
            self.move,
            self.edit,
            self.retitle,
            self.readdress,
            self.remove,
            self.merge_tags,
            self.add,
            self.rename_folder,
        ]
        weights = [20, 20, 20, 15, 5, 8, 4, 5, 3]
        self.publish()
        for _ in range(commits):
            self.chance.choices(actions, weights)[0]()
            self.commit()
            self.outcome.commits += 1
            if self.chance.random() < 0.4:
                self.publish()
        self.publish()
        return self.outcome

    def add(self) -> None:
        number = len(self.source) + len(self.leads)
        source = SourcePath(f"{self.chance.choice(FOLDERS)}/{_word(self.chance)}-{number}.md")
        tags = ", ".join(self.chance.sample(sorted(self.tags), 2))
        others = self.chance.sample(sorted(self.source), min(3, len(self.source)))
        links = " ".join(f"[{other}](../{self.source[other]})" for other in others)
        text = "\n\n".join(" ".join(_word(self.chance) for _ in range(40)) for _ in range(4))
        self._write(source, f"---\ntitle: Number {number}\ndate: 2026-01-01\ntags: [{tags}]\n---\n{text}\n\n{links}\n")
        self.source[number] = source

    def rename(self) -> None:
        """By git alone, as people do it."""
        number = self._any()
        self._move(number, SourcePath(f"{folder(self.source[number])}/{_word(self.chance)}-{number}.md"))

    def move(self) -> None:
        """By the command, to another folder."""
        number = self._any()
        new = SourcePath(f"{self.chance.choice(FOLDERS)}/{_word(self.chance)}-{number}.md")
        edits.write(edits.rename(self.site(), self.source[number], new, self.docs.parent / "mkdocs.yml"), self.docs)
        self.source[number] = new

    def rename_folder(self) -> None:
        """By git alone, or by the command."""
        old = folder(self.source[self._any()])
        new = f"{_word(self.chance)}-{old.split('-')[-1]}"
        if self.chance.random() < 0.5:
            self._git("mv", old, new)
        else:
            edits.write(edits.rename(self.site(), SourcePath(old), SourcePath(new), self.docs.parent / "mkdocs.yml"), self.docs)
        for number, source in self.source.items():
            if folder(source) == old:
                self.source[number] = SourcePath(f"{new}/{source.rpartition('/')[2]}")

    def edit(self) -> None:
        source = self.source[self._any()]
        self._write(source, f"{self._read(source)}\n{_word(self.chance)} {_word(self.chance)}\n")

    def retitle(self) -> None:
        source = self.source[self._any()]
        self._write(source, re.sub("title: .*", f"title: {_word(self.chance).title()} {_word(self.chance)}", self._read(source), count=1))

    def readdress(self) -> None:
        source = self.source[self._any()]
        text = re.sub("slug: .*\n", "", self._read(source), count=1)
        self._write(source, text.replace("---\n", f"---\nslug: {_word(self.chance)}-{_word(self.chance)}\n", 1))

    def remove(self) -> None:
        if len(self.source) < ARTICLES // 2:
            return
        number, other = self.chance.sample(sorted(self.source), 2)
        edits.write(edits.remove(self.site(), self.source[number], self.source[other], self.docs.parent / "mkdocs.yml"), self.docs)
        del self.source[number]
        self.leads[number] = other

    def merge_tags(self) -> None:
        names = [tag.name for tag in self.site().tags]
        if len(names) > 4:
            one, other = self.chance.sample(names, 2)
            edits.write(edits.merge_tags(self.site(), one, other), self.docs)
            self.tags[one] = other

    def commit(self) -> None:
        self._git("add", "--all")
        self._git("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "--quiet", "--allow-empty", "--message", "x")

    def site(self) -> Site:
        return loader.load_site(self.docs, Settings(fast=False), NOW, "Site", known=self.known)

    def publish(self) -> None:
        """Compares with what was published before, as a build does; where that is an error, does what the error says."""
        site = self.site()
        changes = moves.compare(self.book, site, history.renames(self.docs, self.book.commit), "en")
        errors = [each for each in changes.diagnostics if each.severity is Severity.ERROR]
        self.outcome.errors += len(errors)
        for each in errors:
            self._mend(each.hint)
        if errors:
            self.commit()
            self.publish()
            return
        site = replace(site, redirects={**site.redirects, **changes.redirects})
        self.outcome.redirects += len(changes.redirects)
        self._check(site)
        told = {subject.url for subject in feeds.feed_subjects(site, "en")} | changes.feeds.keys()
        self.feeds |= told
        self.outcome.dead += sorted(self.feeds - told)
        self.book = addresses.record(site, {}, told, history.head(self.docs))
        for article in self.book.articles:
            number = next((number for number, source in self.source.items() if source == article.source), None)
            if number is not None:  # the pages of folders have none
                self.articles[article.urls[0]] = number
        self.sections |= {section.url for section in site.sections.values()}
        self.tag_urls |= {tag.url: tag.name for tag in site.tags}

    def _mend(self, hint: str) -> None:
        """Writes the line that an error names, into the article that must have the address."""
        match = re.search(r"aliases: \[([^\]]+)\]", hint)
        assert match, hint
        url = UrlPath(match[1])
        source = self.source[self._now(self.articles[url])] if url in self.articles else next(iter(self.source.values()))
        self._write(source, edits.with_alias(self._read(source), url))

    def _check(self, site: Site) -> None:
        at = {article.url: article.source for article in site.published}
        places = {**{old: at.get(new) for old, new in site.redirects.items()}, **at}
        for url, number in self.articles.items():
            if places.get(url) is None:
                self.outcome.dead.append(url)
            elif places[url] != self.source[self._now(number)]:
                self.outcome.wrong.append(url)
        self.outcome.dead += sorted(self.sections - {section.url for section in site.sections.values()} - set(site.redirects))
        served = {tag.url: tag.name for tag in site.tags}
        for url, name in self.tag_urls.items():
            found = served.get(site.redirects.get(url, url))
            if found is None:
                self.outcome.dead.append(url)
            elif tag_key(found) not in set(map(tag_key, self._merged(name))):
                self.outcome.wrong.append(url)

    def _now(self, number: int) -> int:
        while number in self.leads:
            number = self.leads[number]
        return number

    def _merged(self, name: str) -> Iterator[str]:
        while name:
            yield name
            name = self.tags.get(name, "")

    def _any(self) -> int:
        return self.chance.choice(sorted(self.source))

    def _move(self, number: int, new: SourcePath) -> None:
        self._git("mv", self.source[number], new)
        self.source[number] = new

    def _read(self, source: SourcePath) -> str:
        return (self.docs / source).read_text()

    def _write(self, source: SourcePath, text: str) -> None:
        (self.docs / source).parent.mkdir(parents=True, exist_ok=True)
        (self.docs / source).write_text(text)

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.docs, check=True, capture_output=True)


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 3)))
