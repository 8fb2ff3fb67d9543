"""JSON Schemas (draft 7) of headers, `.pages`, `.tags.yml` and `.sources.yml`, for completion and checks in editors.

They are made from the tables by which these files are read, and reject nothing that a build accepts.
"""

import json
from pathlib import Path
from typing import Any

from almanac_kb.content import bibliography, pages_file, taxonomy
from almanac_kb.frontmatter.fields import FIELDS, MIXED_CASE, Field
from almanac_kb.markdown.references import KEY

DRAFT = "http://json-schema.org/draft-07/schema#"
FOLDER = Path(".cache", "schemas")
"""The folder in which editors find the schemas, relative to that of mkdocs.yml."""
TEXT = {"type": ["string", "number", "null"]}
FLAG = {"type": ["boolean", "string", "number", "null"]}
DATE = {"type": ["string", "number", "null"], "examples": ["2025-04-11", "2025-04-11T08:00:00Z"]}
NAMES = {"type": ["array", "string", "number", "object", "null"]}
VALUES: dict[str, Any] = {
    **dict.fromkeys(("tags", "categories", "aliases", "authors", "series"), NAMES),
    **dict.fromkeys(("draft", "unlisted"), FLAG),
    **dict.fromkeys(("created", "updated", "expires"), DATE),
    "published": {"type": ["boolean", "string", "number", "null"]},
    "image": {"type": ["string", "object", "array", "boolean", "null"]},
    "order": {"type": ["number", "string", "null"]},
}
"""The JSON types of the values of each concept; text where it is not listed."""
PAGES = {
    "title": "the name of the topic",
    "nav": "the files and folders of this folder in their order; `...` stands for all others",
    "arrange": "an older form of nav",
    "kind": "page: the files of this folder are in navigation and search only; article: they are listed, dated and fed",
    "schema": "the schema.org type of the articles",
    "markdown": "how the texts of this folder are read",
    "hide": "true keeps the folder out of the navigation",
    "order": "newest, title or manual: how the articles of this folder are listed; asc or desc: the direction in which files are sorted",
    "order_by": "by what files are sorted",
    "sort_type": "natural sorts numbers by their value",
}
"""The keys of `.pages`, and what each does."""
TAGS = {
    "name": "the name that readers see",
    "description": "what the tag is about, in one sentence",
    "aliases": "other words that mean the tag",
    "parent": "the tag in whose group it is listed",
    "hidden": "true keeps the tag off all pages",
}
"""The keys of `.tags.yml`, and what each does."""


def all_schemas() -> dict[str, dict[str, Any]]:
    """All schemas, by file name."""
    return {
        "header.schema.json": header_schema(),
        "pages.schema.json": pages_schema(),
        "tags.schema.json": tags_schema(),
        "sources.schema.json": sources_schema(),
    }


def header_schema() -> dict[str, Any]:
    """The schema of an article's header, with every spelling of every field."""
    properties: dict[str, Any] = {}
    for field in FIELDS:
        for spelling in field.spellings:
            outer, _, inner = MIXED_CASE.get(spelling, spelling).partition(".")
            if inner:
                known = properties.setdefault(outer, {"type": ["object", "string", "array", "boolean", "null"]})
                known.setdefault("properties", {})[inner] = _value(field)
            else:
                properties[outer] = {**_value(field), **_nested(properties.get(outer))}
    return {"$schema": DRAFT, "title": "Header of an article", "type": "object", "properties": properties}


def pages_schema() -> dict[str, Any]:
    """The schema of a `.pages` file."""
    flags = {key: {"type": ["boolean", "null"]} for key in pages_file.FLAG_KEYS}
    choices = {key: {"enum": [*values, None]} for key, values in pages_file.CHOICES.items()}
    lists = {key: {"type": ["array", "null"]} for key in ("nav", "arrange")}
    properties = {"title": {"type": ["string", "null"]}, **lists, **choices, **flags}
    return _closed("Settings of a folder", _described(properties, PAGES))


def tags_schema() -> dict[str, Any]:
    """The schema of `.tags.yml`."""
    properties = {key: NAMES if key == "aliases" else FLAG if key == "hidden" else TEXT for key in taxonomy.DEFINITION_KEYS}
    entry = _closed("A tag", _described(properties, TAGS), required=["name"])
    return {"$schema": DRAFT, "title": "Tags", "type": ["array", "null"], "items": entry}


def sources_schema() -> dict[str, Any]:
    """The schema of `.sources.yml`."""
    special = {
        "key": {"type": "string", "pattern": f"^{KEY}$"},
        "type": {"enum": [*bibliography.SCHEMA_TYPES, None]},
        "year": {"type": ["integer", "string", "null"]},
        "facts": {"type": ["array", "string", "null"], "maxItems": bibliography.MAX_FACTS},
    }
    properties = {name: special.get(name, TEXT) for name in bibliography.FIELDS}
    entry = {"type": "object", "properties": properties, "required": ["key", "title"]}
    return {"$schema": DRAFT, "title": "Sources", "type": ["array", "null"], "items": entry}


def write_schemas(folder: Path) -> list[Path]:
    """Writes the schemas that are missing or changed in a folder; returns the paths of all. Raises OSError."""
    paths = []
    for name, schema in all_schemas().items():
        path, data = folder / name, f"{json.dumps(schema, indent=2, ensure_ascii=False)}\n".encode()
        paths.append(path)
        if not path.is_file() or path.read_bytes() != data:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return paths


def _value(field: Field) -> dict[str, Any]:
    return {**VALUES.get(field.concept, TEXT), "description": field.meaning}


def _nested(known: dict[str, Any] | None) -> dict[str, Any]:
    """The properties already known for a key that is both a field and a map of fields, such as `cover` and `cover.alt`."""
    return {"properties": known["properties"], "type": known["type"]} if known and "properties" in known else {}


def _described(properties: dict[str, Any], meanings: dict[str, str]) -> dict[str, Any]:
    return {key: {**value, **({"description": meanings[key]} if key in meanings else {})} for key, value in properties.items()}


def _closed(title: str, properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    """The schema of a map without other keys; an empty file is valid too."""
    more = {"required": required} if required else {}
    kind = "object" if required else ["object", "null"]
    return {"$schema": DRAFT, "title": title, "type": kind, "properties": properties, "additionalProperties": False, **more}
