"""The articles and the handbook that this repository's docs/ holds until its owner replaces them.

Tests about them have the marker `demo` and are skipped where docs/ holds other articles. All other tests write the articles they need
and build them with tests/mkdocs.yml, so they pass whatever stands in docs/ and in the project's mkdocs.yml.
"""

from builder import PROJECT

DOCS = PROJECT / "docs"
HANDBOOK = DOCS / "handbook"
SEED = DOCS / "ai-in-healthcare" / "ai-in-healthcare-personalized-medicine-and-diagnostic-advancements.md"
ABSENT = "about the demo articles and the handbook, and docs/ holds others"


def is_present() -> bool:
    """Whether docs/ still holds the handbook and the first demo article."""
    return (HANDBOOK / "index.md").is_file() and SEED.is_file()
