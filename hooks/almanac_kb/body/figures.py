"""What a browser draws in a page from its text: mathematics and diagrams, each with what it needs for that and nothing more."""

from dataclasses import dataclass

FORMULA = 'class="arithmatex"'
"""How `pymdownx.arithmatex` marks mathematics."""
DIAGRAM = '<pre class="mermaid"'
"""How `pymdownx.superfences` marks a diagram of Mermaid."""
VENDOR = "assets/vendor"
"""The folder of the programs that draw."""


@dataclass(frozen=True)
class Figures:
    """What there is to draw in a page, or in all pages of a site."""

    formulas: bool = False
    diagrams: bool = False

    def __or__(self, other: "Figures") -> "Figures":
        """What there is in either."""
        return Figures(self.formulas or other.formulas, self.diagrams or other.diagrams)


def of(html: str) -> Figures:
    """What there is to draw in an HTML text."""
    plain = html.lower()
    return Figures(FORMULA in plain, DIAGRAM in plain)


def spare(path: str, figures: Figures) -> bool:
    """Whether a file of the theme is of no use on a site that has no more to draw than `figures`."""
    programs = {"katex": figures.formulas, "mermaid": figures.diagrams, "manifest.json": figures.formulas or figures.diagrams}
    scripts = {"assets/formulas.js": figures.formulas, "assets/diagrams.js": figures.diagrams}
    return not scripts.get(path, programs.get(path.removeprefix(f"{VENDOR}/").partition("/")[0], True))
