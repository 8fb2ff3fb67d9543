"""Names of the elements of HTML, SVG and MathML: whatever else stands in angle brackets is text of the author."""

ELEMENTS = """
a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br button canvas caption
center cite code col colgroup command content data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font
footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img input ins isindex kbd keygen label legend li link
listing main map mark marquee menu menuitem meta meter multicol nav nobr noembed noframes noscript object ol optgroup option output p param
picture plaintext pre progress q rb rp rt rtc ruby s samp script search section select slot small source spacer span strike strong style sub
summary sup table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr xmp
"""
DRAWINGS = """
animate animatemotion animatetransform circle clippath defs desc ellipse feblend fecolormatrix fecomposite feflood fegaussianblur femerge
femergenode feoffset filter foreignobject g glyph line lineargradient marker mask metadata path pattern polygon polyline radialgradient
rect set stop svg switch symbol text textpath tspan use view
annotation maction math menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub
msubsup msup mtable mtd mtext mtr munder munderover semantics
"""
HTML = frozenset(f"{ELEMENTS} {DRAWINGS}".split())
PLACEHOLDERS = frozenset(
    f"{DRAWINGS} area base command content data datalist dialog embed image input link map menu meta object option output param picture "
    "select slot source template time title track".split()
)
"""Elements that show nothing without attributes, content or another element around them; authors write them for words of their own."""
