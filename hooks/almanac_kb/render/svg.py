"""SVG files without anything that runs or loads: the tree is rebuilt from an allow-list, so that nothing unknown remains.

A drawing reaches readers in two ways: in an `<img>`, where browsers run nothing, and opened by itself, as a document of the site's
own origin with all its rights, which is why it must be cleaned.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from almanac_kb.core import urls
from almanac_kb.render import css


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ANIMATIONS = _words("animate animateMotion animateTransform set")
"""Elements that change the attribute `attributeName` over time."""
ELEMENTS = ANIMATIONS | _words(
    """
    a circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
    feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode
    feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence filter foreignObject g image line linearGradient
    marker mask mpath path pattern polygon polyline radialGradient rect stop style svg switch symbol text textPath title tspan use view
    """
)
PRESENTATION = _words(
    """
    alignment-baseline background background-color baseline-shift clip clip-path clip-rule color color-interpolation
    color-interpolation-filters color-rendering cursor d direction display dominant-baseline enable-background fill fill-opacity fill-rule
    filter flood-color flood-opacity font font-family font-feature-settings font-kerning font-size font-size-adjust font-stretch font-style
    font-variant font-variant-ligatures font-variation-settings font-weight glyph-orientation-horizontal glyph-orientation-vertical
    image-rendering isolation letter-spacing lighting-color line-height marker marker-end marker-mid marker-start mask mask-type
    mix-blend-mode opacity overflow paint-order pointer-events shape-rendering solid-color solid-opacity stop-color stop-opacity stroke
    stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-align text-anchor
    text-decoration text-overflow text-rendering transform transform-box transform-origin unicode-bidi vector-effect visibility white-space
    word-spacing writing-mode
    """
)
GEOMETRY = _words(
    """
    cx cy dx dy fr fx fy gradientTransform gradientUnits height markerHeight markerUnits markerWidth maskContentUnits maskUnits offset
    orient pathLength patternContentUnits patternTransform patternUnits points preserveAspectRatio r refX refY rotate rx ry spreadMethod
    startOffset textLength lengthAdjust viewBox width x x1 x2 y y1 y2 clipPathUnits method side spacing
    """
)
FILTERS = _words(
    """
    amplitude azimuth baseFrequency bias diffuseConstant divisor edgeMode elevation exponent filterUnits filterRes in in2 intercept k1 k2 k3
    k4 kernelMatrix kernelUnitLength limitingConeAngle mode numOctaves operator order pointsAtX pointsAtY pointsAtZ preserveAlpha
    primitiveUnits radius result scale seed slope specularConstant specularExponent stdDeviation stitchTiles surfaceScale tableValues
    targetX targetY type values xChannelSelector yChannelSelector z
    """
)
TIMING = _words(
    """
    accumulate additive attributeName attributeType begin by calcMode dur end fill from keyPoints keySplines keyTimes max min origin path
    repeatCount repeatDur restart to values
    """
)
ANIMATED = PRESENTATION | GEOMETRY | FILTERS
"""Attributes that an animation may change: none that holds a URL or a style."""
ATTRIBUTES = (
    PRESENTATION
    | GEOMETRY
    | FILTERS
    | _words("baseProfile class focusable id lang media requiredExtensions requiredFeatures role style systemLanguage version zoomAndPan")
)
FRAGMENTS = _words("feImage filter linearGradient mpath pattern radialGradient textPath use")
"""Elements whose `href` may refer to a part of the same drawing."""

HTML = _words(
    """
    a abbr b bdi bdo big blockquote br center cite code col colgroup dd del dfn div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i
    img ins kbd label li mark ol p pre q rp rt ruby s samp section small span strike strong sub sup table tbody td tfoot th thead time tr
    tt u ul var wbr
    """
)
HTML_ATTRIBUTES = _words(
    "align alt bgcolor border cellpadding cellspacing class color colspan dir face height id lang role rowspan size start style title "
    "valign width"
)
DROPPED_WITH_CONTENT = _words(
    "applet audio base canvas embed frame frameset iframe link math meta noembed noframes noscript object param plaintext script select "
    "source style svg template textarea title track video xmp"
)
"""HTML elements that are removed with their content."""
SILENT = _words("metadata")
"""Elements that show nothing, so that their removal is not reported."""

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XHTML = "http://www.w3.org/1999/xhtml"
XML = "http://www.w3.org/XML/1998/namespace"
SIZE = 20_000_000
"""The most bytes of a drawing that is cleaned."""
REPORTS = 20
"""The most removals that are named for one drawing."""
NESTED = 2
"""The deepest level of drawings that are embedded in drawings as `data:` URLs."""
DRAWING = re.compile(r"\s*data:image/svg\+xml(?:;charset=[\w-]+)?;base64,", re.IGNORECASE)
LINKED = frozenset({"", "//", "http", "https", "mailto"})
"""Schemes of what a reader may follow from a drawing."""
ATTRIBUTE_LIST = b"<!ATTLIST"
TARGETS = frozenset({"_blank", "_self", "_parent", "_top"})


class SvgError(ValueError):
    """A file that is no readable SVG; the message says why."""


@dataclass(frozen=True)
class CleanedSvg:
    """A drawing that runs nothing and loads nothing from other hosts."""

    data: bytes
    """XML in UTF-8 without DOCTYPE, entities, comments and processing instructions."""
    removed: tuple[str, ...]
    """The content that was removed and could run, load or be missed, each kind once: `<script>`, `onload of <svg>`."""


def clean_svg(data: bytes) -> CleanedSvg:
    """The cleaned drawing; raises SvgError where it can't be parsed."""
    return _clean(data, 0)


def parse_xml(data: bytes) -> etree._ElementTree:
    """A parsed XML file: internal entities are expanded within libxml2's limits, nothing is fetched; raises SvgError.

    Entities and attributes that a DOCTYPE adds are in the tree, so that they are judged as browsers see them.
    """
    if len(data) > SIZE:
        raise SvgError(f"has {len(data):,} bytes, more than {SIZE:,}")
    parser = etree.XMLParser(resolve_entities="internal", no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser).getroottree()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SvgError(f"can't be read as XML: {getattr(error, 'msg', error)}") from None


def _clean(data: bytes, depth: int) -> CleanedSvg:
    tree = parse_xml(data)
    root = tree.getroot()
    if _local(root) != "svg" or etree.QName(root).namespace not in {SVG, None}:
        raise SvgError(f"is no SVG: its first element is <{_local(root)}>")
    cleaner = _Cleaner(depth)
    for instruction in (*root.itersiblings(tag=etree.PI, preceding=True), *root.itersiblings(tag=etree.PI)):
        cleaner.remove(f"the instruction <?{instruction.target}?>")
    if ATTRIBUTE_LIST in etree.tostring(tree):
        cleaner.remove("attributes that the DOCTYPE adds")
    fresh = etree.Element(f"{{{SVG}}}svg", nsmap={None: SVG, "xlink": XLINK})
    cleaner.copy(root, fresh, plain=etree.QName(root).namespace is None)
    body = etree.tostring(fresh, encoding="utf-8", xml_declaration=True)
    return CleanedSvg(body + b"\n", tuple(cleaner.removed)[:REPORTS])


class _Cleaner:
    """Copies allowed content from one tree to another, and records what was removed."""

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self.removed: dict[str, None] = {}

    def remove(self, what: str) -> None:
        """Records something that was removed."""
        self.removed[what] = None

    def copy(self, source: etree._Element, target: etree._Element, *, plain: bool = False) -> None:
        """Copies the allowed content of `source` to `target`; `plain` adds the SVG namespace where the file lacks it."""
        for name, value in self._attributes(source, _local(target), html=_space(target) == XHTML):
            target.set(name, value)
        if target.tag == f"{{{SVG}}}style":
            target.text, lost = css.clean_stylesheet("".join(source.itertext()))
            if lost:
                self.remove("what <style> loads")
            self._note_programs(source)
            return
        _append_text(target, source.text)
        for child in source:
            if isinstance(child.tag, str):
                self._child(child, target, plain)
            elif child.tag is etree.PI:
                self.remove(f"the instruction <?{child.target}?>")
            elif child.tag is etree.Entity:
                self.remove(f"the entity {child.text}")
            _append_text(target, child.tail)

    def _child(self, child: etree._Element, target: etree._Element, plain: bool) -> None:
        name, space = _local(child), _space(child) or (SVG if plain else "")
        inside_html = _space(target) == XHTML or _local(target) == "foreignObject"
        if space == SVG and name in ELEMENTS and not inside_html:
            if name not in ANIMATIONS or self._may_animate(child):
                self.copy(child, etree.SubElement(target, f"{{{SVG}}}{name}"), plain=plain)
        elif space == XHTML and inside_html and name in HTML:
            self.copy(child, etree.SubElement(target, f"{{{XHTML}}}{name}", nsmap={None: XHTML}))
        elif space == XHTML and inside_html and name not in DROPPED_WITH_CONTENT:
            self.remove(f"<{name}>")
            self.copy(child, etree.SubElement(target, f"{{{XHTML}}}span", nsmap={None: XHTML}))
        elif space in {SVG, XHTML, ""} and name not in SILENT:
            self.remove(f"<{name}>")
        else:
            self._note_programs(child)

    def _note_programs(self, element: etree._Element) -> None:
        """Records scripts in an element whose own removal is not reported."""
        if element.find(".//{*}script") is not None:
            self.remove("<script>")

    def _may_animate(self, element: etree._Element) -> bool:
        changed = element.get("attributeName", "transform" if _local(element) == "animateTransform" else "")
        if _local(element) == "animateMotion" or changed in ANIMATED:
            return True
        self.remove(f"<{_local(element)}> of {changed or 'nothing'}")
        return False

    def _attributes(self, element: etree._Element, name: str, *, html: bool) -> Iterator[tuple[str, str]]:
        allowed = HTML_ATTRIBUTES if html else ATTRIBUTES
        if name in ANIMATIONS:
            allowed = allowed | TIMING
        for written, value in element.attrib.items():
            key, space = etree.QName(written).localname, etree.QName(written).namespace
            if key in {"href", "src"} and space in {None, XLINK}:
                if address := self._address(name, key, value, html=html):
                    yield written, address
            elif key == "target" and name == "a":
                yield from ((key, value),) if value in TARGETS else ()
            elif space == XML and key in {"space", "lang"}:
                yield written, value
            elif space is None and (key in allowed or key.startswith("aria-")):
                yield from self._value(key, value, name)
            elif key.lower().startswith("on") or key in {"srcset", "srcdoc", "formaction", "action", "data", "ping"} or space == XML:
                self.remove(f"{key} of <{name}>")

    def _value(self, key: str, value: str, name: str) -> Iterator[tuple[str, str]]:
        if key == "style":
            style, lost = css.clean_declarations(value)
            if lost:
                self.remove(f"what the style of <{name}> loads")
            if style:
                yield key, style
        elif key.startswith("aria-") or key in {"alt", "class", "id", "title", "face"} or css.is_safe_value(value):
            yield key, value
        else:
            self.remove(f"{key} of <{name}>")

    def _address(self, name: str, key: str, value: str, *, html: bool) -> str:
        """The URL if the element may have it, else empty."""
        scheme = urls.scheme(value)
        fragment = value.strip().startswith("#")
        if name == "a" and key == "href" and scheme in LINKED:
            return value
        if not html and name in FRAGMENTS and fragment:
            return value
        if (not html and name in {"image", "feImage"} and key == "href") or (html and name == "img" and key == "src"):
            if not scheme or css.is_embedded(value):
                return value
            if DRAWING.match(value) and self._depth < NESTED:
                return self._embedded(value)
        self.remove(f"the address {urls.normalized_as_browsers_do(value)[:60]} of <{name}>")
        return ""

    def _embedded(self, value: str) -> str:
        """A drawing in a `data:` URL, cleaned as well."""
        try:
            inner = _clean(base64.b64decode("".join(value.partition(",")[2].split()), validate=True), self._depth + 1)
        except ValueError:
            self.remove("an embedded drawing that can't be read")
            return ""
        self.removed |= dict.fromkeys(inner.removed)
        return f"data:image/svg+xml;base64,{base64.b64encode(inner.data).decode()}"


def _append_text(target: etree._Element, text: str | None) -> None:
    if not text:
        return
    if len(target):
        target[-1].tail = (target[-1].tail or "") + text
    else:
        target.text = (target.text or "") + text


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _space(element: etree._Element) -> str:
    return str(etree.QName(element).namespace or "")
