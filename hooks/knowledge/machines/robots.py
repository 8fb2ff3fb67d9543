"""What crawlers are told (RFC 9309)."""

from knowledge.place import Url, link

NAME = Url("robots.txt")


def write(base: str) -> str:
    """All may be read; the sitemap tells what there is. Crawlers ask for it at the root of a host, so below a path it is for people."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {link(base, Url('sitemap.xml'))}\n"
