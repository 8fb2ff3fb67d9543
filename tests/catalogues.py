"""The translatable messages of the code and their catalogues: `python tests/catalogues.py` updates the catalogues.

A message is what stands in `gettext("…")`, `ngettext("…", "…", n)` and `message("…")`, in `{% trans %}` of templates, and in `gettextParts`
of scripts; also each word that titles an admonition.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "hooks")]

from babel.messages.catalog import Catalog  # noqa: E402
from babel.messages.extract import extract  # noqa: E402
from babel.messages.pofile import write_po  # noqa: E402

from almanac_kb.core import messages  # noqa: E402
from almanac_kb.markdown import components  # noqa: E402

KEYWORDS = {"gettext": None, "ngettext": (1, 2), "message": None, "gettextParts": None}
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract", ".js": "javascript"}
SOURCES = (PROJECT / "hooks", PROJECT / "overrides")


def in_code() -> Catalog:
    """All messages, with the files that hold them."""
    catalogue = Catalog()
    for path in _files():
        with path.open("rb") as file:
            for _, found, _, _ in extract(METHODS[path.suffix], file, KEYWORDS, options={"parse_template_string": True}):
                catalogue.add(found, locations=[(path.relative_to(PROJECT).as_posix(), 1)])
    for word in components.KNOWN:
        catalogue.add(components.default_title(word, messages.Messages()), locations=[("hooks/almanac_kb/markdown/components.py", 1)])
    return catalogue


def updated(language: str, template: Catalog) -> str:
    """The file of the catalogue of a language with all messages of the code; those without a translation are empty."""
    catalogue = messages.read_catalogue(language)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    file = io.BytesIO()
    write_po(file, catalogue, width=140, omit_header=False, sort_output=True, include_lineno=False)
    return re.sub(r'(?m)^"Generated-By: .*\n', "", file.getvalue().decode())  # the version of Babel


def _files() -> Iterator[Path]:
    for folder in SOURCES:
        yield from sorted(path for path in folder.rglob("*") if path.suffix in METHODS and "vendor" not in path.parts)


if __name__ == "__main__":
    for name in messages.languages():
        (messages.FOLDER / name / messages.FILE).write_text(updated(name, in_code()))
