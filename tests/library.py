"""A small knowledge base with one of everything that readers see, for tests of pages."""

RICH = """\
---
title: "Backups at home"
description: "What to keep, where, and how to get it back when a disk dies on a Sunday."
date: 2025-04-11
updated: 2025-05-02
authors: [Ada Lane, Ben Ode]
tags: [Backups, Disks, Command line]
---
# Backups at home

A copy that was never read back is [a hope](disks.md). Keep **two copies**, one of them `elsewhere`. Press ++ctrl+s++ first[^1].

[^1]: Some programs save by themselves.

## What to copy

| folder | how often | where to, and a column that is long enough to make a phone scroll sideways | size |
|---|:---:|---|---:|
| photos | daily | the disk in the cellar | 400 GB |
| letters | weekly | a friend's house | 2 GB |

![The way of a file from the desk to the cellar](way.svg)

!!! warning "Before you start"

    Look at [what disks are made of](disks.md#lifetime).

??? note "More on clocks"

    A clock that is wrong makes a copy look old.

## How to copy

=== "Linux"

    ```bash title="copy.sh" linenums="1"
    rsync --archive --delete --verbose --human-readable --exclude='*.tmp' /home/ada/ /mnt/cellar/home/ada/  # every night
    echo done
    ```

=== "Windows"

    ```powershell
    robocopy C:\\Users\\ada E:\\ada /MIR
    ```

> A disk is a promise with a date.

1. Plug it in.
2. Wait.

- [x] bought a disk
- [ ] tried to restore

Restic
:   A program that encrypts what it copies.

```python
def restore(copy: Path, home: Path) -> None:
    \"\"\"A line that is so long that it can't be shown on any phone, and on a desk only where the window is wide enough.\"\"\"
```

### Restoring

Try it *before* you need it. <https://example.org/a/very/long/address/that/has/no/place/where/it/could/be/broken/into/two/lines.html>

## Further reading

| | disk | tape |
|---|---|---|
| noise | some | none |

Disks fail [@disk-2020], tapes tear.

Thisisawordthatisverylongandhasnoplacewhereitcouldbebrokensothatphonesmustbreakitsomewhereorscrollsidewaysforever.
"""

WAY = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100" width="400" height="100">'
    '<path d="M20 50h340" stroke="#00695c" stroke-width="8"/></svg>'
)

PLAIN = """\
---
title: "{title}"
description: "What there is to know about {title}, in a line or two, as every article has it."
date: {date}
tags: [{tags}]
---
{heading}

See [backups]({up}guides/backups.md).

## Lifetime

Some years.
"""


def plain(title: str, date: str, tags: str, *, heading: str = "", up: str = "../") -> str:
    """A short article; `heading` where its own first heading differs from its title."""
    return PLAIN.format(title=title, date=date, tags=tags, heading=f"# {heading or title}", up=up)


DOCS: dict[str, str | bytes] = {
    "index.md": "---\ntitle: The Library\ndescription: Of disks.\n---\n# The Library\n\nWhat we know about disks and gardens.\n",
    "guides/index.md": "---\ntitle: Guides\ndescription: How to do things.\n---\n# Guides\n\nHow to do [things](backups.md).\n",
    "guides/backups.md": RICH,
    "guides/way.svg": WAY,
    "guides/disks.md": plain("Disks", "2024-01-02", "Disks"),
    "guides/cables.md": plain("Cables", "2024-02-02", "Disks", heading="All about cables"),
    "guides/deep/inner/wires.md": plain("Wires", "2024-03-02", "Disks", up="../../../"),
    "garden/trees.md": plain("Trees in winter", "2023-05-06", "Garden"),
    ".sources.yml": "- key: disk-2020\n  type: article\n  authors: Lane A\n  title: How disks fail\n  year: 2020\n  doi: 10.1000/disks\n",
    ".tags.yml": "- name: Disks\n  description: What keeps our files.\n- name: Backups\n",
    **{f"notes/{number:02}.md": plain(f"Note {number}", f"2022-{number % 12 + 1:02}-03", "Notes") for number in range(45)},
}
