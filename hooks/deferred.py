"""A file of the site whose content is made when it is written, by the process that writes it."""

from collections.abc import Callable

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File


class DeferredFile(File):
    """A generated file that keeps what makes its content in place of the content."""

    make: Callable[[], str | bytes | None]
    """Makes the content, the same each time."""

    @property
    def _content(self) -> str | bytes | None:
        return self.make()

    @_content.setter
    def _content(self, value: str | bytes | None) -> None:
        self.make = lambda: value


def deferred(config: MkDocsConfig, path: str, make: Callable[[], str | bytes]) -> File:
    """The file at a path of the site that `make` makes the content of."""
    file = DeferredFile.generated(config, path, content="")
    vars(file)["make"] = make
    return file
