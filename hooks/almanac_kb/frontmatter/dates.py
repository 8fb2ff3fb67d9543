"""Read dates as authors write them: ISO 8601, RFC 2822, English month names, 03/04/2021, Unix time; which of two numbers is the month."""

import datetime
import enum
import re

from almanac_kb.core.diagnostics import LocalDiagnostic, Outcome, Position, quoted

UTC = datetime.UTC
YEARS = range(1900, 2100)
"""The years that a date may have: others are slips, such as `0205`."""
MONTH_NUMBERS, DAY_ONLY_NUMBERS = range(1, 13), range(13, 32)
"""Numbers that can be a month, and those that can only be a day."""
UNDATED = "1980-01-01"
"""The date of change of a page that has none or an older one: MkDocs demands a date for each page; the sitemap leaves this one out."""
HINT = "write a date such as 2025-04-11"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

FLAGS = re.IGNORECASE | re.ASCII
"""ASCII, because `ſep` would be September for a regular expression that ignores case, and digits of other scripts would be numbers."""
TIME = (
    r"(?:(?:T|,?\s+(?:at\s+)?)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?:\s*(?P<half>[ap])\.?m\.?)?"
    r"\s*(?P<zone>Z|UTC|GMT)?\s*(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?(?:\s*\([^)]*\))?)?"
)
WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
MONTH_NAME = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
PATTERNS = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        rf"(?P<year>\d{{4}})(?P<dash>[-/.])(?P<month>\d{{1,2}})(?P=dash)(?P<day>\d{{1,2}}){TIME}",
        rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}}){TIME}",
        rf"{WEEKDAY}{MONTH_NAME}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){TIME}",
        rf"{WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -]{MONTH_NAME},?[ -](?P<year>\d{{4}}){TIME}",
        rf"{WEEKDAY}{MONTH_NAME}\s+(?P<day>\d{{1,2}})\s+(?P<hour>\d{{2}}):(?P<minute>\d{{2}}):(?P<second>\d{{2}})\s+"
        r"(?P<zone>Z|UTC|GMT)?\s*(?P<offset>[+-]\d{4})?\s*(?P<year>\d{4})",
    )
)
"""Dates that are read in one way only. In order: year first; the same without separators; month name first; day first; as `date` prints."""
NUMERIC = re.compile(rf"(?P<first_number>\d{{1,2}})[/.-](?P<second_number>\d{{1,2}})[/.-](?P<year>\d{{4}}){TIME}", FLAGS)
"""A date of two numbers and a year, whose order is not known."""
UNIX_TIME = re.compile(r"-?(?P<digits>\d{10}(?:\d{3})?)(?:\.\d{1,9})?", FLAGS)
"""Seconds since 1970, ten digits, or milliseconds, thirteen."""


class DateOrder(enum.Enum):
    """Which number comes first in a date such as `03/04/2021`."""

    MONTH_FIRST = "month-first"
    DAY_FIRST = "day-first"


def read_date(text: str, position: Position, order: DateOrder | None = None) -> Outcome[datetime.datetime | None]:
    """The moment that a text names, with its offset, or in UTC where it names none; None, and an error at `position`, where it is no date.

    `order` decides how `03/04/2021` is read; without it such a date is an error that names both readings.
    """
    text = re.sub(r"\s+", " ", text.strip())
    try:
        return Outcome(_parse(text, order))
    except _RefusalError as error:
        return Outcome(None, (LocalDiagnostic(position, str(error), HINT),))


def order_evidence(text: str) -> DateOrder | None:
    """The order that a numeric date proves: `05/31/2018` can only have the month first; None where it proves nothing."""
    first, second = _first_numbers(text)
    if first in MONTH_NUMBERS and second in DAY_ONLY_NUMBERS:
        return DateOrder.MONTH_FIRST
    return DateOrder.DAY_FIRST if first in DAY_ONLY_NUMBERS and second in MONTH_NUMBERS else None


def is_ambiguous(text: str) -> bool:
    """Whether a numeric date has two readings: `03/04/2021`, but not `04/04/2021`."""
    first, second = _first_numbers(text)
    return first in MONTH_NUMBERS and second in MONTH_NUMBERS and first != second


def date_in_path(name: str) -> str:
    """The date that a file name starts with: `2020-01-31` for `2020-01-31-name.md`; empty where there is none."""
    match = re.match(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?=[-_ .]|$)", name)
    return match[1] if match else ""


class _RefusalError(Exception):
    """A text is no date; says why."""


def _first_numbers(text: str) -> tuple[int, int]:
    """The first two numbers of a numeric date; zeros for any other text."""
    match = NUMERIC.fullmatch(text.strip())
    return (int(match["first_number"]), int(match["second_number"])) if match else (0, 0)


def _parse(text: str, order: DateOrder | None) -> datetime.datetime:
    for pattern in PATTERNS:
        match = pattern.fullmatch(text)
        if match:
            name = match.groupdict().get("name")
            month = MONTHS.index(name.lower()[:3]) + 1 if name else int(match["month"])
            return _moment(text, match, month, int(match["day"]))
    numeric = NUMERIC.fullmatch(text)
    if numeric:
        return _numeric_date(text, numeric, order)
    unix_time = UNIX_TIME.fullmatch(text)
    if unix_time:
        return _unix_time(text, is_milliseconds=len(unix_time["digits"]) == 13)
    raise _RefusalError(f"must be a date, got {quoted(text)}")


def _numeric_date(text: str, match: re.Match[str], order: DateOrder | None) -> datetime.datetime:
    first, second = int(match["first_number"]), int(match["second_number"])
    if is_ambiguous(text) and order is None:
        raise _RefusalError(
            f"can be read as {match['year']}-{first:02}-{second:02} or {match['year']}-{second:02}-{first:02}, got {quoted(text)}"
        )
    proven = order_evidence(text) or order
    return _moment(text, match, second, first) if proven is DateOrder.DAY_FIRST else _moment(text, match, first, second)


def _moment(text: str, match: re.Match[str], month: int, day: int) -> datetime.datetime:
    _check_year(int(match["year"]), text)
    hour = int(match["hour"] or 0)
    half = match.groupdict().get("half")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    try:
        return datetime.datetime(
            int(match["year"]), month, day, hour, int(match["minute"] or 0), int(match["second"] or 0), tzinfo=_timezone(match["offset"])
        )
    except ValueError as error:
        raise _RefusalError(f"is no date of the calendar ({error}), got {quoted(text)}") from None


def _timezone(offset: str | None) -> datetime.timezone:
    if not offset:
        return UTC
    digits = offset[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if minutes > 59 or hours * 60 + minutes > 14 * 60:
        raise ValueError("an offset is at most 14 hours")
    difference = datetime.timedelta(hours=hours, minutes=minutes)
    return datetime.timezone(-difference if offset[0] == "-" else difference)


def _unix_time(text: str, *, is_milliseconds: bool) -> datetime.datetime:
    seconds = int(float(text) / (1000 if is_milliseconds else 1))
    moment = datetime.datetime.fromtimestamp(0, UTC) + datetime.timedelta(seconds=seconds)
    _check_year(moment.year, text)
    return moment


def _check_year(year: int, text: str) -> None:
    if year not in YEARS:
        raise _RefusalError(f"must be a year from {YEARS.start} to {YEARS.stop - 1}, got {quoted(text)}")
