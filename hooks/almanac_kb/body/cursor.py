"""A place in a line of Markdown, counted in characters and in columns: a tab reaches to the next multiple of four."""

import re
from dataclasses import dataclass

BLANK = re.compile(r"[ \t]*\Z")


@dataclass
class Cursor:
    """Walks over the start of a line."""

    line: str
    at: int = 0
    """The next character."""
    column: int = 0
    """The column of the next character."""
    owed: int = 0
    """Columns of a tab that was taken only in part; they stand before the next character."""

    def indent(self) -> int:
        """How many columns of white space come next."""
        column, at = self.column + self.owed, self.at
        while at < len(self.line) and self.line[at] in " \t":
            column += 1 if self.line[at] == " " else 4 - column % 4
            at += 1
        return column - self.column

    def take(self, columns: int) -> None:
        """Passes over up to that many columns of white space."""
        while columns > 0 and (self.owed or self.line[self.at : self.at + 1] in (" ", "\t")):
            if not self.owed:
                self.owed = 1 if self.line[self.at] == " " else 4 - self.column % 4
                self.at += 1
            used = min(columns, self.owed)
            self.owed, self.column, columns = self.owed - used, self.column + used, columns - used

    def skip(self, characters: int) -> None:
        """Passes over characters that are no white space."""
        self.at, self.column = self.at + characters, self.column + characters

    def rest(self) -> str:
        """What comes next, a partly taken tab as spaces."""
        return " " * self.owed + self.line[self.at :]

    def blank(self) -> bool:
        """Whether nothing but white space comes next."""
        return BLANK.match(self.line, self.at) is not None
