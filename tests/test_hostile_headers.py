"""No header, however mangled, raises, takes long or reaches a page."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import one_text

from almanac_kb.content import reader
from almanac_kb.content.article import ArticleReading
from almanac_kb.core.diagnostics import Severity, worst_severity
from almanac_kb.core.paths import SourcePath

BODY = "# Backups at home\n\nKeep three copies.\n"
HEADERS = (
    '---\ntitle: "Zebra backups"\nslug: zebra-slug\nheroAlt: zebra disks\ndescription: zebra summary\npubDate: 2025-04-11\n'
    "updatedDate: 2025-04-12\ntags:\n  - zebra\n  - health\n---\n",
    '+++\ntitle = "Zebra backups"\ndate = 2025-04-11T10:00:00Z\ntags = ["zebra", "health"]\ndescription = "zebra summary"\n'
    '[cover]\nimage = "zebra.png"\nalt = "zebra disks"\n+++\n',
    '{\n  "title": "Zebra backups",\n  "date": "2025-04-11",\n  "tags": ["zebra", "health"],\n  "description": "zebra summary"\n}\n\n',
    "---\r\ntitle: Zebra backups\r\ndate: 2025-04-11\r\ntags: [zebra, health]\r\ndescription: zebra summary\r\n---\r\n",
)
ODD = st.sampled_from(
    [*"-+:[]{}\"'#&*!|>%@`,= \t\n\r\u00a0\ufeff\u200b\u0001\u2028ab0", "---", "---\n", "\n\n", "\x00", "é", "💥", "&a *a", "!!x "]
)


def read(text: str | bytes) -> ArticleReading:
    data = text if isinstance(text, bytes) else text.encode("utf-8", errors="replace")
    return reader.read_article(SourcePath("a.md"), data)


def printed(reading: ArticleReading) -> str:
    """The text a page would show of an article: nothing where it is refused."""
    if reading.article is None or worst_severity(reading.diagnostics) is Severity.ERROR:
        return ""
    return reading.article.body.text


@st.composite
def mangled(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(HEADERS))
    end = len(text)
    for _ in range(draw(st.integers(1, 2))):
        start = draw(st.integers(0, end))
        stop = min(end, start + draw(st.integers(0, 3)))
        change = draw(st.sampled_from(["delete", "insert", "duplicate", "swap"]))
        piece = {"delete": "", "insert": draw(ODD), "duplicate": text[start:stop] * 2, "swap": text[start:stop][::-1]}[change]
        text = text[:start] + piece + text[start if change == "insert" else stop :]
        end += len(text) - end
    return text + BODY


@given(mangled())
def test_no_mangled_header_reaches_the_page(text: str) -> None:
    assert "zebra" not in printed(read(text)).lower()


@given(st.sampled_from(HEADERS), st.integers(0, 400))
def test_a_header_cut_anywhere_does_not_reach_the_page(header: str, length: int) -> None:
    shown = printed(read(header[:length])).lower()
    assert "zebra" not in shown


@given(st.binary(max_size=400))
def test_no_bytes_raise(data: bytes) -> None:
    read(data)


@given(
    st.sampled_from(["---\n", "+++\n", "{", '{"a":', "---\ntitle: "]),
    st.text(max_size=300),
    st.sampled_from(["\n---\n", "\n+++\n", "}", ""]),
)
def test_no_header_raises(opening: str, middle: str, closing: str) -> None:
    read(opening + middle + closing + BODY)


YAML = {
    "64 kB of [": "a: " + "[" * 65_000,
    "64 kB of {": "a: " + "{" * 65_000,
    "64 kB of {a:": "a: " + "{a: " * 16_000,
    "64 kB of - ": "- " * 32_000,
    "64 kB of ? ": "? " * 32_000,
    "64 kB of quotes": "a: " + "'" * 65_001,
    "64 kB of &": "a: " + "&a " * 20_000,
    "64 kB of !": "a: " + "!" * 65_000,
    "64 kB of colons": "a: " + "b: " * 21_000,
    "many values with a colon": "\n".join(f"k{n}: a: b" for n in range(6_000)),
    "many keys, then values with a colon": "\n".join([*(f"key{n}: x" for n in range(2_300)), *(f"k{n}: a: b" for n in range(30))]),
    "2,400 keys like known ones": "\n".join(f"descriptoin{n}: x" for n in range(2_400)),
    "20,000 keys": "\n".join(f"k{n}: 1" for n in range(20_000)),
    "a base-60 number": "date: " + "1:" * 30_000 + "1",
    "a list of 4,900 tags": "tags: [" + ",".join(f"t{n}" for n in range(4_900)) + "]",
    "a comma string of 20,000 tags": "tags: " + ",".join(f"t{n}" for n in range(9_000)),
    "a date of 60,000 digits": "date: " + "1" * 60_000,
    "a date of 60,000 letters": "date: mon" + "a" * 60_000,
    "a date of 60,000 spaces": 'date: "2020-01-01' + " " * 60_000 + 'x"',
    "an image of 60,000 letters": "image: " + "a" * 60_000,
    "a slug of 60,000 dashes": "slug: " + "-" * 1_999,
    "an address of 60,000 slashes": "permalink: " + "/" * 60_000,
    "a pattern of 60,000 colons": "permalink: " + ":a" * 900,
    "a megabyte in one line": "a: " + "x" * 1_000_000,
    "a megabyte of backticks": "a: é " + "`" * 500_000 + "x" * 500_000,
    "a megabyte of dashes": "-" * 1_000_000,
    "a megabyte of letters": "x" * 1_000_000,
}
TOML = {
    "64 kB of [": "a = " + "[" * 65_000,
    "64 kB of {a=": "a = " + "{a=" * 21_000,
    "a key of 32,000 parts": "a." * 32_000 + "a = 1",
    "a table of 32,000 parts": "[" + "a." * 32_000 + "a]",
    "a key of 300 parts, 100 times": "\n".join(f"k{n}." + "a." * 300 + "a = 1" for n in range(100)),
    "a number of 60,000 digits": "a = " + "1" * 60_000,
    "a number of 60,000 hexadecimal digits": "a = 0x" + "f" * 60_000,
    "9,000 keys": "\n".join(f"k{n}=1" for n in range(7_000)),
    "a text of 60,000 letters": "a = '''\n" + "x" * 60_000 + "\n'''",
    "a text of 60,000 spaces": "a = '''\nx" + " " * 60_000 + "y\n'''",
    "a text of 30,000 dots": 'a = "' + "x." * 30_000 + '"',
    "9,000 tables": "\n".join(f"[t{n}]" for n in range(7_000)),
}
JSON = {
    "64 kB of [": '{"a": ' + "[" * 65_000,
    "closed deep lists": '{"a": ' + "[" * 30_000 + "]" * 30_000 + "}",
    "a megabyte of lists": '{"a": ' + "[" * 1_000_000,
    "deep objects": '{"a":' * 10_000 + "1" + "}" * 10_000,
    "9,000 keys": "{" + ",".join(f'"k{n}":1' for n in range(6_000)) + "}",
    "the last of 6,000 keys twice": "{" + ",".join(f'"k{n}":1' for n in range(6_000)) + ',"k5999":2}',
    "a number of 60,000 digits": '{"title": ' + "1" * 60_000 + "}",
    "60,000 escaped quotes": '{"a": "' + '\\"' * 30_000 + '"}',
    "an unclosed string of a megabyte": '{"a": "' + "x" * 1_000_000,
}
FENCED = [
    *(pytest.param(f"---\n{text}\n---\n{BODY}", id=f"yaml, {name}") for name, text in YAML.items()),
    *(pytest.param(f"---\n{text}\n{BODY}", id=f"yaml without an end, {name}") for name, text in YAML.items()),
    *(pytest.param(f"+++\n{text}\n+++\n{BODY}", id=f"toml, {name}") for name, text in TOML.items()),
    *(pytest.param(f"{text}\n\n{BODY}", id=f"json, {name}") for name, text in JSON.items()),
]


@pytest.mark.parametrize("text", FENCED)
def test_a_hostile_header_is_read_in_time_and_not_printed(text: str) -> None:
    with one_text():
        reading = read(text)
    assert not re.search(r"(?m)^(?:a|k0|k1|tags|date)[:=. ]", printed(reading))


BODIES = {
    "[": "[" * 1_000_000,
    "![": "![" * 500_000,
    "[[": "[[a|" * 250_000,
    "<": "<" * 1_000_000,
    "a <b": "a " + "<b " * 300_000,
    "<!--": "a " + "<!-- " * 200_000,
    "*": "*" * 1_000_000,
    "*a": "*a " * 300_000,
    "_": "a" + " _a" * 300_000,
    "`": "`" * 1_000_000,
    "é and backticks": "â€“ " + "`" * 300_000 + "é" * 300_000,
    "runs of backticks": " ".join("`" * n for n in range(1, 1_300)) + " â€“",
    ">": ">" * 1_000_000,
    "=": "=" * 1_000_000 + "x",
    "a line and =": "a\n" + "=" * 1_000_000 + "x",
    "# and spaces": "# " + " " * 1_000_000 + "x",
    "# and {": "# " + "{" * 1_000_000,
    "# #": "# " + "# " * 500_000,
    "spaces": "a" + " " * 1_000_000 + "b",
    "blank lines": "\n" * 1_000_000 + "a",
    "blank lines of spaces": " \n" * 500_000 + "a",
    "~~~": "~~~\n" * 250_000,
    "sentences": "A. " * 300_000,
    "[@": "[@" * 500_000,
    "[^a]:": "[^a" * 300_000,
    "mojibake": "â€“ " * 100_000,
    "one long broken word": "Ã©" * 300_000,
    "control characters": "\x01" * 1_000_000,
    "lines of control characters": "\x01\n" * 300_000,
    "keys": "title: a\n" * 100_000,
    "---": "---\n" * 250_000,
}


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in BODIES.items()])
def test_a_hostile_body_is_read_in_time(body: str) -> None:
    with one_text():
        read(f"---\ndate: 2025-04-11\n---\n{body}\n")
        read(body)
