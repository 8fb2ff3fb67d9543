"""Other hosts, by what pages of the site may do with them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

FROM_ELEMENTS = {
    "iframe": ("frames",),
    "video": ("media",),
    "audio": ("media",),
    "track": ("media",),
    "source": ("images", "media"),
}
"""What the elements that show something may show, by the kinds of hosts; of pictures or of media for `source`; all others are pictures."""


@dataclass(frozen=True)
class Hosts:
    """Names of hosts, `www.example.org`, each asked by https only."""

    images: tuple[str, ...] = ()
    """Hosts from which pictures may come."""
    media: tuple[str, ...] = ()
    """Hosts from which films and sounds may come."""
    frames: tuple[str, ...] = ()
    """Hosts whose pages may be shown in a page."""
    scripts: tuple[str, ...] = ()
    """Hosts whose programs may run in a page."""
    styles: tuple[str, ...] = ()
    """Hosts from which style sheets and fonts may come."""
    connections: tuple[str, ...] = ()
    """Hosts that programs in a page may ask; `*.example.org` stands for all hosts below that name."""

    def of_element(self, name: str) -> tuple[str, ...]:
        """The hosts from which an HTML element may show something."""
        return tuple(host for kind in FROM_ELEMENTS.get(name, ("images",)) for host in getattr(self, kind))

    def __or__(self, other: "Hosts") -> "Hosts":
        """All hosts of both."""
        return Hosts(**{kind: tuple(dict.fromkeys((*getattr(self, kind), *getattr(other, kind)))) for kind in KINDS})


KINDS = tuple(field.name for field in fields(Hosts))
"""What hosts may do: the keys of the setting `hosts`."""
NO_HOSTS = Hosts()
GOOGLE = ("www.googletagmanager.com",)
GOOGLE_ANALYTICS = Hosts(
    images=GOOGLE,
    scripts=GOOGLE,
    connections=("*.google-analytics.com", "*.analytics.google.com", "*.googletagmanager.com"),
)
"""What the provider `google` of Material's analytics needs (Google: Use Tag Manager with a Content Security Policy)."""
GISCUS = Hosts(frames=("giscus.app",), scripts=("giscus.app",), styles=("giscus.app",), connections=("giscus.app",))
"""What comments by giscus need."""


def showing(names: tuple[str, ...]) -> Hosts:
    """Hosts from which pictures, media and frames may come."""
    return Hosts(images=names, media=names, frames=names)


def of_providers(extra: Mapping[str, Any]) -> Hosts:
    """The hosts that Material's settings below `extra` need: those of the provider of analytics."""
    analytics = extra.get("analytics")
    provider = analytics.get("provider") if isinstance(analytics, Mapping) else None
    return GOOGLE_ANALYTICS if provider == "google" else NO_HOSTS
