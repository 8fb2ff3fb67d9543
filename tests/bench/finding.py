"""`make bench-search`: asks several searches the questions of search.yml and search_more.yml, and prints how many they answer.

They are Material's (lunr), Pagefind where it is installed, and ours, in one browser, and bm25s and SQLite's FTS5 over the same plain texts.
The site is made of the corpora beside the checkout, of this repository's articles and of tests/bench/languages; `N=10000`
(`--articles 10000`) fills it up with articles made of their sentences and titles, so that these compete with the real ones. Bytes, without
those of scripts, and times are those of a browser without a cache, from a server on the same machine.
"""

import argparse
import collections
import datetime
import html
import importlib.util
import json
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import bm25s
import yaml

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "hooks")]

import browser  # noqa: E402
import builder  # noqa: E402

from almanac_kb.content import loader  # noqa: E402
from almanac_kb.content.settings import Settings  # noqa: E402
from almanac_kb.search import export  # noqa: E402
from almanac_kb.search.documents import SearchDocument  # noqa: E402

CORPORA = ("astro-blog", "hugo-toml", "mkdocs-health", "obsidian-vault")
FAMILIAR = 5
"""In how many articles each word of a sentence or half a title that fills others must stand: rarer ones tell which article is meant."""
TITLE = r"^(?:#+ |title *[:=])\s*[\"']?([^\"'\n]+)"
"""The title of an article, in its header or as its first heading."""
LUNR_INDEX = "search/search_index.json"
"""Where Material's search reads its index."""
QUESTIONS = ("search.yml", "search_more.yml")
Question = tuple[str, str, set[str]]
"""Kind, question, and the addresses of the articles that answer it."""
Ask = Callable[[str], list[str]]
"""Gives the URL paths of the best articles for a question, best first."""


@dataclass(frozen=True)
class Figures:
    """What was measured of one system."""

    system: str
    ranks: list[tuple[str, str, int]]
    """Kind and text of each question, and the rank of the first answer to it: 0 where it is not among ten."""
    times: list[float]
    """Milliseconds of each question in a warm browser."""
    kilobytes: list[float] = field(default_factory=list)
    """Fetched for the first result by a browser without a cache, without scripts."""
    starts: list[float] = field(default_factory=list)
    """Milliseconds to that result."""


SYSTEMS = {
    "Material (lunr)": """
        const config = JSON.parse(document.getElementById('__config').textContent);
        const index = await (await fetch(`${home}search/search_index.json`)).json();
        const worker = new Worker(new URL(config.search, location.href));
        const next = (type) => new Promise((resolve) => worker.addEventListener('message', function heard({ data }) {
            if (data.type === type) { worker.removeEventListener('message', heard); resolve(data.data); } }));
        const ready = next(1);
        worker.postMessage({ type: 0, data: { config: index.config, docs: index.docs, options: { suggest: false } } });
        await ready;
        window.ask = async (question) => {
            const answer = next(3);
            worker.postMessage({ type: 2, data: question });
            return (await answer).items.map((group) => new URL(group[0].location, home).pathname);
        };""",
    "Pagefind": """
        const pagefind = await import(`${home}pagefind/pagefind.js`);
        await pagefind.init();
        window.ask = async (question) => {
            const { results } = await pagefind.search(question);
            const found = await Promise.all(results.slice(0, 10).map((each) => each.data()));
            return found.map(({ url }) => decodeURI(new URL(url, home).pathname));
        };""",
    "ours": """
        const search = await import(`${home}assets/search.js`);
        window.ask = async (question) => {
            return (await search.find(question, { count: 10 })).first.map(({ url }) => decodeURI(url));
        };""",
}
START = (
    "const done = arguments[arguments.length - 1], home = arguments[0]; (async () => {%s done('') })().catch((error) => done(`${error}`));"
)
ASK = """
    const done = arguments[arguments.length - 1], from = performance.now();
    const answer = Promise.resolve().then(() => window.ask(arguments[0])).catch(() => []);
    answer.then((urls) => done([performance.now() - from, urls.slice(0, 10)]));"""
BYTES = """
    const asked = performance.getEntriesByType('resource').filter(({ name }) => /search|pagefind/.test(name) && !/[.]js$/.test(name));
    return asked.reduce((sum, each) => sum + each.transferSize, 0);"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=0, help="fill up to so many articles")
    parser.add_argument("--root", type=Path, help="a folder to build in, or built before")
    parser.add_argument("--json", type=Path, help="where to write the figures as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = options.root or Path(scratch, "site")
        if not (root / "site").is_dir():
            _build(root, options.articles)
        found = list(_measured(root))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps({"packages": _packages(), "systems": [asdict(each) for each in found]}, indent=1))


def _measured(root: Path) -> Iterator[Figures]:
    """Asks each system, and prints its figures at once."""
    asked = [question for name in QUESTIONS for question in questions(root / "docs", name)]
    print(f"{_packages()}\n")
    print("| | first | in ten | mean reciprocal rank | kB to the first result, median (most) | ms to it | ms a question, median (90 %) |")
    print("|---|---|---|---|---|---|---|")
    documents = export.read_index(root / "site/search").documents
    (root / "site" / LUNR_INDEX).write_text(json.dumps(lunr_index(documents)))
    for system, make in PLAIN.items():
        yield _ask_plain(system, make(documents), asked)
    with browser.serving(root / "site") as home, browser.chromium() as driver:
        for name, program in SYSTEMS.items():
            if name != "Pagefind" or (root / "site/pagefind").is_dir():
                yield _ask_cold_and_warm(driver, home, name, program, asked)


def copy_docs(docs: Path, articles: int) -> None:
    """Copies the corpora, this repository's articles and those in other languages into a folder, and fills it up to so many articles."""
    for name in CORPORA:
        shutil.copytree(builder.CORPORA / name, docs / name, copy_function=shutil.copyfile)
    shutil.copytree(builder.PROJECT / "docs", docs / "site", copy_function=shutil.copyfile)
    fillers = list(_filler(docs, articles))
    shutil.copytree(HERE / "languages", docs / "languages", copy_function=shutil.copyfile)
    for number, text in enumerate(fillers):
        path = docs / f"filler/{number % 40}/{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _build(root: Path, articles: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        copy_docs(Path(scratch, "docs"), articles)
        builder.project(root, Path(scratch, "docs"))
    built = builder.run(root, "mkdocs", "build", "-q", REFUSED="skip")
    if built.code:
        raise SystemExit(built.output)
    if importlib.util.find_spec("pagefind"):
        subprocess.run([sys.executable, "-m", "pagefind", "--site", str(root / "site")], check=True, capture_output=True)


def _filler(docs: Path, articles: int) -> Iterator[str]:
    """Articles whose titles are two halves of real ones, and whose texts are real sentences: those of words that several articles have."""
    chance = random.Random(5)
    texts = [path.read_text(errors="replace") for path in sorted(docs.rglob("*.md"))]
    known = [set(re.findall(r"[A-Za-z]{3,}", text.lower())) for text in texts]
    counts = collections.Counter(word for words in known for word in words)

    def familiar(text: str) -> bool:
        return all(counts[word] >= FAMILIAR for word in re.findall(r"[A-Za-z]{3,}", text.lower()))

    found = (sentence for text in texts for sentence in re.findall(r"[A-Z][^.!?\n<>{}\[\]`|]{30,200}[.!?](?=\s)", text))
    sentences = [sentence for sentence in found if familiar(sentence)]
    titles = [named[1].split() for text in texts if (named := re.search(TITLE, text, re.MULTILINE))]
    halves = [(title[: len(title) // 2], title[len(title) // 2 :]) for title in titles if len(title) > 3]
    firsts, seconds = ([half for half in each if familiar(" ".join(half))] for each in zip(*halves, strict=True))

    for _ in range(len(texts), articles):
        title = " ".join(chance.choice(firsts) + chance.choice(seconds))
        parts = [
            f"## {' '.join(chance.choice(seconds))}\n\n{' '.join(chance.sample(sentences, chance.choice((6, 10, 16))))}\n" for _ in range(5)
        ]
        date = f"{chance.randint(2015, 2026)}-01-0{chance.randint(1, 9)}"
        yield f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\ndate: {date}\n---\n" + "\n".join(parts)


def questions(docs: Path, name: str) -> Iterator[tuple[str, str, set[str]]]:
    """The questions of a file, each with its kind and the addresses of the articles that answer it."""
    now = datetime.datetime.fromtimestamp(int(builder.TODAY), datetime.UTC)
    urls = {article.source: article.url for article in loader.load_site(docs, Settings(), now, "", bodies=False).published}
    for kind, asked in yaml.safe_load((HERE / name).read_text()).items():
        for question in asked:
            yield f"{kind} ({name})", question["ask"], {f"{browser.PREFIX}{urls[answer]}" for answer in question["answers"]}


def _plain_text(document: SearchDocument) -> str:
    return "\n".join((document.description, *document.tags, *(f"{each.heading}\n{each.text}" for each in document.sections)))


def lunr_index(documents: Iterable[SearchDocument]) -> dict[str, Any]:
    """The index that Material's search plugin makes of these articles by its default settings: an entry for each section."""
    entries = [
        {
            "location": f"{document.url}#{section.anchor}" if section.anchor else document.url,
            "title": html.escape(section.heading if section.anchor else document.title, quote=False),
            "text": html.escape(section.text, quote=False),
            **({"tags": list(document.tags)} if document.tags else {}),
        }
        for document in documents
        for section in document.sections
    ]
    fields = {"title": {"boost": 1e3}, "text": {"boost": 1.0}, "tags": {"boost": 1e6}}
    return {"config": {"lang": ["en"], "separator": r"[\s\-]+", "pipeline": ["stopWordFilter"], "fields": fields}, "docs": entries}


def _bm25s(documents: tuple[SearchDocument, ...]) -> Ask:
    texts = [f"{document.title}\n{_plain_text(document)}" for document in documents]
    engine = bm25s.BM25()
    engine.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)

    def ask(question: str) -> list[str]:
        asked = bm25s.tokenize([question], stopwords="en", show_progress=False)
        found, scores = engine.retrieve(asked, k=10, show_progress=False)
        return [documents[number].url for number, score in zip(found[0], scores[0], strict=True) if score > 0]

    return ask


def _fts5(documents: tuple[SearchDocument, ...]) -> Ask:
    table = sqlite3.connect(":memory:")
    table.execute("create virtual table articles using fts5(url unindexed, title, text, tokenize = 'porter unicode61')")
    rows = ((document.url, document.title, _plain_text(document)) for document in documents)
    table.executemany("insert into articles values (?, ?, ?)", rows)

    def ask(question: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        query = "select url from articles where articles match ? order by bm25(articles, 0, 8, 1) limit 10"
        return [url for (url,) in table.execute(query, (words,))]

    return ask


PLAIN: dict[str, Callable[[tuple[SearchDocument, ...]], Ask]] = {"bm25s": _bm25s, "SQLite FTS5": _fts5}


def _packages() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("mkdocs", "mkdocs-material", "bm25s"))
    return f"{os.cpu_count()} processors, {packages}, SQLite {sqlite3.sqlite_version}"


def _ask_plain(name: str, ask: Ask, asked: list[Question]) -> Figures:
    ranks, times = [], []
    for _, question, answers in asked:
        began = time.perf_counter()
        urls = [f"{browser.PREFIX}{url}" for url in ask(question)]
        times.append(1000 * (time.perf_counter() - began))
        ranks.append(_rank(urls, answers))
    return _printed(Figures(name, _by_question(asked, ranks), times))


def _by_question(asked: list[Question], ranks: list[int]) -> list[tuple[str, str, int]]:
    return [(kind, question, rank) for (kind, question, _), rank in zip(asked, ranks, strict=True)]


def ask_browser(driver: Any, home: str, program: str, asked: list[Question]) -> tuple[list[int], list[float]]:
    """The rank of the first answer to each question, zero where it is not among ten, and the milliseconds it took, in a warm browser."""
    _start(driver, home, program)
    driver.execute_async_script(ASK, "warm")
    answered = [driver.execute_async_script(ASK, question) for _, question, _ in asked]
    return [_rank(urls, answers) for (_, urls), (_, _, answers) in zip(answered, asked, strict=True)], [taken for taken, _ in answered]


def _ask_cold_and_warm(driver: Any, home: str, name: str, program: str, asked: list[Question]) -> Figures:
    cold = _cold(driver, home, name, program, [question for _, question, _ in asked])
    ranks, times = ask_browser(driver, home, program, asked)
    return _printed(Figures(name, _by_question(asked, ranks), times, [size / 1000 for _, size in cold], [began for began, _ in cold]))


def _rank(urls: list[str], answers: set[str]) -> int:
    return next((at for at, url in enumerate(urls, 1) if url in answers), 0)


def _printed(found: Figures) -> Figures:
    """Prints the figures of a system, by kind and by file of questions."""
    kinds = list(dict.fromkeys(kind for kind, _, _ in found.ranks))
    for kind in kinds:
        print(f"| {found.system}, {kind} | {_shares([rank for each, _, rank in found.ranks if each == kind])} | | | |")
    size = f"{statistics.median(found.kilobytes):.0f} ({max(found.kilobytes):.0f})" if found.kilobytes else ""
    start = f"{statistics.median(found.starts):.0f}" if found.starts else ""
    pace = f"{statistics.median(found.times):.0f} ({statistics.quantiles(found.times, n=10)[-1]:.0f})"
    for label, files in (("all", QUESTIONS), *((each, (each,)) for each in QUESTIONS)):
        ranks = [rank for kind, _, rank in found.ranks if kind.endswith(tuple(f"({each})" for each in files))]
        print(f"| {found.system}, {label} | {_shares(ranks)} | {size} | {start} | {pace} |", flush=True)
    return found


def _cold(driver: Any, home: str, name: str, program: str, asks: list[str]) -> list[tuple[float, int]]:
    found = []
    for ask in asks[:1] if "lunr" in name else asks:  # lunr fetches the same for every question
        before = _start(driver, home, program)
        time, _ = driver.execute_async_script(ASK, ask)
        found.append((before + time, driver.execute_script(BYTES)))
    return found


def _start(driver: Any, home: str, program: str) -> float:
    driver.get("about:blank")
    driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    driver.get(f"{home}404.html")
    driver.execute_script(
        "performance.clearResourceTimings(); performance.setResourceTimingBufferSize(2000); window.began = performance.now();"
    )
    error = driver.execute_async_script(START % program, home)
    if error:
        raise SystemExit(error)
    taken: float = driver.execute_script("return performance.now() - window.began;")
    return taken


def _shares(ranks: list[int]) -> str:
    first, ten = (sum(0 < rank <= most for rank in ranks) for most in (1, 10))
    return f"{first}/{len(ranks)} | {ten}/{len(ranks)} | {sum(1 / rank for rank in ranks if rank) / len(ranks):.3f}"


if __name__ == "__main__":
    main()
