"""Every rule of the normaliser: what it must merge, and what it must keep apart, by locale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.scoring.normaliser_pairs import read_pairs
from vernacular.corpus.locales import list_profiled
from vernacular.scoring.normaliser import LENIENT, CompiledRules, find_normaliser
from vernacular.scoring.normaliser_rules import Rules, read_rules

PAIRS = read_pairs()
LOCALES = sorted(PAIRS)


def test_every_profiled_locale_has_rules_and_pairs_of_its_own() -> None:
    profiled = {locale.tag for locale in list_profiled()}
    assert set(PAIRS) == profiled
    assert not [tag for tag in profiled if find_normaliser(tag).is_default_profile]


@pytest.mark.parametrize("locale", LOCALES)
def test_variants_merge_and_minimal_pairs_stay_apart(locale: str) -> None:
    assert PAIRS[locale].same and PAIRS[locale].different
    assert not list(PAIRS[locale].find_broken(find_normaliser(locale)))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_lenient_normaliser_merges_what_is_marked_lenient_and_no_more(locale: str) -> None:
    assert not list(PAIRS[locale].find_broken_lenient(find_normaliser(locale, LENIENT)))


@pytest.mark.parametrize("locale", LOCALES)
def test_no_rule_could_be_taken_away_without_a_pair_breaking(locale: str) -> None:
    rules = read_rules(locale, is_lenient=False).rules
    default = read_rules("en-US", is_lenient=False).rules
    inherited = default if locale != "en-US" else replace(default, maps=(), signs=())
    for what, without in without_each_rule(rules, inherited):
        assert list(PAIRS[locale].find_broken(CompiledRules(without))), what


@pytest.mark.parametrize("locale", LOCALES)
def test_no_lenient_rule_could_be_taken_away_without_a_pair_breaking(locale: str) -> None:
    rules = read_rules(locale, is_lenient=True).rules
    strict = read_rules(locale, is_lenient=False).rules
    for what, without in without_each_rule(rules, strict):
        assert list(PAIRS[locale].find_broken_lenient(CompiledRules(without))), what


def without_each_rule(rules: Rules, inherited: Rules) -> Iterator[tuple[str, Rules]]:
    """Yields the rules less one of them at a time, for each that is not ``inherited``."""
    if rules.casefold != inherited.casefold:
        yield f"casefold {rules.casefold}", replace(rules, casefold=inherited.casefold)
    for character in rules.deleted - inherited.deleted:
        without = replace(rules, deleted=rules.deleted - {character})
        yield f"deleted U+{ord(character):04X}", without
    for character in rules.letters - inherited.letters:
        yield f"letter {character}", replace(rules, letters=rules.letters - {character})
    for field in ("maps", "joined", "rewrites", "signs"):
        entries = getattr(rules, field)
        for entry in entries:
            if entry not in getattr(inherited, field):
                others = tuple(other for other in entries if other != entry)
                yield f"{field} {entry!a}", replace(rules, **{field: others})
