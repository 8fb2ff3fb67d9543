"""The allow-list of HTML in articles: elements, attributes, URL schemes and values; patterns of HTML that is safe as it stands."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FORMATTING = _words("a b big code em i s small strike strong tt u")
VOID = _words("br col embed frame hr img input source track wbr")
BLOCKS = _words(
    "address article aside blockquote center details div dl figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre "
    "section summary table ul"
)
INLINE = _words("abbr bdi bdo br cite del dfn iframe img input ins kbd label mark q rp rt ruby samp span sub sup time var wbr")
TABLE = _words("colgroup table tbody tfoot thead tr")
TABLE_PARTS = _words("caption col colgroup tbody td tfoot th thead tr")
"""The elements that may be direct children of those; browsers move anything else in front of the table."""
PLAYERS = _words("audio video")
ICONS = _words("path svg")
TAGS = FORMATTING | BLOCKS | INLINE | TABLE_PARTS | PLAYERS | ICONS | _words("dd dt source track")
FRAMES = {"embed": "src", "frame": "src", "iframe": "src", "object": "data"}
"""Elements that embed another document, with the attribute for its URL."""
UNSEEN = frozenset({"iframe", "script", "style"})
"""Elements whose content is no text of the article."""
IMPLIED = (
    (_words("p"), _words("td th caption"), BLOCKS),
    (_words("li"), _words("ol ul"), _words("li")),
    (_words("dd dt"), _words("dl"), _words("dd dt")),
    (_words("td th"), _words("table"), _words("td th tr")),
    (_words("tr"), _words("table"), _words("tr")),
)
"""Elements (first) that end where one of the third starts, unless one of the second is between them."""
FETCHED = _words("audio embed frame iframe img object source track video")
"""Elements that fetch what they show."""
ATTRIBUTES = {
    "*": frozenset({"aria-hidden", "aria-label", "class", "data-preview", "data-search-exclude", "dir", "id", "lang", "title"}),
    "a": frozenset({"download", "href", "name", "rel", "target"}),
    "audio": frozenset({"controls", "loop", "muted", "preload", "src"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "del": frozenset({"datetime"}),
    "details": frozenset({"open"}),
    "div": frozenset({"data-tabs"}),
    "iframe": frozenset({"allowfullscreen", "height", "loading", "src", "width"}),
    "img": frozenset({"align", "alt", "decoding", "height", "loading", "src", "width"}),
    "input": frozenset({"checked", "disabled", "name", "type"}),
    "ins": frozenset({"datetime"}),
    "label": frozenset({"for"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"reversed", "start", "type"}),
    "path": frozenset({"d"}),
    "source": frozenset({"src", "type"}),
    "span": frozenset({"data-linenos"}),
    "svg": frozenset({"height", "viewbox", "viewBox", "width", "xmlns"}),
    "td": frozenset({"align", "colspan", "data-linenos", "rowspan"}),
    "th": frozenset({"align", "colspan", "rowspan", "scope"}),
    "time": frozenset({"datetime"}),
    "track": frozenset({"default", "kind", "label", "src", "srclang"}),
    "video": frozenset({"controls", "height", "loop", "muted", "poster", "preload", "src", "width"}),
}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
MADE = r"__(?:codelineno|span)-[\w-]+|__[a-z]+-caption_[\d-]+|__tabbed_\d+(?:_\d+)?"
"""Ids and names that Markdown extensions write; all others that start with `__` belong to the theme."""
VALUES = {
    "align": re.compile(r"left|center|right"),
    "for": re.compile(rf"(?!__).*|{MADE}", re.DOTALL),
    "id": re.compile(rf"(?!__).*|{MADE}", re.DOTALL),
    "name": re.compile(MADE),
    "target": re.compile(r"_blank"),
    "type": re.compile(r"radio|checkbox|[1aAiI]|(?:audio|video)/[\w.+-]+"),
}
"""Patterns that the values of some attributes must match."""
THEME_CLASS = re.compile(r"md-(?!button(?:--primary)?$)", re.IGNORECASE)
CALM = r"[^<&\u00a0]*+(?:&[a-zA-Z#][^<&\u00a0]*+){0,20}+"
WORDS = rf'<(?:code>{CALM}</code|em>{CALM}</em|strong>{CALM}</strong|span class="[a-zA-Z0-9 -]++">{CALM}</span)>{CALM}'
NAME = r'"[^"<>&\s]{0,2000}+"'
PHRASES = rf"<(?:a href={NAME}>{CALM}(?:{WORDS})*+</a|em>{CALM}(?:{WORDS})*+</em|strong>{CALM}(?:{WORDS})*+</strong)>{CALM}"
LEAVES = re.compile(rf"(?:{WORDS}|{PHRASES})++")
"""Inline elements, with the text behind each, that can be passed on unchanged: the most common ones, nearly all in code."""
FLOW = rf"{CALM}(?:{WORDS}|{PHRASES})*+"
HEADER_LINK = rf'(?:<a class="headerlink" href={NAME} title="[^"<>&]{{0,200}}+">&para;</a>)?+'
ITEMS = rf"(?:<li>{FLOW}</li>\n*+)++"
PARTS = {
    "": re.compile(
        rf"(?:(?:<p>{FLOW}</p>|<h([1-6]) id={NAME}>{FLOW}{HEADER_LINK}</h\1>|<ul>\n{ITEMS}</ul>|<ol>\n{ITEMS}</ol>"
        rf'|<div class="[a-z -]*+">(?:<span class="filename">{CALM}</span>)?+<pre><span></span><code>{FLOW}</code></pre></div>)\n*+)++'
    ),
    "list": re.compile(ITEMS),
    "rows": re.compile(rf"(?:<tr>\n(?:<t([dh])>{FLOW}</t\1>\n)++</tr>\n*+)++"),
}
"""Blocks that can be passed on unchanged, by their parent: any, a list, the rows of a table."""
WITHIN = {"ul": "list", "ol": "list", "tbody": "rows", "thead": "rows"}
ENTITIES = (("&quot;", '"'), ("&#x27;", "'"), ("&para;", "\u00b6"), ("&#160;", "&nbsp;"), ("&#8617;", "\u21a9"))
ALIGNMENT = re.compile(r"text-align: (left|center|right);")
"""The alignment of a table cell as Python-Markdown writes it."""
EMOJI = re.compile(r"(?:^|\s)(?:twemoji|emojione|gemoji)(?:\s|$)")
