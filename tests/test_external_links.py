"""Links to other sites, asked of a server of the test's own."""

import datetime
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from builder import project
from test_command_line import hooks

from almanac_kb.core.diagnostics import Position
from almanac_kb.core.paths import SourcePath
from almanac_kb.health import external_links
from almanac_kb.health.external_links import LinkState, LinkStatus

TODAY = datetime.date(2026, 11, 22)


class Site(BaseHTTPRequestHandler):
    """Answers by the path: a status, or `flaky`, which is broken the first time, or `no-head`, which knows only GET."""

    asked: ClassVar[list[tuple[str, str]]] = []
    busy: ClassVar[Counter[str]] = Counter()
    """Requests that are being answered, and the most at one time."""

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Logs nothing."""

    def _answer(self) -> None:
        Site.busy["now"] += 1
        Site.busy["most"] = max(Site.busy["most"], Site.busy["now"])
        time.sleep(0.01)
        Site.asked.append((self.command, self.path))
        name = self.path.strip("/")
        times = Site.asked.count((self.command, self.path))
        status = int(name) if name.isdigit() else {"moved": 301, "elsewhere": 302, "round": 301}.get(name, 200)
        status = 503 if name == "flaky" and times == 1 else 405 if name == "no-head" and self.command == "HEAD" else status
        self.send_response(status)
        if status in {301, 302}:
            self.send_header("Location", "/round" if name == "round" else "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()
        Site.busy["now"] -= 1


@pytest.fixture
def server() -> Iterator[str]:
    """The address of the server."""
    Site.asked.clear()
    Site.busy.clear()
    running = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


def states(server: str, *names: str, known: dict[str, LinkState] | None = None, today: datetime.date = TODAY) -> dict[str, LinkState]:
    """The state of pages of the server, by their names."""
    found = external_links.check_links([f"{server}/{name}" for name in names], known or {}, today, local=True, pause=0.001)
    return {url.rpartition("/")[2]: state for url, state in found.items()}


def test_dead_moved_alive_and_unsure_are_told_apart(server: str) -> None:
    found = states(server, "200", "404", "410", "moved", "elsewhere", "403", "500", "429", "flaky", "no-head", "round")
    assert {name: str(state.state) for name, state in found.items()} == {
        "200": "alive",
        "404": "dead",
        "410": "dead",
        "moved": "moved",
        "elsewhere": "alive",
        "403": "unsure",
        "500": "unsure",
        "429": "unsure",
        "flaky": "alive",
        "no-head": "alive",
        "round": "unsure",
    }
    assert found["moved"].location == f"{server}/200"


def test_a_host_without_address_is_dead_only_where_another_was_reached(server: str) -> None:
    nowhere = "http://no-such-host.invalid/"
    alone = external_links.check_links([nowhere, "http://127.0.0.1:9/"], {}, TODAY, local=True, pause=0.001)
    assert {state.state for state in alone.values()} == {LinkStatus.UNSURE}
    beside = external_links.check_links([nowhere, f"{server}/200"], {}, TODAY, local=True, pause=0.001)
    expected = {"no such host": LinkStatus.DEAD, "the name server does not answer": LinkStatus.UNSURE}
    assert beside[nowhere].state is expected[beside[nowhere].reason]


def test_a_host_is_asked_one_question_at_a_time(server: str) -> None:
    states(server, *(f"page-{number}" for number in range(12)))
    assert Site.busy["most"] == 1
    assert len(Site.asked) == 12


def test_answers_are_kept_for_six_days_and_death_has_a_date(server: str) -> None:
    first = external_links.check_links([f"{server}/200", f"{server}/404"], {}, TODAY, local=True, pause=0.001)
    count = len(Site.asked)
    again = states(server, "200", "404", known=first, today=TODAY + datetime.timedelta(days=6))
    assert len(Site.asked) == count
    later = states(server, "200", "404", known=first, today=TODAY + datetime.timedelta(days=7))
    assert len(Site.asked) > count
    assert (again["404"].since, later["404"].since, later["404"].checked) == ("2026-11-22", "2026-11-22", "2026-11-29")
    assert external_links.load(external_links.dump(first)) == first
    for damaged in (
        "[" * 100_000,
        "damaged",
        '[{"url": 7}]',
        external_links.dump(first).replace('"2026-11-22"', "2026"),
        external_links.dump(first).replace("-22", "-x"),
    ):
        assert external_links.load(damaged) == {}


def test_links_to_this_machine_are_left_out(server: str) -> None:
    assert external_links.check_links([f"{server}/404", "http://localhost/", "http://192.168.1.1/", "http://nas/"], {}, TODAY) == {}
    assert Site.asked == []


def test_the_command_names_the_place_and_offers_the_copy(server: str, tmp_path: Path) -> None:
    sources = f"- key: gone\n  title: Gone\n  url: {server}/410\n  archived: https://web.archive.org/web/2020/x\n"
    text = f"# Lamps\n\nSee [this]({server}/404#part), [that]({server}/moved) and [the other]({server}/200) [@gone].\n"
    root = project(tmp_path / "kb", {"lamps.md": text, ".sources.yml": sources})
    column = text.split("\n")[2].index(f"{server}/moved") + 1
    ran = hooks(root, "links", "--local")
    assert ran.returncode == 1
    assert ran.stdout.splitlines() == [
        f"warning: docs/.sources.yml:1:3: external link: {server}/410 is gone since 2026-11-22: 410"
        "; link to the copy https://web.archive.org/web/2020/x",
        f"warning: docs/lamps.md:3:12: external link: {server}/404 is gone since 2026-11-22: 404"
        f"; look for a copy at https://web.archive.org/web/{server}/404",
        f"notice: docs/lamps.md:3:{column}: external link: {server}/moved has moved for good; write {server}/200",
    ]
    assert ran.stderr.endswith("4 links: 1 alive, 2 dead, 1 moved\n")


def test_only_what_changed_since_the_last_time_is_told_where_that_is_asked(server: str) -> None:
    uses = {f"{server}/{name}": [external_links.LinkUse(SourcePath("a.md"), Position())] for name in ("404", "410")}
    first = external_links.check_links([f"{server}/404"], {}, TODAY, local=True, pause=0.001)
    later = TODAY + datetime.timedelta(days=7)
    second = external_links.check_links(uses, first, later, local=True, pause=0.001)
    assert len(external_links.diagnostics(uses, second)) == 2
    (new,) = external_links.diagnostics(uses, second, since=later)
    assert new.message == f"{server}/410 is gone since 2026-11-29: 410"
