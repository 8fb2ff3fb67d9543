"""A knowledge base with planted faults: 40 healthy articles, some with harmless look-alikes, and one article for each fault."""

import random
import re
from dataclasses import dataclass

SYLLABLES = re.findall("..", "balomitureskanopiwedagufehojyx")
SECTIONS = ("boats", "fields", "rooms", "workshop")


@dataclass(frozen=True)
class Fault:
    """A planted fault."""

    rule: str
    """The rule that it breaks."""
    text: str = ""
    """A paragraph that has it, or the image of one."""
    header: str = ""
    """Lines of the header that have it."""


STALE = (
    "The harbour currently takes forty boats.",
    "A new quay will open in 2024.",
    "The railway is expected to reach the village by the end of 2023.",
    "As of 2021, the ferry runs twice a day.",
    "The mill was recently given a new wheel.",
    "This year the orchard bears more than ever.",
    "At the moment nobody lives in the keeper's cottage.",
    "The council plans to build a second gate in spring 2025.",
    "Nowadays lamps of brass are hard to find.",
    "The latest version of the tide table is printed on blue paper.",
    "At the time of writing, the kiln is being rebuilt.",
    "The upcoming fair will show a working loom.",
)
CLAIMS = (
    "Studies show that 73% of households keep no lamp oil at all.",
    "Around 2.4 million people drink from wells of this kind.",
    "Ropes of hemp last 30 percent longer, experts say.",
    "One in four hospitals has no lamp for a power cut.",
    "The market for brass lanterns grew to $120 million.",
    "A slate roof reduces the cost of heating by 15 %.",
    "Surveys found that three out of five owners never clean the wick.",
    "Glazed tiles are five times cheaper, and cut repairs by 40 %.",
    "Some 12,500 deaths a year are caused by faulty stoves.",
    "Oiled timber improved the life of gates by 2.5x on average.",
    "Researchers estimate that 8 of 10 barns leak.",
)
ALTERNATIVES = (
    "![](../img/gate.png)",
    "![IMG_2231](../img/gate.png)",
    "![gate.png](../img/gate.png)",
    "![image](../img/gate.png)",
    '<img src="../img/gate.png">',
)
FAULTS = (
    *(Fault("stale", text, "date: 2024-03-01") for text in STALE),
    *(Fault("stale", header=f"date: {year}-05-01") for year in (2015, 2017, 2018)),
    *(Fault("stale", f"Slate was split by hand [@{key}].") for key in ("old-1", "old-2", "old-1; @old-2")),
    *(Fault("source", text) for text in CLAIMS),
    *(Fault("alternative", text) for text in ALTERNATIVES),
    Fault("alternative", header="image: ../img/gate.png"),
    *(Fault("heavy", f"![A gate of oak and iron, number {number}](../img/heavy-{number}.png)") for number in range(3)),
    *(Fault("review", header=f"review_by: {date}") for date in ("2025-01-31", "2026-11-01", "31 March 2024", "2026-02-30")),
    Fault("review", header="review_by: 2026-06-30\nowner: Ada Lane"),
    *(Fault("tag", header=f"tags: [craft, {tag}]") for tag in ("lantern-making", "Slate", "wells", "tides", "oxen")),
    *(Fault("thin", "Oil the hinge.") for _ in range(4)),
    *(Fault("description") for _ in range(4)),
    *(Fault("orphan") for _ in range(5)),
    *(Fault("dead-end") for _ in range(5)),
    *(Fault("duplicate") for _ in range(4)),
    *(Fault("term", f"The {term} rules for gates are strict. Ask the {term} office first.") for term in ("QTR", "HLB", "VOSK")),
)
"""The planted faults, each in an article of its own; those of `term` in two."""
HEALTHY = (
    "The currently selected lamp is marked with chalk.",
    "At the moment of ignition the wick must be dry.",
    "By 2019 the kiln had gone cold for good.",
    "It was said in 1990 that the harbour would be closed by 2020.",
    "Open the valve by 50 % and wait.",
    "We measured 40 % less smoke in our own stove, in a study of a week.",
    "A survey of owners found that 30 % clean the wick [@new-1].",
    "About 12,000 people came, says [the harbour's register](https://example.org/register).",
    "If 20 % of households did so, the mill would stand still.",
    "Slate is old [@old-1], and still good [@new-1].",
    "The Harbour Master's Guild (HMG) keeps the register. The HMG meets in spring.",
    "The PTK, as the glossary has it, is the pressure of the tank.",
    "![The gate from the road, half open](../img/gate.png)",
    '<img src="../img/gate.png" alt="">',
    "See `width: 80%` in the settings, which reports of people call too much.",
    "As of 2026, the ferry runs twice a day.",
    "The wagon weighs 400 kg, and the ferry takes 3 of them.",
    "A new quay will open in 2029.",
    "| people | share |\n|---|---|\n| adults | 40 % |",
    "For example, 10 of 100 people would get a lamp.",
)
"""Correct paragraphs that look like faults."""


@dataclass(frozen=True)
class Planted:
    """The knowledge base, and what is wrong with it."""

    docs: dict[str, str | bytes]
    faults: frozenset[tuple[str, str]]
    """Rule and source path of each fault."""


def plant(copies: int = 1) -> Planted:
    """The knowledge base with all faults; `copies` times as many healthy articles make it larger."""
    chance = random.Random(20)
    texts = dict[str, str]()
    docs: dict[str, str | bytes] = {
        "index.md": "# Home\n",
        ".sources.yml": "".join(
            f"- key: {key}\n  title: {key}\n  year: {year}\n" for key, year in (("old-1", 1998), ("old-2", 2012), ("new-1", 2024))
        ),
        "glossary/index.md": "---\ntitle: Glossary\n---\nPTK\n:   The pressure of the tank.\n",
        "img/gate.png": b"PNG" * 1000,
        **{f"img/heavy-{number}.png": bytes(600_000 + number) for number in range(3)},
    }
    names = [f"{SECTIONS[number % 4]}/healthy-{number}.md" for number in range(40 * copies)]
    for number, name in enumerate(names):
        bait = HEALTHY[number % len(HEALTHY)] if number < 40 else ""
        following = names[(number + 1) % len(names)]
        date = "date: 2026-05-01" if number % 3 else "date: 2025-12-24\nreview_by: 2027-01-01"
        texts[name] = _article(chance, number, date, f"{bait}\n\n[On to the next](../{following}).")
    faults = set[tuple[str, str]]()
    for number, fault in enumerate(FAULTS):
        name = f"{SECTIONS[number % 4]}/fault-{number}.md"
        leads = "" if fault.rule == "dead-end" else f"[Back](../{names[0]})."
        header = fault.header if "date:" in fault.header else f"date: 2026-06-01\n{fault.header}".rstrip()
        if fault.rule == "thin":
            texts[name] = _header(number, header) + f"{fault.text} {leads}\n"
        elif fault.rule == "duplicate":
            texts[name] = _copy(texts[names[number % 40]], chance)
        else:
            texts[name] = _article(chance, number + 1000, header, f"{fault.text}\n\n{leads}")
        if fault.rule == "description":
            texts[name] = "\n".join(line for line in texts[name].split("\n") if not line.startswith("description:"))
        if fault.rule == "term":
            texts[names[number % 40]] = f"{texts[names[number % 40]]}\n{fault.text}\n"
        faults.add((fault.rule, min(name, names[number % 40]) if fault.rule == "term" else name))
        if fault.rule != "orphan":
            texts[names[1]] = f"{texts[names[1]]}\n[Number {number}](../{name})\n"
    return Planted({**docs, **texts}, frozenset(faults))


def _header(number: int, lines: str) -> str:
    tags = "" if "tags:" in lines else "tags: [craft]\n"
    return f"---\ntitle: Number {number}\ndescription: What is known of number {number}.\n{lines}\n{tags}---\n"


def _article(chance: random.Random, number: int, lines: str, end: str) -> str:
    paragraphs = [" ".join(_sentence(chance) for _ in range(5)) for _ in range(3)]
    return _header(number, lines) + "\n\n".join([*paragraphs, end]) + "\n"


def _sentence(chance: random.Random) -> str:
    return " ".join(_word(chance) for _ in range(9)).capitalize() + "."


def _word(chance: random.Random) -> str:
    """A made-up word of some 3,000, so that articles are no more alike than real ones."""
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 3)))


def _copy(article: str, chance: random.Random) -> str:
    """A later article of which a tenth of the words are others."""
    article = re.sub("date: .*", "date: 2026-07-01", article)
    return " ".join(_word(chance) if word.islower() and word.isalpha() and chance.random() < 0.1 else word for word in article.split(" "))
