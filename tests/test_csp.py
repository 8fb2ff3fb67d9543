"""The Content Security Policy, as a browser reads it."""

from almanac_kb.checks import csp
from almanac_kb.core.urls import Hosts, showing

PAGE = '<!doctype html>\n<html lang="en">\n  <head>\n    <meta charset="utf-8">\n    <title>T</title>{}</head><body></body></html>'


def directives(text: str) -> dict[str, list[str]]:
    """The values of each directive of a policy."""
    return {name: values for name, *values in (directive.split() for directive in text.split("; "))}


def test_names_the_inline_scripts_of_the_pages_by_hash_and_no_others() -> None:
    policy = directives(csp.build_policy([PAGE.format('<script>alert("1")</script><script src="a.js"></script><script>x=1\n</script>')]))
    assert policy["script-src"] == [
        "'self'",
        "'sha256-mHUu4o1UhL3CgU+3CttqCy+zH2qbjueugf0vyc8wCzs='",
        "'sha256-vQffNKfeMASPmtS+MWLYmQeYCey5UVf/JR5RVV8uF4Y='",
    ]


def test_data_in_a_script_element_needs_no_hash() -> None:
    with_data = csp.build_policy([PAGE.format('<script type="application/json">{}</script>')])
    assert with_data == csp.build_policy([PAGE.format("")])


def test_the_order_of_scripts_and_pages_does_not_change_it() -> None:
    one, two = PAGE.format("<script>1</script>"), PAGE.format("<script>2</script><script>1</script>")
    assert csp.build_policy([one, two]) == csp.build_policy([two, one, one])


def test_allows_nothing_from_elsewhere_by_default() -> None:
    policy = directives(csp.build_policy([PAGE.format("")]))
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == policy["frame-src"] == ["'none'"]
    assert policy["img-src"] == ["'self'", "data:"]
    assert policy["connect-src"] == policy["form-action"] == policy["font-src"] == ["'self'"]
    assert "'unsafe-inline'" not in str(policy)
    assert "'unsafe-eval'" not in str(policy)


def test_hosts_may_show_images_and_frames_and_run_nothing() -> None:
    policy = directives(csp.build_policy([PAGE.format("")], showing(("www.youtube.com", "img.example.org"))))
    assert policy["img-src"] == ["'self'", "data:", "https://www.youtube.com", "https://img.example.org"]
    assert policy["frame-src"] == ["https://www.youtube.com", "https://img.example.org"]
    assert policy["script-src"] == ["'self'"]


def test_hosts_may_do_what_they_are_named_for() -> None:
    hosts = Hosts(images=("i.example",), scripts=("s.example",), styles=("c.example",), connections=("*.a.example",))
    policy = directives(csp.build_policy([PAGE.format("")], hosts))
    assert policy["script-src"] == ["'self'", "https://s.example"]
    assert policy["style-src"] == ["'self'", "https://c.example"]
    assert policy["font-src"] == ["'self'", "https://c.example"]
    assert policy["connect-src"] == ["'self'", "https://*.a.example"]
    assert (policy["img-src"][-1], policy["media-src"], policy["frame-src"]) == ("https://i.example", ["'self'"], ["'none'"])


def test_styles_of_the_theme_are_named_and_the_alignment_of_cells() -> None:
    policy = directives(csp.build_policy([PAGE.format("<style>:root{--x:1}</style>")]))
    assert policy["style-src"] == ["'self'", csp.digest(":root{--x:1}")]
    assert csp.digest("text-align: right;") in policy["style-src-attr"]


def test_stands_behind_the_encoding_and_before_everything_else() -> None:
    page = csp.put_policy(PAGE.format("<script>1</script>"), "default-src 'none'")
    meta = '<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;">'
    assert csp.put_policy("\n\n<!doctype html>\n<head>x", "x").startswith("\n\n<!doctype html>\n<head><meta")
    assert page.startswith(f'<!doctype html>\n<html lang="en">\n  <head>\n    <meta charset="utf-8">{meta}\n    <title>')


def test_is_in_front_of_a_page_without_a_head_too() -> None:
    meta = '<meta http-equiv="Content-Security-Policy" content="x">'
    assert csp.put_policy("<p>Hi</p>", "x") == f"{meta}<p>Hi</p>"
    assert csp.put_policy("<!DOCTYPE html><p>Hi</p>", "x") == f"<!DOCTYPE html>{meta}<p>Hi</p>"
    assert csp.put_policy("<script>1</script><head></head>", "x") == f"{meta}<script>1</script><head></head>"
    assert csp.put_policy("<!-- <head> --><script>1</script>", "x") == f"{meta}<!-- <head> --><script>1</script>"
