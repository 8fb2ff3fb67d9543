"""Read dates as authors write them."""

import datetime
import enum
import re

from almanac_kb.core.diagnostics import LocalDiagnostic, Outcome, Position, quoted

UTC = datetime.UTC
YEARS = range(1900, 2100)
"""The years a date may have."""
MONTH, DAY = range(1, 13), range(13, 32)
"""Numbers that can be a month, and those that can only be a day."""
UNDATED = "1980-01-01"
"""The day of change of a page that has none, or an older one: MkDocs wants a day for each; the sitemap leaves this one out."""
MEND = "write a date such as 2025-04-11"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

FLAGS = re.IGNORECASE | re.ASCII
"""Without ASCII, `ſep` is September to the expression and to nobody else."""
TIME = (
    r"(?:(?:T|,?\s+(?:at\s+)?)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?:\s*(?P<half>[ap])\.?m\.?)?"
    r"\s*(?P<zone>Z|UTC|GMT)?\s*(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?(?:\s*\([^)]*\))?)?"
)
WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
NAME = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
SHAPES = tuple(
    re.compile(shape, FLAGS)
    for shape in (
        rf"(?P<year>\d{{4}})(?P<dash>[-/.])(?P<month>\d{{1,2}})(?P=dash)(?P<day>\d{{1,2}}){TIME}",
        rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}}){TIME}",
        rf"{WEEKDAY}{NAME}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){TIME}",
        rf"{WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -]{NAME},?[ -](?P<year>\d{{4}}){TIME}",
        rf"{WEEKDAY}{NAME}\s+(?P<day>\d{{1,2}})\s+(?P<hour>\d{{2}}):(?P<minute>\d{{2}}):(?P<second>\d{{2}})\s+"
        r"(?P<zone>Z|UTC|GMT)?\s*(?P<offset>[+-]\d{4})?\s*(?P<year>\d{4})",
    )
)
NUMERIC = re.compile(rf"(?P<first>\d{{1,2}})[/.-](?P<other>\d{{1,2}})[/.-](?P<year>\d{{4}}){TIME}", FLAGS)
EPOCH = re.compile(r"-?(?P<digits>\d{10}(?:\d{3})?)(?:\.\d{1,9})?", FLAGS)


class DateOrder(enum.Enum):
    """What comes first in `03/04/2021`."""

    MONTH_FIRST = "month-first"
    DAY_FIRST = "day-first"


def read_date(text: str, position: Position, order: DateOrder | None = None) -> Outcome[datetime.datetime | None]:
    """The moment a text names, with the offset it names, UTC where it names none; or an error that says why not.

    `order` decides `03/04/2021`; without it such a date is refused with both readings named.
    """
    text = re.sub(r"\s+", " ", text.strip())
    try:
        return Outcome(_read(text, order))
    except _RefusalError as refusal:
        return Outcome(None, (LocalDiagnostic(position, str(refusal), MEND),))


def order_evidence(text: str) -> DateOrder | None:
    """Which order a numeric date proves: `05/31/2018` can only have the month first."""
    first, other = _parts(text)
    if first in MONTH and other in DAY:
        return DateOrder.MONTH_FIRST
    return DateOrder.DAY_FIRST if first in DAY and other in MONTH else None


def is_ambiguous(text: str) -> bool:
    """Whether a numeric date has two readings: `03/04/2021`, but not `04/04/2021`."""
    first, other = _parts(text)
    return first in MONTH and other in MONTH and first != other


def date_in_path(name: str) -> str:
    """The date a file name starts with, `2020-01-31` of `2020-01-31-name.md`, or nothing."""
    match = re.match(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?=[-_ .]|$)", name)
    return match[1] if match else ""


class _RefusalError(Exception):
    pass


def _parts(text: str) -> tuple[int, int]:
    match = NUMERIC.fullmatch(text.strip())
    return (int(match["first"]), int(match["other"])) if match else (0, 0)


def _read(text: str, order: DateOrder | None) -> datetime.datetime:
    for shape in SHAPES:
        match = shape.fullmatch(text)
        if match:
            named = match.groupdict().get("name")
            month = MONTHS.index(named.lower()[:3]) + 1 if named else int(match["month"])
            return _moment(text, match, month, int(match["day"]))
    numeric = NUMERIC.fullmatch(text)
    if numeric:
        return _numeric(text, numeric, order)
    epoch = EPOCH.fullmatch(text)
    if epoch:
        return _epoch(text, milliseconds=len(epoch["digits"]) == 13)
    raise _RefusalError(f"must be a date, got {quoted(text)}")


def _numeric(text: str, match: re.Match[str], order: DateOrder | None) -> datetime.datetime:
    first, second = int(match["first"]), int(match["other"])
    if is_ambiguous(text) and order is None:
        raise _RefusalError(
            f"can be read as {match['year']}-{first:02}-{second:02} or {match['year']}-{second:02}-{first:02}, got {quoted(text)}"
        )
    by = order_evidence(text) or order
    return _moment(text, match, second, first) if by is DateOrder.DAY_FIRST else _moment(text, match, first, second)


def _moment(text: str, match: re.Match[str], month: int, day: int) -> datetime.datetime:
    _check_year(int(match["year"]), text)
    hour = int(match["hour"] or 0)
    half = match.groupdict().get("half")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    try:
        return datetime.datetime(
            int(match["year"]), month, day, hour, int(match["minute"] or 0), int(match["second"] or 0), tzinfo=_zone(match["offset"])
        )
    except ValueError as error:
        raise _RefusalError(f"is no date of the calendar ({error}), got {quoted(text)}") from None


def _zone(offset: str | None) -> datetime.timezone:
    if not offset:
        return UTC
    digits = offset[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if minutes > 59 or hours * 60 + minutes > 14 * 60:
        raise ValueError("an offset is at most 14 hours")
    distance = datetime.timedelta(hours=hours, minutes=minutes)
    return datetime.timezone(-distance if offset[0] == "-" else distance)


def _epoch(text: str, *, milliseconds: bool) -> datetime.datetime:
    seconds = int(float(text) / (1000 if milliseconds else 1))
    moment = datetime.datetime.fromtimestamp(0, UTC) + datetime.timedelta(seconds=seconds)
    _check_year(moment.year, text)
    return moment


def _check_year(year: int, text: str) -> None:
    if year not in YEARS:
        raise _RefusalError(f"must be a year from {YEARS.start} to {YEARS.stop - 1}, got {quoted(text)}")
