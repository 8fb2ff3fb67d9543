"""Hostile articles, if the collection stands beside the checkout: each is refused, or translated into what is listed here."""

from pathlib import Path

import pytest

from almanac_kb.content import reader
from almanac_kb.core.diagnostics import Severity, worst_severity
from almanac_kb.core.paths import SourcePath

HOSTILE = Path(__file__).parents[2] / "shared" / "hostile"
ARTICLE = "docs/articles/python/hostile.md"
REFUSED = {
    "y": "01 02 05 07 08 10 11 13 18 20 23 27 28 33 34",
    "t": "07 16 20",
    "d": "01 04 05 11 13 14 16 22 23 25 26",
    "s": "25",
    "p": "05 11 23",
    "g": "02 16 17 19",
    "e": "01 09 11",
}
TRANSLATED = {
    "y04": "title='Python: an intro'",
    "y14": "title='Hostile'",
    "y17": "body='# Hostile\\n\\nkeep: this\\n\\n---\\n\\nafter rule\\n'",
    "y21": "body='Note: this sentence must stay",
    "y31": "tags=('t',)",
    "t01": "title='<script>PWN(1)</script>'",
    "t02": "title='\"><img src=x onerror=PWN(1)>'",
    "t05": "title='Invoice fdp.exe'",
    "t08": "title='Hostile'",
    "t10": "title='Hostile'",
    "t11": "title='no'",
    "t13": "title='3.10'",
    "t14": "title='2026-01-01'",
    "t17": "title='{{ 7*7 }} {{ config.site_name }}'",
    "t19": "title='Hostile'",
    "t22": "title='Hostile'",
    "t23": "title='Hostile'",
    "t26": "title='Host ile x'",
    "t28": "body='# Hostile\\n\\nwzxhzdk:0 amp klzzwxh:0000 <b>x</b>\\n'",
    "d07": "created=datetime.datetime(2026, 5, 5, 0, 0, tzinfo",
    "d08": "created=None",
    "d10": "created=None",
    "d17": "created=datetime.datetime(2026, 5, 5, 10, 0, tzinfo",
    "d19": "created=datetime.datetime(2026, 5, 5, 0, 0, tzinfo",
    "d20": "created=datetime.datetime(2026, 7, 8, 0, 0, tzinfo",
    "s01": "path='escape'",
    "s03": "path='a/b/c'",
    "s06": "slug='日本語'",
    "s07": "slug='a-b-c'",
    "s09": f"slug='{'a' * 100}'",
    "s12": "slug=''",
    "s13": "slug='404'",
    "s16": "slug='a-q-f'",
    "s17": "slug='ab'",
    "s19": "slug='con-page'",
    "s20": "slug='2026-01-01'",
    "s22": "path='script-PWN-1/script'",
    "s23": "slug='a-b'",
    "p02": "description='He said \"hi\" & left'",
    "p07": "description='5'",
    "p08": "description='Body text.'",
    "p10": "description='ab'",
    "p13": "description=''",
    "p22": "authors=('5',)",
    "p29": "extra={'template': 'nope.html'}",
    "p40": "extra={'__extends': '5'}",
    "g01": "tags=('python', 'web')",
    "g04": "tags=('no',)",
    "g05": "tags=('no', 'yes', 'on')",
    "g07": "tags=()",
    "g08": "tags=('2026-01-01',)",
    "g14": "tags=()",
    "g20": "tags=('{0.__class__}', '{slug}', '{nope}', '{', '}')",
    "g22": "tags=('a',)",
    "g23": "tags=('1', 'a')",
    "g25": "tags=('R&D', 'a<b', ']]>')",
    "g26": "tags=('ab',)",
    "g28": "tags=('.nan', '.inf', '1e3')",
    "h01": "alt='A cat'",
    "h05": "image='a.png'",
    "e02": "title='Hostile'",
    "e04": "body='# Hostile\\n\\nBody text.\\n'",
    "e05": "title='Hostile – café'",
    "e08": "body='# Hostile\\n\\nBody text.\\n'",
    "e12": "title='Hostile'",
    "e14": "description='Text end'",
    "e15": "body='# Hostile\\n\\n```c\\n/* } if (isAdmin)  begin admins only */\\n```\\n'",
    "r01": "reason='draft: true'",
    "r02": "reason='draft: true'",
}


def case(name: str) -> bytes:
    """The article of a case, by the letter and number its folder starts with."""
    folder = next(HOSTILE.glob(f"{name}-*"), None)
    if folder is None:
        pytest.skip(f"{HOSTILE} is not here")
    return (folder / ARTICLE).read_bytes()


@pytest.mark.parametrize("name", [letter + number for letter, numbers in REFUSED.items() for number in numbers.split()])
def test_refused_with_a_place_and_a_mend(name: str) -> None:
    reading = reader.read_article(SourcePath("hostile.md"), case(name))
    errors = [each for each in reading.diagnostics if each.severity is Severity.ERROR]
    assert errors
    assert all(each.message and each.hint for each in errors)


@pytest.mark.parametrize("name", TRANSLATED)
def test_translated_into_what_can_do_no_harm(name: str) -> None:
    reading = reader.read_article(SourcePath("hostile.md"), case(name))
    assert worst_severity(reading.diagnostics) is Severity.NOTICE
    assert TRANSLATED[name] in repr(reading.article)
