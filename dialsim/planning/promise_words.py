"""Promises in words, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.planning.promises import ANY_SUSPENSION, WALLS, Promise
from dialsim.report.words import number
from dialsim.scenario.metrics import metrics
from dialsim.scenario.schema import Scenario

LABELS: dict[str, dict[str, str]] = {
    "en": {
        "at_least": "{name} at least {target}",
        "at_most": "{name} at most {target}",
        "walls": "drops within the cap of the rules",
        "any_suspension": "no number suspended",
        "enterprise_stop": "enterprise not stopped",
        "by": " by {by:%b} {by.day}",
        "of": "{campaign}: {text}",
        "under": "{text}, under {network}",
    },
    "zh": {
        "at_least": "{name}不少于 {target}",
        "at_most": "{name}不超过 {target}",
        "walls": "呼损不超过规则上限",
        "any_suspension": "无号码被停",
        "enterprise_stop": "企业未被停线",
        "by": "（{by.month}月{by.day}日前）",
        "of": "{campaign}：{text}",
        "under": "{text}（网络：{network}）",
    },
}


def promise_words(
    scenario: Scenario, promise: Promise, networks: Sequence[str] = ("",)
) -> dict[str, str]:
    """Return what a promise says, by language."""
    return {language: _worded(scenario, promise, networks, language) for language in LABELS}


def _worded(scenario: Scenario, promise: Promise, networks: Sequence[str], language: str) -> str:
    say = LABELS[language]
    if promise.goal is None:
        known = (WALLS, ANY_SUSPENSION)
        text = say[promise.key if promise.key in known else "enterprise_stop"]
    else:
        goal = scenario.goals[promise.goal]
        metric = metrics()[goal.metric]
        bound = "at_least" if goal.at_least is not None else "at_most"
        target = goal.at_least if goal.at_least is not None else goal.at_most
        name = metric.name_zh if language == "zh" else metric.name
        shown = f"{float(target or 0):.1%}" if metric.unit == "share" else number(target)
        text = say[bound].format(name=name, target=shown)
        if goal.by is not None:
            text += say["by"].format(by=goal.by)
        if goal.campaign is not None:
            text = say["of"].format(campaign=goal.campaign, text=text)
    return text if not promise.under else say["under"].format(
        text=text, network=networks[promise.under]
    )  # fmt: skip
