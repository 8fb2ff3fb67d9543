"""The order of names as people expect it."""

import re

NUMBER = re.compile(r"([0-9]{1,50})")


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key by which names sort without case, and the numbers in them by their value: `Step 2` before `Step 10`."""
    parts = NUMBER.split(name.casefold())
    return tuple((0, int(part), part) if index % 2 else (1, 0, part) for index, part in enumerate(parts) if part)
