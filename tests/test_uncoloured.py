"""Code looks the same whether a style is read for it or not."""

import pytest
from markdown import Markdown

from almanac_kb.body.uncoloured import Uncoloured

CODE = '```python title="x" linenums="1" hl_lines="2"\ndef f(a: int) -> str:\n    return f"{a}" + 1.5  # why\n```\n\n`#!js let a = "b";`\n'


@pytest.mark.parametrize(
    "settings", [{}, {"pygments_style": "bw"}, {"noclasses": True}, {"linenums_style": "inline"}, {"use_pygments": False}]
)
def test_code_is_marked_alike(settings: dict[str, object]) -> None:
    names = ["pymdownx.superfences", "pymdownx.highlight", "pymdownx.inlinehilite"]
    options = {"pymdownx.highlight": settings}
    read = Markdown(extensions=names, extension_configs=options).convert(CODE)
    assert Markdown(extensions=[*names, Uncoloured()], extension_configs=options).convert(CODE) == read
    assert ("color: " in read) == bool(settings.get("noclasses"))
