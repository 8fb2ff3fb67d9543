"""`make bench-search`: asks three searches the questions of search.yml in one browser: Material's (lunr), Pagefind as it comes, and ours.

It builds a site of the corpora beside the checkout and of this repository's articles; `N=10000` (`--articles 10000`) fills
it up with made-up articles of like words. Bytes and times are those of a browser without a cache, from a server on the same machine.
"""

import argparse
import collections
import datetime
import itertools
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

SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "ter",
    "ron",
    "ex",
    "pla",
    "vin",
    "du",
    "gor",
    "sta",
    "fel",
    "qui",
    "ba",
    "nos",
    "tri",
    "em",
    "sul",
    "ja",
    "we",
]
CORPORA = ("astro-blog", "hugo-toml", "mkdocs-health", "obsidian-vault")
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
        const pagefind = await import(`${home}search/pagefind.js`);
        const root = new URL(home).pathname;
        const engine = pagefind.createInstance({ noWorker: true, basePath: `${root}search/`, baseUrl: root });
        window.ask = async (question) => {
            const { results } = await engine.search(question);
            return (await Promise.all(results.slice(0, 10).map((each) => each.data()))).map(({ url }) => url);
        };""",
    "ours": """
        const search = await import(`${home}assets/search.js`);
        window.ask = async (question) => {
            return (await search.find(question, { count: 10 })).first.map(({ url }) => url);
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
    const asked = performance.getEntriesByType('resource').filter(({ name }) => /search|lunr/.test(name));
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
    built = builder.run(root, "mkdocs", "build", "-q", REFUSED="skip", FAST="false")  # pages written by other processes are lost to lunr
    if built.code:
        raise SystemExit(built.output)


def _filler(docs: Path, articles: int) -> Iterator[str]:
    """Articles that follow the corpora word by word, each on one of 20 subjects with words of their own for what is not common."""
    chance = random.Random(5)
    texts = [re.findall(r"[A-Za-z][\w'-]*", path.read_text(errors="replace")) for path in sorted(docs.rglob("*.md"))]
    counts = collections.Counter(word for text in texts for word in set(text))
    shared = {word for word, _ in counts.most_common(400)}
    after: dict[str, list[str]] = collections.defaultdict(list)
    for text in texts:
        kept = [word for word in text if counts[word] > 3]
        for one, other in itertools.pairwise(kept):
            after[one].append(other)
    starts = sorted(after)

    def own(word: str, subject: int) -> str:
        seed = random.Random(f"{word.lower()} {subject}")
        return word if word in shared or seed.random() < 0.3 else "".join(seed.choices(SYLLABLES, k=seed.randint(2, 4)))

    def words(count: int, subject: int) -> str:
        word, found = "", []
        for _ in range(count):
            word = chance.choice(after.get(word) or starts)
            found.append(own(word, subject))
        return " ".join(found)

    for number in range(len(texts), articles):
        subject = number % 20
        parts = [f"## {words(4, subject)}\n\n{words(chance.choice((80, 150, 220)), subject)}.\n" for _ in range(5)]
        date = f"{chance.randint(2015, 2026)}-01-0{chance.randint(1, 9)}"
        yield f"---\ntitle: {json.dumps(words(6, subject))}\ndate: {date}\n---\n" + "\n".join(parts)


def _questions(docs: Path) -> Iterator[tuple[str, str, set[str]]]:
    now = datetime.datetime.fromtimestamp(int(builder.TODAY), datetime.UTC)
    urls = {article.source: article.url for article in loader.load_site(docs, Settings(), now, "", bodies=False).published}
    for kind, questions in yaml.safe_load((HERE / "search.yml").read_text()).items():
        for each in questions:
            yield kind, each["ask"], {f"{browser.PREFIX}{urls[answer]}" for answer in each["answers"]}


def _report(driver: Any, home: str, questions: list[tuple[str, str, set[str]]]) -> None:
    packages = ", ".join(f"{name} {version(name)}" for name in ("mkdocs", "mkdocs-material", "pagefind_bin_extended"))
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
