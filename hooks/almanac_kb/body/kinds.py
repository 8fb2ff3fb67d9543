"""The table of what authors bring along, and what becomes of it here."""

import enum
from dataclasses import dataclass


class Fate(enum.Enum):
    """What becomes of a thing."""

    TRANSLATED = "translated"
    """It shows what its author meant."""
    REMOVED = "removed"
    """It shows nothing, and was not meant to, or can't."""
    REFUSED = "refused"
    """It can't be carried over: its inner text stays, and its author is told."""


@dataclass(frozen=True)
class Kind:
    """A row of the table."""

    name: str
    """What it is called in counts."""
    home: str
    """Where it comes from."""
    written: str
    """What it looks like there."""
    becomes: str
    """What it becomes here."""
    fate: Fate


DONE, GONE, LEFT = Fate.TRANSLATED, Fate.REMOVED, Fate.REFUSED

KINDS = (
    Kind("list below text", "CommonMark", "a list right under a paragraph", "a list", DONE),
    Kind("indentation", "CommonMark", "lists nested by 2 or 3 spaces, lines that go on without their marks",
         "the same blocks, indented by 4", DONE),
    Kind("blank line", "CommonMark", "a table, quote, fence or heading right next to other text",
         "the same blocks, a blank line apart", DONE),
    Kind("heading", "CommonMark", "`# C#`, several lines underlined, a line underlined in a list", "the heading", DONE),
    Kind("empty heading", "CommonMark", "`#` and nothing behind it", "nothing", GONE),
    Kind("rule", "CommonMark", "`-    -    -`", "a rule", DONE),
    Kind("code fence", "CommonMark", "a fence with options, or closed by a longer one",
         "the code, with its language, title and lines", DONE),
    Kind("code without end", "CommonMark", "a fence that is never closed", "code up to the end of its block", DONE),
    Kind("line break", "CommonMark", "a backslash at the end of a line", "a line break", DONE),
    Kind("escape", "CommonMark", "a backslash before a character Python-Markdown does not escape", "the character", DONE),
    Kind("formula", "GitHub, Obsidian", "`$$x$$` in a line of text", "the formula, in display style", DONE),
    Kind("HTML around Markdown", "CommonMark", "`<details>` or `<div>`, a blank line, Markdown", "the element, with its Markdown", DONE),
    Kind("callout", "Obsidian, GitHub", "`> [!NOTE] Title`, `> [!tip]-`", "an admonition, folded where it was", DONE),
    Kind("admonition", "Docusaurus, VitePress, Quarto, Hugo", "`:::note Title`, `<Admonition>`, `{{% notice %}}`", "an admonition", DONE),
    Kind("unknown directive", "Docusaurus", "`:::name` with a name nobody here knows", "its inner text", LEFT),
    Kind("comment", "Obsidian", "`%%text%%`", "nothing", GONE),
    Kind("block id", "Obsidian", "` ^abc123` at the end of a line", "nothing", GONE),
    Kind("inline footnote", "Obsidian", "`text^[a note]`", "a footnote", DONE),
    Kind("hashtag", "Obsidian", "`#backups` in the text, where `hashtags` is set", "a link to the page of the tag", DONE),
    Kind("emoji", "GitHub", "`:rocket:`", "the emoji", DONE),
    Kind("icon", "Material for MkDocs", "`:material-tag:{ .lg }`", "nothing", GONE),
    Kind("wikilink", "Obsidian", "`[[Note]]`, `[[Note#Heading|text]]`", "a link", DONE),
    Kind("ambiguous link", "Obsidian", "`[[Note]]` where several articles have that name", "a link to the nearest", DONE),
    Kind("broken wikilink", "Obsidian", "`[[Note]]` where no article has that name", "its text", LEFT),
    Kind("picture", "Obsidian", "`![[picture.png|300]]`", "a picture of that width", DONE),
    Kind("embedded note", "Obsidian", "`![[Note#Heading]]`", "a link with its title", DONE),
    Kind("broken embed", "Obsidian", "`![[name]]` where nothing has that name", "its text", LEFT),
    Kind("link", "any", "a relative link without `.md`, from the root, to a folder, with spaces", "a link to the article's file", DONE),
    Kind("repaired link", "any", "a link whose case is not the file's", "a link to the file", DONE),
    Kind("broken link", "any", "a relative link or a reference to nothing", "the link as written", LEFT),
    Kind("figure", "Hugo", "`{{< figure src=… >}}`", "a picture with its caption", DONE),
    Kind("video", "Hugo, Jekyll, MDX", "`{{< youtube id >}}`, `{{< vimeo id >}}`", "a link to the video", DONE),
    Kind("code shortcode", "Hugo, Jekyll", "`{{< highlight go >}}`, `{% highlight go %}`", "fenced code", DONE),
    Kind("reference", "Hugo, Jekyll",
         "`{{< ref \"page.md\" >}}`, `{% link page.md %}`, `{% post_url 2020-01-31-name %}`", "the article's address", DONE),
    Kind("tabs", "Docusaurus, Hugo", "`<Tabs>`, `{{< tabs >}}`", "tabs", DONE),
    Kind("details", "Hugo, MDX", "`{{< details \"Title\" >}}`, `<Details>`", "a folded admonition", DONE),
    Kind("literal template", "Hugo, Jekyll", "`{{</* name */>}}`, `{% raw %}`", "the text it stands for", DONE),
    Kind("site variable", "Hugo, Jekyll", "`{{ site.baseurl }}`", "nothing, or the path after it", GONE),
    Kind("template comment", "Hugo, Jekyll, MDX", "`{{/* text */}}`, `{% comment %}`, `{/* text */}`", "nothing", GONE),
    Kind("unknown shortcode", "Hugo", "any other `{{< name >}}`", "its inner text", LEFT),
    Kind("unknown tag", "Jekyll", "any other `{% name %}`", "its inner text", LEFT),
    Kind("template output", "Hugo, Jekyll", "`{{ page.title }}`, `{{ .Site.Title }}`", "nothing", LEFT),
    Kind("module", "MDX", "`import X from 'y'`, `export const …`", "nothing", GONE),
    Kind("unknown component", "MDX", "any other `<Name>`", "its inner text", LEFT),
    Kind("literal tag", "any", "`List<Name>`, `i<n;` in text", "the text", DONE),
    Kind("address", "CommonMark", "`<irc://a.example/b>`", "a link, where its scheme is safe", DONE),
    Kind("attribute", "MDX", "`className=\"x\"`, `style={{…}}` in a tag", "`class`, or nothing", DONE),
    Kind("unsafe HTML", "any", "`<script>`, `onclick`, a frame or a picture from a host that is not named", "nothing", GONE),
)  # fmt: skip

BY_NAME = {kind.name: kind for kind in KINDS}
