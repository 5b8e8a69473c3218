"""Words by which the header of a column tells what the column holds, English and Chinese."""

from __future__ import annotations

import re
import unicodedata

from dialsim.people.reading.source_columns import COMMON

_NUMBER = (
    *COMMON, "手机", "电话", "号码", "联系方式", "座机", "固话", "phone", "mobile", "tel", "msisdn",
    "cellphone", "callee", "被叫",
)  # fmt: skip
"""Words of numbers: a header with one names a phone number if no other word is against it."""

_FURTHER = (
    "备用", "备选", "其他", "其它", "第二", "另一", "家庭", "住宅", "家里", "单位", "办公", "公司",
    "工作", "座机", "固话", "固定电话", "alternate", "alternative", "alt", "other", "second",
    "secondary", "backup", "home", "office", "work", "landline", "2", "3", "二", "三",
)  # fmt: skip
_OTHER_PERSON = (
    "联系人", "紧急", "推荐", "担保", "配偶", "亲属", "父", "母", "经理", "坐席", "员工", "柜员",
    "网点电话", "客服", "经办", "主叫", "传真", "emergency", "spouse", "guarantor", "relative",
    "manager", "agent", "referrer", "caller", "staff", "branch", "fax", "contact_person", "ext",
    "分机", "区号", "number_of", "次数", "状态", "归属", "类型", "运营商", "status", "type",
    "count",
)  # fmt: skip
"""Words that make a column one of another person's number, or of no number at all."""

_KEYS = (
    "客户号", "客户编号", "客户id", "客户代码", "客户标识", "客户号码", "核心客户号",
    "客户唯一标识",
    "会员号", "会员编号", "会员id", "用户id", "用户编号", "用户号", "cif", "cif_no", "id", "uid",
    "person_id", "customer_id", "customerid", "customer_no", "customer_number", "customer_code",
    "cust_id", "cust_no", "client_id", "client_no", "user_id", "userid", "member_id", "member_no",
    "party_id",
)  # fmt: skip
"""Names of keys of a person."""

_WEAK_KEYS = ("编号", "代码", "no", "key", "code")

_ROLES: dict[str, tuple[str, ...]] = {
    "consent_date": (
        "同意日期", "同意时间", "授权日期", "授权时间", "授权签署日期", "consent_date",
        "consent_time",
        "consent_at", "opt_in_date", "optin_date", "opted_in_at",
    ),
    "consent_expiry": (
        "同意到期", "同意到期日", "同意到期日期", "同意截止日期", "授权到期", "授权到期日",
        "授权到期日期", "授权截止日期", "授权有效期", "授权有效期至", "consent_expiry",
        "consent_expires", "consent_until", "consent_end",
    ),
    "consent_purpose": ("同意用途", "同意目的", "授权用途", "授权目的", "consent_purpose"),
    "consent_evidence": (
        "同意凭证", "同意证据", "授权凭证", "授权书编号", "授权书", "录音编号", "consent_evidence",
        "consent_proof", "consent_record",
    ),
    "withdrawn": (
        "退订日期", "退订时间", "撤回日期", "撤回时间", "撤回同意日期", "撤销授权日期", "拒绝日期",
        "withdrawn", "withdrawn_at", "withdrawal_date", "opt_out_date", "optout_date",
        "opted_out_at", "unsubscribed_at", "unsubscribe_date",
    ),
    "export_consent": ("同意出境", "出境同意", "数据出境同意", "跨境同意", "export_consent"),
    "relation": ("relation",),
    "time_zone": ("时区", "time_zone", "timezone"),
    "prior_attempts": (
        "已拨打次数", "已外呼次数", "拨打次数", "外呼次数", "prior_attempts", "attempts",
    ),
    "last_attempt": (
        "上次拨打时间", "上次外呼时间", "最近拨打时间", "最近外呼时间", "最后拨打时间",
        "上次拨打日期",
        "最近外呼日期", "last_attempt", "last_call", "last_called", "last_called_at",
    ),
}  # fmt: skip
"""Names of columns by their role in a scenario."""

_FLAGS: dict[str, tuple[str, ...]] = {
    "consent_date": (
        "是否同意", "是否授权", "同意外呼", "同意营销", "营销同意", "营销授权", "外呼授权",
        "是否同意营销", "是否同意外呼", "是否授权营销", "consent", "consented", "opt_in", "optin",
        "opted_in", "marketing_consent", "marketing_opt_in",
    ),
    "withdrawn": (
        "退订", "是否退订", "已退订", "勿扰", "免打扰", "是否勿扰", "是否免打扰", "禁呼",
        "是否禁呼",
        "禁拨", "拒绝营销", "是否拒绝营销", "拒访", "谢绝来电", "黑名单", "是否黑名单", "dnc",
        "do_not_call", "donotcall", "do_not_contact", "donotcontact", "opt_out", "optout",
        "opted_out", "unsubscribed", "no_call", "blacklist", "blacklisted", "suppressed",
    ),
}  # fmt: skip
"""Names of columns that say yes or no, by the role that takes such an answer."""

_PLACES = {
    "province": ("省份", "省", "所在省", "省市", "归属省", "province", "state"),
    "city": ("城市", "市", "地市", "所在城市", "归属地市", "city", "town"),
}

PERSONAL = (
    "姓名", "名字", "客户名", "称呼", "证件", "身份证", "护照", "地址", "住址", "邮箱", "邮件",
    "微信",
    "生日", "出生", "年龄", "性别", "民族", "宗教", "婚姻", "健康", "病", "卡号", "账号", "帐号",
    "账户",
    "余额", "收入", "工资", "经理", "坐席", "员工", "柜员", "备注", "name", "passport", "address",
    "mail", "wechat", "birth", "age", "gender", "sex", "ethnic", "religi", "marital", "health",
    "card_no", "account", "balance", "income", "salary", "manager", "agent", "staff", "note",
    "remark", "comment",
)  # fmt: skip
"""Words of personal data, and of those who work for the enterprise: no attribute of results."""


def normal(name: str) -> str:
    """Return a header for comparison: half width, lower case, blanks and dashes as underscores.

    >>> normal(" Customer-ID "), normal("手机 号（主）")
    ('customer_id', '手机_号(主)')
    """
    text = unicodedata.normalize("NFKC", name).strip().casefold()
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return re.sub(r"[\s\-.]+", "_", text)


def _holds(name: str, words: tuple[str, ...]) -> bool:
    """Return whether a header holds one of some words: English ones whole, or as its end."""
    parts = set(re.split(r"[_\W]+|(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", name))
    return any(
        word in name if not word.isascii() else (word in parts or ("_" in word and word in name))
        for word in words
    )


def number_word(name: str) -> str:
    """Return what a header says of a phone number.

    Returns
    -------
    str
        ``"number"``, ``"alternates"`` of a further number of the same person, ``"other"`` of a
        number of somebody else or of none, or ``""``.

    >>> [number_word(name) for name in ("手机号", "家庭电话", "联系人电话", "Phone 2", "branch")]
    ['number', 'alternates', 'other', 'alternates', '']
    """
    name = normal(name)
    if name in COMMON:
        return "number"
    if not _holds(name, _NUMBER) or name in _KEYS:
        return ""
    if _holds(name, _OTHER_PERSON):
        return "other"
    return "alternates" if _holds(name, _FURTHER) else "number"


def key_word(name: str) -> str:
    """Return ``"id"`` for a name of a key, ``"weak"`` for one that may be, or ``""``.

    >>> key_word("客户编号"), key_word("编号"), key_word("身份证号")
    ('id', 'weak', '')
    """
    name = normal(name)
    return "id" if name in _KEYS else "weak" if name in _WEAK_KEYS else ""


def role_word(name: str) -> str:
    """Return the role that a header names, or an empty text.

    >>> role_word("授权日期"), role_word("opt-out date"), role_word("日期")
    ('consent_date', 'withdrawn', '')
    """
    name = normal(name)
    return next((role for role, words in _ROLES.items() if name in words), "")


def flag_word(name: str) -> str:
    """Return the role that a column of yes and no has by its header, or an empty text.

    >>> flag_word("是否勿扰"), flag_word("Do not call"), flag_word("branch")
    ('withdrawn', 'withdrawn', '')
    """
    name = normal(name)
    return next((role for role, words in _FLAGS.items() if name in words), "")


def place_word(name: str) -> str:
    """Return ``"province"`` or ``"city"`` for a header that names one, or an empty text."""
    name = normal(name)
    return next((place for place, words in _PLACES.items() if name in words), "")


def is_personal(name: str) -> bool:
    """Return whether a header names personal data.

    >>> is_personal("客户姓名"), is_personal("full_name"), is_personal("分行")
    (True, True, False)
    """
    return _holds(normal(name), PERSONAL)
