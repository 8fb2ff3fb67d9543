"""Tokens: the index and the browser's script split texts into the same words."""

import json
import random
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from builder import CORPORA, PROJECT

from almanac_kb.search import tokens

CASES = json.loads((PROJECT / "tests/search/tokens.json").read_text())
SCRIPT = PROJECT / "overrides/assets/search/tokens.js"
CUT = f"""
import {{ cut }} from {json.dumps(SCRIPT.as_uri())};
import {{ readFileSync, writeFileSync }} from "node:fs";
const texts = JSON.parse(readFileSync(process.argv[1], "utf8"));
writeFileSync(process.argv[2], JSON.stringify(texts.map((text) => cut(text))));
"""
needs_node = pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:30])
def test_a_text_is_cut_into_terms(case: dict[str, object]) -> None:
    assert list(tokens.cut(str(case["text"]))) == case["terms"]


@needs_node
def test_the_script_cuts_the_cases_as_the_index_does(tmp_path: Path) -> None:
    assert _cut_by_script([case["text"] for case in CASES], tmp_path) == [case["terms"] for case in CASES]


@pytest.mark.slow
@needs_node
@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside the checkout")
def test_the_script_cuts_every_text_of_the_corpora_as_the_index_does(tmp_path: Path) -> None:
    texts = [path.read_text(errors="replace") for path in sorted(CORPORA.rglob("*.md*"))]
    for text, cut in zip(texts, _cut_by_script(texts, tmp_path), strict=True):
        assert cut == list(tokens.cut(text))


@needs_node
def test_the_script_cuts_any_characters_as_the_index_does(tmp_path: Path) -> None:
    chance = random.Random(17)
    characters = [chr(code) for code in range(0x20000) if unicodedata.category(chr(code)) not in {"Cn", "Co", "Cs"}]
    pieces = [*"  -._/@:'’+#AbCde12v", "العربية", "ไทย", "中文", "é"]
    texts = ["".join(chance.choice(characters if chance.random() < 0.4 else pieces) for _ in range(60)) for _ in range(1500)]
    for text, cut in zip(texts, _cut_by_script(texts, tmp_path), strict=True):
        assert cut == list(tokens.cut(text)), ascii(text)


@pytest.mark.parametrize("text", ["node.js and C++", "a naïve\ttest\nof — lines, “quoted” and .NET", "--flag\n-x\n(.env)"])
def test_quick_ways_through_a_text_find_what_the_whole_rule_finds(text: str) -> None:
    assert tokens.runs(text) == re.findall(tokens.RUN, text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "strasse"),
        ("Ærø", "aero"),
        ("Łódź", "lodz"),
        ("e-mail", "email"),
        ("v1.2.3", "1.2.3"),
        ("regulations", "regulation"),
        ("making", "make"),
        ("colour", "colors"),
        ("personalised", "personalized"),
        ("الكتاب", "كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("l’eau", "eau"),
    ],
)
def test_forms_of_one_word_are_one_term(one: str, other: str) -> None:
    assert tokens.terms(one).whole == tokens.terms(other).whole


@pytest.mark.parametrize(("one", "other"), [("C", "C++"), ("C", "C#"), ("care", "car"), ("apply", "app"), ("only", "on"), ("site", "sit")])
def test_different_words_stay_different_terms(one: str, other: str) -> None:
    assert not set(tokens.cut(one)) & set(tokens.cut(other))


def _cut_by_script(texts: list[str], folder: Path) -> list[list[str]]:
    (folder / "texts.json").write_text(json.dumps(texts))
    command = ["node", "--input-type=module", "-e", CUT, str(folder / "texts.json"), str(folder / "terms.json")]
    subprocess.run(command, check=True)
    terms: list[list[str]] = json.loads((folder / "terms.json").read_text())
    return terms
