"""The content security policy, as a browser would read it."""

from almanac_kb.checks import csp

PAGE = '<!doctype html>\n<html lang="en">\n  <head>\n    <meta charset="utf-8">\n    <title>T</title>{}</head><body></body></html>'


def directives(text: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (each.split() for each in text.split("; "))}


def test_names_the_inline_scripts_of_the_pages_by_hash_and_no_others() -> None:
    made = directives(csp.build_policy([PAGE.format('<script>alert("1")</script><script src="a.js"></script><script>x=1\n</script>')]))
    assert made["script-src"] == [
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
    made = directives(csp.build_policy([PAGE.format("")]))
    assert made["default-src"] == made["object-src"] == made["base-uri"] == made["frame-src"] == ["'none'"]
    assert made["img-src"] == ["'self'", "data:"]
    assert made["connect-src"] == made["form-action"] == made["font-src"] == ["'self'"]
    assert "'unsafe-inline'" not in str(made)
    assert "'unsafe-eval'" not in str(made)


def test_hosts_may_show_pictures_and_frames_and_run_nothing() -> None:
    made = directives(csp.build_policy([PAGE.format("")], ["www.youtube.com", "img.example.org"]))
    assert made["img-src"] == ["'self'", "data:", "https://www.youtube.com", "https://img.example.org"]
    assert made["frame-src"] == ["https://www.youtube.com", "https://img.example.org"]
    assert made["script-src"] == ["'self'"]


def test_styles_of_the_theme_are_named_and_the_alignment_of_cells() -> None:
    made = directives(csp.build_policy([PAGE.format("<style>:root{--x:1}</style>")]))
    assert made["style-src"] == ["'self'", csp.digest(":root{--x:1}")]
    assert csp.digest("text-align: right;") in made["style-src-attr"]


def test_stands_behind_the_encoding_and_before_everything_else() -> None:
    stamped = csp.put_policy(PAGE.format("<script>1</script>"), "default-src 'none'")
    meta = '<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;">'
    assert csp.put_policy("\n\n<!doctype html>\n<head>x", "x").startswith("\n\n<!doctype html>\n<head><meta")
    assert stamped.startswith(f'<!doctype html>\n<html lang="en">\n  <head>\n    <meta charset="utf-8">{meta}\n    <title>')


def test_is_in_front_of_a_page_without_a_head_too() -> None:
    meta = '<meta http-equiv="Content-Security-Policy" content="x">'
    assert csp.put_policy("<p>Hi</p>", "x") == f"{meta}<p>Hi</p>"
    assert csp.put_policy("<!DOCTYPE html><p>Hi</p>", "x") == f"<!DOCTYPE html>{meta}<p>Hi</p>"
    assert csp.put_policy("<script>1</script><head></head>", "x") == f"{meta}<script>1</script><head></head>"
    assert csp.put_policy("<!-- <head> --><script>1</script>", "x") == f"{meta}<!-- <head> --><script>1</script>"
