"""Has Pagefind index pages: it is handed them one by one, and hands back what it makes, all in memory and in the order of the pages.

The pages of a folder it would number as the file system lists them, which differs from machine to machine. It answers every message
with one, each an object in JSON, in Base64, with a comma behind it.
"""

import base64
import json
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from io import BufferedReader, BufferedWriter
from typing import IO, Any, cast

import pagefind_bin_extended

from almanac_kb.core.paths import UrlPath
from almanac_kb.pagefind.search_record import IGNORED


class PagefindError(RuntimeError):
    """The program failed; says what it printed."""


def index(pages: Iterable[tuple[UrlPath, str]]) -> dict[str, bytes]:
    """The files of an index of these pages, by address and HTML: what stands in each file, by its path."""
    with tempfile.TemporaryFile() as printed:
        try:
            files = _last(_messages(pages), printed)["files"]
        except (EOFError, BrokenPipeError):
            printed.seek(0)
            raise PagefindError(f"pagefind failed: {printed.read().decode(errors='replace')}") from None
    return {each["path"]: base64.b64decode(each["content"]) for each in files}


def _messages(pages: Iterable[tuple[UrlPath, str]]) -> Iterator[dict[str, Any]]:
    yield {"type": "NewIndex", "config": {"exclude_selectors": [IGNORED]}}
    for url, page in pages:
        yield {"type": "AddFile", "index_id": 0, "url": f"/{url}", "file_contents": page}
    yield {"type": "GetFiles", "index_id": 0}


def _last(messages: Iterable[Mapping[str, Any]], printed: IO[bytes]) -> dict[str, Any]:
    """The answer to the last message."""
    program = [str(pagefind_bin_extended.get_executable()), "--service"]
    answer: dict[str, Any] = {}
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=printed) as running:  # noqa: S603
        told, said = cast("BufferedWriter", running.stdin), cast("BufferedReader", running.stdout)
        for message in messages:
            told.write(base64.b64encode(json.dumps({"message_id": 1, "payload": message}).encode()) + b",")
            told.flush()
            answer = json.loads(base64.b64decode(_heard(said)))["payload"]
            if answer["type"] == "Error":
                raise PagefindError(f"pagefind failed: {answer['message']}")
    return answer


def _heard(said: BufferedReader) -> bytes:
    heard = [said.read1()]
    while not heard[-1].endswith(b","):
        if not heard[-1]:
            raise EOFError
        heard.append(said.read1())
    return b"".join(heard)
