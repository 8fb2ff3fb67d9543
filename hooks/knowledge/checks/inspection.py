"""One pass over a site as it was written: whether all that must hold of it does, told to the authors of its articles."""

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.withheld import Withheld
from knowledge.checks import heavy, rule, sheet
from knowledge.checks.facts import Broken, Facts
from knowledge.checks.following import Following
from knowledge.checks.ground import PAGES, TEXTS, Glance, Ground
from knowledge.checks.live import Allowed
from knowledge.checks.near import Near
from knowledge.checks.origin import Origin
from knowledge.checks.study import Lens, ending
from knowledge.checks.survey import survey
from knowledge.page import heading
from knowledge.place import Source
from knowledge.problem import Mark, Problem, quoted
from knowledge.reading.article import Article, Kind
from knowledge.render.keeper import Keeper

OWN = frozenset({"page", "file"})
"""The rules that a file keeps or breaks as its author likes who put it into docs/ as it is."""


def ground(site: Path, catalogue: Catalogue, allowed: Allowed, keeper: Keeper | None = None) -> Ground:
    """What the files of the site in the folder `site` are looked at with."""
    return Ground(site, Lens(allowed, Withheld(catalogue, allowed.base).names), keeper)


def inspect(
    ground: Ground,
    catalogue: Catalogue,
    copied: Callable[[str], bool] = lambda _: False,
    *,
    glances: Mapping[str, Glance] = MappingProxyType({}),
    workers: int | None = 1,
) -> tuple[Problem, ...]:
    """All that does not hold of a site; `copied` says which of its files an author put into docs/ as they are.

    A problem names the article that is to blame; where none is, the file of the site. The `glances` are what files told when they were
    written; the others are read now.
    """
    return _Inspection(ground, catalogue, copied).run(glances, workers)


class _Inspection:
    """What one pass knows."""

    def __init__(self, ground: Ground, catalogue: Catalogue, copied: Callable[[str], bool]) -> None:
        base = ground.lens.allowed.base
        self._ground, self._site, self._catalogue, self._copied = ground, ground.site, catalogue, copied
        self._files = frozenset(_files(ground.site))
        self._articles = {f"{article.url}index.html": article for article in catalogue.published}
        self._following = Following(self._files, base, Near(catalogue, self._files))
        self._withheld = Withheld(catalogue, base)
        self._problems: dict[tuple[object, ...], Problem] = {}

    def run(self, glances: Mapping[str, Glance], workers: int | None) -> tuple[Problem, ...]:
        """Learns what each file tells, and reads those pages again in which something broken has to be found."""
        for path, facts in survey(sorted(self._files), self._ground, glances, workers):
            self._whole(path, facts)
            if ending(path) in PAGES:
                self._page(path, facts)
            else:
                self._feed(path, facts)
        for path, broken in self._following.late():
            self._tell(path, broken)
        for article in self._catalogue.published:
            self._article(article)
        return tuple(sorted(self._problems.values()))

    def _whole(self, path: str, facts: Facts) -> None:
        for fault in facts.faults:
            if fault.rule not in OWN or not self._copied(path):
                self._file(fault.rule, path, fault.message)

    def _page(self, path: str, facts: Facts) -> None:
        self._live(path, facts)
        self._tell(path, self._following.broken(path, facts))
        self._references(path, facts)
        self._heavy(path, facts)
        self._show(path, (path, path.removesuffix("index.html"), *facts.names))

    def _feed(self, path: str, facts: Facts) -> None:
        for address, target in facts.links.items():
            if self._following.reached(target) is None:
                self._file("feed", path, f"leads to {quoted(address)}, which is not there")
        if facts.names and not (ending(path) in TEXTS and self._copied(path)):
            self._show(path, facts.names)

    def _live(self, path: str, facts: Facts) -> None:
        origin = self._origin(path)
        for sight in facts.sights:
            found = origin.find(sight.words) if origin else None
            source, mark = self._blamed(path), found.mark if found else Mark()
            self._say((sight.rule, source, mark, sight.message), rule.broken(sight.rule, source, mark, sight.message))

    def _tell(self, path: str, broken: list[Broken]) -> None:
        page = sheet.read(path, (self._site / path).read_bytes()) if broken else None
        for key, problem in self._following.told(page, broken, self._origin(path), self._blamed(path)) if page else ():
            self._say(("link", *key), problem)

    def _references(self, path: str, facts: Facts) -> None:
        origin = self._origin(path)
        for name in facts.undefined if origin and "][" in origin.article.body else ():
            found = origin.find((f"][{name}]",)) if origin else None
            if found:
                message = f"[{name}] is not defined, so its brackets are shown"
                source = self._blamed(path)
                self._say(
                    ("reference", source, name), rule.broken("reference", source, found.mark, message, f"add a line [{name}]: address")
                )

    def _heavy(self, path: str, facts: Facts) -> None:
        origin = self._origin(path)
        files = {address: self._following.reached(facts.links[address]) for address in facts.pictures}
        for each in heavy.pictures(self._site, {address: file for address, file in files.items() if file}):
            found = origin.find((each.address, posixpath.basename(each.file), posixpath.basename(each.address))) if origin else None
            mark = found.mark if found else origin.article.image_mark if origin and origin.article.image == each.file else Mark()
            self._say(("heavy", each.file), rule.broken("heavy", self._blamed(path), mark, each.message))

    def _show(self, path: str, texts: Iterable[str]) -> None:
        for article in self._withheld.shown(texts):
            why = self._catalogue.withheld[article.source]
            message = f"is not published ({why}), and yet {path} shows it"
            self._say(("withheld", article.source), rule.broken("withheld", article.source, Mark(), message))

    def _article(self, article: Article) -> None:
        source = article.source
        if article.kind is Kind.ARTICLE and article.summarised:
            taken = (
                f"is taken from the text: {quoted(article.description)}"
                if article.description
                else "is missing, and no sentence can stand for it"
            )
            self._say(("description", source), rule.broken("description", source, Mark(), taken))
        spare = heading.spare(article.body)
        if spare:
            mark = Mark(article.body_line + spare[0].line - 1)
            count = f"{len(spare)} headings are" if len(spare) > 1 else "a heading is"
            self._say(("heading", source), rule.broken("heading", source, mark, f"{count} of the first level, shown as of the second"))

    def _origin(self, path: str) -> Origin | None:
        article = self._articles.get(path)
        return Origin(article) if article else None

    def _blamed(self, path: str) -> Source:
        article = self._articles.get(path)
        return article.source if article else Source(path)

    def _file(self, name: str, path: str, message: str) -> None:
        self._say((name, path, message), rule.broken(name, Source(path), Mark(), message))

    def _say(self, key: tuple[object, ...], problem: Problem) -> None:
        self._problems.setdefault(key, problem)


def _files(site: Path) -> Iterator[str]:
    for parent, _, names in os.walk(site):
        home = "" if (way := os.path.relpath(parent, site)) == "." else f"{Path(way).as_posix()}/"
        yield from (f"{home}{each}" for each in names)
