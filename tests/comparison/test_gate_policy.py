"""A gate's policy file: what it may say, and what is said of it where it is wrong."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from tests.comparison.policies import a_policy
from vernacular.comparison.gate_policy import (
    DEFAULT_GATE_POLICY,
    GatePolicy,
    GoldenWins,
    LatencyBudget,
    ReplyRules,
    Tier,
    read_gate_policy,
)
from vernacular.comparison.gate_rule import Waiver
from vernacular.comparison.metrics import METRICS
from vernacular.comparison.policy import DEFAULT_POLICY
from vernacular.errors import InvalidInput

CHECKOUT = Path(__file__).parents[2]
SEED = CHECKOUT / "seed_data" / "gate.yaml"
DOCUMENT = CHECKOUT / "docs" / "gate.md"
GOOD = """\
schema: vernacular-gate/1
alpha: 0.05
metrics:
  intent_acc: {margin: 0.02}
tiers:
  - name: core
    locales: [ar, sw-KE]
    required: [ar-SA]
    max_nfr: 0.03
  - name: rest
    locales: ["*"]
waivers:
  - locale: sw-KE
    owner: ida
    reason: rebuilt next week
    expires: 2027-01-31
"""


def refused(tmp_path: Path, text: str) -> InvalidInput:
    path = tmp_path / "gate.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_gate_policy(path)
    assert caught.value.file == str(path)
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "reason"),
    [
        ("gate/1", "gate/2", 1, "schema", "'vernacular-gate/1'"),
        ("alpha: 0.05", "alfa: 0.05", 2, "alfa", "no such field"),
        ("alpha: 0.05", "alpha: 0.5", 2, "alpha", "less than 0.5"),
        (
            "0.02}",
            "2}",
            4,
            "metrics.intent_acc.margin",
            "2 is no fraction: write 0.02 for 2 points",
        ),
        ("alpha: 0.05", "n_min: yes", 2, "n_min", "a number is expected, not true"),
        ("alpha: 0.05", "min_coverage: no", 2, "min_coverage", "a number is expected, not false"),
        ("alpha: 0.05", "baseline: 1.10", 2, "baseline", "a text is expected; quote"),
        ("alpha: 0.05", "suite: ''", 2, "suite", "at least 1 character"),
        ("alpha: 0.05", "latency:", 2, "latency", "a mapping is expected"),
        ("0.02}", "2%}", 4, "metrics.intent_acc.margin", "write 0.02 for 2 points"),
        ("0.02}", "0}", 4, "metrics.intent_acc.margin", "greater than 0"),
        ("0.02}", ".nan}", 4, "metrics.intent_acc.margin", "such as 0.02 for two points"),
        ("0.02}", "yes}", 4, "metrics.intent_acc.margin", "such as 0.02 for two points"),
        ("intent_acc:", "intent:", 4, "metrics.intent", "the metrics are wer, cer, intent_acc"),
        ("[ar, sw-KE]", "[ar, s]", 7, "tiers.0.locales.1", "is not a locale tag"),
        ("[ar, sw-KE]", "[ar, no]", 7, "tiers.0.locales.1", 'write the tag as "no"'),
        ("[ar, sw-KE]", "[ar, sw-KE, SW-ke]", 7, "tiers.0.locales", "sw-KE is named twice"),
        ("[ar-SA]", "[fr-FR]", 8, "tiers.0.required", "not among the locales of this tier"),
        ("max_nfr: 0.03", "max_nfr: 3", 9, "tiers.0.max_nfr.intent_acc", "write 0.03"),
        ("0.03", "{wer: 0.03}", 9, "tiers.0.max_nfr.wer", "right or wrong of an utterance"),
        ("name: rest", "name: core", 5, "tiers", "two tiers are called 'core'"),
        ('["*"]', "[ar-SA]", 5, "tiers", "'ar-SA' of tier 'rest' is never reached"),
        ("    reason: rebuilt next week\n", "", 13, "waivers.0.reason", "required"),
        ("rebuilt next week", "' '", 15, "waivers.0.reason", "at least 1 character"),
        ("2027-01-31", "soon", 16, "waivers.0.expires", "'soon' is no day"),
        ("2027-01-31", "2027", 16, "waivers.0.expires", "a day such as 2027-01-31"),
        ("2027-01-31", "2027-01-31T10:00:00", 16, "waivers.0.expires", "a day such as"),
        ("owner: ida", "owner: ida\n    rule: macro", 15, "waivers.0.rule", "a waiver is for regr"),
        ("owner: ida", "owner: ida\n    role: nfr", 15, "waivers.0.role", "no such field"),
        (
            "alpha: 0.05",
            "replies:\n  would_offend: {min: 0.9}",
            3,
            "replies.would_offend.min",
            "no such field",
        ),
        (
            "alpha: 0.05",
            "replies:\n  appropriate: {min: 90}",
            3,
            "replies.appropriate.min",
            "write 0.9 for 90 points",
        ),
        ("alpha: 0.05", "replies: {polite: }", 2, "replies.polite", "no such field"),
        ("alpha: 0.05", "replies: {n_min: 0}", 2, "replies.n_min", "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, field: str, reason: str
) -> None:
    assert GOOD.count(old) == 1
    error = refused(tmp_path, GOOD.replace(old, new))
    assert reason in error.reason
    assert (error.line, error.field) == (line, field)


@pytest.mark.parametrize("place", ["tiers: [{name: a, locales: [*Z]}]", "macro_margin: *Z"])
def test_a_list_of_lists_of_lists_is_refused_without_writing_it_out(
    tmp_path: Path, place: str
) -> None:
    """Eight levels of eight: a hundred million values, in a file of 200 bytes."""
    laughs = "".join(
        f"- &{name} [{', '.join([f'*{before}'] * 8)}]\n" for before, name in pairwise("STUVWXYZ")
    )
    text = f"schema: vernacular-gate/1\nwaivers:\n- &S [{', '.join('12345678')}]\n{laughs}{place}\n"
    # Fields are looked at in the order of the shape: the margin, the tiers, then the waivers.
    assert "[[[" in refused(tmp_path, text).reason


def test_a_day_that_does_not_exist_is_named_with_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD.replace("2027-01-31", "2027-02-31"))
    assert (error.line, "is no date" in error.reason) == (16, True)


def test_a_file_without_its_schema_is_not_taken_for_a_policy(tmp_path: Path) -> None:
    assert refused(tmp_path, "alpha: 0.05\n").field == "schema"
    assert "begins with 'schema:'" in refused(tmp_path, "[]\n").reason


def test_without_a_policy_every_locale_decides_by_the_defaults() -> None:
    policy = DEFAULT_GATE_POLICY.to_policy(["hi-IN", "sw-KE"])
    assert policy.gated == {"hi-IN": METRICS, "sw-KE": METRICS}
    assert (policy.alpha, policy.q, policy.n_min) == (0.05, 0.05, 100)
    assert policy.metrics == DEFAULT_POLICY.metrics
    assert not policy.fwer
    assert DEFAULT_GATE_POLICY.inconclusive == "fail"


def test_the_first_tier_that_names_a_locale_judges_it() -> None:
    policy = a_policy(
        "tiers:\n- {name: core, locales: [ar-SA, ug-Arab]}\n- {name: arabic, locales: [ar]}\n"
        "- {name: rest, locales: ['*'], gates: false}\n"
    )
    tiers = {tag: policy.tier_of(tag) for tag in ("ar-SA", "ar-EG", "ug-Arab-CN", "arn-CL")}
    names = {tag: tier.name for tag, tier in tiers.items() if tier is not None}
    assert names == {"ar-SA": "core", "ar-EG": "arabic", "ug-Arab-CN": "core", "arn-CL": "rest"}
    gated = policy.to_policy(list(tiers)).gated
    assert gated is not None
    assert list(gated) == ["ar-SA", "ar-EG", "ug-Arab-CN"]


def test_a_locale_in_no_tier_is_watched() -> None:
    policy = a_policy("tiers:\n- {name: core, locales: [ar]}\n")
    assert policy.tier_of("hi-IN") is None
    assert policy.to_policy(["ar-SA", "hi-IN"]).rule("intent_acc", "ar-SA")[1]
    assert not policy.to_policy(["ar-SA", "hi-IN"]).rule("intent_acc", "hi-IN")[1]


def test_margins_come_from_the_tier_then_the_policy_then_the_metric() -> None:
    policy = a_policy(
        "metrics:\n  intent_acc: {margin: 0.03, min_effect: 0.01}\n  slot_micro_f1:\n"
        "tiers:\n- name: core\n  locales: [hi-IN]\n  metrics:\n    intent_acc: {margin: 0.01}\n"
        "- {name: rest, locales: ['*']}\n"
    ).to_policy(["hi-IN", "sw-KE"])
    core, decides = policy.rule("intent_acc", "hi-IN")
    assert (core.margin, core.min_effect, decides) == (0.01, 0.01, True)
    assert not policy.rule("slot_micro_f1", "hi-IN")[1]
    rest, decides = policy.rule("intent_acc", "sw-KE")
    assert (rest.margin, rest.min_effect, decides) == (0.03, 0.01, True)
    slots, decides = policy.rule("slot_micro_f1", "sw-KE")
    assert (slots.margin, slots.min_effect, decides) == (0.02, 0.005, True)
    assert not policy.rule("ex_match_acc", "sw-KE")[1]


def test_words_decide_nothing_where_characters_are_counted() -> None:
    policy = DEFAULT_GATE_POLICY.to_policy(["ja-JP", "hi-IN"])
    assert (policy.rule("wer", "ja-JP")[1], policy.rule("cer", "ja-JP")[1]) == (False, True)
    assert (policy.rule("wer", "hi-IN")[1], policy.rule("cer", "hi-IN")[1]) == (True, False)


def test_holm_is_asked_for_by_name() -> None:
    assert a_policy("correction: holm\n").to_policy([]).fwer


def test_a_waiver_holds_to_the_end_of_its_last_day() -> None:
    (waiver,) = a_policy(
        "waivers:\n- {locale: sw-KE, owner: ida, reason: new microphones, expires: 2027-01-31}\n"
    ).waivers
    assert waiver.holds(date(2027, 1, 31))
    assert not waiver.holds(date(2027, 2, 1))


def fields(shape: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in shape.model_fields.items()}


def test_the_example_of_the_documentation_is_a_policy_with_every_field(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(schema: .*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    path = tmp_path / "gate.yaml"
    path.write_text(text, encoding="utf-8")
    policy = read_gate_policy(path)
    defaults = DEFAULT_GATE_POLICY
    for name in ("alpha", "q", "correction", "n_min", "n_resamples", "seed", "golden_wins"):
        assert getattr(policy, name) == getattr(defaults, name), f"{name} is said to be the default"
    said = yaml.safe_load(text)
    assert said.keys() == fields(GatePolicy)
    assert {key for tier in said["tiers"] for key in tier} == fields(Tier)
    assert said["golden_wins"].keys() == fields(GoldenWins)
    assert said["latency"].keys() == fields(LatencyBudget)
    assert said["replies"].keys() == fields(ReplyRules)
    assert said["waivers"][0].keys() == {one.name for one in dataclasses.fields(Waiver)}


def test_the_default_margins_of_the_documentation_are_those_of_the_metrics() -> None:
    text = " ".join(DOCUMENT.read_text("utf-8").split())
    assert (
        "margin 0.02 for `intent_acc`, `slot_micro_f1`, `slot_value_f1`, `text_intent_acc`,"
        " 0.025 for `ex_match_acc`, 0.01 for `wer`, `cer`; min_effect 0.005, and 0.003 for `wer`,"
        " `cer`"
    ) in text
    assert {metric.key: (metric.margin, metric.min_effect) for metric in METRICS} == {
        "wer": (0.01, 0.003),
        "cer": (0.01, 0.003),
        "intent_acc": (0.02, 0.005),
        "slot_micro_f1": (0.02, 0.005),
        "ex_match_acc": (0.025, 0.005),
        "slot_value_f1": (0.02, 0.005),
        "text_intent_acc": (0.02, 0.005),
    }


def test_the_policy_of_the_demo_is_a_policy_that_names_only_tested_locales() -> None:
    policy = read_gate_policy(SEED)
    assert (policy.suite, [tier.name for tier in policy.tiers]) == (
        "massive-test",
        ["launched", "growing", "watched"],
    )
    assert sum(len(tier.locales) for tier in policy.tiers if tier.gates) == 45
