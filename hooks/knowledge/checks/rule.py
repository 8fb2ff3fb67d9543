"""What must hold of a site once it is written: each rule with how much it matters and how it is mended."""

from dataclasses import dataclass

from knowledge.place import Source
from knowledge.problem import Mark, Problem, Severity


@dataclass(frozen=True)
class Rule:
    """One thing that must hold."""

    name: str
    """What a message says before the colon."""
    severity: Severity
    holds: str
    """What must hold, as a sentence."""
    mend: str
    """What to do where it does not."""


RULES = (
    Rule(
        "description",
        Severity.NOTICE,
        "An article says what it is about; else its first sentences are used.",
        "write description: in the header",
    ),
    Rule(
        "heading",
        Severity.NOTICE,
        "A page has one heading of the first level, its title; others are shown as of the second.",
        "write ## for them",
    ),
    Rule(
        "heavy",
        Severity.NOTICE,
        "A picture weighs at most 500 kB: with a middling telephone connection it takes 2.5 s to come.",
        "save it as WebP or JPEG, at most 1,600 pixels wide",
    ),
    Rule("style", Severity.NOTICE, "A page's looks are the theme's; styles of an article are not applied.", "leave the style out"),
    Rule("link", Severity.WARNING, "A link leads to a page or a file of the site, or to another site.", "correct the address"),
    Rule(
        "anchor", Severity.WARNING, "A link to a part of a page names a heading or an id that the page has.", "correct what follows the #"
    ),
    Rule("image", Severity.WARNING, "A picture, a film or a sound is a file of the site.", "add the file, or correct the address"),
    Rule("reference", Severity.WARNING, "A `[text][name]` has its name said somewhere.", "add a line such as `[name]: address`"),
    Rule(
        "remote",
        Severity.WARNING,
        "Pictures, media and frames come from the site, or from a host that the setting `hosts` names; others stay empty.",
        "keep the file in docs/, or add its host to hosts in mkdocs.yml",
    ),
    Rule("page", Severity.WARNING, "A page has one title, one heading of the first level, one canonical link and one description.", ""),
    Rule(
        "policy",
        Severity.ERROR,
        "Every page carries the site's one content security policy, or with diagrams theirs, before all it could hold back.",
        "",
    ),
    Rule(
        "live", Severity.ERROR, "Nothing runs but the theme: no script, handler, form or javascript: address of an article.", "take it out"
    ),
    Rule("withheld", Severity.ERROR, "A draft, a scheduled or an expired article appears nowhere.", ""),
    Rule("feed", Severity.ERROR, "Feeds and the sitemap are valid, and lead to pages of the site.", ""),
    Rule("file", Severity.ERROR, "Every XML, SVG and JSON file that the build makes can be parsed.", ""),
)
"""By severity. The words before the colon of a message name the rule."""

NAMED = {rule.name: rule for rule in RULES}


def broken(name: str, source: Source, mark: Mark, message: str, mend: str = "") -> Problem:
    """The problem of a rule that does not hold; `mend` where more is known than the rule knows."""
    rule = NAMED[name]
    return Problem(source, mark, name, message, mend or rule.mend, rule.severity)


def table() -> str:
    """The rules as a Markdown table."""
    rows = [
        f"| `{rule.name}` | {rule.severity.name.lower()} | {rule.holds} | {rule.mend or 'report it: the build made it'} |" for rule in RULES
    ]
    return "\n".join(("| rule | severity | what must hold | how to mend it |", "|---|---|---|---|", *rows, ""))
