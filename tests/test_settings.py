"""Settings of a site."""

import dataclasses

import pytest

from almanac_kb.content import settings
from almanac_kb.content.settings import HomeSetting, Settings, SettingsError
from almanac_kb.frontmatter.dates import DateOrder

NAMES = ", ".join(sorted(field.name for field in dataclasses.fields(Settings)))
WORKERS = "auto, a number from 1 to 256 or the address of a Dask scheduler such as tcp://scheduler:8786"


def test_a_site_without_settings_has_the_defaults() -> None:
    assert settings.read_settings(None) == settings.read_settings({}) == Settings(refused="stop", drafts=False, dates="proven", per_page=20)


def test_settings_are_read_and_null_is_the_default() -> None:
    chosen = settings.read_settings({"refused": "skip", "drafts": True, "dates": "day-first", "per_page": None})
    assert chosen == Settings(refused="skip", drafts=True, dates="day-first", per_page=20)


def test_the_top_of_the_home_page_is_set() -> None:
    assert settings.read_settings({"home": {"lead": "Disks.", "start": ["a.md"]}}).home == HomeSetting(lead="Disks.", start=("a.md",))
    with pytest.raises(SettingsError, match="home: must be a map such as"):
        settings.read_settings({"home": {"leed": "Disks."}})


@pytest.mark.parametrize(("dates", "order"), [("proven", None), ("month-first", DateOrder.MONTH_FIRST), ("day-first", DateOrder.DAY_FIRST)])
def test_the_order_of_dates(dates: str, order: DateOrder | None) -> None:
    assert Settings(dates=dates).order is order


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["a"], "extra.knowledge: must be a map of settings"),
        ({"refuse": "skip"}, "extra.knowledge.refuse: is no setting; did you mean refused?"),
        ({"x": 1}, f"extra.knowledge.x: is no setting; it may be {NAMES}"),
        ({1: 1}, f"extra.knowledge.1: is no setting; it may be {NAMES}"),
        ({"refused": "maybe"}, "extra.knowledge.refused: must be stop or skip, got 'maybe'"),
        ({"refused": ["stop"]}, "extra.knowledge.refused: must be stop or skip, got ['stop']"),
        ({"dates": "us"}, "extra.knowledge.dates: must be proven or month-first or day-first, got 'us'"),
        ({"cards": "none"}, "extra.knowledge.cards: must be article or topic or site, got 'none'"),
        ({"drafts": "yes"}, "extra.knowledge.drafts: must be true or false, got 'yes'"),
        ({"per_page": 51}, "extra.knowledge.per_page: must be a number from 1 to 50, got 51"),
        ({"per_page": True}, "extra.knowledge.per_page: must be a number from 1 to 50, got True"),
        ({"home": {"start": "a.md"}}, "extra.knowledge.home.start: must be a list of files of docs/ such as [guides/first.md], got 'a.md'"),
        ({"workers": 0}, f"extra.knowledge.workers: must be {WORKERS}, got 0"),
        ({"workers": "many"}, f"extra.knowledge.workers: must be {WORKERS}, got 'many'"),
        ({"workers": "tcp://scheduler"}, f"extra.knowledge.workers: must be {WORKERS}, got 'tcp://scheduler'"),
        ({"workers": True}, f"extra.knowledge.workers: must be {WORKERS}, got True"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_may_be(given: object, message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings.read_settings(given)
    assert str(refused.value) == message
