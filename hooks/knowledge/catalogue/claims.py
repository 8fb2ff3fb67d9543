"""Who stands where: each file of the site has one owner, whatever the case of its name."""

import unicodedata

from knowledge.place import parents


class Claims:
    """The files of the site and whose they are; a file and a folder of one name exclude each other."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def holder(self, path: str) -> str:
        """Who stands in the way of a file at `path`, or nothing."""
        path = _folded(path)
        above = next((self._files[each] for each in parents(path) if each in self._files), "")
        return self._files.get(path) or self._folders.get(path) or above

    def take(self, path: str, owner: str) -> None:
        """Gives a file to an owner; the first to ask keeps it."""
        path = _folded(path)
        self._files.setdefault(path, owner)
        for each in parents(path):
            self._folders.setdefault(each, owner)


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()
