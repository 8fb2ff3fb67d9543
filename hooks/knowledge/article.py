"""An article: everything an author said of it, read once, in whichever dialect it was said."""

import datetime
import enum
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field

from knowledge import dates, fields, frontmatter, mojibake, outline, plaintext, slug, value
from knowledge.dates import Order
from knowledge.node import EMPTY, HeaderError, Mapping, Node, Pair, Plain, Scalar, absent, plain
from knowledge.place import Source, Url, name, stem
from knowledge.problem import Found, Mark, Note, Problem, Severity, problem, quoted
from knowledge.value import Reader, Value

FILE_SIZE = 2 * 1024 * 1024
"""How many bytes an article may have."""


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
    created: datetime.datetime | None = None
    """When it was published, with the offset the author gave; None where nothing says so."""
    updated: datetime.datetime | None = None
    """When it was last changed; never before `created`."""
    expires: datetime.datetime | None = None
    """From when on it is no longer published."""
    tags: tuple[str, ...] = ()
    """Its tags and categories; in the catalogue by the names of the vocabulary."""
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
    body: str = ""
    """Its Markdown."""
    body_line: int = 1
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
    try:
        text = report.take("file", _decode(data))
        text = report.take("file", mojibake.found(text))
        parts = frontmatter.split(text)
        header = report.take("header", frontmatter.parse(parts))
    except HeaderError as error:
        report.add("header", Note(error.mark, error.message, error.mend))
        return Reading(source, None, report.problems())
    if not parts.kind:
        _check_unfenced(parts.body, report)
    body = report.take("body", _body(parts))
    article = _Reader(source, header, report, order).article(body, parts.body_line)
    written = _date_texts(header)
    return Reading(
        source,
        article,
        report.problems(),
        frozenset(proof for text in written if (proof := dates.evidence(text))),
        any(dates.ambiguous(text) for text in written),
    )


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


def _decode(data: bytes) -> Found[str]:
    if len(data) > FILE_SIZE:
        raise HeaderError(Mark(), f"the file has {len(data):,} bytes, more than {FILE_SIZE:,}", "split it, or keep it out of docs/")
    if b"\0" in data:
        before = data[: data.index(b"\0")]
        raise HeaderError(Mark(before.count(b"\n") + 1), "the file is not text: it holds NUL bytes", "save it as UTF-8 text")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        mark = Mark(before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise HeaderError(mark, f"the file is not UTF-8: byte 0x{data[error.start]:02X}", "save it as UTF-8") from None
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Found(text)


def _check_unfenced(body: str, report: _Report) -> None:
    mark = frontmatter.looks_like_header(body, fields.SPELLINGS)
    if mark:
        report.add("header", frontmatter.unfenced(mark))


def _body(parts: frontmatter.Split) -> Found[str]:
    found = plaintext.block(parts.body)
    moved = [
        Note(Mark(note.mark.line + parts.body_line - 1, note.mark.column), note.message, note.mend, note.severity) for note in found.notes
    ]
    return Found(found.value, tuple(moved))


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
        aliases, names = self._aliases()
        self._slug, self._path, canonical, mark = self._address()
        image = fields.find(self._header, "image")
        return Article(
            source=self._source,
            title=self._title(body),
            description=self._description(body),
            created=created,
            updated=updated,
            expires=self._date("expires"),
            tags=tuple(
                dict.fromkeys((*self._read("tags", value.names, value.NOBODY), *self._read("categories", value.names, value.NOBODY)))
            ),
            authors=self._read("authors", value.authors, value.NOBODY),
            image=self._read("image", value.image, ""),
            image_mark=image.value.mark if image else Mark(),
            alt=self._read("alt", value.text, ""),
            order=self._read("order", value.number, None),
            slug=self._slug,
            path=self._path,
            address_mark=mark,
            aliases=aliases,
            names=names,
            canonical=canonical,
            language=self._read("language", value.text, ""),
            series=self._read("series", value.text, ""),
            withheld=self._withheld(),
            extra=self._extra(),
            body=body,
            body_line=body_line,
        )

    def _read(self, concept: str, reader: Reader[Value], default: Value) -> Value:
        pair = fields.find(self._header, concept)
        return self._report.take(pair.key, reader(pair.value)) if pair else default

    def _title(self, body: str) -> str:
        written = self._read("title", value.text, "")
        return written or outline.title(body)[: value.TITLE_LENGTH] or from_file_name(self._source)

    def _description(self, body: str) -> str:
        return self._read("description", value.description, "") or outline.summary(body)

    def _date(self, concept: str) -> datetime.datetime | None:
        return self._read(concept, self._read_date, None)

    def _read_date(self, node: Node) -> Found[datetime.datetime | None]:
        if not isinstance(node, Scalar):
            return Found(None, (Note(node.mark, "must be a date, got a list or a map", dates.MEND),))
        return dates.read(node.text, node.mark, self._order)

    def _dates(self) -> tuple[datetime.datetime | None, datetime.datetime | None]:
        created, updated = self._date("created"), self._date("updated")
        published = fields.find(self._header, "published")
        if created is None and published and not _is_flag(published):
            created = self._report.take(published.key, self._read_date(published.value))
        in_path = dates.in_path(name(self._source))
        if created is None and in_path and not fields.find(self._header, "created"):
            created = self._report.take("file", dates.read(in_path, Mark()))
        if created and updated and updated < created:
            pair = fields.find(self._header, "updated") or Pair("updated", Mark(), EMPTY)
            message = f"is before the date of publication, {created:%Y-%m-%d}; left out"
            self._report.add(pair.key, Note(pair.value.mark, message, "write the later date", Severity.NOTICE))
            updated = None
        return created, updated

    def _withheld(self) -> str:
        published = fields.find(self._header, "published")
        if self._read("draft", value.flag, False):
            return "draft"
        if published and _is_flag(published) and not self._report.take(published.key, value.flag(published.value)):
            return "not published"
        hidden = next((part for part in self._source.split("/") if part.startswith("_") and part != "_index.md"), "")
        return f"{hidden} starts with _" if hidden else ""

    def _aliases(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        written = self._read("aliases", value.names, value.NOBODY)
        addresses = [alias for alias in written if "/" in alias or alias.endswith((".html", ".htm"))]
        names = tuple(alias for alias in written if alias not in addresses)
        return tuple(filter(None, map(_old_address, addresses))), names

    def _address(self) -> tuple[str, str, str, Mark]:
        canonical = self._read("canonical", value.address, "")
        for concept in ("path", "slug"):
            pair = fields.find(self._header, concept)
            if pair is None or (isinstance(pair.value, Scalar) and _is_no_address(pair)):
                continue
            written = self._report.take(pair.key, value.text(pair.value, value.DESCRIPTION_LENGTH))
            if value.is_http(written):
                return "", "", canonical or written, pair.value.mark
            whole = "/" in written
            made = _whole(written) if whole else slug.safe(_without_ending(written))
            self._report.add(pair.key, *_address_notes(written, made, whole, pair.value.mark))
            if made:
                return ("", made, canonical, pair.value.mark) if whole else (made, "", canonical, pair.value.mark)
        return "", "", canonical, Mark()

    def _extra(self) -> dict[str, Plain]:
        unknown = fields.unknown(self._header)
        for pair in unknown:
            meant = fields.meant(pair.key)
            if meant and not fields.find(self._header, _concept(meant)):
                message = f"is no known field; {meant} is"
                self._report.add(pair.key, Note(pair.mark, message, f"write {meant}, if that is what you mean", Severity.WARNING))
        return {pair.key: plain(pair.value) for pair in unknown if not absent(pair.value)}


def from_file_name(source: Source) -> str:
    """A title made of a file name (`how-to-start.md`), or of the folder's where the file is its index."""
    words = stem(source)
    if words.casefold() in {"index", "_index", "readme"}:
        words = source.split("/")[-2] if "/" in source else "Home"
    words = plaintext.one_line(slug.DATE_PREFIX.sub("", words).replace("-", " ").replace("_", " "), Mark()).value
    return (words[:1].upper() + words[1:] if words.islower() else words) or "Untitled"


def _concept(spelling: str) -> str:
    return next(row.concept for row in fields.FIELDS if spelling.casefold() in row.spellings)


def _is_flag(pair: Pair) -> bool:
    return not isinstance(pair.value, Scalar) or pair.value.text.strip().casefold() in value.TRUE | value.FALSE


def _is_no_address(pair: Pair) -> bool:
    text = pair.value.text.strip() if isinstance(pair.value, Scalar) else ""
    return text.casefold() in {"false", "true"} or (pair.key.casefold() == "id" and text.isdigit())


def _whole(written: str) -> str:
    path = _without_ending(written.strip().strip("/"))
    return slug.path(path.removesuffix("/index") if path != "index" else "")


def _without_ending(written: str) -> str:
    return written.removesuffix(".html").removesuffix(".htm")


def _old_address(written: str) -> str:
    path = written.partition("#")[0].partition("?")[0].strip()
    made = slug.path(path)
    return made if made.endswith((".html", ".htm")) or not made else made + "/"


def _address_notes(written: str, made: str, whole: bool, mark: Mark) -> tuple[Note, ...]:
    if made == _without_ending(written.strip("/")):
        return ()
    if not made:
        return (Note(mark, f"{quoted(written)} has nothing an address may hold; the file name is used", "", Severity.NOTICE),)
    shown = f"/{made}/" if whole else made
    return (Note(mark, f"{quoted(written)} is no safe address; published as {quoted(shown)}", f"write {shown}", Severity.NOTICE),)
