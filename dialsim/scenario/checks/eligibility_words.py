"""Messages on forbidden caller IDs, in both languages, each beginning with its reason's name."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.scenario.profiles.reasons import Text
from dialsim.scenario.value_names import in_chinese

LABELS: dict[str, dict[str, str]] = {
    "en": {
        "class": "CALLER_NOT_ALLOWED: a call centre may not use class {kind} for {purpose}",
        "only_700": "CALLER_NOT_ALLOWED: since {since} no number outside 700 may serve as an "
        "intermediate number (AXB)",
        "trunk": "CALLER_NOT_ALLOWED: trunk {trunk} does not permit {purpose}",
        "operator": "CALLER_NOT_ALLOWED: numbers of {shown} are shown on trunk {trunk}, which is "
        "of {operator}",
        "abroad": "CALLER_NOT_ALLOWED: calls over trunk {trunk} are placed abroad and show a +86 "
        "number that no licensed operator provides for it",
        "gateway": "CALLER_NOT_ALLOWED: calls over trunk {trunk} are let in through a gateway and "
        "show a +86 number that no licensed operator provides for it",
        "foreign": "CALLER_NOT_ALLOWED: numbers of {country} are shown on trunk {trunk}, whose "
        "calls enter in mainland China",
        "filed_use": "PURPOSE_NOT_FILED: filed for {filed}, the campaign is {purpose}",
        "filed_category": "PURPOSE_NOT_FILED: filed for {filed}, the campaign is about {category}",
        "holder": "CALLER_NOT_ALLOWED: the numbers stand under the real name of {holder}",
        "licence_numbers": "CALLER_NOT_ALLOWED: the call centre's licence is for {licensed}, and "
        "these numbers are of {home}",
        "licence_list": "CALLER_NOT_ALLOWED: the call centre's licence is for {licensed}, and the "
        "list is also of {others}",
        "no_licence": "CALLER_NOT_ALLOWED: an outsourced call centre calls for others only with a "
        "licence",
        "no_province": "CALLER_NOT_ALLOWED: class {kind} calls within its own province, and it is "
        "not said which",
        "own_province": "CALLER_NOT_ALLOWED: class {kind} calls within {home}, and list {list} is "
        "also of {others}",
        "beyond": "CALLER_NOT_ALLOWED: licence or class allow calls to {where} alone, and nothing "
        "says that {lists} is there",
        "nowhere": "CALLER_NOT_ALLOWED: licence or class allow calls to nobody alone, and nothing "
        "says that {lists} is there",
    },
    "zh": {
        "class": "CALLER_NOT_ALLOWED：呼叫中心不得将{kind}号码用于{purpose}",
        "only_700": "CALLER_NOT_ALLOWED：自 {since} 起，700 号段以外的号码不得作为中间号（AXB）",
        "trunk": "CALLER_NOT_ALLOWED：线路 {trunk} 不允许{purpose}用途",
        "operator": "CALLER_NOT_ALLOWED：{shown} 的号码显示在 {operator} 的线路 {trunk} 上",
        "abroad": "CALLER_NOT_ALLOWED：线路 {trunk} 的呼叫从境外发起，显示的 +86 号码"
        "并非由持牌运营商为其提供",
        "gateway": "CALLER_NOT_ALLOWED：线路 {trunk} 的呼叫经国际关口局进入，显示的 +86 号码"
        "并非由持牌运营商为其提供",
        "foreign": "CALLER_NOT_ALLOWED：{country} 的号码显示在线路 {trunk} 上，"
        "而该线路的呼叫从境内进入",
        "filed_use": "PURPOSE_NOT_FILED：报备用途为{filed}，任务用途为{purpose}",
        "filed_category": "PURPOSE_NOT_FILED：报备类别为{filed}，任务类别为{category}",
        "holder": "CALLER_NOT_ALLOWED：号码实名登记在 {holder} 名下",
        "licence_numbers": "CALLER_NOT_ALLOWED：呼叫中心许可证的范围是{licensed}，"
        "而这些号码属于{home}",
        "licence_list": "CALLER_NOT_ALLOWED：呼叫中心许可证的范围是{licensed}，"
        "而名单中还有{others}的人",
        "no_licence": "CALLER_NOT_ALLOWED：外包呼叫中心须持许可证方可代他人外呼",
        "no_province": "CALLER_NOT_ALLOWED：{kind}号码只能在本省内呼叫，而未注明属于哪个省",
        "own_province": "CALLER_NOT_ALLOWED：{kind}号码只能在{home}省内呼叫，"
        "而名单 {list} 中还有{others}的人",
        "beyond": "CALLER_NOT_ALLOWED：许可证或号码类别只允许呼叫{where}，"
        "而没有依据表明名单 {lists} 属于该地",
        "nowhere": "CALLER_NOT_ALLOWED：许可证或号码类别不允许呼叫任何地方，"
        "也没有依据表明名单 {lists} 属于何地",
    },
}


def refusal(key: str, **values: str | Sequence[str]) -> Text:
    """Return why numbers may not be used; several values are listed.

    >>> refusal("class", kind="mobile", purpose="marketing").zh
    'CALLER_NOT_ALLOWED：呼叫中心不得将手机号码用于营销'
    """
    listed = {name: [each] if isinstance(each, str) else each for name, each in values.items()}
    english = {name: ", ".join(each) for name, each in listed.items()}
    chinese = {name: "、".join(map(in_chinese, each)) for name, each in listed.items()}
    return Text(LABELS["en"][key].format(**english), LABELS["zh"][key].format(**chinese))
