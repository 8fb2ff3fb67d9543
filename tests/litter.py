"""Finds markup of other systems left in pages, and words of Markdown texts that are missing in their HTML."""

import html
import re
from collections import Counter

from lxml.html import HtmlElement, fromstring

LITTER = {
    "{: }": re.compile(r"\{::?[^{}\n]*\}"),
    "{.x}": re.compile(r"\{[.#][A-Za-z][^{}\n]*\}"),
    ":::": re.compile(r"^[ \t]*:{3,}", re.MULTILINE),
    "///": re.compile(r"^[ \t]*/{3,}", re.MULTILINE),
    "!!!": re.compile(r"^[ \t]*(?:!{3}|\?{3}\+?) ", re.MULTILINE),
    "===": re.compile(r"^[ \t]*={3}[!+]? \"", re.MULTILINE),
    "{{<": re.compile(r"\{\{[<%]"),
    "{{": re.compile(r"\{\{(?![<%])"),
    "{%": re.compile(r"\{%"),
    "{/*": re.compile(r"\{/\*"),
    "{*": re.compile(r"\{\* ?[\w./]"),
    "[[": re.compile(r"!?\[\["),
    "[!": re.compile(r"\[![A-Za-z]+[^\]]*\]"),
    "%%": re.compile(r"%%"),
    "<Name": re.compile(r"</?[A-Z][\w.]*(?=[\s/>])"),
    "import": re.compile(r"^import .+ from ['\"]", re.MULTILINE),
    "--8<--": re.compile(r"--8<--|<<< @/"),
    "](": re.compile(r"\]\([^()\s]+\)"),
    "**": re.compile(r"\*\*\w|\w\*\*"),
    ":icon:": re.compile(r":(?:material|octicons|fontawesome|simple)-[\w-]+:"),
}
"""Start of markup that readers should not see outside code, by kind."""
CODE = "self::code or self::pre or self::kbd or self::samp or contains(@class, 'arithmatex')"
WORD = re.compile(r"[^\W_]{2,}")
MARKUP = tuple(
    (re.compile(pattern, re.DOTALL | re.MULTILINE), instead)
    for pattern, instead in (
        (r"<!--.*?-->|%%.*?%%|\{/\*.*?\*/\}|\{%-? comment.*?endcomment -?%\}", " "),
        (r"<(script|style)\b.*?</\1>", " "),
        (r"^[ \t]*(?:import|export)\b[^\n]*$", " "),
        (r"^[^\n]*\n\{:toc[^\n]*$|^\[\[toc\]\]$", " "),
        (r"\{[%{<*!][^\n]*?[%}>*!]\}", " "),
        (r"^[ >]*::: [\w.]+\n(?:(?: {4}[^\n]*)?\n)*", " "),
        (r"\]\((?:<[^>\n]*>|[^()\s]*(?:\([^()\n]*\))?[^()\s]*)(?:\s+[^)\n]*)?\)", "] "),
        (r"\]\[[^\]\n]*\]", "] "),
        (r"^[ >]*\[[^\]\n]+\]:\s+\S[^\n]*$", " "),
        (r"\{ ?(?:[:#.]|[\w-]+=[\"'\w])[^}\n]*\}", " "),
        (r"!\[\[[^\]\n]*\]\]|\[\[[^\]|\n]*\\?\|", " "),
        (r"^[ >]*\[!\w+\]", " "),
        (r"^[ \t]*(?:!!!|\?\?\?\+?) [\w ]+", " "),
        (r"^[ >]*[:/]{3,} *[\w-]*", " "),
        (r"^([ >*-]*)(?:```|~~~)[^\n]*$", " "),
        (r"^[ >]*\d+[.)] ", " "),
        (r":(?:material|octicons|fontawesome)-[\w-]+:", " "),
        (r"</?[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", " "),
    )
)
"""Markup whose words are none of the text, and what stands for it."""


def litter(page: HtmlElement) -> Counter[str]:
    """How often each kind of markup stands in the text of an element, outside code and formulas."""
    for code in page.xpath(f".//*[{CODE}]"):
        for child in list(code):
            code.remove(child)
        code.text = ""
    text = page.text_content()
    return Counter({name: count for name, pattern in LITTER.items() if (count := len(pattern.findall(text)))})


def lost_words(source: str, page: str) -> Counter[str]:
    """The words of two letters and more that the Markdown has more often than the HTML made of it, as far as they are no markup."""
    for pattern, instead in MARKUP:
        source = pattern.sub(instead, source)
    element = fromstring(f"<div>{page}</div>")
    attributes = " ".join(
        value for each in element.iter() for name, value in each.attrib.items() if name in {"alt", "title", "src", "href"}
    )
    apart, joined = (_words(f"{text} {attributes}") for text in (" ".join(element.itertext()), element.text_content()))
    return _words(source) - (apart | joined)


def _words(text: str) -> Counter[str]:
    return Counter(WORD.findall(html.unescape(text).casefold()))
