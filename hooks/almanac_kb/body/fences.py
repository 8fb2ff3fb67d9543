"""The first line of fenced code in the words of each dialect, as `pymdownx.superfences` reads it."""

import re

LANGUAGE = re.compile(r"\.?([\w#.+-]+)")
OPTION = re.compile(r"""([\w-]+)(?:[=:](?:"([^"\n]*)"|'([^'\n]*)'|([^\s{}"']+)))?""")
LINES = re.compile(r"\{([\d,\s-]+)\}")
TITLES = frozenset({"title", "filename", "file", "name", "label"})
NUMBERED = frozenset({"shownumbers", "showlinenumbers", "linenos", "linenums", "lineno"})
SHORTCODE = re.compile(r"\{[%{][<%-]?[ \t]*(?:(?:highlight|codeblock)\b|(?=mermaid\b))(.*?)[>%]?[%}]\}[ \t]*\Z")
READY = re.compile(r"[ \t]*(?:[\w#.+-]+[ \t]*)?\Z|[ \t]*\{[ \t]*\.[^{}\n]*\}[ \t]*\Z")
READY_OPTION = re.compile(r'[ \t]+(?:title|hl_lines|linenums)="[^"\n]*"')


def opening(line: str, fence: str) -> str:
    """The line with which the code starts: the fence, its language, and of its options the title and the lines."""
    shortcode = SHORTCODE.match(line)
    if shortcode:
        return fence + _info(shortcode[1])
    info = line.lstrip("`~")
    return fence + (info.rstrip() if READY.match(READY_OPTION.sub("", info)) else _info(info))


def fence(opener: str, code: list[str]) -> str:
    """A fence that no line of the code closes: the author's own, or a longer one."""
    position = opener[0] if opener[0] in "`~" else "`"
    written = max(3, len(opener) - len(opener.lstrip(position)))
    inner = [len(line.strip()) for line in code if set(line.strip()) == {position}]
    return position * max(written, 1 + max(inner, default=0)) if any(count >= written for count in inner) else position * written


def _info(info: str) -> str:
    text = info.strip().removeprefix("{").strip()
    language = LANGUAGE.match(text)
    rest = text[language.end() :] if language else text
    lines = LINES.search(rest)
    options = {found[1].casefold(): found[2] or found[3] or found[4] or "" for found in OPTION.finditer(LINES.sub(" ", rest))}
    title = next((value for key, value in options.items() if key in TITLES and value), "")
    parts = [language[1] if language else "text" if title or lines else ""]
    parts += [f'title="{title}"'] if title and '"' not in title else []
    parts += ['linenums="1"'] if NUMBERED & options.keys() else []
    parts += [f'hl_lines="{lines[1].replace(",", " ").strip()}"'] if lines and lines[1].strip(" ,-") else []
    return " ".join(filter(None, parts))
