"""The words of the page of a calibration, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialsim.results.text_tables import text_table

_REASONS_ZH = {
    "refused_category": "拒接登记：报备类别",
    "refused_flagged": "拒接登记：高频线路",
    "throttled": "限呼",
    "contract_callee": "线路合同：同一被叫次数",
    "contract_volume": "线路合同：日呼叫量",
    "contract_concurrency": "线路合同：并发数",
    "line_shut": "线路停机、关停或停线",
    "not_authentic": "号码不得主叫",
    "throttled_there": "被叫运营商限呼",
    "shut_there": "被叫运营商拦截",
    "blocked_by_callee": "被叫黑名单",
    "blocked_prefix": "被叫号段拦截",
    "blocked_international": "被叫国际来电拦截",
    "gateway_shut": "网关关闭",
    "gateway_throttled": "网关限呼",
    "": "原因不详",
}


def reason_name(reason: str, lang: str) -> str:
    """Return a block's reason in words.

    >>> reason_name("refused_category", "en"), reason_name("", "en")
    ('refused category', 'reason not in the log')
    """
    if lang == "zh":
        return _REASONS_ZH.get(reason, reason)
    return reason.replace("_", " ") or "reason not in the log"


WORDS: Mapping[str, Mapping[str, Any]] = text_table(
    {
        "head": ("{calls} rows · against {network}", "{calls} 行 · 对照 {network}"),
        "none": ("none", "无"),
        "kept": ("not identified: kept", "无法识别，保留默认"),
        "unidentified": ("Not identified", "无法识别"),
        "range": ("{} ({} to {})", "{}（{} 至 {}）"),
        "answers": ("Answers", "接听"),
        "by_hour": ("by hour", "按时段"),
        "by_attempt": ("by attempt, log/fit", "按次序，话单/拟合"),
        "contacts": ("Contacts per client", "每户联系次数"),
        "clients": ("{} clients", "{} 户"),
        "seen_fitted": ("log/fit", "话单/拟合"),
        "blocks": ("Blocked on registered lines", "报备线路被拦截"),
        "of_attempts": ("{} of {} attempts", "{}，共 {} 次外呼"),
        "bounds": ("Never reached", "从未触及"),
        "bound": ("at least {} (default {})", "不低于 {}（默认 {}）"),
        "not_fitted": ("Not fitted", "未拟合"),
        "colon": (": ", "："),
    },
    en={
        "what": "Fitted by largest likelihood; 95 % intervals by profile likelihood. What the log "
        "cannot tell from other values is not identified and keeps its default. Distance: between "
        "log and fit, 0 is none (Kolmogorov for times, total variation for answers); a test "
        "would reject any model at this many rows.",
        "remarks": {
            "relation": "Taken for granted: all people are {}; a column or `relation` can say "
            "otherwise.",
            "left_out": "Left out: {}.",
            "ring_timeout": "Taken for granted: calls ring for {}, the longest ring that was "
            "answered; `ring_timeout` can say otherwise.",
            "signalled": "Outcomes are as signalled: which attempts rang is not known. Answer "
            "rates are those of {} first attempts; hours without any keep the profile's index.",
            "rounded": "Talk is in steps of {}. Whether it was rounded down, to the nearest or up "
            "is not known: its intervals hold for each; `rounded` says which.",
            "machines": "Left out of talk: {} live answers to robots or recordings.",
            "refusers": "Given: {} of the people called are registered to refuse.",
        },
        "values": "Values ({known} of {whole} identified)",
        "columns": ("default", "fitted", "95 %", "n", "dist."),
        "unknown": {
            "refusers": "not identified without a scrub. Who is registered to refuse never "
            "answers, and a dialer cannot tell these people from others who do not pick up; the "
            "range holds for up to {refusers} of them, and for phones off or busy at {lost_least} "
            "to {lost_most} of attempts. The share that an operator's scrub finds "
            '(refuse_call.access = "operator_scrub") identifies it: --refusers 0.08. So do '
            "true causes.",
            "delay": "not identified. Ring times hold the delay between dialling and ringing, "
            "which the log does not have by itself; the range holds for a delay from none to "
            "{delay} times the profile's. Times from ringing on identify it "
            '(ring_from = "ringing"), as do true causes.',
            "split": "not identified. The log tells that a number is not in service, and not "
            "why: only the sum (invalid) is identified, and the profile's split of it is written "
            "as an assumption. A number check that tells empty from suspended numbers "
            "identifies it.",
        },
        "decline_none": "Beyond selection no further change by attempt: factor {fitted} a try "
        "({low} to {high}).",
        "decline_some": "Beyond selection the chance changes with each attempt: factor {fitted} "
        "a try ({low} to {high}). The network model has no such effect; its retries will be off.",
        "decline_open": "Whether the chance falls with attempts beyond selection is not "
        "identified.",
        "contacts_fit": "Beta-geometric: a contact is the last with {ends} ({low}–{high}), which "
        "differs by client with an intraclass correlation of {icc} ({icc_low}–{icc_high}); "
        "distance {distance}. No value of the network: it describes how often people were called.",
        "bounds_note": "registered lines; a bound, the default is kept",
        "what_of": {
            "answers": "answer rates",
            "retry": "propensity against retries",
            "decline": "decline by attempt",
            "label": "label effect",
            "ring": "time to answer",
            "talk": "talk",
            "interceptions": "blocked share",
            "detection": "detection thresholds of unregistered traffic",
        },
        "why": {
            "no_outcome": "the log does not say how calls ended; map the column with "
            "--columns outcome=....",
            "only_answered": "the log holds no unanswered calls. Only who was reached is in it, so "
            "nothing can be said of who was not; export all attempts.",
            "none_answered": "nobody answered.",
            "no_time": "the log has no times of day; map the column with --columns time=....",
            "too_few": "too few calls.",
            "machines": "robots or recordings talked: how long people talk with people cannot be "
            "learned from it.",
            "few_people": "too few people were called: a rate is one over people.",
            "all_answered": "nearly all who were reached answered: neither the rate nor how people "
            "differ can be learned from it. Check the words for unanswered calls.",
            "not_in_time": "by these times to answer hardly any call is answered before the ring "
            "timeout; check the column of ring times, and `ring_timeout`.",
            "no_column": "the log has no such column.",
            "all_alike": "all calls are alike in it.",
            "no_person": "the log does not say who was called; map the column with "
            "--columns person=....",
            "never_again": "nobody was tried twice.",
            "not_told": "outcomes are as signalled, so an attempt that never rang cannot be told "
            "from one that nobody picked up.",
            "unregistered": "the lines are not registered; only registered lines are looked at.",
            "reached": "calls were refused for it; the line's contract says where it lies.",
            "never": "never estimated. Compliance is a wall: the way out of detection is to "
            "register the lines and renew consent, a lower rate is none, and evasion is never a "
            "gain.",
        },
        "saved": 'Written to {0}. Use it with [network] profile = "{0}".',
    },
    zh={
        "what": "以最大似然拟合，区间为95 %剖面似然区间。话单无法分辨的值记为无法识别，"
        "保留默认值。距离指话单与拟合之差，0为无差（时长用柯尔莫哥洛夫距离，接听用全变差）；"
        "行数如此之多，检验会否定任何模型。",
        "remarks": {
            "relation": "假定：全部被叫均为 {}；可用列或 relation 另行说明。",
            "left_out": "未计入：{}。",
            "ring_timeout": "假定：振铃时限为 {}（接通前最长振铃）；可用 ring_timeout 说明。",
            "signalled": "结果为信令所示：不知哪些呼叫真正振铃。接听率取自 {} 次首次外呼；"
            "没有首次外呼的时段沿用配置的指数。",
            "rounded": "通话时长以 {} 为单位，不知是舍去、四舍五入还是进位：区间涵盖各种情形；"
            "可用 rounded 说明。",
            "machines": "通话时长未计入机器人或录音的 {} 次真人接听。",
            "refusers": "给定：被叫中登记谢绝来电者占 {}。",
        },
        "values": "取值（{whole} 项中可识别 {known} 项）",
        "columns": ("默认", "拟合", "95 %", "样本", "距离"),
        "unknown": {
            "refusers": "未经谢绝来电筛查，无法识别。登记谢绝来电者从不接听，外呼系统无法将其与"
            "其他未接听者区分；区间涵盖此类被叫占 0 % 至 {refusers}、"
            "关机或占线占外呼 {lost_least} 至 {lost_most} 的情形。"
            '运营商筛查（refuse_call.access = "operator_scrub"）所得比例可使其识别：'
            "--refusers 0.08；真实原因亦可。",
            "delay": "无法识别。振铃时长含拨号至振铃的时延，话单未单独记录；区间涵盖时延从零至"
            "默认值 {delay} 倍的情形。自振铃起计的时长"
            '（ring_from = "ringing"）可使其识别；真实原因亦可。',
            "split": "无法识别。话单只记号码不在网，不记原因：仅可识别其和（invalid），"
            "按配置比例拆分，记为假设。能区分空号与停机的号码检测可使其识别。",
        },
        "decline_none": "除筛选效应外，接听率不随次序再变：每次系数 {fitted}（{low} 至 {high}）。",
        "decline_some": "除筛选效应外，接听率随次序变化：每次系数 {fitted}（{low} 至 {high}）。"
        "网络模型无此效应，重呼结果会有偏差。",
        "decline_open": "除筛选效应外接听率是否随次序下降，无法识别。",
        "contacts_fit": "贝塔—几何分布：每次联系为最后一次的概率 {ends}（{low}–{high}），"
        "户间组内相关 {icc}（{icc_low}–{icc_high}）；距离 {distance}。"
        "不属网络取值，仅描述呼叫次数。",
        "bounds_note": "报备线路；仅为下界，保留默认",
        "what_of": {
            "answers": "接听率",
            "retry": "接听倾向与重呼",
            "decline": "随次序下降",
            "label": "标记影响",
            "ring": "振铃时长",
            "talk": "通话时长",
            "interceptions": "拦截比例",
            "detection": "未报备线路的监测阈值",
        },
        "why": {
            "no_outcome": "话单未记呼叫结果；请用 --columns outcome=… 指明列。",
            "only_answered": "话单中没有未接通的呼叫，只有接通者，无从推断未接通者；"
            "请导出全部外呼。",
            "none_answered": "无人接听。",
            "no_time": "话单没有时刻；请用 --columns time=… 指明列。",
            "too_few": "呼叫太少。",
            "machines": "由机器人或录音通话，无从推断与坐席的通话时长。",
            "few_people": "被叫人数太少，无从推断人群的接听率。",
            "all_answered": "几乎所有振铃呼叫均接通，无从推断接听率及个体差异；"
            "请检查未接通的结果用词。",
            "not_in_time": "按此振铃时长，几乎没有呼叫能在振铃时限内接通；请检查振铃时长列与 "
            "ring_timeout。",
            "no_column": "话单没有此列。",
            "all_alike": "全部呼叫均相同。",
            "no_person": "话单未记被叫；请用 --columns person=… 指明列。",
            "never_again": "无人被呼叫两次。",
            "not_told": "结果为信令所示，无法区分未振铃与无人接听。",
            "unregistered": "线路未报备；仅统计报备线路。",
            "reached": "已有呼叫因此被拒；以线路合同为准。",
            "never": "从不估计。合规是硬性限制：避免被监测的办法是报备号码、更新同意，"
            "而不是压低频次；规避从不带来好处。",
        },
        "saved": '已写入 {0}。使用：[network] profile = "{0}"。',
    },
)
