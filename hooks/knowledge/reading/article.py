"""An article: everything an author said of it, read once, in whichever dialect it was said."""

import datetime
import enum
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace

from knowledge import plaintext, slug
from knowledge.place import Source, Url, folder, is_index, name, stem
from knowledge.problem import Found, Mark, Note, Problem, Severity, problem, quoted
from knowledge.reading import dates, encoding, fields, frontmatter, mojibake, outline, permalink, value
from knowledge.reading.dates import Order
from knowledge.reading.node import HeaderError, Mapping, Node, Pair, Plain, Scalar, absent, plain
from knowledge.reading.permalink import Wish
from knowledge.reading.value import Reader, Value
from knowledge.render.digest import IGNORED

FILE_SIZE = encoding.FILE_SIZE
"""How many bytes an article may have."""
NAMED = 50
"""How many unknown keys of an article are compared with the known ones."""


class Kind(enum.Enum):
    """What part a Markdown file plays."""

    ARTICLE = "article"
    """Listed, dated, in feeds."""
    PAGE = "page"
    """In navigation and search only: a page of a topic of `kind: page`."""
    INDEX = "index"
    """The page of its folder."""


@dataclass(frozen=True)
class Article:
    """What is known of an article; the catalogue fills in what depends on the others: address, topic, tags, picture."""

    source: Source
    """The file it was read from."""
    title: str
    """Its name: the header's, else the first heading, else the file name."""
    description: str = ""
    """Its summary: the header's, else the first sentences."""
    summarised: bool = False
    """Whether its summary was made of its text, for the header has none."""
    created: datetime.datetime | None = None
    """When it was published, with the offset the author gave; None where nothing says so."""
    updated: datetime.datetime | None = None
    """When it was last changed; never before `created`."""
    expires: datetime.datetime | None = None
    """From when on it is no longer published."""
    tags: tuple[str, ...] = ()
    """Its tags and categories; in the catalogue by the names of the vocabulary."""
    tags_mark: Mark = Mark()
    """Where the tags are named."""
    authors: tuple[str, ...] = ()
    """Who wrote it."""
    image: str = ""
    """The picture as the author named it; in the catalogue its path below docs/, or nothing."""
    image_mark: Mark = Mark()
    """Where the picture is named."""
    alt: str = ""
    """What the picture, or the cover drawn in its place, shows."""
    order: float | None = None
    """Its place among its neighbours, smallest first."""
    slug: str = ""
    """The last part of its address, or empty."""
    path: str = ""
    """Its whole address without slashes at the ends, or empty."""
    address_mark: Mark = Mark()
    """Where the address is said."""
    aliases: tuple[str, ...] = ()
    """Addresses it had before, without a slash at the start."""
    aliases_mark: Mark = Mark()
    """Where they are named."""
    names: tuple[str, ...] = ()
    """Other names it is known by: synonyms for search."""
    canonical: str = ""
    """Where it first appeared, an http address, or empty."""
    language: str = ""
    """Its language where it differs from the site's, as a BCP 47 tag."""
    series: str = ""
    """The series it belongs to."""
    withheld: str = ""
    """Why its author keeps it back (`draft`), or empty."""
    extra: Dictionary[str, Plain] = field(default_factory=dict)
    """The keys no row of the field table names, as they were written."""
    body: str = field(default="", metadata={IGNORED: True})
    """Its Markdown."""
    body_line: int = field(default=1, metadata={IGNORED: True})
    """The line of the file in which the Markdown starts."""
    url: Url = Url("")
    """Its address, once the catalogue has given it one."""
    topic: str = ""
    """The folder that lists it."""
    kind: Kind = Kind.ARTICLE
    """The part it plays."""

    @property
    def changed(self) -> datetime.datetime | None:
        """When it was last changed: `updated`, else `created`."""
        return self.updated or self.created

    def problems(self, field: str, notes: Iterable[Note]) -> list[Problem]:
        """What is to be said of its Markdown, each at its line of the file; the notes count lines in `body`."""
        return [problem(self.source, field, each.below(self.body_line)) for each in notes]


@dataclass(frozen=True)
class Reading:
    """The outcome of reading a file: an article, or none, and all there is to say of it."""

    source: Source
    article: Article | None
    """None where the file can't be read as an article at all."""
    problems: tuple[Problem, ...] = ()
    orders: frozenset[Order] = frozenset()
    """The orders of numeric dates that this file proves."""
    ambiguous: bool = False
    """Whether another file's proof may make a date of this one readable."""


def read(source: Source, data: bytes, order: Order | None = None) -> Reading:
    """Reads a file's bytes; never raises for what an author wrote. `order` decides numeric dates such as 03/04/2021."""
    report = _Report(source)
    part = "file"
    try:
        text = report.take(part, plaintext.block(report.take(part, mojibake.found(encoding.decode(data)))))
        part = "header"
        parts = frontmatter.split(text)
        header = report.take(part, frontmatter.parse(parts))
    except HeaderError as error:
        report.add(part, Note(error.mark, error.message, error.mend))
        return Reading(source, None, report.problems())
    misplaced = frontmatter.misplaced(parts)
    report.add(part, *([misplaced] if misplaced else []))
    written = _date_texts(header)
    return Reading(
        source,
        _Reader(source, header, report, order).article(parts.body, parts.body_line),
        report.problems(),
        frozenset(proof for text in written if (proof := dates.evidence(text))),
        any(dates.ambiguous(text) for text in written),
    )


def from_file_name(source: Source) -> str:
    """A title made of a file name (`how-to-start.md`), or of the folder's where the file is its index."""
    words = slug.DATE_PREFIX.sub("", _own_name(source)) or "Home"
    words = plaintext.one_line(words.replace("-", " ").replace("_", " "), Mark()).value
    return (words[:1].upper() + words[1:] if words.islower() else words) or "Untitled"


class _Report:
    """Collects what is said of a file while it is read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._problems: list[Problem] = []

    def add(self, key: str, *notes: Note) -> None:
        self._problems += [problem(self._source, key, note) for note in notes]

    def take(self, key: str, found: Found[Value]) -> Value:
        self.add(key, *found.notes)
        return found.value

    def problems(self) -> tuple[Problem, ...]:
        return tuple(sorted(self._problems))


def _date_texts(header: Mapping) -> list[str]:
    pairs = [fields.find(header, concept) for concept in ("created", "updated", "expires", "published")]
    return [pair.value.text for pair in pairs if pair and isinstance(pair.value, Scalar)]


class _Reader:
    """Reads the concepts of one header, a method each where the concept has a rule of its own."""

    def __init__(self, source: Source, header: Mapping, report: _Report, order: Order | None) -> None:
        self._source, self._header, self._report, self._order = source, header, report, order

    def article(self, body: str, body_line: int) -> Article:
        """The article the header and the body make."""
        created, updated = self._dates()
        tags = *self._read("tags", value.names, value.NOBODY), *self._read("categories", value.names, value.NOBODY)
        description = outline.unmarked(self._read("description", value.description, ""))
        found = Article(
            source=self._source,
            title=self._read("title", value.text, "") or _plain(outline.title(body))[: value.TITLE_LENGTH] or from_file_name(self._source),
            description=description or _plain(outline.summary(body)),
            summarised=not description,
            created=created,
            updated=updated,
            expires=self._read("expires", self._read_date, None),
            tags=tuple(dict.fromkeys(tags)),
            tags_mark=self._mark("tags", "categories"),
            authors=self._read("authors", value.authors, value.NOBODY),
            image=self._read("image", value.image, ""),
            image_mark=self._mark("image"),
            alt=self._read("alt", value.text, ""),
            order=self._read("order", value.number, None),
            language=self._read("language", value.text, ""),
            series=self._read("series", value.text, ""),
            withheld=self._withheld(),
            extra=self._extra(),
            body=body,
            body_line=body_line,
        )
        return self._addressed(found)

    def _addressed(self, article: Article) -> Article:
        address, canonical = self._address()
        aliases, names = self._aliases()
        return replace(
            article,
            slug=address.slug,
            path=address.path,
            address_mark=address.mark,
            aliases=aliases,
            aliases_mark=self._mark("aliases"),
            names=names,
            canonical=canonical,
        )

    def _read(self, concept: str, reader: Reader[Value], default: Value) -> Value:
        pair = fields.find(self._header, concept)
        return self._report.take(pair.key, reader(pair.value)) if pair else default

    def _mark(self, *concepts: str) -> Mark:
        pairs = (fields.find(self._header, concept) for concept in concepts)
        return next((pair.value.mark for pair in pairs if pair), Mark())

    def _read_date(self, node: Node) -> Found[datetime.datetime | None]:
        if not isinstance(node, Scalar):
            return Found(None, (Note(node.mark, "must be a date, got a list or a map", dates.MEND),))
        return dates.read(node.text, node.mark, self._order)

    def _dates(self) -> tuple[datetime.datetime | None, datetime.datetime | None]:
        created, updated = self._read("created", self._read_date, None), self._read("updated", self._read_date, None)
        for pair in fields.every(self._header, "published"):
            published = None if _is_flag(pair) else self._report.take(pair.key, self._read_date(pair.value))
            created = created or published
        in_path = dates.in_path(_own_name(self._source))
        if in_path and not fields.find(self._header, "created"):
            created = created or self._report.take("file", dates.read(in_path, Mark()))
        changed = fields.find(self._header, "updated")
        if created and updated and updated < created and changed:
            message = f"is before the date of publication, {created:%Y-%m-%d}; left out"
            self._report.add(changed.key, Note(changed.value.mark, message, "write the later date", Severity.NOTICE))
            updated = None
        return created, updated

    def _withheld(self) -> str:
        if True in self._flags("draft"):
            return "draft"
        if False in self._flags("published"):
            return "not published"
        hidden = next((part for part in self._source.split("/") if part.startswith("_") and not is_index(part)), "")
        return f"{hidden} starts with _" if hidden else ""

    def _flags(self, concept: str) -> list[bool]:
        pairs = [pair for pair in fields.every(self._header, concept) if concept == "draft" or _is_flag(pair)]
        return [self._report.take(pair.key, value.flag(pair.value)) for pair in pairs]

    def _aliases(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        addresses, names = [], []
        for pair in fields.every(self._header, "aliases"):
            for alias in self._report.take(pair.key, value.addresses(pair.value)):
                old = permalink.old(alias) if permalink.is_address(alias) else ""
                if old:
                    addresses.append(old)
                elif permalink.is_address(alias):
                    message = f"{quoted(alias)} is no old address of this site"
                    self._report.add(pair.key, Note(pair.value.mark, message, "write a path such as /old/address/", Severity.WARNING))
                else:
                    names.append(alias)
        return tuple(dict.fromkeys(addresses)), tuple(dict.fromkeys(names))

    def _address(self) -> tuple[Wish, str]:
        canonical = self._read("canonical", value.address, "")
        pairs = (fields.find(self._header, concept) for concept in ("path", "slug"))
        wishes = [self._report.take(pair.key, permalink.wish(pair)) for pair in pairs if pair]
        canonical = canonical or next((each.canonical for each in wishes if each.canonical), "")
        return next((each for each in wishes if each.slug or each.path), Wish()), canonical

    def _extra(self) -> dict[str, Plain]:
        unknown, prose = fields.unknown(self._header), fields.prose(self._header)
        if prose:
            message = "is no known field, nor are the others; is this text? Lines between two `---` at the top of a file are a header"
            self._report.add(prose.key, Note(prose.mark, message, "write `***` for the rules", Severity.WARNING))
        for pair in unknown[:NAMED]:
            meant = fields.meant(pair.key)
            if meant and not fields.find(self._header, fields.concept(meant)):
                message = f"is no known field; {meant} is"
                self._report.add(pair.key, Note(pair.mark, message, f"write {meant}, if that is what you mean", Severity.WARNING))
        return {pair.key: plain(pair.value) for pair in unknown if not absent(pair.value)}


def _plain(text: str) -> str:
    return plaintext.one_line(text, Mark()).value


def _own_name(source: Source) -> str:
    words = stem(source)
    return name(folder(source)) if words.casefold() in {"index", "_index", "readme"} else words


def _is_flag(pair: Pair) -> bool:
    return not isinstance(pair.value, Scalar) or pair.value.text.strip().casefold() in value.TRUE | value.FALSE
