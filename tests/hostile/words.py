"""Words, numbers and values that no file is expected to hold, and those that it is."""

from __future__ import annotations

import random

SURNAMES = "赵钱孙周吴郑冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未"
PREFIXES = ("133", "135", "138", "139", "150", "159", "177", "180", "186", "189", "199")

HOSTILE_TEXTS = (
    "", " ", "\t", "-", "--", "0", "-1", "NaN", "nan", "inf", "-inf", "null", "None", "true",
    "false", "1e400", "1e-400", "9" * 400, "9223372036854775808", "-9223372036854775809",
    "0x10", "1_000", "１２３", "٣٤٥", "½", "Ⅷ", "=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1",
    "'", '"', '""', "'; DROP TABLE people; --", "a,b", "a;b", "a\tb", "a\nb", "a\r\nb", "\x00",
    "\x01\x02", "\x1b[31mred\x1b[0m", "\x7f", "\x85", "\u2028", "\u202egnp.exe", "\ufeff", "\ufffd",
    "\u200b", "e\u0301", "ß", "İ", "ﬃ", "😀", "👨‍👩‍👧", "\U0001f1e8\U0001f1f3", "龘", "𠮷", "是",
    "否",
    "../../etc/passwd", "/dev/null", "C:\\x", "~", "$HOME", "%s%s%n", "{0}", "{{x}}", "${x}",
    "<b>x</b>", "[red]x[/red]", "[/]", "[bold", "\\", "\\n", "x" * 300, "字" * 300, "x y z",
    "1.38E+10", "1,38E+10", "13800000001.0", "2026-02-30", "2026-13-01", "0000-00-00",
    "9999-12-31", "10000-01-01", "1e9s", "1ms", "0s", "-1s", "1\ns", "99999999d", "24:00", "25:61",
)  # fmt: skip
"""Texts for a cell, an argument or a value."""

HOSTILE_TOML = (
    "0", "-1", "1", "2", "-0", "1.5", "-0.0", "1e308", "1e-320", "inf", "-inf", "nan", "+1",
    "9223372036854775807", "-9223372036854775808", "9223372036854775808", "9" * 400, "9" * 5000,
    "0x7fffffff", "0o17", "0b1", "1_000", "1e400", "true", "false", "[]", "{}", "[[]]", "[{}]",
    '[""]', "[1, 'a', true]", '""', "''", '"x"', '"\\u0000"', '"\\u202e"', '"\\ud800"', '"\\x00"',
    '"a\\nb"', '"""\na\nb"""', "'''x'''", "2026-04-13", "2026-04-13T10:00:00",
    "2026-04-13T10:00:00Z", "2026-04-13T10:00:00+08:00", "0001-01-01", "9999-12-31", "2026-02-29",
    "09:00", "09:00:00.5", "24:00", "00:00", '"09:00"', '"1ms"', '"0s"', '"1s"', '"-1s"', '"45d"',
    '"3651d"', '"1e9d"', '"1h30m"', '"1\\ns"', '"99999999999999999999d"', '"mon-fri"', '"daily"',
    '"sun-mon"', '"0.02 CNY"', '"-1 CNY"', '"1e400 CNY"', '"NaN CNY"', '"1 XXX"', '"CN"', '"ZZ"',
    '"cn"', '"lab"', '"typical"', '"Asia/Urumqi"', '"Mars/Olympus"', '"../x.csv"', '"/dev/null"',
    '"/"', '"."', '".."', '"progressive"', '"predictive"', '"unlawful"', '"consent"', "{ a = 1 }",
    "[[[[[[[[[[1]]]]]]]]]]", '"' + "x" * 3000 + '"', '"' + "字" * 400 + '"', "{ from = 1, to = 2 }",
)  # fmt: skip
"""Values as they stand in a TOML file."""

NUMBER_JUNK = (
    "张三", "1.38E+10", "1380000", "96 110", "4008000000", "110", "12345", "+852 2123 4567",
    "+1 212 555 0100", "+44 20 7946 0958", "138000000471380000004", "1480000000048", "无", "N/A",
    "未知", "０", "+", "++86", "(", "tel:", "-" * 40, "0" * 11, "9" * 11, "1" * 2000, "转", "转22",
    "\u202e13800000001", "1\x003800000001", "13800000\n001", "=13800000001", "none", "NULL",
)  # fmt: skip


def phone(rng: random.Random) -> str:
    """Return a mobile number of nobody in particular."""
    return rng.choice(PREFIXES) + f"{rng.randrange(10**8):08d}"


def spelt(rng: random.Random, number: str) -> str:
    """Return a number as a list may spell it: always understood as the same number."""
    a, b, c = number[:3], number[3:7], number[7:]
    full = number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return rng.choice(
        [
            number, number, number, number, f"+86{number}", f"+86 {a} {b} {c}", f"0086{number}",
            f"{a}-{b}-{c}", f"{a} {b} {c}", f"{number}.0", f"'{number}", full, f"(+86) {a}{b}{c}",
            f" {number} ", f"86{number}", f"{number}转22",
        ]
    )  # fmt: skip


def person(rng: random.Random) -> str:
    """Return a name of nobody: of more letters than a name has, so that no text holds it."""
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(4))


def identifier(rng: random.Random) -> str:
    """Return an identifier that stands in no other text."""
    return f"KH{rng.randrange(10**6, 10**7)}{rng.choice('XYZ')}{rng.randrange(10, 99)}"
