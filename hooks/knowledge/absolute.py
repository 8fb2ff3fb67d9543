"""HTML whose addresses are absolute, for readers that show an article away from its site."""

from lxml import html

from knowledge.place import Link


def absolute(fragment: str, base: Link) -> str:
    """The HTML of an article's text with every link and source resolved against its own address."""
    if not fragment.strip():
        return ""
    root = html.fragment_fromstring(fragment, create_parent="div")
    root.make_links_absolute(base, handle_failures="ignore")
    text: str = html.tostring(root, encoding="unicode")
    return text.removeprefix("<div>").removesuffix("</div>")
