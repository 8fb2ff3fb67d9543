"""Reads an article: everything its author says of it, once from its file, in any dialect."""

import datetime
from dataclasses import replace

from almanac_kb.content import author_intent
from almanac_kb.content.article import Article, ArticleReading, own_name, title_from_file_name
from almanac_kb.core import text as core_text
from almanac_kb.core.diagnostics import Diagnostic, HeaderError, LocalDiagnostic, Outcome, Position, Severity, in_file, quoted
from almanac_kb.core.packed_text import pack_text
from almanac_kb.core.paths import SourcePath
from almanac_kb.frontmatter import dates, fields, values
from almanac_kb.frontmatter import header as frontmatter_header
from almanac_kb.frontmatter.dates import DateOrder
from almanac_kb.frontmatter.formats import Mapping, Node, Pair, Plain, Scalar, find_pair, is_absent, key_form, plain_text
from almanac_kb.frontmatter.values import Permalink, Value, ValueReader
from almanac_kb.markdown import parser
from almanac_kb.markdown.excerpt import Excerpt

PUBLICATION_KEYS = frozenset({"pubdate", "publishdate", "datepublished", "published_at"})
"""Keys of a date before which an article is not published, whatever its date of creation."""
NAMED = 50
"""Most unknown keys of one article that are compared with the known ones."""


def read_article(source: SourcePath, data: bytes, order: DateOrder | None = None) -> ArticleReading:
    """The article in a file's bytes, with diagnostics; never raises. `order` decides numeric dates such as 03/04/2021."""
    report = _Report(source)
    part = "file"
    try:
        text = report.take(part, core_text.clean_block(report.take(part, core_text.repaired(core_text.decode(data)))))
        part = "header"
        parts = frontmatter_header.split_header(text)
        header = report.take(part, frontmatter_header.parse_header(parts))
    except HeaderError as error:
        report.add(part, LocalDiagnostic(error.position, error.message, error.hint))
        return ArticleReading(source, None, report.diagnostics())
    misplaced = frontmatter_header.misplaced_keys(parts)
    report.add(part, *([misplaced] if misplaced else []))
    written, read = _date_texts(header), _HeaderReader(source, header, report, order)
    article = read.article(parts.body, parts.body_line)
    return ArticleReading(
        source,
        article,
        report.diagnostics(),
        frozenset(proof for text in written if (proof := dates.order_evidence(text))),
        any(dates.is_ambiguous(text) for text in written),
        tuple(read.near_misses),
    )


class _Report:
    """Collects the diagnostics of a file while it is read."""

    def __init__(self, source: SourcePath) -> None:
        self._source = source
        self._problems: list[Diagnostic] = []

    def add(self, key: str, *notes: LocalDiagnostic) -> None:
        self._problems += [in_file(self._source, key, note) for note in notes]

    def take(self, key: str, found: Outcome[Value]) -> Value:
        self.add(key, *found.diagnostics)
        return found.value

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return tuple(sorted(self._problems))


def _date_texts(header: Mapping) -> list[str]:
    pairs = [fields.find_field(header, concept) for concept in ("created", "updated", "expires", "published")]
    return [pair.value.text for pair in pairs if pair and isinstance(pair.value, Scalar)]


class _HeaderReader:
    """Reads the fields of one header, with a method for each concept that has rules of its own."""

    def __init__(self, source: SourcePath, header: Mapping, report: _Report, order: DateOrder | None) -> None:
        self._source, self._header, self._report, self._order = source, header, report, order
        self.near_misses: list[Diagnostic] = []
        self._language = self._read("language", values.read_text, "")
        self._intent = author_intent.read_intent(header)
        for key, note in self._intent.notes:
            report.add(key, note)

    def article(self, body: str, body_line: int) -> Article:
        """The article that the header and the body make."""
        created, updated = self._dates()
        categories = self._read("categories", values.read_names, values.NOBODY)
        tags = *self._read("tags", values.read_names, values.NOBODY), *categories
        title = self._read("title", values.read_text, "")
        description = parser.plain_line(self._read("description", values.read_description, ""))
        summary = parser.summarize(body, self._source) if not (title and description) else Excerpt()
        found = Article(
            source=self._source,
            title=title or _plain(summary.title)[: values.TITLE_LENGTH] or title_from_file_name(self._source),
            description=description or _plain(summary.description),
            summarised=not description,
            created=created,
            updated=updated,
            expires=self._read("expires", self._read_date, None),
            tags=tuple(dict.fromkeys(tags)),
            categories=tuple(categories),
            tags_position=self._position("tags", "categories"),
            authors=self._read("authors", values.read_authors, values.NOBODY),
            image=self._read("image", values.read_image, ""),
            image_position=self._position("image"),
            alt=self._read("alt", values.read_text, ""),
            order=self._read("order", values.read_number, None),
            language=self._language,
            series=self._read("series", values.read_text, ""),
            publish_from=self._publish_from(),
            intent=self._intent,
            extra=self._extra(),
            body=pack_text(body),
            body_line=body_line,
        )
        return self._with_address(found)

    def _with_address(self, article: Article) -> Article:
        address, canonical = self._address()
        aliases, names = self._aliases()
        return replace(
            article,
            slug=address.slug,
            path=address.path,
            address_position=address.position,
            aliases=aliases,
            aliases_position=self._position("aliases"),
            names=names,
            canonical=canonical,
        )

    def _read(self, concept: str, reader: ValueReader[Value], default: Value) -> Value:
        pair = fields.find_field(self._header, concept)
        return self._report.take(pair.key, reader(pair.value)) if pair else default

    def _position(self, *concepts: str) -> Position:
        pairs = (fields.find_field(self._header, concept) for concept in concepts)
        return next((pair.value.position for pair in pairs if pair), Position())

    def _read_date(self, node: Node) -> Outcome[datetime.datetime | None]:
        node = values.without_list(node)
        if isinstance(node, Mapping) and find_pair(node, "updated"):
            return Outcome(None)
        if not isinstance(node, Scalar):
            return Outcome(None, (LocalDiagnostic(node.position, "must be a date, got a list or a map", dates.HINT),))
        return dates.read_date(node.text, node.position, self._order, self._language)

    def _dates(self) -> tuple[datetime.datetime | None, datetime.datetime | None]:
        created, updated = self._read("created", self._read_date, None), self._read("updated", self._read_date, None)
        for pair in fields.find_fields(self._header, "published"):
            published = None if _is_flag(pair) else self._report.take(pair.key, self._read_date(pair.value))
            created = created or published
        in_path = dates.date_in_path(own_name(self._source))
        if in_path and not fields.find_field(self._header, "created"):
            created = created or self._report.take("file", dates.read_date(in_path, Position()))
        changed = fields.find_field(self._header, "updated")
        if created and updated and updated < created and changed:
            message = f"is before the date of publication, {created:%Y-%m-%d}; left out"
            self._report.add(changed.key, LocalDiagnostic(changed.value.position, message, "write the later date", Severity.NOTICE))
            updated = None
        return created, updated

    def _publish_from(self) -> datetime.datetime | None:
        """The latest date of publication in the header beside its date of creation."""
        others = [pair for pair in list(fields.find_fields(self._header, "created"))[1:] if pair.key.casefold() in PUBLICATION_KEYS]
        found = [self._report.take(pair.key, self._read_date(pair.value)) for pair in others]
        found += [self._read_date(pair.value).value for pair in fields.find_fields(self._header, "published") if not _is_flag(pair)]
        return max((date for date in found if date), default=None)

    def _aliases(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        addresses, names = [], []
        for pair in fields.find_fields(self._header, "aliases"):
            for alias in self._report.take(pair.key, values.read_addresses(pair.value)):
                old = values.old_address(alias) if values.is_old_address(alias) else ""
                if old:
                    addresses.append(old)
                elif values.is_old_address(alias):
                    message = f"{quoted(alias)} is no old address of this site"
                    self._report.add(
                        pair.key, LocalDiagnostic(pair.value.position, message, "write a path such as /old/address/", Severity.WARNING)
                    )
                else:
                    names.append(alias)
        return tuple(dict.fromkeys(addresses)), tuple(dict.fromkeys(names))

    def _address(self) -> tuple[Permalink, str]:
        canonical = self._read("canonical", values.read_url, "")
        pairs = (fields.find_field(self._header, concept) for concept in ("path", "slug"))
        wishes = [self._report.take(pair.key, values.read_permalink(pair)) for pair in pairs if pair]
        canonical = canonical or next((each.canonical for each in wishes if each.canonical), "")
        return next((each for each in wishes if each.slug or each.path), Permalink()), canonical

    def _extra(self) -> dict[str, Plain]:
        unknown, prose = fields.unknown_keys(self._header), fields.prose_key(self._header)
        if prose:
            message = "is no known field, nor are the others; is this text? Lines between two `---` at the top of a file are a header"
            self._report.add(prose.key, LocalDiagnostic(prose.position, message, "write `***` for the rules", Severity.WARNING))
        understood = {key for key, _ in self._intent.notes}
        for pair in unknown[:NAMED]:
            fate = fields.NOT_FOLLOWED.get(key_form(pair.key))
            if fate and not is_absent(pair.value):
                self._report.add(pair.key, LocalDiagnostic(pair.position, fate, "put a link into the text", Severity.NOTICE))
            meant = fields.near_miss(pair.key) if pair.key not in understood else ""
            if meant and not fields.find_field(self._header, fields.concept_of(meant)):
                note = LocalDiagnostic(
                    pair.position, f"is no known field; {meant} is", f"write {meant}, if that is what you mean", Severity.WARNING
                )
                self.near_misses.append(in_file(self._source, pair.key, note))
        return {pair.key: plain_text(pair.value) for pair in unknown if not is_absent(pair.value)}


def _plain(text: str) -> str:
    return core_text.one_line(text, Position()).value


def _is_flag(pair: Pair) -> bool:
    return not isinstance(pair.value, Scalar) or pair.value.text.strip().casefold() in values.TRUE | values.FALSE
