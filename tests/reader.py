"""Drives a site in a real browser: what a reader can do with the search, and sees of it."""

from collections.abc import Callable
from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from waiting import until

PATIENCE = 10
"""Seconds that a page has to show something before a test fails."""
ANSWERED = """
const [question] = arguments;
const links = [...document.querySelectorAll(".kb-search__after a")].filter((each) => each.textContent === "Link to this search");
return links.some((each) => new URLSearchParams(each.search).get("q") === question)
  || document.querySelector(".kb-search__status").textContent.includes(`Nothing found for “${question}”`);
"""
"""A script that says whether the shown answer is to the whole question, not to a part of it."""

PARSED = "return location.href !== 'about:blank' && document.readyState !== 'loading'"
"""A script that says whether the page is there: on a busy machine the driver may return before."""


class Reader:
    """What a reader can do and see."""

    def __init__(self, driver: Chrome, home: str, start: str = "") -> None:
        self.driver, self.home, self.start = driver, home, start

    def go(self, path: str = "") -> None:
        self.driver.get("about:blank")
        self.driver.get(self.home + path)
        self.wait(lambda: self.driver.execute_script(PARSED))

    def press(self, *keys: str) -> None:
        self.driver.switch_to.active_element.send_keys(*keys)

    def ask(self, question: str) -> None:
        self.go(self.start)
        self.press("/")
        self.wait(lambda: self.active == "kb-search__input")
        self.press(question)
        self.wait(lambda: self.driver.execute_script(ANSWERED, question.strip()))

    def wait(self, true: Callable[[], Any]) -> None:
        until(true, PATIENCE, lambda: (self.status, self.titles, self.errors()))

    def all(self, selector: str) -> list[Any]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def shown(self, selector: str) -> list[str]:
        """The texts of the visible elements of a selector, all read at one moment."""
        script = "return [...document.querySelectorAll(arguments[0])].filter((it) => it.checkVisibility()).map((it) => it.innerText)"
        return [str(text).strip() for text in self.driver.execute_script(script, selector)]

    def sees(self, scheme: str, width: int, height: int = 900, scale: int = 1) -> None:
        """Sets the window size and the preferred colour scheme."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    @property
    def titles(self) -> list[str]:
        return [each.text for each in self.all(".kb-search__page > .kb-search__title")]

    @property
    def addresses(self) -> list[str]:
        return [str(each.get_attribute("href")).removeprefix(self.home) for each in self.all(".kb-search__page")]

    @property
    def status(self) -> str:
        return " ".join(each.text for each in self.all(".kb-search__status"))

    @property
    def active(self) -> str:
        return str(self.driver.switch_to.active_element.get_attribute("class")).partition(" ")[0]

    @property
    def open(self) -> bool:
        return bool(self.all("dialog.kb-search[open]"))

    def errors(self) -> list[str]:
        said = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [each["message"] for each in said if "404 (Not Found)" not in each["message"]]
