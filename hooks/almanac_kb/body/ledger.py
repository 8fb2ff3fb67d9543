"""What a translation has done so far: counts, notes for the author, and what it asked of the other articles."""

from collections import Counter
from dataclasses import dataclass, field

from almanac_kb.body.vault import Vault
from almanac_kb.core.diagnostics import LocalDiagnostic, Position, Severity


@dataclass
class Ledger:
    """Kept by one translation."""

    vault: Vault
    """The other articles."""
    counts: Counter[str] = field(default_factory=Counter)
    """How often each kind of the table was met."""
    diagnostics: list[LocalDiagnostic] = field(default_factory=list)
    """What the author is told."""
    left: list[LocalDiagnostic] = field(default_factory=list)
    """What is left as written, and is named when the whole site is inspected."""
    lookups: set[str] = field(default_factory=set)
    """The keys the vault was asked for, found or not."""

    def count(self, kind: str) -> None:
        """One more of a kind."""
        self.counts[kind] += 1

    def notice(self, kind: str, position: Position, message: str, hint: str = "") -> None:
        """One more of a kind, which its author is told of; nothing fails."""
        self.count(kind)
        self.diagnostics.append(LocalDiagnostic(position, message, hint, Severity.NOTICE))

    def warn(self, kind: str, position: Position, message: str, hint: str = "") -> None:
        """One more of a kind, which its author should mend; a strict build fails."""
        self.count(kind)
        self.diagnostics.append(LocalDiagnostic(position, message, hint, Severity.WARNING))

    def leave(self, kind: str, position: Position, message: str, hint: str = "") -> None:
        """One more of a kind that is left as written; a build names it where it inspects the site, so it is not said twice."""
        self.count(kind)
        self.left.append(LocalDiagnostic(position, message, hint, Severity.WARNING))

    def ask(self, key: str) -> tuple[str, ...]:
        """What the vault has under a key; the question is remembered."""
        self.lookups.add(key)
        return self.vault.get(key)
