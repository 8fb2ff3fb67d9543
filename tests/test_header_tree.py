"""The header as a tree."""

import pytest

from almanac_kb.core.diagnostics import Position
from almanac_kb.frontmatter.formats import Mapping, Node, Pair, Scalar, Sequence, find_pair, is_absent, plain_text

HERE = Position(3, 5)


def scalar(text: str, *, quoted: bool = False) -> Scalar:
    return Scalar(text, HERE, quoted)


def mapping(**values: Node) -> Mapping:
    return Mapping(tuple(Pair(key.replace("_dot_", "."), HERE, value) for key, value in values.items()), HERE)


@pytest.mark.parametrize("node", [scalar(""), scalar(" "), scalar("~"), scalar("null"), scalar("NULL"), scalar(" ", quoted=True)])
def test_a_node_without_a_value_is_absent(node: Node) -> None:
    assert is_absent(node)
    assert is_absent(Sequence((node, node), HERE))


@pytest.mark.parametrize("node", [scalar("no"), scalar("0"), scalar("null", quoted=True), mapping(), Sequence((scalar("a"),), HERE)])
def test_a_node_with_a_value_is_present(node: Node) -> None:
    assert not is_absent(node)


def test_an_empty_list_is_absent() -> None:
    assert is_absent(Sequence((), HERE))


def test_a_key_is_found_in_any_case_and_inside_maps() -> None:
    header = mapping(Title=scalar("A"), cover=mapping(Alt=scalar("B")))
    assert find_pair(header, "title") == Pair("Title", HERE, scalar("A"))
    assert find_pair(header, "cover.alt") == Pair("Alt", HERE, scalar("B"))
    assert find_pair(header, "cover.alt.x") is None
    assert find_pair(header, "title.x") is None


def test_a_key_that_has_a_dot_comes_before_a_map() -> None:
    header = mapping(ms=mapping(date=scalar("inner")), ms_dot_date=scalar("outer"))
    pair = find_pair(header, "ms.date")
    assert pair is not None
    assert plain_text(pair.value) == "outer"


def test_a_tree_as_plain_values() -> None:
    assert plain_text(mapping(a=Sequence((scalar("1"), mapping(b=scalar("null"))), HERE))) == {"a": ["1", {"b": "null"}]}
