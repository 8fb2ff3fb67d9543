"""Which articles are translations of each other: by their paths and the languages that they declare."""

import pytest

from almanac_kb.content.article import Article
from almanac_kb.content.site import SiteInfo
from almanac_kb.core.paths import AbsoluteUrl, SourcePath, UrlPath
from almanac_kb.pages.metadata import Translation, find_translations

SITE = SiteInfo("Library", "https://example.org/kb/")


def article(source: str, language: str = "") -> Article:
    return Article(SourcePath(source), "Backups", language=language, url=UrlPath(source.removesuffix(".md") + "/"))


def translated(*articles: Article) -> dict[str, list[str]]:
    """The languages of each article that has translations."""
    return {source: [version.language for version in versions] for source, versions in find_translations(articles, SITE).items()}


@pytest.mark.parametrize("german", ["guides/backups.de.md", "de/guides/backups.md", "guides/de/backups.md", "DE/Guides/Backups.md"])
def test_a_translation_has_its_language_in_its_name_or_as_a_folder(german: str) -> None:
    both = ["de", "en", "x-default"]
    assert translated(article("guides/backups.md"), article(german, "de")) == {"guides/backups.md": both, german: both}


def test_a_translation_is_named_with_its_address_and_readers_of_other_languages_get_the_language_of_the_site() -> None:
    translations = find_translations([article("backups.md"), article("de/backups.md", "de")], SITE)
    german, english = AbsoluteUrl("https://example.org/kb/de/backups/"), AbsoluteUrl("https://example.org/kb/backups/")
    assert translations[SourcePath("backups.md")] == (
        Translation("de", german, UrlPath("de/backups/")),
        Translation("en", english, UrlPath("backups/")),
        Translation("x-default", english),
    )


@pytest.mark.parametrize(
    ("source", "language"),
    [
        ("de/backups.md", ""),
        ("de/backups.md", "fr"),
        ("fr/backups.md", "de"),
        ("de/disks.md", "de"),
        ("backups.fr.md", "de"),
        ("deutsch/backups.md", "de"),
    ],
)
def test_another_name_or_another_language_is_no_translation(source: str, language: str) -> None:
    assert translated(article("backups.md"), article(source, language)) == {}


def test_a_site_without_an_article_in_its_own_language_names_no_default() -> None:
    assert translated(article("de/a.md", "de"), article("fr/a.md", "fr")) == {"de/a.md": ["de", "fr"], "fr/a.md": ["de", "fr"]}
