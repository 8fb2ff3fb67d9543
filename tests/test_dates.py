"""Dates as authors write them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.core.diagnostics import LocalDiagnostic, Position
from almanac_kb.frontmatter import dates
from almanac_kb.frontmatter.dates import DateOrder

HERE = Position(4, 7)
MOMENTS = st.datetimes(
    datetime.datetime(1900, 1, 1),
    datetime.datetime(2099, 12, 31),
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes))),
).map(lambda moment: moment.replace(microsecond=0))


def read(text: str, order: DateOrder | None = None) -> str:
    outcome = dates.read_date(text, HERE, order)
    return outcome.value.isoformat() if outcome.value else outcome.diagnostics[0].message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-04-11", "2025-04-11T00:00:00+00:00"),
        ("2025-4-1", "2025-04-01T00:00:00+00:00"),
        ("2025/04/11", "2025-04-11T00:00:00+00:00"),
        ("2025.04.11", "2025-04-11T00:00:00+00:00"),
        ("20250411", "2025-04-11T00:00:00+00:00"),
        ("2019-03-13 09:00:00 -0500", "2019-03-13T09:00:00-05:00"),
        ("2019-03-13 09:00", "2019-03-13T09:00:00+00:00"),
        ("2019-03-13T09:00:00Z", "2019-03-13T09:00:00+00:00"),
        ("2019-03-13t09:00:00z", "2019-03-13T09:00:00+00:00"),
        ("2019-03-13T09:00:00.123456+05:30", "2019-03-13T09:00:00+05:30"),
        ("2019-03-13T09:00:00+01", "2019-03-13T09:00:00+01:00"),
        ("2019-03-13 09:00:00 UTC", "2019-03-13T09:00:00+00:00"),
        ("05/31/2018", "2018-05-31T00:00:00+00:00"),
        ("31.05.2018", "2018-05-31T00:00:00+00:00"),
        ("04/04/2018", "2018-04-04T00:00:00+00:00"),
        ("05/31/2018 7:05 PM", "2018-05-31T19:05:00+00:00"),
        ("Jul 08 2022", "2022-07-08T00:00:00+00:00"),
        ("Jul 8, 2022", "2022-07-08T00:00:00+00:00"),
        ("March 3, 2021", "2021-03-03T00:00:00+00:00"),
        ("March 3rd, 2021 at 12:30 a.m.", "2021-03-03T00:30:00+00:00"),
        ("Sept. 3, 2021", "2021-09-03T00:00:00+00:00"),
        ("3 March 2021", "2021-03-03T00:00:00+00:00"),
        ("3-Mar-2021", "2021-03-03T00:00:00+00:00"),
        ("Wednesday, 3rd March 2021 12:00 pm", "2021-03-03T12:00:00+00:00"),
        ("Tue, 05 Mar 2019 09:00:00 +0100", "2019-03-05T09:00:00+01:00"),
        ("Tue, 05 Mar 2019 09:00:00 GMT", "2019-03-05T09:00:00+00:00"),
        ("Mon Sep 09 2024 04:38:21 GMT+0000 (Coordinated Universal Time)", "2024-09-09T04:38:21+00:00"),
        ("Mon Sep 9 04:38:21 UTC 2024", "2024-09-09T04:38:21+00:00"),
        ("1552467600000", "2019-03-13T09:00:00+00:00"),
        ("1552467600", "2019-03-13T09:00:00+00:00"),
        ("1552467600.5", "2019-03-13T09:00:00+00:00"),
        ("  2025-04-11\t10:00  ", "2025-04-11T10:00:00+00:00"),
    ],
)
def test_every_form_that_authors_use(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("soon", "must be a date, got 'soon'"),
        ("2024", "must be a date, got '2024'"),
        ("16:00:00", "must be a date, got '16:00:00'"),
        ("10000-01-01", "must be a date, got '10000-01-01'"),
        ("ſep 3, 2021", "must be a date, got 'ſep 3, 2021'"),
        ("٢٠٢٥-٠٤-١١", "must be a date, got '٢٠٢٥-٠٤-١١'"),
        ("2017-02-29", "is no date of the calendar (day is out of range for month), got '2017-02-29'"),
        ("2025-13-45", "is no date of the calendar (month must be in 1..12), got '2025-13-45'"),
        ("2026-06-30T23:59:60Z", "is no date of the calendar (second must be in 0..59), got '2026-06-30T23:59:60Z'"),
        ("2026-05-05T10:00:00+99:99", "is no date of the calendar (an offset is at most 14 hours), got '2026-05-05T10:00:00+99:99'"),
        ("2026-05-05T10:00:00+01:75", "is no date of the calendar (an offset is at most 14 hours), got '2026-05-05T10:00:00+01:75'"),
        ("0001-01-01", "must be a year from 1900 to 2099, got '0001-01-01'"),
        ("9999-12-31", "must be a year from 1900 to 2099, got '9999-12-31'"),
        ("13/14/2018", "is no date of the calendar (month must be in 1..12), got '13/14/2018'"),
        ("-9999999999999", "must be a year from 1900 to 2099, got '-9999999999999'"),
        ("03/04/2021", "can be read as 2021-03-04 or 2021-04-03, got '03/04/2021'"),
    ],
)
def test_what_is_no_date_has_one_error(text: str, expected: str) -> None:
    assert dates.read_date(text, HERE).diagnostics == (LocalDiagnostic(HERE, expected, "write a date such as 2025-04-11"),)


def test_the_order_of_a_site_decides_a_date_with_two_readings() -> None:
    assert read("03/04/2021", DateOrder.MONTH_FIRST) == "2021-03-04T00:00:00+00:00"
    assert read("03/04/2021", DateOrder.DAY_FIRST) == "2021-04-03T00:00:00+00:00"


def test_a_date_with_one_reading_keeps_it_whatever_the_order() -> None:
    assert read("05/31/2018", DateOrder.DAY_FIRST) == "2018-05-31T00:00:00+00:00"
    assert read("31/05/2018", DateOrder.MONTH_FIRST) == "2018-05-31T00:00:00+00:00"


def test_an_impossible_date_is_refused_in_both_orders() -> None:
    assert read("31/31/2018") == "is no date of the calendar (month must be in 1..12), got '31/31/2018'"


@pytest.mark.parametrize(
    ("text", "proof", "ambiguous"),
    [
        ("05/31/2018", DateOrder.MONTH_FIRST, False),
        ("31/05/2018", DateOrder.DAY_FIRST, False),
        ("03/04/2021", None, True),
        ("04/04/2021", None, False),
        ("31/31/2018", None, False),
        ("13/14/2018", None, False),
        ("2025-04-11", None, False),
    ],
)
def test_what_a_date_proves(text: str, proof: DateOrder | None, ambiguous: bool) -> None:
    assert (dates.order_evidence(text), dates.is_ambiguous(text)) == (proof, ambiguous)


@pytest.mark.parametrize(
    ("name", "expected"), [("2020-01-31-x.md", "2020-01-31"), ("2020-01-31", "2020-01-31"), ("2020-01-312", ""), ("x", "")]
)
def test_the_date_a_file_name_starts_with(name: str, expected: str) -> None:
    assert dates.date_in_path(name) == expected


@given(MOMENTS)
def test_a_moment_is_read_back_from_each_way_to_write_it(moment: datetime.datetime) -> None:
    written = (
        moment.isoformat(),
        moment.isoformat(" "),
        moment.strftime("%Y-%m-%d %H:%M:%S %z"),
        moment.strftime("%a, %d %b %Y %H:%M:%S %z"),
        moment.strftime("%B %d, %Y %H:%M:%S %z"),
        moment.strftime("%a %b %d %Y %H:%M:%S GMT%z (Somewhere)"),
    )
    for text in written:
        assert dates.read_date(text, HERE).value == moment, text


@given(st.datetimes(datetime.datetime(2001, 9, 10), datetime.datetime(2099, 12, 30), timezones=st.just(datetime.UTC)))
def test_unix_time_is_read_back(moment: datetime.datetime) -> None:
    whole = moment.replace(microsecond=0)
    seconds = int(whole.timestamp())
    assert dates.read_date(str(seconds), HERE).value == whole
    assert dates.read_date(str(seconds * 1000), HERE).value == whole


@given(st.text(alphabet="0123456789-/:. +TZamonjulsept(),", max_size=40), st.sampled_from([None, *DateOrder]))
def test_any_text_is_a_date_or_has_an_error(text: str, order: DateOrder | None) -> None:
    outcome = dates.read_date(text, HERE, order)
    assert (outcome.value is None) is bool(outcome.diagnostics)
