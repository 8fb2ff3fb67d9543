"""All messages for authors in the code, each with `…` where a value is inserted."""

import ast
from collections.abc import Iterator
from pathlib import Path

from builder import PROJECT

CALLS = {
    "LocalDiagnostic": (1, "error"),
    "Diagnostic": (3, "error"),
    "HeaderError": (1, "error"),
    "notice": (2, "notice"),
    "warn": (2, "warning"),
    "defer": (2, "warning"),
    "Meaning": (1, "notice"),
    "leave": (2, "warning"),
    "_warn": (1, "warning"),
    "_RefusalError": (0, "error"),
    "SettingsError": (0, "error"),
    "SwapError": (0, "error"),
    "PluginError": (0, "error"),
    "Abort": (0, "error"),
}
"""The position of the message among a call's arguments, and the default severity."""
SEVERITIES = ("NOTICE", "WARNING", "ERROR")
FORM = "must …, got …"
"""What `value.py` says; what must be stands in its `_EXAMPLES`."""


def messages() -> set[tuple[str, str]]:
    """All messages of the pipeline, the adapter and the package, each with its severity."""
    paths = (PROJECT / "hooks").rglob("*.py")
    return {each for path in paths for each in _of(path)}


def _of(path: Path) -> Iterator[tuple[str, str]]:
    tree = ast.parse(path.read_text())
    for scope in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)] + [tree]:
        for call in _calls(scope):
            name = str(getattr(call.func, "id", getattr(call.func, "attr", "")))
            place, usual = CALLS.get(name, (99, ""))
            if len(call.args) > place:
                severities = [_severity(call) or usual] if not _decided(call) else ["warning", "notice"]
                yield from ((text, each) for text in _texts(call.args[place], scope) if text != FORM for each in severities)
    yield from ((FORM.replace("…", key, 1), "error") for value in _assigned("_EXAMPLES", tree) for key in ast.literal_eval(value))


def _calls(scope: ast.AST) -> Iterator[ast.Call]:
    """The calls of a function, without those of functions in it."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.FunctionDef):
            yield from _calls(node)


def _severity(call: ast.Call) -> str:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return next((each.attr.lower() for each in given if isinstance(each, ast.Attribute) and each.attr in SEVERITIES), "")


def _decided(call: ast.Call) -> bool:
    """Whether the severity is decided elsewhere in the code."""
    return any(isinstance(each, ast.Name) and each.id == "severity" for each in call.args)


def _texts(node: ast.AST, scope: ast.AST) -> list[str]:
    """What an expression can be, where that stands in the code."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body, scope), *_texts(node.orelse, scope)]
    if isinstance(node, ast.Name):
        return [text for value in _assigned(node.id, scope) for text in _texts(value, scope)]
    return []


def _assigned(name: str, scope: ast.AST) -> Iterator[ast.AST]:
    for each in (node for node in ast.walk(scope) if isinstance(node, ast.Assign)):
        for target in each.targets:
            if isinstance(target, ast.Name) and target.id == name:
                yield each.value
            elif isinstance(target, ast.Tuple) and isinstance(each.value, ast.Tuple):
                yield from (value for part, value in zip(target.elts, each.value.elts, strict=True) if getattr(part, "id", "") == name)
