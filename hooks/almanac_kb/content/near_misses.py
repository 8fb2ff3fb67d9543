"""Which keys of headers are slips of the pen, seen over all files of a site."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from almanac_kb.core.diagnostics import Diagnostic, Severity
from almanac_kb.frontmatter.nodes import key_form

MOST_FILES = 5
"""Files in which a key may stand and still be a slip; in more, it is a word of the site's own."""


def judge(near_misses: Iterable[Diagnostic], own: Iterable[str]) -> Iterator[Diagnostic]:
    """Says of each key what its author should know: a warning in each file, or for a key of many files one notice in the first.

    `own` are the keys that the site names as its own; of them nothing is said.
    """
    known = set(map(key_form, own))
    by_key: dict[str, list[Diagnostic]] = {}
    for each in near_misses:
        if key_form(each.field) not in known:
            by_key.setdefault(key_form(each.field), []).append(each)
    for found in by_key.values():
        if len(found) <= MOST_FILES:
            yield from found
        else:
            message = f"{found[0].message}; since it stands in {len(found):,} files, it is taken for a key of your own"
            hint = f"add {found[0].field} to keys below extra.knowledge in mkdocs.yml, if it is"
            yield replace(min(found), message=message, hint=hint, severity=Severity.NOTICE)
