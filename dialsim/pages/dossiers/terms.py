"""Texts for a scenario's terms: operators, classes, trades, provinces."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from dialsim.audit.context import span
from dialsim.core.codes import Operator, Province
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import MARKS, message
from dialsim.results import formatting
from dialsim.scenario.value_names import value_name

OPERATORS = {
    "CMCC": message("China Mobile"),
    "CUCC": message("China Unicom"),
    "CTCC": message("China Telecom"),
    "CBN": message("China Broadnet"),
    "MVNO": message("virtual operators"),
    "ABROAD": message("operators abroad"),
}

CLASSES = {
    "fixed": message("fixed line"),
    "95_enterprise": message("95, enterprise"),
    "95_b24": message("95, call centre (B24)"),
    "axb": message("AXB, privacy number"),
    "privacy": message("700, intermediate number"),
}
"""Classes of caller IDs that are called otherwise than in a scenario."""

CATEGORIES = {
    "loan": message("loans"),
    "estate": message("real estate"),
    "credit_card": message("credit cards"),
}
"""Categories of campaigns that are called otherwise than in a scenario."""


def class_name(name: str, language: Language) -> str:
    """Return the text of a class of caller IDs.

    >>> class_name("fixed", "en"), class_name("privacy", "zh"), class_name("mobile", "en")
    ('fixed line', '700 中间号', 'mobile')
    """
    return (CLASSES.get(name) or value_name(name))[language]


def category_name(name: str, language: Language) -> str:
    """Return the text of a category of campaigns.

    >>> category_name("loan", "en"), category_name("insurance", "en"), category_name("loan", "zh")
    ('loans', 'insurance', '贷款')
    """
    return (CATEGORIES.get(name) or value_name(name))[language]


def operator_name(name: str | Operator, language: Language) -> str:
    """Return the text of an operator, by its code or its name in a scenario.

    >>> operator_name("CTCC", "en"), operator_name(Operator.CMCC, "zh")
    ('China Telecom', '中国移动')
    """
    return OPERATORS[name.name if isinstance(name, Operator) else name][language]


def province_name(name: str | Province, language: Language) -> str:
    """Return the text of a province, by its code or its name in a scenario.

    >>> province_name("Inner Mongolia", "zh"), province_name(Province.ZHEJIANG, "en")
    ('内蒙古', 'Zhejiang')
    """
    if name == Province.UNKNOWN:
        return message("not known", "province")[language]
    text = name.name.replace("_", " ").title() if isinstance(name, Province) else name
    return value_name(text)[language]


def length(ms: int, language: Language) -> str:
    """Return a duration as text.

    >>> length(60_000, "en"), length(172_800_000, "zh")
    ('1 min', '2天')
    """
    return span(ms)[language]


def listed(items: Iterable[str], language: Language) -> str:
    """Return texts joined as a list."""
    return MARKS["and"][language].join(items)


def money(amount: Decimal, currency: str, language: Language = ENGLISH) -> str:
    """Return an amount of money, rounded to the hundredth, in a unit of the reader's language.

    >>> money(Decimal("1234567.895"), "CNY"), money(Decimal("0.004"), "CNY")
    ('1,234,567.90 CNY', '0.00 CNY')
    >>> money(Decimal("1234.5"), "CNY", "zh"), money(Decimal("1234567.895"), "CNY", "zh")
    ('1,234.50 元', '123.46 万元')
    """
    scale, unit = formatting.money_unit(float(amount), currency, language)
    return f"{amount / Decimal(scale):,.2f} {unit}"


def exact_money(amount: Decimal, currency: str, language: Language = ENGLISH) -> str:
    """Return an amount of money to the hundredth of its currency, for a cost statement.

    >>> exact_money(Decimal("1234567.895"), "CNY", "zh")
    '1,234,567.90 元'
    """
    return f"{amount:,.2f} {formatting.currency_name(currency, language)}"
