"""The policy in every page of a site, and what a browser makes of it."""

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from builder import Built, build, project, run
from lxml import html
from test_preview_server import get, serving
from waiting import until

from almanac_kb.content import settings
from almanac_kb.content.settings import Giscus, SettingsError
from almanac_kb.core.urls import Hosts, showing

ARTICLE = """---
title: Everything that runs
date: 2025-01-01
tags: [Tools]
aliases: [/old/name/]
---
# Everything that runs

=== "First"

    One.

=== "Second"

    Two.

```python
print("copied")
```

| left | right |
|:-----|------:|
| a    | b     |

!!! note
    A note.
"""
CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    docs = {"t/a.md": ARTICLE, "t/plain.md": "# Plain\n\nText.\n", "extra.html": "<h1>By hand</h1>"}
    return build(tmp_path_factory.mktemp("policy"), docs, SITE_URL="http://127.0.0.1/kb/")


def policies(page: html.HtmlElement) -> list[str]:
    return [str(each) for each in page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")]


def test_one_policy_on_all_pages_whatever_they_are(site: Built) -> None:
    assert site.code == 0, site.output
    found = {path: policies(html.fromstring(data.decode())) for path, data in site.files() if path.endswith(".html")}
    assert {"index.html", "404.html", "t/a/index.html", "old/name/index.html", "tags/tools/index.html", "extra.html"} <= set(found)
    assert {len(each) for each in found.values()} == {1}
    assert len({each[0] for each in found.values()}) == 1


def test_the_policy_names_every_inline_script_and_none_by_a_wildcard(site: Built) -> None:
    text = policies(site.page("t/a"))[0]
    assert "'unsafe-inline'" not in text
    assert "*" not in text
    assert "http" not in text


def test_hosts_are_names_of_hosts() -> None:
    assert settings.read_settings({"hosts": ["www.youtube.com", "www.youtube.com"]}).hosts == showing(("www.youtube.com",))
    for wrong in ("https://x.org", "x.org/a", "*.x.org", "x.org;script-src *", "x org", "", "'self'", "x.org:8080", 3, None):
        with pytest.raises(SettingsError) as error:
            settings.read_settings({"hosts": [wrong]})
        assert str(error.value) == f"extra.knowledge.hosts: must be a list such as [www.example.org], got {wrong!r}"
    with pytest.raises(SettingsError, match=r"extra\.knowledge\.hosts: must be a list such as \[www\.example\.org\], got 'x\.org'"):
        settings.read_settings({"hosts": "x.org"})


def test_hosts_are_named_by_what_they_may_do() -> None:
    given = {"images": ["i.example"], "connections": ["*.a.example"]}
    assert settings.read_settings({"hosts": given}).hosts == Hosts(images=("i.example",), connections=("*.a.example",))
    wrong: dict[str, object] = {
        "extra.knowledge.hosts.pictures: is nothing that a host may do; it may be images, media, frames, scripts, styles, connections": {
            "pictures": ["i.example"]
        },
        "extra.knowledge.hosts.scripts: must be a list such as [www.example.org], got '*.a.example'": {"scripts": ["*.a.example"]},
        "extra.knowledge.hosts.images: must be a list such as [www.example.org], got 'i.example'": {"images": "i.example"},
    }
    for message, mistaken in wrong.items():
        with pytest.raises(SettingsError) as error:
            settings.read_settings({"hosts": mistaken})
        assert str(error.value) == message


def test_comments_are_those_of_giscus() -> None:
    given = {"repo": "ana/notes", "repo_id": "R_1", "category": "Comments", "category_id": "D_1"}
    assert settings.read_settings({"comments": {"giscus": given}}).comments == Giscus("ana/notes", "R_1", "Comments", "D_1")
    mistaken: tuple[object, ...] = ({}, "giscus", {"giscus": {}}, {"giscus": {**given, "colour": "red"}}, {"disqus": given})
    for wrong in mistaken:
        with pytest.raises(SettingsError, match=r"extra\.knowledge\.comments: must be a map such as"):
            settings.read_settings({"comments": wrong})


def _configured(root: Path, old: str, new: str) -> Path:
    config = root / "mkdocs.yml"
    config.write_text(config.read_text().replace(old, new, 1))
    return root


COMMENTS = """  knowledge:
    comments:
      giscus: {repo: ana/notes, repo_id: R_1, category: Comments, category_id: D_1}
"""
ANALYTICS = """extra:
  analytics:
    provider: google
    property: G-1
    feedback:
      title: Did this help?
      ratings: [{icon: material/emoticon-happy-outline, name: Yes, data: 1, note: Thanks!}]
  consent:
    title: Cookies
    description: May we count?
"""


def test_analytics_comments_and_feedback_work_by_settings(tmp_path: Path) -> None:
    docs = {"a.md": "---\ntitle: A\n---\nText.\n", "b.md": "---\ntitle: B\ncomments: false\n---\nText.\n"}
    root = _configured(project(tmp_path / "site", docs), "  knowledge:\n", COMMENTS)
    root = _configured(root, "extra:\n", ANALYTICS)
    root = _configured(root, "site_name:", "repo_url: https://github.com/ana/notes\nsite_name:")
    built = run(root, "mkdocs", "build", "--strict")
    assert built.code == 0, built.output
    page, policy = built.page("a"), policies(built.page("a"))[0]
    rules = {name: values for name, *values in (rule.split() for rule in policy.split("; "))}
    assert {"https://www.googletagmanager.com", "https://giscus.app"} <= set(rules["script-src"])
    assert rules["connect-src"][1:4] == [
        f"https://*.{host}" for host in ("google-analytics.com", "analytics.google.com", "googletagmanager.com")
    ]
    assert rules["frame-src"] == ["https://giscus.app"]
    assert page.xpath("//script[@src='https://giscus.app/client.js']/@data-repo-id") == ["R_1"]
    assert built.page("b").xpath("//script[@src='https://giscus.app/client.js']") == []
    assert page.xpath("//form[@name='feedback']") != []
    assert page.xpath("//*[@data-md-component='consent']") != []


def test_the_host_of_the_repository_is_asked_only_where_the_settings_let_it(site: Built, tmp_path: Path) -> None:
    root = _configured(
        project(tmp_path / "site", {"a.md": "# A\n\nText.\n"}), "site_name:", "repo_url: https://github.com/ana/notes\nsite_name:"
    )
    page = run(root, "mkdocs", "build").page("a")
    assert page.xpath("//a[@class='md-source']/@href") == ["https://github.com/ana/notes"]
    assert page.xpath("//*[@data-md-component='source']") == []
    built = run(_configured(root, "  knowledge:\n", "  knowledge:\n    hosts: {connections: [api.github.com]}\n"), "mkdocs", "build")
    assert built.page("a").xpath("//a[@data-md-component='source']") != []


def test_a_script_of_a_host_that_is_not_allowed_is_an_error_at_its_line(tmp_path: Path) -> None:
    root = _configured(
        project(tmp_path / "site", {"a.md": "# A\n"}), "extra_css:\n", "extra_javascript: [https://s.example/x.js]\nextra_css:\n"
    )
    line = (root / "mkdocs.yml").read_text().splitlines().index("extra_javascript: [https://s.example/x.js]") + 1
    built = run(root, "mkdocs", "build")
    assert built.code == 1
    assert f"mkdocs.yml:{line}: extra_javascript: 'https://s.example/x.js' is on another host" in built.output
    assert "add the host to hosts.scripts below extra.knowledge" in built.output
    built = run(_configured(root, "  knowledge:\n", "  knowledge:\n    hosts: {scripts: [s.example]}\n"), "mkdocs", "build", "--strict")
    assert built.code == 0, built.output
    assert built.page("a").xpath("//script[@src='https://s.example/x.js']") != []


def test_a_host_of_the_setting_is_in_the_policy(site: Built, tmp_path: Path) -> None:
    root = shutil.copytree(site.root, tmp_path / "site")
    config = root / "mkdocs.yml"
    config.write_text(config.read_text().replace("  knowledge:\n", "  knowledge:\n    hosts: [img.example.org]\n"))
    page = run(root, "mkdocs", "build").page("t/a")
    assert "img-src 'self' data: https://img.example.org;" in policies(page)[0]


def test_a_preview_reloads_itself_and_goes_on_whatever_is_broken(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "# A\n\n[x](lost.md)\n", "x.svg": "<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>"})
    with serving(root) as home:
        page = get(f"{home}a/", "/livereload/")
        assert "'unsafe-inline'" not in policies(html.fromstring(page))[0]
        assert "onload" not in get(f"{home}x.svg", "<svg")
        log = (root / "log").read_text()
    assert "docs/a.md:3:5: link: 'x' leads nowhere, to 'lost.md'; correct the address" in log


class Handler(SimpleHTTPRequestHandler):
    """GitHub Pages in small: the site below a prefix, and its 404 page where there is nothing."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix("/kb"))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def home(site: Built) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(site.site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/kb/"
    server.shutdown()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if not CHROMIUM.is_file() or not DRIVER.is_file():
        pytest.skip("Chromium and its driver are not installed")
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update"
    for flag in (*flags.split(), "--disable-sync", f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    yield driver
    driver.quit()


def said(browser: Any) -> list[str]:
    """What the console says of the policy."""
    return [each["message"] for each in browser.get_log("browser") if "Content Security Policy" in each["message"]]


@pytest.mark.parametrize("path", ["", "t/a/", "tags/tools/", "nowhere/at/all/", "old/name/"])
def test_a_browser_finds_nothing_to_block(browser: Any, home: str, path: str) -> None:
    browser.get(home + path)
    wait(browser, "return typeof __md_get === 'function'")
    assert browser.execute_script("return document.compatMode") == "CSS1Compat"
    assert browser.execute_script("return getComputedStyle(document.querySelector('.md-header')).position") == "sticky"
    assert said(browser) == []


def test_palette_copy_button_and_tabs_work(browser: Any, home: str) -> None:
    browser.get(f"{home}t/a/")
    scheme = "return document.body.getAttribute('data-md-color-scheme')"
    before = browser.execute_script(scheme)
    wait(browser, "return [...document.querySelectorAll('[data-md-component=palette] label')].some(each => !each.hidden)")
    browser.execute_script("[...document.querySelectorAll('[data-md-component=palette] label')].find(each => !each.hidden).click()")
    wait(browser, f"{scheme} !== '{before}'")
    browser.get(f"{home}t/plain/")
    assert browser.execute_script(scheme) != before
    browser.get(f"{home}t/a/")
    browser.execute_script("document.querySelectorAll('.tabbed-labels label')[1].click()")
    wait(browser, "return document.querySelectorAll('.tabbed-block')[1].offsetHeight > 0")
    wait(browser, "return !!document.querySelector('.md-code__button, .md-clipboard')")
    browser.execute_script("document.querySelector('.md-code__button, .md-clipboard').click()")
    wait(browser, "return document.querySelector('.md-dialog').innerText.includes('Copied')")
    assert browser.execute_script("return getComputedStyle(document.querySelectorAll('td')[1]).textAlign").endswith("right")
    assert said(browser) == []


def test_an_injected_payload_does_not_run(browser: Any, home: str, site: Built) -> None:
    payload = (
        "<script>document.title = 'PWN'</script><img src=x onerror=\"document.title = 'PWN'\">"
        "<iframe srcdoc=\"<script>parent.document.title = 'PWN'</script>\"></iframe><base href='https://example.com/'>"
    )
    page = site.text("t/plain").replace("Text.", f"Text.{payload}")
    (site.site / "injected.html").write_text(page.replace("../../", "/kb/"))
    try:
        browser.get(f"{home}injected.html")
        blocked = said(browser)
        assert browser.title == "Plain - Almanac"
        assert any("inline script" in each for each in blocked)
        assert any("event handler" in each for each in blocked)
        assert browser.execute_script("return document.baseURI") == f"{home}injected.html"
    finally:
        (site.site / "injected.html").unlink()


def wait(browser: Any, script: str) -> None:
    """Waits until a script says yes."""
    until(lambda: browser.execute_script(script), 10, lambda: script)
