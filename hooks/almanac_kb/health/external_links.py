"""External links: whether the targets in articles and sources still exist, asked politely and cached with dates.

Hosts are asked in parallel, each with one request at a time. A link is dead when its server says so (404, 410) or when its
host has no address; a server that refuses, is busy or fails says nothing about the page (RFC 9110, section 15).
"""

import dataclasses
import datetime
import enum
import http.client
import ipaddress
import json
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from urllib.parse import quote, urljoin, urlsplit

from almanac_kb.checks.rules import ArticleText
from almanac_kb.content.site import Site
from almanac_kb.core.diagnostics import Diagnostic, Position, Severity
from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown.references import BIBLIOGRAPHY_FILE
from almanac_kb.render.document import Document

USER_AGENT = "Almanac-links/1 (link check of a knowledge base; one request at a time)"
TIMEOUT = 20
"""Seconds after which a request is given up."""
ATTEMPTS, PAUSE = 3, 1.0
"""Requests for a link without an answer, and seconds before the next request to the same host, doubled each time."""
MAX_WAIT = 60.0
"""Longest wait, in seconds, that a server may ask for (Retry-After); for longer ones, the link is checked another day."""
MAX_REDIRECTS = 8
HOSTS_AT_ONCE = 8
FRESH = datetime.timedelta(days=6)
"""Age up to which a cached answer is used."""
PERMANENT = frozenset({301, 308})
GONE = frozenset({404, 410})
NO_HOST = "no such host"
NOT_HEAD = frozenset({403, 404, 405, 406, 410, 429, 501, 503})
"""Answers to HEAD that GET may contradict."""


class LinkStatus(enum.StrEnum):
    """The state of a link."""

    ALIVE = "alive"
    MOVED = "moved"
    """Redirected permanently."""
    DEAD = "dead"
    UNSURE = "unsure"
    """The server refused, was busy, failed or was too slow."""


@dataclass(frozen=True)
class LinkState:
    """The answer to one link."""

    url: str
    state: LinkStatus
    reason: str
    """The answer of server or network: `404`, `no such host`."""
    checked: str
    """The date of the check: `2026-11-22`."""
    since: str
    """The date of the first check with this state."""
    location: str = ""
    """The target of its permanent redirect."""


@dataclass(frozen=True)
class LinkUse:
    """An occurrence of a link."""

    source: SourcePath
    position: Position
    archived: str = ""
    """The archived copy that the reference names."""


def link_uses(site: Site, documents: Mapping[SourcePath, Document]) -> dict[str, list[LinkUse]]:
    """All links to other sites, without fragments, with their occurrences in articles and in `.sources.yml`."""
    uses: dict[str, list[LinkUse]] = {}
    for reference in site.bibliography.references:
        for url in filter(None, (reference.url, f"https://doi.org/{quote(reference.doi, safe='/')}" if reference.doi else "")):
            uses.setdefault(_without_fragment(url), []).append(LinkUse(BIBLIOGRAPHY_FILE, reference.position, reference.archived))
    cited = frozenset(uses)
    copies = {_without_fragment(reference.archived) for reference in site.bibliography.references}
    for article in site.published:
        text = ArticleText(article)
        for url in dict.fromkeys(_external(documents[article.source])):
            match = text.find((url,))
            if match or url not in cited | copies:
                uses.setdefault(url, []).append(LinkUse(article.source, match.position if match else Position(article.body_line)))
    return uses


def check_links(
    urls: Iterable[str], known: Mapping[str, LinkState], today: datetime.date, *, local: bool = False, pause: float = PAUSE
) -> dict[str, LinkState]:
    """The state of each link; fresh answers in `known` are reused. Links to this machine are left out unless `local`."""
    asked = [url for url in urls if local or not _is_local(url)]
    stale = [url for url in asked if url not in known or _is_stale(known[url], today)]
    by_host: dict[str, list[str]] = {}
    for url in stale:
        by_host.setdefault(urlsplit(url).netloc.lower(), []).append(url)
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        answers = chain.from_iterable(pool.map(lambda host: list(_ask_host(host, today, pause)), by_host.values()))
        fresh = {answer.url: _with_history(answer, known.get(answer.url)) for answer in _believed(list(answers))}
    return {url: fresh.get(url) or known[url] for url in asked}


def diagnostics(
    uses: Mapping[str, Iterable[LinkUse]], states: Mapping[str, LinkState], *, since: datetime.date | None = None
) -> tuple[Diagnostic, ...]:
    """A warning for each occurrence of a dead link, a notice for a moved one; with `since`, only for changes since then."""
    found = []
    for url, state in states.items():
        if since and state.since < since.isoformat():
            continue
        for use in uses[url] if state.state in {LinkStatus.DEAD, LinkStatus.MOVED} else ():
            if state.state is LinkStatus.MOVED:
                found.append(_diagnostic(use, f"{url} has moved for good", f"write {state.location}", Severity.NOTICE))
            else:
                hint = f"link to the copy {use.archived}" if use.archived else f"look for a copy at https://web.archive.org/web/{url}"
                found.append(_diagnostic(use, f"{url} is gone since {state.since}: {state.reason}", hint, Severity.WARNING))
    return tuple(sorted(found))


def dump(states: Mapping[str, LinkState]) -> str:
    """The states as JSON, for the cache."""
    return json.dumps([dataclasses.asdict(state) for _, state in sorted(states.items())], indent=1, ensure_ascii=False) + "\n"


def load(data: str) -> dict[str, LinkState]:
    """The states in such JSON; empty where it is damaged."""
    try:
        states = [LinkState(**{**each, "state": LinkStatus(each["state"])}) for each in json.loads(data)]
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
    are_texts = all(isinstance(value, str) for state in states for value in dataclasses.astuple(state))
    return {state.url: state for state in states} if are_texts and all(map(_has_days, states)) else {}


def _has_days(state: LinkState) -> bool:
    return all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in (state.checked, state.since))


def _diagnostic(use: LinkUse, message: str, hint: str, severity: Severity) -> Diagnostic:
    return Diagnostic(use.source, use.position, "external link", message, hint, severity)


def _external(document: Document) -> Iterator[str]:
    for link in document.links:
        if link.target is None and link.url.lower().startswith(("http://", "https://")):
            yield _without_fragment(link.url)


def _without_fragment(url: str) -> str:
    return url.partition("#")[0]


def _is_local(url: str) -> bool:
    """Whether a link leads to this machine or its local network."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or host.endswith((".local", ".localhost", ".internal")) or not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host


def _is_stale(state: LinkState, today: datetime.date) -> bool:
    return state.state is LinkStatus.UNSURE or today - datetime.date.fromisoformat(state.checked) > FRESH


def _believed(answers: list[LinkState]) -> list[LinkState]:
    """The answers; a missing host address counts only if another host was reached, else this machine is offline."""
    if any(answer.reason.isdigit() for answer in answers):
        return answers
    return [dataclasses.replace(answer, state=LinkStatus.UNSURE) for answer in answers]


def _with_history(answer: LinkState, before: LinkState | None) -> LinkState:
    """The answer with the date since which it holds; an unsure one does not replace what was known of a dead link."""
    if before is None:
        return answer
    if answer.state is LinkStatus.UNSURE and before.state is LinkStatus.DEAD:
        return dataclasses.replace(before, checked=answer.checked)
    return dataclasses.replace(answer, since=before.since) if answer.state is before.state else answer


def _ask_host(urls: Iterable[str], today: datetime.date, pause: float) -> Iterator[LinkState]:
    """The states of links to one host, asked one after the other."""
    for number, url in enumerate(urls):
        time.sleep(pause if number else 0)
        state, reason, location = _ask(url, pause)
        yield LinkState(url, state, reason, today.isoformat(), today.isoformat(), location)


def _ask(url: str, pause: float) -> tuple[LinkStatus, str, str]:
    """The state of a link, the reason, and the target of a permanent redirect."""
    at, is_permanent = url, True
    for _ in range(MAX_REDIRECTS):
        code, reason, location = _answer(at, pause)
        if location and 300 <= code < 400:
            at, is_permanent = urljoin(at, location), is_permanent and code in PERMANENT
            continue
        if code in GONE or reason == NO_HOST:
            return LinkStatus.DEAD, reason, ""
        if not 200 <= code < 300:
            return LinkStatus.UNSURE, reason, ""
        return (LinkStatus.MOVED, reason, at) if at != url and is_permanent else (LinkStatus.ALIVE, reason, "")
    return LinkStatus.UNSURE, "redirects without end", ""


def _answer(url: str, pause: float) -> tuple[int, str, str]:
    """The HTTP status of a URL (0 without an answer), its reason, and its redirect; repeated where there is no answer."""
    code, reason, location, wait = 0, "", "", pause
    for attempt in range(ATTEMPTS):
        time.sleep(wait if attempt else 0)
        code, reason, location, asked = _request("HEAD", url)
        if code in NOT_HEAD:
            code, reason, location, asked = _request("GET", url)
        if code not in {0, 429} and code < 500:
            break
        if reason == NO_HOST or asked > MAX_WAIT:
            break
        wait = max(asked, pause * 2 ** (attempt + 1))
    return code, reason, location


def _request(method: str, url: str) -> tuple[int, str, str, float]:
    """Status, reason, redirect and requested wait, in seconds, of one request."""
    parts = urlsplit(url)
    connect: Callable[..., http.client.HTTPConnection]
    connect = http.client.HTTPSConnection if parts.scheme.lower() == "https" else http.client.HTTPConnection
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (f"?{quote(parts.query, safe='/%:@!$&()*+,;=~?')}" if parts.query else "")
    try:
        connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, headers={"User-Agent": USER_AGENT, "Accept": "*/*"})
            answer = connection.getresponse()
            after = answer.getheader("Retry-After", "")
            return answer.status, str(answer.status), answer.getheader("Location", ""), float(after) if after.isdigit() else 0.0
        finally:
            connection.close()
    except socket.gaierror as error:
        return 0, NO_HOST if error.errno == socket.EAI_NONAME else "the name server does not answer", "", 0.0
    except (OSError, ssl.SSLError, http.client.HTTPException, ValueError) as error:
        return 0, str(error) or type(error).__name__, "", 0.0
