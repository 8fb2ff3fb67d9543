"""`python tests/bench/duplicates.py`: copies of real articles with 10, 30 and 50 % other words, and what is said of the articles.

The articles are those of the corpora beside the checkout. A word is replaced by one that is drawn from all articles, each with the same
chance and independently of its neighbours, which is harder to see than the edits of people, who change whole sentences.
"""

import random
import re
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "hooks")]

from builder import CORPORA  # noqa: E402

from almanac_kb.content import reader  # noqa: E402
from almanac_kb.core.paths import SourcePath, is_article  # noqa: E402
from almanac_kb.health import duplicates  # noqa: E402

COPIES = 200
SHARES = (0.1, 0.3, 0.5)
WORD = re.compile(r"[^\W_]+")


def articles() -> dict[SourcePath, str]:
    """The texts of all articles that are long enough to be compared."""
    found = {}
    for path in sorted(CORPORA.rglob("*")):
        if is_article(path.name):
            article = reader.read_article(SourcePath(path.name), path.read_bytes()).article
            if article and len(duplicates.words(article.body.text)) >= duplicates.MIN_WORDS:
                found[SourcePath(path.relative_to(CORPORA).as_posix())] = article.body.text
    return found


def edited(text: str, share: float, pool: list[str], chance: random.Random) -> str:
    """The text with a share of its words replaced."""
    return WORD.sub(lambda word: chance.choice(pool) if chance.random() < share else word[0], text)


def main() -> None:
    chance, texts = random.Random(20), articles()
    pool = [word for text in texts.values() for word in WORD.findall(text)]
    start = time.process_time()
    own = duplicates.find_duplicates(texts)
    print(f"{len(texts)} articles compared in {time.process_time() - start:.1f} s; {len(own)} say the same as another:")
    for pair in own:
        print(f"  {pair.likeness:.0%} {pair.article} = {pair.other}")
    for share in SHARES:
        chosen = chance.sample(sorted(texts), COPIES)
        copies = {SourcePath(f"copy/{path}"): edited(texts[path], share, pool, chance) for path in chosen}
        pairs = {pair.article: pair.other for pair in duplicates.find_duplicates(copies, texts)}
        right = sum(pairs.get(SourcePath(f"copy/{path}")) == path for path in chosen)
        print(f"{share:.0%} other words: {len(pairs)} of {COPIES} copies found, {right} named the article that they are of")


if __name__ == "__main__":
    main()
