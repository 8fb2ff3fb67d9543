"""What a browser runs to read an index: it comes with Pagefind, and is the same for all indexes of a language."""

import json
from pathlib import Path

from markupsafe import Markup

from almanac_kb.core.paths import UrlPath
from almanac_kb.pagefind import pagefind
from almanac_kb.pagefind.packed import Packed

PAGE = Markup('<html lang="{}"><body>a</body></html>')


def add(packed: Packed, folder: Path, language: str, home: Path) -> None:
    """Puts beside the index in a folder what is the language's own, and says which index it is; what all languages share goes to `home`."""
    files = pagefind.index([(UrlPath(""), str(PAGE.format(language)))])
    entry = json.loads(files["pagefind-entry.json"])
    about = next(iter(entry["languages"].values()))
    wasm = f"wasm.{about['wasm'] or 'unknown'}.pagefind"
    (home / "pagefind.js").write_bytes(files["pagefind.js"])
    (folder / wasm).write_bytes(files[wasm])
    entry["languages"] = {language: about | {"hash": packed.name, "page_count": len(packed.lengths)}}
    (folder / "pagefind-entry.json").write_text(json.dumps(entry, sort_keys=True))
