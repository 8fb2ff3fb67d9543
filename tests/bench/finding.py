"""`make bench-search`: asks two searches the questions of search.yml in one browser: Material's (lunr) and ours.

It builds a site of the corpora beside the checkout and of this repository's articles; `N=10000` (`--articles 10000`) fills it up with
articles made of their sentences and titles, so that these compete with the real ones. Bytes, without those of scripts, and times are those
of a browser without a cache, from a server on the same machine.
"""

import argparse
import collections
import datetime
import json
import os
import random
import re
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "hooks")]

import browser  # noqa: E402
import builder  # noqa: E402

from almanac_kb.content import loader  # noqa: E402
from almanac_kb.content.settings import Settings  # noqa: E402

CORPORA = ("astro-blog", "hugo-toml", "mkdocs-health", "obsidian-vault")
FAMILIAR = 5
"""In how many articles each word of a sentence must stand that fills others: rarer ones tell which article is meant."""
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
    const asked = performance.getEntriesByType('resource').filter(({ name }) => /search/.test(name) && !/[.]js$/.test(name));
    return asked.reduce((sum, each) => sum + each.transferSize, 0);"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=0, help="fill up to so many articles")
    parser.add_argument("--root", type=Path, help="a folder to build in, or built before")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = options.root or Path(scratch, "site")
        if not (root / "site").is_dir():
            _build(root, options.articles)
        with browser.serving(root / "site") as home, browser.chromium() as driver:
            _report(driver, home, list(_questions(root / "docs")))


def _build(root: Path, articles: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        docs = Path(scratch, "docs")
        for name in CORPORA:
            shutil.copytree(builder.CORPORA / name, docs / name, copy_function=shutil.copyfile)
        shutil.copytree(builder.PROJECT / "docs", docs / "site", copy_function=shutil.copyfile)
        for number, text in enumerate(_filler(docs, articles)):
            path = docs / f"filler/{number % 40}/{number}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        builder.project(root, docs)
    config = root / "mkdocs.yml"
    config.write_text(config.read_text().replace("plugins:\n", "plugins:\n  - search\n", 1))
    built = builder.run(root, "mkdocs", "build", "-q", REFUSED="skip", WORKERS="1")  # pages written by other processes are lost to lunr
    if built.code:
        raise SystemExit(built.output)


def _filler(docs: Path, articles: int) -> Iterator[str]:
    """Articles whose titles are two halves of real ones, and whose texts are real sentences: those of words that several articles have."""
    chance = random.Random(5)
    texts = [path.read_text(errors="replace") for path in sorted(docs.rglob("*.md"))]
    known = [set(re.findall(r"[A-Za-z]{3,}", text.lower())) for text in texts]
    counts = collections.Counter(word for words in known for word in words)
    sentences = [
        sentence
        for text in texts
        for sentence in re.findall(r"[A-Z][^.!?\n<>{}\[\]`|]{30,200}[.!?](?=\s)", text)
        if all(counts[word] >= FAMILIAR for word in re.findall(r"[A-Za-z]{3,}", sentence.lower()))
    ]
    titles = [found[1].split() for text in texts if (found := re.search(r"^(?:#|title:)\s*[\"']?([^\"'\n]+)", text, re.MULTILINE))]
    halves = [(title[: len(title) // 2], title[len(title) // 2 :]) for title in titles if len(title) > 3]

    for _ in range(len(texts), articles):
        title = " ".join(chance.choice(halves)[0] + chance.choice(halves)[1])
        parts = [
            f"## {' '.join(chance.choice(halves)[1])}\n\n{' '.join(chance.sample(sentences, chance.choice((6, 10, 16))))}\n"
            for _ in range(5)
        ]
        date = f"{chance.randint(2015, 2026)}-01-0{chance.randint(1, 9)}"
        yield f"---\ntitle: {json.dumps(title)}\ndate: {date}\n---\n" + "\n".join(parts)


def _questions(docs: Path) -> Iterator[tuple[str, str, set[str]]]:
    now = datetime.datetime.fromtimestamp(int(builder.TODAY), datetime.UTC)
    urls = {article.source: article.url for article in loader.load_site(docs, Settings(), now, "", bodies=False).published}
    for kind, questions in yaml.safe_load((HERE / "search.yml").read_text()).items():
        for each in questions:
            yield kind, each["ask"], {f"{browser.PREFIX}{urls[answer]}" for answer in each["answers"]}


def _report(driver: Any, home: str, questions: list[tuple[str, str, set[str]]]) -> None:
    packages = ", ".join(f"{name} {version(name)}" for name in ("mkdocs", "mkdocs-material"))
    print(f"{os.cpu_count()} processors, Chromium {driver.capabilities['browserVersion']}, {packages}\n")
    print("| | first | in ten | mean reciprocal rank | kB to the first result, median (most) | ms to it | ms a question, median (90 %) |")
    print("|---|---|---|---|---|---|---|")
    for name, program in SYSTEMS.items():
        ranks: dict[str, list[int]] = collections.defaultdict(list)
        cold = _cold(driver, home, name, program, [ask for _, ask, _ in questions])
        times = []
        _start(driver, home, program)
        driver.execute_async_script(ASK, "warm")
        for kind, ask, lookups in questions:
            time, urls = driver.execute_async_script(ASK, ask)
            times.append(time)
            ranks[kind].append(next((at for at, url in enumerate(urls, 1) if url in lookups), 0))
        for kind, found in ranks.items():
            print(f"| {name}, {kind} | {_shares(found)} | | | |")
        starts, sizes = [time for time, _ in cold], [size / 1000 for _, size in cold]
        size = f"{statistics.median(sizes):.0f} ({max(sizes):.0f})"
        pace = f"{statistics.median(times):.0f} ({statistics.quantiles(times, n=10)[-1]:.0f})"
        every = [rank for each in ranks.values() for rank in each]
        print(f"| {name}, all | {_shares(every)} | {size} | {statistics.median(starts):.0f} | {pace} |", flush=True)


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
