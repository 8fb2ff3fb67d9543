"""What a browser runs to read an index: it comes with Pagefind, and is the same for all indexes of a language."""

import json
from pathlib import Path

from markupsafe import Markup

from knowledge.place import Url
from knowledge.search import pagefind
from knowledge.search.packed import Packed

PAGE = Markup('<html lang="{}"><body>a</body></html>')


def add(folder: Path, language: str, packed: Packed) -> None:
    """Puts the program beside the index in a folder, and says which index it is to read."""
    files = pagefind.index([(Url(""), str(PAGE.format(language)))])
    entry = json.loads(files["pagefind-entry.json"])
    about = next(iter(entry["languages"].values()))
    for name in ("pagefind.js", f"wasm.{about['wasm'] or 'unknown'}.pagefind"):
        (folder / name).write_bytes(files[name])
    entry["languages"] = {language: about | {"hash": packed.name, "page_count": len(packed.lengths)}}
    (folder / "pagefind-entry.json").write_text(json.dumps(entry, sort_keys=True))
