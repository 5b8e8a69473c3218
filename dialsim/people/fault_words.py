"""Names of row faults in outputs, and the values a cell may hold instead."""

from __future__ import annotations

from dialsim.core.codes import Purpose, Relation, RowFault
from dialsim.messages.catalogue import Language

FAULTS = {
    RowFault.NO_NUMBER: "no number",
    RowFault.NO_DIGITS: "text without a digit",
    RowFault.LETTERS: "letters among the digits",
    RowFault.BAD_CHARACTER: "control characters or broken text",
    RowFault.TOO_LONG: "too many digits",
    RowFault.TOO_SHORT: "too few digits",
    RowFault.LOST_DIGITS: "rounded by a spreadsheet",
    RowFault.FRACTION: "not a whole number",
    RowFault.SEVERAL_NUMBERS: "several numbers, not clear which",
    RowFault.UNKNOWN_COUNTRY: "a country code nobody has",
    RowFault.NOT_ALLOCATED: "no such number in the numbering plan",
    RowFault.SERVICE_NUMBER: "a service or emergency number",
    RowFault.MACHINE_NUMBER: "a machine's number, not a person's",
    RowFault.INTERMEDIATE_NUMBER: "an intermediate number (700)",
    RowFault.SHORT_INTERMEDIATE: "a 700 number with digits missing",
    RowFault.OTHER_COUNTRY: "a country the list does not name",
    RowFault.BAD_DATE: "a date that cannot be read",
    RowFault.BAD_PURPOSE: "an unknown purpose",
    RowFault.BAD_RELATION: "an unknown relation",
    RowFault.BAD_TIME_ZONE: "no time zone of the list's countries",
    RowFault.BAD_HOUR: "a best hour outside 0 to 23",
    RowFault.BAD_COUNT: "not a whole number in range",
    RowFault.BAD_ANSWER: "neither yes nor no",
    RowFault.MALFORMED_ROW: "more or fewer fields than the header",
    RowFault.MASKED_DIGITS: "digits are masked",
}
"""Name of each row fault in outputs; at most 36 characters, the width of the column."""

FAULTS_ZH = {
    RowFault.NO_NUMBER: "没有号码",
    RowFault.NO_DIGITS: "文本中没有数字",
    RowFault.LETTERS: "号码中夹有字母",
    RowFault.BAD_CHARACTER: "控制字符或乱码",
    RowFault.TOO_LONG: "位数过多",
    RowFault.TOO_SHORT: "位数不足",
    RowFault.LOST_DIGITS: "被电子表格舍入",
    RowFault.FRACTION: "不是整数",
    RowFault.SEVERAL_NUMBERS: "有多个号码，无法确定",
    RowFault.UNKNOWN_COUNTRY: "国家代码不存在",
    RowFault.NOT_ALLOCATED: "编号计划中无此号码",
    RowFault.SERVICE_NUMBER: "服务或紧急号码",
    RowFault.MACHINE_NUMBER: "机器号码，非个人号码",
    RowFault.INTERMEDIATE_NUMBER: "中间号（700号段）",
    RowFault.SHORT_INTERMEDIATE: "700号段号码位数不足",
    RowFault.OTHER_COUNTRY: "名单未声明的国家",
    RowFault.BAD_DATE: "日期无法识别",
    RowFault.BAD_PURPOSE: "用途无法识别",
    RowFault.BAD_RELATION: "关系无法识别",
    RowFault.BAD_TIME_ZONE: "不是名单国家的时区",
    RowFault.BAD_HOUR: "最佳时段不在 0 至 23 之间",
    RowFault.BAD_COUNT: "不是范围内的整数",
    RowFault.BAD_ANSWER: "既非是也非否",
    RowFault.MALFORMED_ROW: "字段数与表头不符",
    RowFault.MASKED_DIGITS: "号码已脱敏",
}
"""`FAULTS` in Chinese."""

OTHERS = {
    "UNKNOWN_CALLER": "not a caller ID of the scenario",
    "AFTER_START": "at or after the start",
    "MORE_IN_HOUR_THAN_DAY": "more calls in the hour than the day",
    "REPEATED": "a caller ID told of twice",
    "UNKNOWN_OUTCOME": "an unknown outcome",
}
"""Names of call history reasons that are not faults of a list row."""

OTHERS_ZH = {
    "UNKNOWN_CALLER": "不是方案中的主叫号码",
    "AFTER_START": "在开始时或之后",
    "MORE_IN_HOUR_THAN_DAY": "小时呼叫量大于全天",
    "REPEATED": "主叫号码重复",
    "UNKNOWN_OUTCOME": "结果无法识别",
}
"""`OTHERS` in Chinese."""

ALLOWED = {
    RowFault.BAD_PURPOSE: ", ".join(purpose.name.lower() for purpose in Purpose)
    + ", 营销, 服务, 催收",
    RowFault.BAD_RELATION: ", ".join(relation.name.lower() for relation in Relation),
    RowFault.BAD_DATE: "2026-04-13, 2026/4/13, 2026.4.13, 2026年4月13日, 20260413, each"
    " also with a time: 09:30, 09:30:15, 09:30+08:00",
    RowFault.INTERMEDIATE_NUMBER: "the person's own number: dialled by others, an intermediate one "
    "reaches only whom it is bound to, while it is bound",
    RowFault.SHORT_INTERMEDIATE: "15 digits beginning with 700 are an intermediate number; what is "
    "wanted is the person's own",
    RowFault.BAD_ANSWER: "yes, no, true, false, 1, 0, 是, 否",
}
"""Allowed values of a cell, where there are few."""

ALLOWED_ZH = ALLOWED | {
    RowFault.INTERMEDIATE_NUMBER: "本人真实号码：中间号仅在绑定期间可达其绑定的对象",
    RowFault.SHORT_INTERMEDIATE: "700 开头的 15 位号码为中间号；应填本人真实号码",
}
"""`ALLOWED` in Chinese; most entries are file values and the same."""


def fault_words(reason: str, language: Language = "en") -> str:
    """Return the name of a fault by its code's name, in either case.

    >>> fault_words("lost_digits"), fault_words("AFTER_START"), fault_words("of_tomorrow")
    ('rounded by a spreadsheet', 'at or after the start', 'of tomorrow')
    >>> fault_words("lost_digits", "zh")
    '被电子表格舍入'
    """
    name = reason.upper()
    others, faults = (OTHERS, FAULTS) if language == "en" else (OTHERS_ZH, FAULTS_ZH)
    if name in others:
        return others[name]
    try:
        return faults[RowFault[name]]
    except KeyError:
        return reason.replace("_", " ")


def allowed_words(reason: str, language: Language = "en") -> str | None:
    """Return the allowed values of a cell with a fault; None if they are too many to list.

    >>> allowed_words("bad_relation"), allowed_words("no_number"), allowed_words("repeated")
    ('opted_in, bought', None, None)
    """
    fault = RowFault.__members__.get(reason.upper())
    allowed = ALLOWED if language == "en" else ALLOWED_ZH
    return None if fault is None else allowed.get(fault)
