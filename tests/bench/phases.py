"""A hook that measures the phases of a build: the seconds between MkDocs' events, written to phases.json beside mkdocs.yml."""

import json
import time
from pathlib import Path
from typing import Any

from mkdocs.plugins import event_priority

FIRST = 10_000
SEEN: dict[str, float] = {}
"""When each event came first. It stands here because MkDocs hands events nothing to keep it in."""


def on_startup(**_: Any) -> None:
    SEEN["read"] = time.monotonic()


@event_priority(FIRST)
def on_files(files: Any, **_: Any) -> None:
    SEEN["render"] = time.monotonic()


@event_priority(FIRST)
def on_env(env: Any, **_: Any) -> None:
    SEEN["write"] = time.monotonic()


@event_priority(FIRST)
def on_post_build(config: Any) -> None:
    SEEN["finish"] = time.monotonic()


@event_priority(-FIRST)
def on_shutdown() -> None:
    ends = [*list(SEEN.values())[1:], time.monotonic()]
    seconds = {name: end - start for (name, start), end in zip(SEEN.items(), ends, strict=True)}
    Path("phases.json").write_text(json.dumps(seconds))
