"""Recognises the language of articles that declare none, by their script and their commonest words."""

import re
from collections import Counter
from collections.abc import Iterable

from almanac_kb.content.article import Article
from almanac_kb.core import languages
from almanac_kb.core.diagnostics import Diagnostic, Position, Severity
from almanac_kb.core.paths import folder
from almanac_kb.core.raw_markdown import masked

SAMPLE, LONGEST_SAMPLE = 4000, 40_000
"""Characters of an article, and a tenth of those of a folder, by which the language is recognised."""
SCRIPTS = {
    "ja": re.compile("[\u3041-\u30ff]"),
    "zh": re.compile("[\u3400-\u9fff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "fa": re.compile("[\u067e\u0686\u0698\u06af]"),
    "ar": re.compile("[\u0620-\u064a]"),
    "uk": re.compile("[іїєґІЇЄҐ]"),
    "ru": re.compile("[а-яА-ЯёЁ]"),
    "hi": re.compile("[\u0900-\u097f]"),
}
"""Letters that only one language of this table, or one group of languages, uses; Japanese, Persian and Ukrainian mix theirs with others."""
AMONG = {"ja": "zh", "fa": "ar", "uk": "ru"}
"""Languages recognised by a few letters of their own within a text in the script of another language, which is the value."""
SHARE, SHARE_AMONG = 0.3, 0.02
"""Least share of letters in the script of a language, and least share of a language's own letters for those in `AMONG`."""
WORDS = {
    "en": "the and of to is in that it for with are this was be on not as",
    "de": "der die das und ist nicht ein eine mit den auf für von dem sich auch zu",
    "fr": "le les des et est une dans pour que qui pas sur avec du au ce sont",
    "es": "el los las y es una que en por con para del se no como más su",
    "pt": "os as e é um uma que em para com não do da por mais são ao",
    "it": "il gli è una che di per con non del della sono le nel più anche si",
    "nl": "de het een en van is dat niet op te zijn met voor ook aan door wordt",
    "sv": "och är att det en som inte på för med den av ett till har jag kan",
    "da": "og er at det en som ikke på for med den af et til har jeg kan",
    "nb": "og er å det en som ikke på for med den av et til har jeg kan",
    "fi": "ja on ei se että oli hän mutta kun myös niin ovat tai joka kuin sen olla",
    "pl": "i w nie na się że jest z do to jak o ale co przez dla są",
    "cs": "a je se na že to v s z do pro ale jako jsou nebo by který",
    "tr": "ve bir bu da de için ile çok olarak daha gibi ne var olan kadar ama değil",
}
"""The commonest words of languages in Latin script."""
SIBLINGS = {"da": "nb", "nb": "da"}
"""Pairs of languages that share most of their words, so that one more word decides."""
LATIN_WORD = re.compile(r"[^\W\d_]+")
MIN_WORDS, SHARE_OF_WORDS, LEAD = 3, 0.12, 1.3
"""Fewest different common words in a text, their least share of its words, and how many times as many as of others there must be."""
MAX_FOLDERS = 3
"""Most folders that a message names."""


def recognised(text: str) -> str:
    """The BCP 47 tag of the language of a Markdown text; empty where it is too short or in a language without data here."""
    plain = masked(text).replace("\0", "")
    letters = sum(map(str.isalpha, plain))
    counts = {tag: len(pattern.findall(plain)) for tag, pattern in SCRIPTS.items()}
    for tag, other in AMONG.items():
        together = counts[tag] + counts[other]
        if together > SHARE * letters:
            return tag if counts[tag] > SHARE_AMONG * together else other
    own = max(counts.keys() - AMONG.keys() - set(AMONG.values()), key=lambda tag: (counts[tag], tag))
    return own if counts[own] > SHARE * letters else _latin(plain)


def suggestions(articles: Iterable[Article], language: str) -> tuple[Diagnostic, ...]:
    """A notice for each language, other than `language`, that articles seem to be in without declaring it."""
    folders: dict[str, list[Article]] = {}
    for article in articles:
        folders.setdefault(folder(article.source), []).append(article)
    by_language: dict[str, list[str]] = {}
    for path, inside in sorted(folders.items()):
        tag = recognised(_sample(article for article in inside if not article.language_tag))
        if tag and tag != languages.primary_subtag(language):
            by_language.setdefault(tag, []).append(path)
    return tuple(
        _suggestion(tag, paths, folders[paths[0]], is_all=len(paths) == len(folders)) for tag, paths in sorted(by_language.items())
    )


def _sample(articles: Iterable[Article]) -> str:
    """The starts of the texts of articles, as many of the first ones as `LONGEST_SAMPLE` holds."""
    starts: list[str] = []
    for article in articles:
        if sum(map(len, starts)) >= LONGEST_SAMPLE:
            break
        starts.append(article.body.text[:SAMPLE])
    return "\n\n".join(starts)[:LONGEST_SAMPLE]


def _suggestion(tag: str, paths: list[str], articles: Iterable[Article], *, is_all: bool) -> Diagnostic:
    source = min(article.source for article in articles if not article.language_tag)
    names = ", ".join(f"{path}/" if path else "the top folder" for path in paths[:MAX_FOLDERS])
    names += f" and {len(paths) - MAX_FOLDERS} more" if len(paths) > MAX_FOLDERS else ""
    locale = languages.locale(tag)
    name = locale.get_display_name("en") if locale else tag
    message = f"the articles of {names} seem to be in {name} ({languages.own_name(tag)}) and name no language"
    site, header = f"`language: {tag}` below `theme` in mkdocs.yml", f"`lang: {tag}` in their headers"
    hint = f"write {site}, or {header}" if is_all else f"write {header}"
    return Diagnostic(source, Position(), "lang", message, hint, Severity.NOTICE)


def _latin(text: str) -> str:
    words = Counter(LATIN_WORD.findall(text.lower()))
    counts = {tag: sum(words[word] for word in common.split()) for tag, common in WORDS.items()}
    tag = max(counts, key=lambda each: counts[each])
    most, sibling = counts.pop(tag), counts.pop(SIBLINGS.get(tag, ""), 0)
    different = sum(word in words for word in WORDS[tag].split())
    enough = different >= MIN_WORDS and most >= SHARE_OF_WORDS * words.total() and most >= LEAD * max(counts.values()) and most > sibling
    return tag if enough else ""
