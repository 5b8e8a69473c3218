"""Warning texts on a scenario, in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from dialsim.scenario.profiles.reasons import Language
from dialsim.scenario.value_names import in_chinese
from dialsim.scenario.values import format_duration

LABELS: dict[str, dict[str, str]] = {
    "en": {
        "study": 'study = "unlawful": uses of numbers that rules or contracts forbid are recorded '
        "instead of refused; this is not a lawful plan",
        "lab_rules": 'rules.pack = "lab" is for theory: it does not show that a plan is lawful',
        "lab_network": 'network.profile = "lab" is for theory: nothing interferes with a call',
        "off": "switched off in the network: {}",
        "patient": "campaigns {campaigns}: callees may wait longer than the {within} within which "
        "an answered call must reach an agent (wall); whoever does counts as abandoned",
        "goal": "goal on {metric}: {bound}, although {better} is better",
        "higher": "higher",
        "lower": "lower",
        "holiday": "public holiday on {days}: campaigns {campaigns} call nobody in China then",
        "holiday_worked": "public holiday on {days}: campaigns {campaigns} call all the same, for "
        "the rules do not close it for their purpose",
        "from_to": "{} to {}",
        "holidays": "the public holidays of {} are not published: statutory days count as "
        "holidays, days added to them and make-up days as ordinary days",
        "holidays_after": "the public holidays of {} are not published, and the aftermath reaches "
        "into it: working days of complaints and appeals are counted without its make-up days",
        "abroad": "trunk {} carries calls from abroad: they pass an international gateway, "
        "whatever `enters` says",
        "law_changes": "{name} of {pack} changes on {day}, within the run: {value} holds on all "
        "its days, the strictest of its versions, or the earliest where none is stricter",
        "law_of_the_day": "values of {pack} are those in force on {day}; since then these have "
        "changed: {keys} (`dialsim explain KEY --on DATE`)",
        "law_more": "{keys} and {more} more",
        "one_province_study": "campaign {} may call one province only; this study calls all",
        "one_province": "campaign {} calls numbers of one province only: those of others, and "
        "those whose province is not known, are refused (CALLER_NOT_ALLOWED)",
        "unserved": "campaign {campaign}: none of its caller IDs calls customers of {operators}: "
        "whose number has such a prefix is refused (CALLER_NOT_ALLOWED), and that a number was "
        "ported changes nothing; name them in `callee_operators` of a block, or leave it out",
        "filed": "filed on {day}, in force {lead} later",
        "by_start": "by its start",
        "before_that": "before that ({})",
        "never_registered": "caller_ids {name} are never registered in the run, for they are "
        "deregistered {out}, and no deregistration is announced: the network takes them for "
        "unregistered all the time; stop until they are filed anew",
        "registered_later": "caller_ids {name}: {filed}: until then, the network takes them for "
        "unregistered",
        "registered_between": "caller_ids {name}: {filed}: until then, and after their "
        "deregistration, the network takes them for unregistered",
        "deregistered": "caller_ids {} are deregistered in the run: from then on the network takes "
        "them for unregistered; stop until they are filed anew",
        "replaces": "caller_ids {name} replace {old}: state, labels and complaints of the old "
        "numbers go on with the new ones, so replacing them mends nothing",
        "used_after": "caller_ids {name} are used from {start} on, after the run: no call of it "
        "shows them",
        "no_scrub": 'refuse_call.access = "operator_scrub", but no registry is of kind "refused"',
        "other_categories": "registry {name} is about {categories}, and no campaign is: it bars "
        "nobody",
        "stale": "registry {name} is older than {age} from {day} on (wall registry.max_age)",
        "home": "people {name}: a number without a country code is of {home}, which is none of its "
        "countries: it is not called",
        "drawn": "{} are about numbers, and people who are drawn have none: they bar nobody",
        "export": "campaign {campaign} takes data abroad: people who are drawn ({lists}) count as "
        "having agreed to it",
        "unused": "{kind} {name} is used by no campaign",
        "unused_trunk": "trunks {} is used by no caller IDs",
        "other_pack": "list {list} holds callees in {country}, and pack {pack} is applied to them: "
        "{better} holds the rules of {country}",
        "event_outside": "event {} is outside the run: it changes nothing",
        "event_purposes": "event {name} is about {purposes}, and no campaign is",
        "event_open": "event {} leaves open all the hours that there are: it changes nothing",
        "event_trunks": "event {name} stops trunks of {operator}: there are none",
        "event_of_network": "event {name}: {when}, {does}; the dialer is not notified, it notices "
        "this by its calls alone",
        "event_until": "from {start} to {end}",
        "event_for_good": "from {start} on",
        "event_throttle": "the operator refuses {share} of {calls}",
        "event_intercept": "the operator intercepts {share} of {calls} to people in the "
        "refuse-call registry",
        "event_gateway_block": "the international gateway refuses all {calls}",
        "event_over": "calls over trunks {}",
        "event_numbers": "calls from caller_ids {}",
        "event_trunks_of": "calls over trunks of {}",
        "event_every": "calls",
        "event_to": "{calls} to subscribers of {operator}",
        "event_refuses_none": "event {name} refuses no call: {value} is 0",
        "no_retry": "campaign {campaign}: attempts.at_most = {at_most}, but attempts.retry names "
        "no case in which to try again",
        "no_second": "campaign {campaign}: attempts.at_most = {at_most}, but the next attempt is "
        "{gap} after the first at the earliest, and no call is made later than {last} after the "
        "first: nobody is tried again",
    },
    "zh": {
        "study": 'study = "unlawful"：规定或合同禁止的号码用途只作记录而不拒绝；这不是合法的方案',
        "lab_rules": 'rules.pack = "lab" 仅供理论研究：不能说明方案合法',
        "lab_network": 'network.profile = "lab" 仅供理论研究：呼叫不受任何干预',
        "off": "已关闭的网络机制：{}",
        "patient": "任务 {campaigns}：被叫等待时间可能超过 {within}，而接通后须在此时间内转到坐席"
        "（硬性限制）；超时者计入呼损",
        "goal": "目标“{metric}”：设为 {bound}，而该指标{better}为好",
        "higher": "越高",
        "lower": "越低",
        "holiday": "{days} 为法定节假日：任务 {campaigns} 当日不呼叫境内人员",
        "holiday_worked": "{days} 为法定节假日：任务 {campaigns} 照常呼叫，规则未禁止其用途",
        "from_to": "{} 至 {}",
        "holidays": "{} 年的放假安排尚未公布：法定节日按假日计，调休的假日和补班日按普通日计",
        "holidays_after": "{} 年的放假安排尚未公布，而后续观察期延至该年：投诉和申诉的工作日"
        "未计入补班日",
        "abroad": "线路 {} 承载境外来话：无论 `enters` 如何填写，均经国际关口局",
        "law_changes": "{pack} 的 {name} 在 {day} 变更，正值运行期间：全程按 {value} 执行，"
        "即各版本中最严者；无严宽之分时取最早者",
        "law_of_the_day": "{pack} 的值以 {day} 当日有效版本为准；此后有变的：{keys}"
        "（`dialsim explain KEY --on DATE`）",
        "law_more": "{keys} 等另 {more} 项",
        "one_province_study": "任务 {} 只可呼叫一个省；本研究呼叫所有省份",
        "one_province": "任务 {} 只呼叫一个省的号码：外省及归属地不明的号码一律拒绝"
        "（CALLER_NOT_ALLOWED）",
        "unserved": "任务 {campaign}：没有主叫号码可呼叫 {operators} 的客户：前缀属其的号码"
        "一律拒绝（CALLER_NOT_ALLOWED），携号转网与否不影响；请在某一号段的 `callee_operators` 中"
        "列入，或不设该项",
        "filed": "{day} 提交报备，{lead}后生效",
        "by_start": "在运行开始前",
        "before_that": "在此之前（{}）",
        "never_registered": "外显号码 {name} 在运行中始终未登记：已{out}注销，且无重新登记的安排："
        "网络始终视其为未登记；重新报备前应停止呼叫",
        "registered_later": "外显号码 {name}：{filed}；在此之前网络视其为未登记",
        "registered_between": "外显号码 {name}：{filed}；在此之前以及注销之后，网络视其为未登记",
        "deregistered": "外显号码 {} 在运行中注销登记：此后网络视其为未登记；重新报备前应停止呼叫",
        "replaces": "外显号码 {name} 替换 {old}：原号码的处置、标记和投诉随新号码延续，"
        "换号不解决任何问题",
        "used_after": "外显号码 {name} 自 {start} 起启用，晚于运行期间：运行中不会使用",
        "no_scrub": 'refuse_call.access = "operator_scrub"，但没有种类为 "refused" 的禁呼名单',
        "other_categories": "禁呼名单 {name} 针对{categories}，而没有任务属于该类：不起作用",
        "stale": "禁呼名单 {name} 自 {day} 起已超过 {age}（硬性限制 registry.max_age）",
        "home": "名单 {name}：不带国家代码的号码按 {home} 计，而名单的国家中没有该国：不予呼叫",
        "drawn": "{}针对具体号码，而抽样生成的名单没有号码：不起作用",
        "export": "任务 {campaign} 将数据传至境外：抽样生成的名单（{lists}）视为已同意",
        "unused": "{kind} {name} 未被任何任务使用",
        "unused_trunk": "线路 {} 未被任何外显号码使用",
        "other_pack": "名单 {list} 含 {country} 的被叫，而对其适用规则包“{pack}”：{country} 的规定"
        "见规则包“{better}”",
        "event_outside": "事件 {} 不在运行期间内：没有影响",
        "event_purposes": "事件 {name} 针对{purposes}，而没有任务属于该用途",
        "event_open": "事件 {} 未减少任何可呼时段：没有影响",
        "event_trunks": "事件 {name} 停用 {operator} 的线路：没有这样的线路",
        "event_of_network": "事件 {name}：{when}，{does}；外呼系统不会收到通知，只能从呼叫结果察觉",
        "event_until": "{start} 至 {end}",
        "event_for_good": "{start} 起",
        "event_throttle": "运营商拒绝{calls}的 {share}",
        "event_intercept": "运营商对谢绝来电用户拦截{calls}的 {share}",
        "event_gateway_block": "国际关口局拒绝全部{calls}",
        "event_over": "经线路 {} 的呼叫",
        "event_numbers": "外显号码 {} 的呼叫",
        "event_trunks_of": "经 {} 线路的呼叫",
        "event_every": "呼叫",
        "event_to": "对 {operator} 用户{calls}",
        "event_refuses_none": "事件 {name} 不拒绝任何呼叫：{value} 为 0",
        "no_retry": "任务 {campaign}：attempts.at_most = {at_most}，但 attempts.retry 未设任何"
        "重拨情形",
        "no_second": "任务 {campaign}：attempts.at_most = {at_most}，但下次呼叫最早在首次之后 "
        "{gap}，而首次之后超过 {last}便不再呼叫：没有人会被再次呼叫",
    },
}
KINDS_ZH = {"people": "名单", "caller_ids": "外显号码", "agents": "坐席组"}
"""Kinds of tables that a campaign may refer to."""


def warning_text(language: Language, key: str, *values: object, **named: object) -> str:
    """Return a warning of the table."""
    return LABELS[language][key].format(*values, **named)


def listed(names: Iterable[str], language: Language, values: bool = False) -> str:
    """Return names as a list; `values`: scenario values, which are translated."""
    if language == "en":
        return ", ".join(names)
    return "、".join(in_chinese(name) if values else name for name in names)


def spaced(ms: int, language: Language) -> str:
    """Return a duration in the single unit that a file would use.

    >>> spaced(2_678_400_000, "en"), spaced(2_678_400_000, "zh"), spaced(2000, "zh")
    ('31 d', '31 天', '2 秒')
    """
    duration = format_duration(ms)
    number = duration.rstrip("dhms")
    unit = duration[len(number) :]
    return f"{number} {unit if language == 'en' else _UNITS_ZH[unit]}"


_UNITS_ZH = {"d": "天", "h": "小时", "m": "分钟", "s": "秒", "ms": "毫秒"}
