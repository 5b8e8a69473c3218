"""Texts for a scenario's terms: operators, classes, trades, provinces."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from dialsim.audit.context import span
from dialsim.core.codes import Operator, Province
from dialsim.explanations.values import text_in as text_in
from dialsim.messages.catalogue import Language
from dialsim.scenario.profiles.obligations import Words

OPERATORS = {
    "CMCC": Words("China Mobile", "中国移动"),
    "CUCC": Words("China Unicom", "中国联通"),
    "CTCC": Words("China Telecom", "中国电信"),
    "CBN": Words("China Broadnet", "中国广电"),
    "MVNO": Words("virtual operators", "虚拟运营商"),
    "ABROAD": Words("operators abroad", "境外运营商"),
}

CLASSES = {
    "fixed": Words("fixed line", "固话"),
    "mobile": Words("mobile", "手机号"),
    "95_enterprise": Words("95, enterprise", "95（企业）"),
    "95_b24": Words("95, call centre (B24)", "95（呼叫中心 B24）"),
    "96": Words("96", "96"),
    "1010": Words("1010", "1010"),
    "400": Words("400", "400"),
    "106": Words("106", "106"),
    "axb": Words("AXB, privacy number", "AXB 隐私号"),
    "privacy": Words("700, intermediate number", "700 中间号"),
}

CATEGORIES = {
    "loan": Words("loans", "贷款"),
    "insurance": Words("insurance", "保险"),
    "securities": Words("securities", "证券"),
    "estate": Words("real estate", "房产"),
    "education": Words("education", "教育"),
    "credit_card": Words("credit cards", "信用卡"),
    "other": Words("other", "其他"),
}

PURPOSES = {
    "marketing": Words("marketing", "营销"),
    "service": Words("service", "服务"),
    "collections": Words("collections", "催收"),
}

_PROVINCES_ZH = (
    *("安徽", "北京", "重庆", "福建", "甘肃", "广东", "广西", "贵州", "海南", "河北", "黑龙江"),
    *("河南", "湖北", "湖南", "内蒙古", "江苏", "江西", "吉林", "辽宁", "宁夏", "青海", "陕西"),
    *("山东", "上海", "山西", "四川", "天津", "西藏", "新疆", "云南", "浙江"),
)
PROVINCES = {
    Province.UNKNOWN: Words("not known", "未知"),
    **{
        code: Words(code.name.replace("_", " ").title(), name)
        for code, name in zip(list(Province)[1:], _PROVINCES_ZH, strict=True)
    },
}


def operator_name(name: str | Operator, language: Language) -> str:
    """Return the text of an operator, by its code or its name in a scenario.

    >>> operator_name("CTCC", "en"), operator_name(Operator.CMCC, "zh")
    ('China Telecom', '中国移动')
    """
    return text_in(OPERATORS[name.name if isinstance(name, Operator) else name], language)


def province_name(name: str | Province, language: Language) -> str:
    """Return the text of a province, by its code or its name in a scenario.

    >>> province_name("Inner Mongolia", "zh"), province_name(Province.ZHEJIANG, "en")
    ('内蒙古', 'Zhejiang')
    """
    code = name if isinstance(name, Province) else Province[name.replace(" ", "_").upper()]
    return text_in(PROVINCES[code], language)


def length(ms: int, language: Language) -> str:
    """Return a duration as text.

    >>> length(60_000, "en"), length(172_800_000, "zh")
    ('1 min', '2天')
    """
    return text_in(span(ms), language)


def listed(items: Iterable[str], language: Language) -> str:
    """Return texts joined as a list."""
    return ("、" if language == "zh" else ", ").join(items)


def money(amount: Decimal, currency: str) -> str:
    """Return an amount of money, rounded to the hundredth.

    >>> money(Decimal("1234567.895"), "CNY"), money(Decimal("0.004"), "CNY")
    ('1,234,567.90 CNY', '0.00 CNY')
    """
    return f"{amount:,.2f} {currency}"
