"""The arguments of shortcodes, template tags and components: `key="value"` and plain words."""

import re
from dataclasses import dataclass

ARGUMENT = re.compile(
    r"""(?:([\w:.-]+)[ \t]*=[ \t]*)?(?:"((?:[^"\\]|\\.)*+)"|'((?:[^'\\]|\\.)*+)'|`([^`]*+)`|\{([^{}]*+)\}|([^\s"'`={}]+))"""
)


@dataclass(frozen=True)
class Arguments:
    """What a tag was given."""

    named: dict[str, str]
    """The values by their names, lower case."""
    plain: tuple[str, ...]
    """The values without a name, in order."""

    def get(self, *names: str) -> str:
        """The first of the named values that is there, or nothing."""
        return next((self.named[name] for name in names if self.named.get(name)), "")

    def at(self, index: int) -> str:
        """The plain value in that place, or nothing."""
        return self.plain[index] if index < len(self.plain) else ""


def read(written: str) -> Arguments:
    """The arguments as they were written behind a tag's name."""
    named, plain = {}, []
    for found in ARGUMENT.finditer(written):
        value = next((group for group in found.groups()[1:] if group is not None), "").strip("\"'")
        if found[1]:
            named[found[1].casefold()] = value
        else:
            plain.append(value)
    return Arguments(named, tuple(plain))
