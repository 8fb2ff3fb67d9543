"""Tokens: how a text is split into words, by rules that the index and the browser's script share; stop words; spelling files.

`overrides/assets/search/tokens.js` holds the same rules for the browser, in the same order. `tests/search/tokens.json` holds cases that
both must pass. Character classes are listed where Python's `re` and JavaScript's `RegExp` have no common name for them.

A *run* is text between spaces and punctuation: `backups`, `node.js`, `--no-color`, `C++`. A run yields *terms*, the words that
the index holds. Chinese and Japanese yield two characters at a time, Thai, Lao, Khmer and Burmese three, since they have no spaces.
"""

import json
import math
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

IDEOGRAPHS = (
    "\u3005\u3007\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Han and kana: split into two characters at a time."""
SYLLABLES = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ecd\u0edc-\u0edf\u1000-\u103f\u1050-\u109f\u1780-\u17d3\u17dc\u17dd"
"""Thai, Lao, Burmese and Khmer, including vowel signs: split into three characters at a time."""
MARKS = (
    "\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u0900-\u0963\u0966-\u0dff\u0f18-\u0f39\u0f71-\u0f84\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d"
    "\u20d0-\u20ff\ufe20-\ufe2f"
)
"""Combining marks, joiners, the soft hyphen, and the blocks of Indic scripts: part of a word beside letters and digits."""
STRIPPED = re.compile(
    "[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe20-\ufe2f]+"
)
"""Marks that are ignored in words: accents, Hebrew points, Arabic vowels and tatweel."""
LATIN = (
    "aɑᶏⱥ aaꜳ aeæ aoꜵ auꜷ avꜹ ayꜽ bƀƃɓᵬᶀꞗꞵ cƈȼɕꞓꞔ dðđƌȡɖɗᵭᶁᶑꟈ eǝɇəɛᶒⱸꬴ fƒᵮᶂꞙ gǥɠɡɣᶃꞡ hħɦⱨꞕ hvƕ iıɨɩɪᶖ jȷɉɟʄʝ kĸƙᶄⱪꝁꝃꝅꞣ "
    "lłƚȴɫɬɭᶅⱡꝉꞎꬷꬸꬹ llỻ mɯɱᵯᶆꬺ nŋƞȵɲɳᵰᶇꞑꞥꬻ oøɔɵⱺꝋꝍ oeœ oiƣ ooꝏ ouȣ pƥᵱᵽᶈꝑꝓꝕ qɋʠꝗꝙ rɍɼɽɾʀᵲᵳᶉꞧꭇꭉ sȿʂʃᵴᶊꞩꟊ ssß tŧƫƭȶʈᵵⱦ thþ tzꜩ "
    "uʉʊᶙꞹꭎꭏꭒ vʋʌᶌỽⱱⱴꝟ vyꝡ wƿⱳ xᶍꭖꭗꭘꭙ yƴȝɏỿꭚ zƶȥɀʐʑʒᵶᶎⱬ"
)
"""Latin letters that Unicode does not decompose, each group behind the ASCII letters that stand for it."""
OTHER = "اٱ كکڪګ يىیې هةەہھ وۆۇ נן מם כך פף צץ σς 0٠۰ 1١۱ 2٢۲ 3٣۳ 4٤۴ 5٥۵ 6٦۶ 7٧۷ 8٨۸ 9٩۹ -‐‑ '’ʼ＇"
"""Forms of one letter in Arabic, Persian, Hebrew and Greek, digits, hyphens and apostrophes: the first stands for the others."""
LONGEST = 40
"""Most characters of a run that is a term as a whole; of a longer one, only the parts are terms."""

_LETTER = f"[^\\W_{IDEOGRAPHS}{SYLLABLES}]"
_WORD = f"(?:{_LETTER}+(?:[{MARKS}]+{_LETTER}*)*|[{MARKS}]+(?:{_LETTER}+[{MARKS}]*)*)"
RUN = (
    f"[{IDEOGRAPHS}]+|[{SYLLABLES}]+"
    f"|(?:(?<![^\\s(\"'`\\[])(?:--?|\\.)(?=[A-Za-z]))?{_WORD}(?:(?:::?|[._/@‐‑'’ʼ＇-]){_WORD})*(?:\\+\\+|#(?!{_WORD}))?"
)
ASCII_RUN = re.compile(
    r"(?:(?<![^\s(\"'`\[])(?:--?|\.)(?=[A-Za-z]))?[A-Za-z0-9]+(?:(?:::?|[._/@'-])[A-Za-z0-9]+)*(?:\+\+|#(?![A-Za-z0-9]))?"
)
"""The pattern of `RUN` for ASCII texts, some five times as fast."""
CONNECTOR = re.compile(r"[._/@:‐‑-]+")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
VERSION = re.compile(r"^v(?=\d+\.)")
SEVERAL = re.compile(r"^([A-Z]{2,})s$")
"""The plural of an abbreviation: `GPs`, `APIs`."""
IDEOGRAPH, SYLLABLE = re.compile(f"[{IDEOGRAPHS}]"), re.compile(f"[{SYLLABLES}]")
ARABIC_ARTICLE = re.compile("^(?:[وفبك]?ال|لل)(?=.{3})")
ELISION = re.compile(r"^(?:qu|d?all|dell|nell|[cdjlmnst])'(?=.{2})")
"""The articles and pronouns that French and Italian write together with the next word."""
ENDINGS = frozenset("degnrsy")
"""The letters with which a suffix ends that `stem` removes or changes."""
SHORT = re.compile(r"^[^aeiouy]*[aeiouy][^aeiouwxy]$")
"""A stem such as that of `making`, which needs an `e` at its end."""
FORMS = {ord(letter): group[0] for group in OTHER.split() for letter in group[1:]}
FORMS |= {ord(letter): re.sub(r"[^a-z]", "", group) for group in LATIN.split() for letter in re.sub(r"[a-z]", "", group)}


class Terms(NamedTuple):
    """The terms of a run."""

    whole: str
    """The run as one term; empty where it is too long, or split into characters."""
    parts: tuple[str, ...] = ()
    """The terms of its parts, in order; none for a single word."""

    @property
    def all(self) -> tuple[str, ...]:
        """All terms, each once."""
        return tuple(dict.fromkeys((self.whole, *self.parts) if self.whole else self.parts))


def runs(text: str) -> list[str]:
    """The runs of a text, in order."""
    if text.isascii():
        return ASCII_RUN.findall(text)
    pieces = (piece for line in text.split("\n") for piece in ((line,) if line.isascii() else line.split(" ")))
    return [run for piece in pieces for run in (ASCII_RUN if piece.isascii() else _run_pattern()).findall(piece)]


@cache
def _run_pattern() -> re.Pattern[str]:
    """`RUN`, compiled when the first text asks for it that is not ASCII: that takes longer than loading this module."""
    return re.compile(RUN)


def terms(run: str) -> Terms:
    """The terms of one run."""
    if run.isascii() and run.isalnum() and run == run.lower():
        return Terms(stem(run))
    if IDEOGRAPH.match(run):
        return Terms("", _grams(run, 2))
    if SYLLABLE.match(run):
        return Terms("", _grams(run, 3))
    pieces = [piece for piece in CONNECTOR.split(run) if piece]
    if pieces == [run] and run[-1] not in "+#":
        run = SEVERAL.sub(r"\1", run)
        camel = CAMEL.split(run) if not run.islower() else ()
        return Terms(stem(_plain(fold(run))), _parts(camel) if len(camel) > 1 else ())
    return _compound(fold(run), [piece.rstrip("+#") for piece in pieces])


def cut(text: str) -> Iterator[str]:
    """The terms of a text, run by run."""
    for run in runs(text):
        yield from terms(run).all


def fold(text: str) -> str:
    """The text in lower case without accents, and with one form of each letter (Unicode, NFKD and NFC)."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", STRIPPED.sub("", unicodedata.normalize("NFKD", text).lower().translate(FORMS)))


def stem(word: str) -> str:
    """A folded word without English suffixes and the Arabic article."""
    if not word.isascii():
        return ARABIC_ARTICLE.sub("", word)
    if not word.isalpha() or len(word) < 4 or word[-1] not in ENDINGS:
        return word
    word = _base(_singular(word))
    if len(word) > 6 and word.endswith(("tion", "sion")):
        word = word[:-3]
    if len(word) > 4 and word.endswith("e") and not SHORT.search(word[:-1]):
        word = word[:-1]
    if len(word) > 6 and word.endswith(("is", "ys")):
        return f"{word[:-1]}z"
    return f"{word[:-3]}or" if len(word) > 5 and word.endswith("our") else word


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("ies", "ied")):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    return word if word.endswith(("ss", "us", "is")) else word.removesuffix("s")


def _base(word: str) -> str:
    """A word without `-ing`, `-ed` or `-ly`."""
    ending = next((each for each in ("ing", "ed", "ly") if word.endswith(each)), "")
    rest = word.removesuffix(ending)
    if not ending or word.endswith("eed") or not re.search("[aeiouy]", rest) or len(rest) < (4 if ending == "ly" else 2):
        return word
    if ending == "ly":
        return rest
    if len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "aeiouslz":
        return rest[:-1]
    return f"{rest}e" if SHORT.search(rest) else rest


def _grams(run: str, size: int) -> tuple[str, ...]:
    return tuple(fold(run[at : at + size]) for at in range(max(1, len(run) - size + 1)))


def _compound(folded: str, pieces: list[str]) -> Terms:
    """The terms of a run with characters other than letters and digits."""
    suffixed = folded.endswith(("+", "#"))
    if suffixed and len(folded) < 5:
        return Terms(folded)
    parts = _parts([word for piece in pieces for word in dict.fromkeys((piece, *CAMEL.split(piece)))])
    hyphens = set(CONNECTOR.findall(folded)) == {"-"} and folded[0] != "-" and not suffixed and not re.search(r"\d", folded)
    whole = stem(_plain(folded.replace("-", ""))) if hyphens else VERSION.sub("", folded)
    return Terms(whole if len(whole) <= LONGEST else "", parts)


def _parts(words: Sequence[str]) -> tuple[str, ...]:
    """The terms of the words of a run, without single letters and numbers below 100."""
    found = (_plain(fold(word)) for word in words)
    return tuple(dict.fromkeys(stem(word) for word in found if len(word) > 2 or (len(word) == 2 and not word.isdecimal())))


def _plain(word: str) -> str:
    """A folded word without its apostrophes: `linker's` is `linker`, `l'article` is `article`, `don't` is `dont`."""
    return ELISION.sub("", word.removesuffix("'s")).replace("'", "") if "'" in word else word


WHOLE = 3000
"""Most words in a single spelling file (some 15 kB); of more, there is a file for each initial."""
RARE = 5000
"""A word of texts is known if at least one in this many articles, and at least two, contain it; those of titles are always known."""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def known_words(named: Mapping[str, int], texts: Mapping[str, int], articles: int) -> dict[str, int]:
    """The number of articles that contain each known word: those in titles and headings, and those in texts that are no slip."""
    least = max(2, articles // RARE)
    in_texts = {word: count + named.get(word, 0) for word, count in texts.items() if word in named or count >= least}
    return {**named, **in_texts}


def by_initial(words: Mapping[str, int]) -> Iterator[tuple[str, Mapping[str, int]]]:
    """The words of each spelling file, with its name, their initial; a small site has one file, under an empty name."""
    if len(words) <= WHOLE:
        yield from [("", words)] if words else ()
        return
    letters: dict[str, dict[str, int]] = {}
    for word, count in words.items():
        letters.setdefault(word[0], {})[word] = count
    yield from sorted(letters.items())


def spelling_file(words: Mapping[str, int]) -> bytes:
    """The spelling file of some words."""
    return compressed(json.dumps(pack(words), ensure_ascii=False, separators=(",", ":")).encode())


def frequency_class(count: int) -> int:
    """The number of the frequency class of a word in so many articles; each class is four times as frequent as the one before it."""
    return int(math.log(max(1, count), 4))


def pack(counts: Mapping[str, int]) -> list[str]:
    """The words in frequency classes.

    A class is one string: its sorted words, separated by spaces, each as a base-36 digit with the number of letters shared with the
    word before it, and the rest of the word.
    """
    classes: dict[int, list[str]] = {}
    for word in sorted(counts):
        classes.setdefault(frequency_class(counts[word]), []).append(word)
    return [" ".join(_front_coded(classes.get(number, []))) for number in range(max(classes, default=-1) + 1)]


def compressed(data: bytes) -> bytes:
    """The bytes as gzip (RFC 1952) without time and system in the header, so that equal bytes give equal files."""
    packer = zlib.compressobj(9, wbits=31)
    packed = packer.compress(data) + packer.flush()
    return packed[:9] + b"\xff" + packed[10:]


def _front_coded(ordered: list[str]) -> Iterator[str]:
    before = ""
    for word in ordered:
        least = min(len(before), len(word), len(DIGITS) - 1)
        shared = next((at for at in range(least) if before[at] != word[at]), least)
        yield f"{DIGITS[shared]}{word[shared:]}"
        before = word


STOPWORDS = {
    "en": """a about after all also am an and any are as at be because been before being but by can can't cannot could did didn't
        do does doesn't doing don't done for from get got had has have having he her here him his how i if in into is isn't it
        its just let like make me more most my need no not of off on one only or our out over own please should so some such
        than that the their them then there these they this those to too under up us use very want was we were what what's
        when where which while who whom whose why will with would you your""",
    "de": """aber alle als am an auch auf aus bei bin bis das dass dem den der des dich die dies diese dieser doch du durch ein eine einem
        einen einer er es für hat habe haben hier ich ihr im in ist ja kann kein keine können man mein mich mir mit muss nach
        nicht noch nur ob oder ohne sich sie sind so über um und uns unter vom von vor wann war warum was weil welche wenn
        wer werden wie wieso wir wird wo wozu zu zum zur""",
    "es": """a al algo como con cómo cuál cuándo de del desde dónde el ella en entre era es esta este esto están está ha hay la las le lo
        los me mi más muy no nos o para pero por porque puede puedo que quién qué se ser si sin sobre son su sus también te
        tiene tu un una uno y ya yo""",
    "fr": """à au aux avec ce ces cette comment dans de des du elle en est et eu il ils je la le les leur lui ma mais me mes moi mon ne
        nos notre nous on ou où par pas peut plus pour pourquoi puis quand que quel quelle qui quoi sa se ses si son sont sur
        ta te tes ton tu un une vos votre vous y être""",
}


@cache
def stop_terms(language: str) -> frozenset[str]:
    """The stop words of a language (BCP 47 tag) as terms of the index; empty for an unknown language."""
    return frozenset(cut(STOPWORDS.get(language[:2].lower(), "")))
