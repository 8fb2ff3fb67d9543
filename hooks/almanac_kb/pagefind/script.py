"""Which language's rules cut a text into words: Chinese and Japanese have no spaces between them."""

import re

KANA = re.compile(r"[\u3040-\u30ff]")
HAN = re.compile(r"[\u3400-\u9fff]")
SHARE = 10
"""One character in so many makes a text Chinese or Japanese."""


def language(text: str, otherwise: str) -> str:
    """`zh`, `ja`, or the language a text is in otherwise."""
    if text.isascii():
        return otherwise
    kana, han = len(KANA.findall(text)), len(HAN.findall(text))
    if (kana + han) * SHARE <= len(text):
        return otherwise
    return "ja" if kana * SHARE > han else "zh"
