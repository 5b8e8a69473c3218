"""What values of files are called: purposes, categories, classes, places, units."""

from __future__ import annotations

from dialsim.messages.text import Text, message

NAMES = {
    name.id: name
    for name in (
        # purposes
        message("marketing", "value"),
        message("service", "value"),
        message("collections", "value"),
        # categories of campaigns and filings
        message("loan", "value"),
        message("insurance", "value"),
        message("securities", "value"),
        message("estate", "value"),
        message("education", "value"),
        message("credit_card", "value"),
        message("other", "value"),
        # sectors of enterprises
        message("banking", "value"),
        message("lending", "value"),
        message("consumer credit", "value"),
        message("real_estate", "value"),
        message("retail", "value"),
        message("telecom", "value"),
        message("healthcare", "value"),
        message("travel", "value"),
        message("government", "value"),
        # classes of caller IDs
        message("fixed", "value"),
        message("mobile", "value"),
        message("95_enterprise", "value"),
        message("95_b24", "value"),
        message("96", "value"),
        message("1010", "value"),
        message("400", "value"),
        message("106", "value"),
        message("axb", "value"),
        message("privacy", "value"),
        # operators
        message("CMCC", "value"),
        message("CUCC", "value"),
        message("CTCC", "value"),
        message("CBN", "value"),
        message("MVNO", "value"),
        message("ABROAD", "value"),
        # provinces
        message("Anhui", "value"),
        message("Beijing", "value"),
        message("Chongqing", "value"),
        message("Fujian", "value"),
        message("Gansu", "value"),
        message("Guangdong", "value"),
        message("Guangxi", "value"),
        message("Guizhou", "value"),
        message("Hainan", "value"),
        message("Hebei", "value"),
        message("Heilongjiang", "value"),
        message("Henan", "value"),
        message("Hubei", "value"),
        message("Hunan", "value"),
        message("Inner Mongolia", "value"),
        message("Jiangsu", "value"),
        message("Jiangxi", "value"),
        message("Jilin", "value"),
        message("Liaoning", "value"),
        message("Ningxia", "value"),
        message("Qinghai", "value"),
        message("Shaanxi", "value"),
        message("Shandong", "value"),
        message("Shanghai", "value"),
        message("Shanxi", "value"),
        message("Sichuan", "value"),
        message("Tianjin", "value"),
        message("Tibet", "value"),
        message("Xinjiang", "value"),
        message("Yunnan", "value"),
        message("Zhejiang", "value"),
        # mechanisms of the network that a scenario may switch off
        message("refuse_call", "value"),
        message("frequency", "value"),
        message("contract", "value"),
        message("complaints", "value"),
        message("labels", "value"),
        message("signalling", "value"),
        message("recording_notice", "value"),
        message("behaviour", "value"),
        message("terminating", "value"),
        message("callbacks", "value"),
        message("subscriber_blocks", "value"),
        message("gateway", "value"),
        message("traceback", "value"),
        message("appeals", "value"),
        message("platform", "value"),
        message("inheritance", "value"),
        message("label_appeals", "value"),
        # kinds of files
        message("internal", "value"),
        message("industry", "value"),
        message("refused", "value"),
        message("protected", "value"),
        message("withdrawals", "value"),
        message("earlier calls", "value"),
        message("states of caller IDs", "value"),
        message("registries", "value"),
    )
}
"""By the value itself, which stands for it in English."""


def value_name(value: str) -> Text:
    """Return what a value is called; one without a name of its own is called as it is written.

    >>> value_name("credit_card")["zh"], value_name("credit_card")["en"], value_name("T1")["zh"]
    ('信用卡', 'credit_card', 'T1')
    """
    return NAMES.get(value) or Text(value)


UNITS = {
    unit.id: unit
    for unit in (
        message("calls", "unit"),
        message("attempts", "unit"),
        message("times", "unit"),
        message("times 12321", "unit"),
        message("index", "unit"),
        message("mixture", "unit"),
        message("sip shares", "unit"),
        message("announcement shares", "unit"),
        message("working days", "unit"),
        message("sigma", "unit"),
        message("per million delivered", "unit"),
        message("1/million calls", "unit"),
        message("actions", "unit"),
        message("agents", "unit"),
        message("as the key", "unit"),
        message("calls/h", "unit"),
        message("calls/s", "unit"),
        message("complaints per million delivered calls", "unit"),
        message("days", "unit"),
        message("dials an agent", "unit"),
        message("dials/min", "unit"),
        message("leads", "unit"),
        message("numbers", "unit"),
        message("people", "unit"),
        message("reviews", "unit"),
        message("rows", "unit"),
        message("runs", "unit"),
        message("teams", "unit"),
        message("that of the metric", "unit"),
        message("times the mean", "unit"),
        message("marks", "unit"),
        message("complaints", "unit"),
        message("appeals", "unit"),
        message("blocks a year", "unit"),
        message("times a year", "unit"),
        message("yes or no", "unit"),
        message("shape", "unit"),
        message("formula", "unit"),
    )
}
"""Units of the profiles, by themselves: in English they stand as they are."""


def unit_name(unit: str) -> Text:
    """Return what a unit of the profiles is called; one without a name of its own as it is.

    >>> unit_name("marks")["zh"], unit_name("marks")["en"], unit_name("share")["zh"]
    ('次标记', 'marks', 'share')
    """
    return UNITS.get(unit) or Text(unit)
