"""Which elements and attributes a cleaned SVG may have (SVG 2, Filter Effects Level 1, HTML for the content of `foreignObject`)."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ANIMATIONS = _words("animate animateMotion animateTransform set")
"""Elements that change an attribute over time; which one, `attributeName` says."""
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
"""Attributes that an animation may change: none that holds an address or a style."""
ATTRIBUTES = (
    PRESENTATION
    | GEOMETRY
    | FILTERS
    | _words("baseProfile class focusable id lang media requiredExtensions requiredFeatures role style systemLanguage version zoomAndPan")
)
FRAGMENTS = _words("feImage filter linearGradient mpath pattern radialGradient textPath use")
"""Elements whose `href` may name a part of the same drawing."""

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
"""HTML elements of which not even the text is shown."""
SILENT = _words("metadata")
"""Elements that show nothing, so that nobody misses them."""
