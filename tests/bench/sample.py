"""Makes N varied articles from a seed number: lengths, code, tables, links, images and tags drawn like those of real blogs."""

import random
from pathlib import Path

WORDS = """
    system data model people time work health service team tool value change result method design source record signal cost risk
    plan care study group level field state process measure network storage memory query index article reader author search topic
    policy budget clinic patient device sensor image record server client cache worker thread queue event stream lambda vector
    matrix kernel module package release small large early late common rare open closed local remote simple complex quick slow
    stable broken modern legacy shared private public improve reduce compare explain describe follow avoid prefer replace remove
    extend protect verify collect arrange deliver observe restore
""".split()  # noqa: SIM905
TOPICS = ("engineering", "health", "guides/how-to", "guides/reference", "news", "research/notes", "research/papers", "operations")
LANGUAGES = ("python", "bash", "yaml", "javascript", "sql")


def write(folder: Path, count: int, seed: int = 1) -> None:
    """Writes `count` articles below `folder`; the same for the same seed. About 7 kB each, a tenth much longer."""
    chance = random.Random(seed)
    tags = [f"{chance.choice(WORDS)} {chance.choice(WORDS)}" for _ in range(max(20, count // 5))]
    names = [f"{chance.choice(TOPICS)}/{number:05}-{'-'.join(chance.sample(WORDS, 3))}.md" for number in range(count)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.md").write_text("# Home\n", encoding="utf-8")
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_article(chance, number, name, names, tags), encoding="utf-8")


def _article(chance: random.Random, number: int, name: str, names: list[str], tags: list[str]) -> str:
    title = " ".join(chance.sample(WORDS, chance.randint(3, 9))).capitalize()
    chosen = sorted({tags[min(int(chance.expovariate(8 / len(tags))), len(tags) - 1)] for _ in range(chance.randint(2, 6))})
    date = f"{chance.randint(2015, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    lines = [
        "---",
        f'title: "{title} {number}"',
        f'description: "{_sentence(chance)}"',
        f"pubDate: {date}",
        f"tags: [{', '.join(chosen)}]",
        "---",
        f"# {title} {number}",
    ]
    sections = chance.randint(3, 7) if chance.random() < 0.9 else chance.randint(15, 30)
    for section in range(sections):
        lines += ["", f"## {' '.join(chance.sample(WORDS, 4)).capitalize()} {section}", ""]
        lines += _section(chance, name, names)
    return "\n".join(lines) + "\n"


def _section(chance: random.Random, name: str, names: list[str]) -> list[str]:
    kind = chance.random()
    lines = [_paragraph(chance), ""]
    if kind < 0.25:
        lines += [
            f"```{chance.choice(LANGUAGES)}",
            *(f"{chance.choice(WORDS)} = {chance.choice(WORDS)}({chance.randint(1, 99)})" for _ in range(12)),
            "```",
            "",
        ]
    elif kind < 0.45:
        lines += [f"- **{chance.choice(WORDS)}**: {_sentence(chance)}" for _ in range(5)] + [""]
    elif kind < 0.55:
        lines += [
            "| a | b | c |",
            "|---|---|---|",
            *(f"| {chance.choice(WORDS)} | `{chance.choice(WORDS)}` | {chance.randint(1, 999)} |" for _ in range(6)),
            "",
        ]
    elif kind < 0.65:
        lines += ["!!! note", f"    {_sentence(chance)}", ""]
    if chance.random() < 0.5:
        lines += [f"See [{chance.choice(WORDS)} {chance.choice(WORDS)}]({_way(name, chance.choice(names))}).", ""]
    return [*lines, _paragraph(chance)]


def _way(name: str, other: str) -> str:
    return "../" * name.count("/") + other


def _paragraph(chance: random.Random) -> str:
    return " ".join(_sentence(chance) for _ in range(chance.randint(3, 7)))


def _sentence(chance: random.Random) -> str:
    words = [chance.choice(WORDS) for _ in range(chance.randint(8, 18))]
    if chance.random() < 0.3:
        words[3] = f"**{words[3]}**"
    return " ".join(words).capitalize() + "."
