"""A list as a bank's planner exports it: Chinese headers, GBK or a workbook."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl

HEADER = [
    "客户编号", "客户姓名", "手机号", "家庭电话", "紧急联系人电话", "分行", "省份", "是否勿扰",
    "授权日期", "开户日期",
]  # fmt: skip
NONE = ("无", "暂无", "N/A", "13800")


def rows(count: int) -> list[list[str]]:
    """Return rows of different people; of 200 four have no number, and of ten one wants no call."""
    found = []
    for i in range(count):
        number = NONE[i // 50 % 4] if i % 50 == 7 else f"1380{i:07d}"
        found.append(
            [
                f"C{100_000 + i}", "张三", number, "" if i % 3 or i % 50 == 7 else f"1390{i:07d}",
                f"1370{i:07d}", ("北京分行", "上海分行", "深圳分行")[i % 3],
                ("北京", "上海", "广东")[i % 3], "是" if i % 10 == 0 else "否",
                f"2025-{1 + i % 12:02d}-{1 + i % 28:02d}", f"2019-01-{1 + i % 28:02d}",
            ]
        )  # fmt: skip
    return found


def as_csv(folder: Path, found: list[list[str]]) -> Path:
    """Write a CSV file in GBK."""
    path = folder / "名单.csv"
    with path.open("w", encoding="gbk", newline="") as file:
        csv.writer(file).writerows([HEADER, *found])
    return path


def as_workbook(folder: Path, found: list[list[str]]) -> Path:
    """Write a workbook."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    for row in [HEADER, *found]:
        sheet.append(row)
    path = folder / "名单.xlsx"
    book.save(path)
    return path
