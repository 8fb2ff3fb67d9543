"""Read dates as authors write them: ISO 8601, RFC 2822, month names in many languages (CLDR), 03/04/2021, Unix time."""

import datetime
import enum
import re
import unicodedata
import zoneinfo
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from almanac_kb.core.diagnostics import LocalDiagnostic, Outcome, Position, Severity, quoted
from almanac_kb.core.languages import primary_subtag
from almanac_kb.core.raw_markdown import read_wikilink

_COMMON = (
    "af ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk kn ko ku ky lb lt lv mk ml "
    "mn mr ms my nb ne nl nn pa pl pt ro ru sk sl sq sr sv sw ta te th tr uk ur uz vi zh"
)
COMMON = tuple(_COMMON.split())
"""Languages whose names of months are read in a text that does not declare its language.

In some of the two hundred others that Babel knows, `mai` is August and `jan` is June: those are read only where an article declares them.
"""
FILLERS = frozenset({"de", "del", "of", "d", "di", "m", "the"})
"""Words that stand beside the name of a month: `12 de diciembre de 2023`, `2023 m. gruodžio 12 d.`."""


def months_named(name: str, language: str = "") -> frozenset[int]:
    """The months, from 1 to 12, that a name or its abbreviation means: several where languages differ (`listopad`), none for others.

    `language` is the BCP 47 tag of the text, or empty: names of that language count before those of others.
    """
    word = _folded(name)
    own = _months(primary_subtag(language)).get(word, frozenset()) if language else frozenset()
    return own or _common_months().get(word, frozenset())


def is_weekday(name: str, language: str = "") -> bool:
    """Whether a word is the name of a weekday, or its abbreviation, in the language (a BCP 47 tag, or empty)."""
    word = _folded(name)
    return any(word in _weekdays(each) for each in dict.fromkeys((primary_subtag(language), "en", *COMMON)))


def _folded(name: str) -> str:
    words = [each.strip(".") for each in unicodedata.normalize("NFC", name).lower().replace("’", " ").replace("'", " ").split()]
    return " ".join(each for each in words if each not in FILLERS)


@lru_cache(1)
def _common_months() -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for language in COMMON:
        for name, months in _months(language).items():
            found[name] = found.get(name, frozenset()) | months
    return found


@lru_cache(256)
def _months(language: str) -> dict[str, frozenset[int]]:
    """The months by all their names in a language; an empty table for a language that CLDR does not know."""
    locale = _locale(language)
    found: dict[str, frozenset[int]] = {}
    for use in ("format", "stand-alone") if locale else ():
        for width in ("wide", "abbreviated"):
            for month, name in locale.months[use][width].items() if locale else ():
                word = _folded(name)
                found[word] = found.get(word, frozenset()) | {month}
    return found


@lru_cache(256)
def _weekdays(language: str) -> frozenset[str]:
    locale = _locale(language)
    if locale is None:
        return frozenset()
    return frozenset(
        _folded(name)
        for use in ("format", "stand-alone")
        for width in ("wide", "abbreviated", "short")
        for name in locale.days[use].get(width, {}).values()
    )


def _locale(language: str) -> Locale | None:
    try:
        return Locale(language)
    except (UnknownLocaleError, ValueError):
        return None


UTC = datetime.UTC
YEARS = range(1900, 2100)
"""Years that a date may have: others are slips, such as `0205`."""
MONTH_NUMBERS, DAY_ONLY_NUMBERS = range(1, 13), range(13, 32)
"""Numbers that can be a month, and those that can only be a day."""
UNDATED = "1980-01-01"
"""The date of last change for a page that has none, or an older one: MkDocs requires a date for each page; the sitemap omits this one."""
HINT = "write a date such as 2025-04-11"
MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
ENGLISH = {name[:length]: month for month, name in enumerate(MONTHS, 1) for length in (3, 4 if name == "september" else 3, len(name))}
"""Months by their English names and abbreviations, so that most dates need no tables of other languages."""
WEEKDAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
ARTICLES = frozenset({"le", "el", "il", "am", "den", "der", "the", "on"})
"""Words that may stand in front of a date: `le 1er janvier 2024`."""

LONGEST = 100
"""Most characters of a date."""
FLAGS = re.IGNORECASE | re.ASCII
"""ASCII, because with IGNORECASE alone `ſep` would match September, and digits of other scripts would match as numbers."""
TIME = (
    r"(?:(?:T|,?\s+(?:(?:at|um|à|a las|kl\.?)\s+)?)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?(?:\s*Uhr)?\s*(?P<zone>[A-Z][A-Z0-9_]*(?:/[A-Z0-9_+-]+)*)?\s*(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?(?:\s*\([^)]*\))?)?"
)
LETTER = r"[a-z\u00aa-\U0010ffff]"
WEEKDAY = rf"(?:(?P<weekday>{LETTER}+)\.?,?\s+)?"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|re|º|ª|°|:e|\.)?"
NAME = rf"(?P<name>{LETTER}[^\d,]*?)"
YEAR = r"(?P<year>\d{4})(?:\s*(?:года|року|[гр])\.?)?"
PATTERNS = (
    rf"(?P<year>\d{{4}})(?P<dash>[-/.])(?P<month>\d{{1,2}})(?P=dash)(?P<day>\d{{1,2}}){TIME}",
    rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}}){TIME}",
    rf"(?P<year>\d{{4}})\.\s(?P<month>\d{{1,2}})\.\s(?P<day>\d{{1,2}})\.?{TIME}",
    rf"(?P<year>\d{{4}})\s*[年년]\s*(?P<month>\d{{1,2}})\s*[月월]\s*(?P<day>\d{{1,2}})\s*[日일]?{TIME}",
    rf"(?P<day>\d{{1,2}})\s+tháng\s+(?P<month>\d{{1,2}}),?\s+(?:năm\s+)?(?P<year>\d{{4}}){TIME}",
    rf"{WEEKDAY}{NAME}\s+{DAY},?\s+{YEAR}{TIME}",
    rf"{WEEKDAY}{DAY}[ ./-]?\s*{NAME}[,.]?[ ./-]\s*{YEAR}{TIME}",
    rf"{YEAR}[.,]?\s+{NAME}\s+{DAY}(?:\s*d\.)?{TIME}",
    rf"{WEEKDAY}{NAME}\s+(?P<day>\d{{1,2}})\s+(?P<hour>\d{{2}}):(?P<minute>\d{{2}}):(?P<second>\d{{2}})\s+"
    r"(?P<zone>[A-Z]{1,5})?\s*(?P<offset>[+-]\d{4})?\s*(?P<year>\d{4})",
)
"""The forms of dates, the commonest first: `re` compiles and remembers those that a site needs, since all of them take 40 ms."""
NUMERIC = rf"(?P<first_number>\d{{1,2}})(?P<sign>[/.-])\s?(?P<second_number>\d{{1,2}})(?P=sign)\s?(?P<year>\d{{4}}){TIME}"
UNIX_TIME = re.compile(r"-?(?P<digits>\d{10}(?:\d{3})?)(?:\.\d{1,9})?", FLAGS)
ZONES = {
    **dict.fromkeys(("Z", "UT", "UTC", "GMT", "WET"), 0),
    **dict.fromkeys(("BST", "CET", "MEZ", "WEST"), 1),
    **dict.fromkeys(("CEST", "MESZ", "EET", "SAST"), 2),
    **dict.fromkeys(("EEST", "MSK"), 3),
    "IST": 5.5,
    "SGT": 8,
    **dict.fromkeys(("JST", "KST"), 9),
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
    "BRT": -3,
    "EDT": -4,
    **dict.fromkeys(("EST", "CDT"), -5),
    **dict.fromkeys(("CST", "MDT"), -6),
    **dict.fromkeys(("MST", "PDT"), -7),
    **dict.fromkeys(("PST", "AKDT"), -8),
    "AKST": -9,
    "HST": -10,
}
"""Time zones by name, with their offset from UTC in hours; those of North America as in RFC 822."""


class DateOrder(enum.Enum):
    """Whether the month or the day comes first in a date such as `03/04/2021`."""

    MONTH_FIRST = "month-first"
    DAY_FIRST = "day-first"


def read_date(text: str, position: Position, order: DateOrder | None = None, language: str = "") -> Outcome[datetime.datetime | None]:
    """The moment that a text names, in the time zone it names, else UTC; or None with an error that says why it is no date.

    `order` decides `03/04/2021`; without it such a date is refused, with both readings named. A date with dots has the day first.
    `language`, a BCP 47 tag or empty, is that of month and weekday names.
    """
    text = re.sub(r"\s+", " ", text.strip())
    linked = read_wikilink(text)
    try:
        moment, notice = _parse(linked.name.strip() if linked else text, order, language)
    except _RefusalError as refusal:
        return Outcome(None, (LocalDiagnostic(position, str(refusal), HINT),))
    return Outcome(moment, (LocalDiagnostic(position, notice, "write the offset, such as +02:00", Severity.NOTICE),) if notice else ())


def order_evidence(text: str) -> DateOrder | None:
    """The order that a date with slashes or hyphens proves: `05/31/2018` must have the month first. None for dates that prove nothing."""
    first, other = _parts(text)
    if first in MONTH_NUMBERS and other in DAY_ONLY_NUMBERS:
        return DateOrder.MONTH_FIRST
    return DateOrder.DAY_FIRST if first in DAY_ONLY_NUMBERS and other in MONTH_NUMBERS else None


def is_ambiguous(text: str) -> bool:
    """Whether a numeric date has two readings: `03/04/2021`, but not `04/04/2021` or `03.04.2021`."""
    first, other = _parts(text)
    return first in MONTH_NUMBERS and other in MONTH_NUMBERS and first != other


def date_in_path(name: str) -> str:
    """The date at the start of a file name, `2020-01-31` for `2020-01-31-name.md`; empty where there is none."""
    match = re.match(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?=[-_ .]|$)", name)
    return match[1] if match else ""


class _RefusalError(Exception):
    """A text is no date; the message says why."""


def _parts(text: str) -> tuple[int, int]:
    match = re.fullmatch(NUMERIC, text.strip(), FLAGS) if len(text) <= LONGEST else None
    return (int(match["first_number"]), int(match["second_number"])) if match and match["sign"] != "." else (0, 0)


def _parse(text: str, order: DateOrder | None, language: str) -> tuple[datetime.datetime, str]:
    """The moment, and what its author should know about how it was read, or an empty text."""
    for pattern in PATTERNS if len(text) <= LONGEST else ():
        match = re.fullmatch(pattern, text, FLAGS)
        if match:
            month = int(match["month"]) if "month" in match.groupdict() else _month(match, text, language)
            return _moment(text, match, month, int(match["day"]))
    numeric = re.fullmatch(NUMERIC, text, FLAGS) if len(text) <= LONGEST else None
    if numeric:
        return _numeric_date(text, numeric, order)
    unix_time = UNIX_TIME.fullmatch(text)
    if unix_time:
        return _unix_time(text, is_milliseconds=len(unix_time["digits"]) == 13), ""
    raise _RefusalError(f"must be a date, got {quoted(text)}")


def _month(match: re.Match[str], text: str, language: str) -> int:
    """The month that a date names; English names are found without loading the tables of all languages."""
    name, before = match["name"].lower().rstrip("."), match.groupdict().get("weekday")
    if before and before.lower() not in ARTICLES and before.lower()[:3] not in WEEKDAYS and not is_weekday(before, language):
        raise _RefusalError(f"must be a date, got {quoted(text)}")
    if name in ENGLISH and not language:
        return ENGLISH[name]
    months = months_named(name, language)
    if len(months) > 1:
        readings = " or ".join(f"{match['year']}-{month:02}-{int(match['day']):02}" for month in sorted(months))
        raise _RefusalError(f"can be read as {readings}, depending on the language, got {quoted(text)}")
    short = ENGLISH.get(name[:3])
    if not months and not (short and name.isascii() and name.isalpha()):
        raise _RefusalError(f"must be a date, got {quoted(text)}")
    return next(iter(months), short or 0)


def _numeric_date(text: str, match: re.Match[str], order: DateOrder | None) -> tuple[datetime.datetime, str]:
    first, second = int(match["first_number"]), int(match["second_number"])
    if match["sign"] == ".":
        order = DateOrder.MONTH_FIRST if first in MONTH_NUMBERS and second in DAY_ONLY_NUMBERS else DateOrder.DAY_FIRST
    if is_ambiguous(text) and order is None:
        raise _RefusalError(
            f"can be read as {match['year']}-{first:02}-{second:02} or {match['year']}-{second:02}-{first:02}, got {quoted(text)}"
        )
    by = order_evidence(text) or order
    return _moment(text, match, second, first) if by is DateOrder.DAY_FIRST else _moment(text, match, first, second)


def _moment(text: str, match: re.Match[str], month: int, day: int) -> tuple[datetime.datetime, str]:
    _check_year(int(match["year"]), text)
    hour = int(match["hour"] or 0)
    half = match.groupdict().get("half")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    try:
        moment = datetime.datetime(int(match["year"]), month, day, hour, int(match["minute"] or 0), int(match["second"] or 0), tzinfo=UTC)
        zone, notice = _timezone(match["offset"], match["zone"] or "Z", moment)
        return moment.replace(tzinfo=zone), notice
    except ValueError as error:
        raise _RefusalError(f"is no date of the calendar ({error}), got {quoted(text)}") from None


def _timezone(offset: str | None, name: str, moment: datetime.datetime) -> tuple[datetime.timezone, str]:
    """The time zone with an offset, or else with a name, at a moment of its clocks; and a remark where the name is unknown."""
    if not offset:
        return _named_zone(name, moment)
    digits = offset[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if minutes > 59 or hours * 60 + minutes > 14 * 60:
        raise ValueError("an offset is at most 14 hours")
    distance = datetime.timedelta(hours=hours, minutes=minutes)
    return datetime.timezone(-distance if offset[0] == "-" else distance), ""


def _named_zone(name: str, moment: datetime.datetime) -> tuple[datetime.timezone, str]:
    hours = ZONES.get(name.upper())
    if hours is not None:
        return datetime.timezone(datetime.timedelta(hours=hours)) if hours else UTC, ""
    try:
        distance = moment.replace(tzinfo=zoneinfo.ZoneInfo(name)).utcoffset() if "/" in name else None
    except (zoneinfo.ZoneInfoNotFoundError, OSError, ValueError):
        distance = None
    return (
        (datetime.timezone(distance), "")
        if distance is not None
        else (UTC, f"has the time zone {quoted(name)}, which is not known; read as UTC")
    )


def _unix_time(text: str, *, is_milliseconds: bool) -> datetime.datetime:
    seconds = int(float(text) / (1000 if is_milliseconds else 1))
    moment = datetime.datetime.fromtimestamp(0, UTC) + datetime.timedelta(seconds=seconds)
    _check_year(moment.year, text)
    return moment


def _check_year(year: int, text: str) -> None:
    if year not in YEARS:
        raise _RefusalError(f"must be a year from {YEARS.start} to {YEARS.stop - 1}, got {quoted(text)}")
