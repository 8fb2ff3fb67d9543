"""Measures a first visit to a page: its requests, console messages, and layout shifts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from selenium.webdriver import Chrome

WATCH = """
window.__shift = { value: 0, moved: [] };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    __shift.value += entry.value;
    __shift.moved.push(...entry.sources.map(({ node }) => (node?.outerHTML ?? node?.textContent ?? "").slice(0, 100)));
  }
}).observe({ type: "layout-shift", buffered: true });
"""
SETTLED = """
const done = arguments[0];
const frames = () => requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(done)));
const shown = () => Promise.all([...document.images].filter((each) => each.loading !== "lazy").map((each) => each.decode().catch(() => 0)));
const ready = () => Promise.all([document.fonts.ready, shown()]).then(frames);
document.readyState === "complete" ? ready() : addEventListener("load", ready);
"""
DOWN = "scrollBy(0, innerHeight / 2); return scrollY + innerHeight >= document.documentElement.scrollHeight - 1"
PICTURES = "return [...document.querySelectorAll('article img')].map((each) => each.src)"
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
"""A telephone with four bars: 150 ms and 1.6 Mbit/s."""


@dataclass(frozen=True)
class Visit:
    """What a first visit costs."""

    weights: Mapping[str, int]
    """Bytes received for each URL, including headers."""
    pictures: frozenset[str]
    """The addresses of the article's own pictures."""
    said: tuple[str, ...]
    """What the console says."""
    shift: float
    """The cumulative layout shift, as Chromium counts it."""
    moved: tuple[str, ...]
    """What moved."""

    @property
    def weight(self) -> int:
        """The bytes of all that came but the article's own pictures."""
        return sum(size for address, size in self.weights.items() if address not in self.pictures)

    @property
    def origins(self) -> set[str]:
        """The hosts that were asked."""
        return {"{0.scheme}://{0.netloc}/".format(urlsplit(each)) for each in self.weights}


def visit(driver: Chrome, address: str, *, width: int = 1280, dark: bool = False, slow: bool = False) -> Visit:
    """Visits a page with an empty cache, and scrolls to its end."""
    _forget(driver, "{0.scheme}://{0.netloc}".format(urlsplit(address)))
    _screen(driver, width, dark, slow)
    script = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    driver.get(address)
    driver.execute_async_script(SETTLED)
    while not driver.execute_script(DOWN):
        driver.execute_async_script(SETTLED)
    driver.execute_async_script(SETTLED)
    driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
    shift = driver.execute_script("return __shift")
    said = tuple(str(each["message"]) for each in driver.get_log("browser"))  # type: ignore[no-untyped-call]
    return Visit(_weights(driver), frozenset(driver.execute_script(PICTURES)), said, shift["value"], tuple(shift["moved"]))


def _forget(driver: Chrome, origin: str) -> None:
    driver.get("about:blank")
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    driver.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    for log in ("performance", "browser"):
        driver.get_log(log)  # type: ignore[no-untyped-call]


def _screen(driver: Chrome, width: int, dark: bool, slow: bool) -> None:
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
    )
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    fast = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    driver.execute_cdp_cmd("Network.emulateNetworkConditions", SLOW if slow else fast)


def _weights(driver: Chrome) -> dict[str, int]:
    asked: dict[str, str] = {}
    found: dict[str, int] = {}
    for event in (json.loads(each["message"])["message"] for each in driver.get_log("performance")):  # type: ignore[no-untyped-call]
        what: dict[str, Any] = event["params"]
        if event["method"] == "Network.requestWillBeSent" and what["request"]["url"].startswith("http"):
            asked[what["requestId"]] = what["request"]["url"]
            found.setdefault(what["request"]["url"], 0)
        elif event["method"] == "Network.loadingFinished" and what["requestId"] in asked:
            found[asked[what["requestId"]]] += int(what["encodedDataLength"])
    return found
