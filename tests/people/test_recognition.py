"""Which columns of a planner's own list are taken as what, and which are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import dialsim
from dialsim.api.list_columns import recognised_list
from dialsim.errors import Problems
from dialsim.people.recognition.block import column_roles, people_block
from dialsim.people.recognition.cells import kinds_of
from dialsim.people.recognition.columns import FoundColumn, recognised
from dialsim.people.recognition.header_words import flag_word, key_word, number_word, role_word
from dialsim.people.recognition.list_files import columns_of_list, refuse_candidates
from dialsim.scenario.models.files import NumbersFile

NUMBERS = [f"138{i:08d}" for i in range(40)]
OTHERS = [f"139{i:08d}" for i in range(40)]
KEYS = [f"C{i}" for i in range(40)]


def found(columns: dict[str, list[str]], **given: Any) -> list[FoundColumn]:
    kinds = [kinds_of(pa.array(cells), "CN") for cells in columns.values()]
    return recognised(list(columns), kinds, given)


def roles(columns: dict[str, list[str]], **given: Any) -> dict[str, str]:
    return {each.column: each.role for each in found(columns, **given)}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("手机号", "number"), ("客户手机号码", "number"), ("联系电话", "number"),
        ("Mobile No.", "number"),
        ("phone", "number"), ("Phone Number", "number"), ("号码", "number"), ("tel1", "number"),
        ("家庭电话", "alternates"), ("备用手机", "alternates"), ("Work phone", "alternates"),
        ("mobile_2", "alternates"), ("紧急联系人电话", "other"), ("推荐人手机", "other"),
        ("客户经理电话", "other"), ("手机归属地", "other"), ("phone type", "other"),
        ("传真号码", "other"), ("客户号码", ""), ("hotel", ""), ("telegram", ""), ("branch", ""),
        ("备注", ""), ("kindertelefon", ""),
    ],
)  # fmt: skip
def test_headers_of_numbers(name: str, word: str) -> None:
    assert number_word(name) == word


def test_headers_of_other_roles() -> None:
    assert [key_word(name) for name in ("客户编号", "Customer ID", "编号", "身份证号")] == [
        "id", "id", "weak", "",
    ]  # fmt: skip
    assert role_word("授权日期") == "consent_date"
    assert role_word("退订时间") == "withdrawn"
    assert [flag_word(name) for name in ("是否同意", "勿扰", "DNC", "是否退订")] == [
        "consent_date", "withdrawn", "withdrawn", "withdrawn",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["手机号", "电话", "联系电话", "phone", "任意一列"])
def test_one_column_of_numbers_is_taken(name: str) -> None:
    """By its header, or by what its cells are where no header tells."""
    assert roles({"客户编号": KEYS, name: NUMBERS}) == {"客户编号": "id", name: "number"}


def test_several_columns_are_candidates_and_refused_by_name() -> None:
    columns = {"手机号": NUMBERS, "联系电话": OTHERS, "客户号": KEYS, "会员号": KEYS}
    assert set(roles(columns).values()) == {"candidate"}
    problems = Problems()
    refuse_candidates(found(columns), {}, "people[0]", problems)
    assert [problem.path for problem in problems] == ["people[0].columns.number"]
    text = str(next(iter(problems)))
    assert "手机号, 联系电话" in text
    assert "138" not in text
    chosen = {"number": "手机号"}
    problems = Problems()
    refuse_candidates(found(columns, **chosen), chosen, "people[0]", problems)
    assert not list(problems)
    keys = {"手机号": NUMBERS, "客户号": KEYS, "会员号": KEYS}
    refuse_candidates(found(keys), {}, "people[0]", problems)
    assert [problem.path for problem in problems] == ["people[0].columns.id"]


def test_a_column_called_number_needs_no_guess() -> None:
    """A file that was read without a guess is read as before, whatever stands beside it."""
    columns = {"number": NUMBERS, "手机号": OTHERS, "客户号": KEYS, "会员号": KEYS}
    assert roles(columns)["number"] == "number"
    problems = Problems()
    refuse_candidates(found(columns), {}, "people[0]", problems)
    assert not list(problems)


def test_numbers_of_others_are_never_called() -> None:
    columns = {
        "手机号": NUMBERS,
        "紧急联系人电话": OTHERS,
        "家庭电话": OTHERS,
        "客户经理手机": OTHERS,
    }
    assert roles(columns) == {
        "手机号": "number", "紧急联系人电话": "", "家庭电话": "alternates", "客户经理手机": "",
    }  # fmt: skip


def test_headers_that_the_cells_contradict() -> None:
    """Placeholders of a phone column are no numbers, and a date is not what it is called."""
    columns = {"手机": ["无", "待补"] * 20, "a": NUMBERS, "同意日期": ["明天"] * 40}
    assert roles(columns) == {"手机": "", "a": "number", "同意日期": ""}
    assert roles({"日期": ["2026-01-02"] * 40, "电话": NUMBERS})["日期"] == "date"
    some = ["2026-01-02", "2026-01-03", "明天", ""] * 10
    assert roles({"同意日期": some, "电话": NUMBERS})["同意日期"] == "consent_date"


def test_flags_of_yes_and_no() -> None:
    flags = ["是", "否"] * 20
    columns = {"手机": NUMBERS, "是否同意": flags, "勿扰": flags, "是否有房": flags}
    by_name = {each.column: each for each in found(columns)}
    assert by_name["是否同意"].role == "consent_date"
    assert by_name["勿扰"].role == "withdrawn"
    assert by_name["是否有房"].role == "attribute"
    assert by_name["勿扰"].what == "flag"
    dated = {**columns, "授权日期": ["2026-01-02"] * 40}
    assert roles(dated)["授权日期"] == "consent_date"
    assert roles(dated)["是否同意"] == ""


def test_attributes_are_few_values_and_no_personal_data() -> None:
    columns = {
        "手机": NUMBERS, "分行": ["北京", "上海"] * 20, "姓名": ["张三", "李四"] * 20,
        "性别": ["男", "女"] * 20, "province": ["Anhui", "Fujian"] * 20,
        "同一": ["x"] * 40, "卡段": ["622202", "622848"] * 20, "说明": [f"t{i}" for i in range(40)],
    }  # fmt: skip
    kept = {name for name, role in roles(columns).items() if role == "attribute"}
    assert kept == {"分行", "province"}


def test_what_is_given_stays() -> None:
    columns = {"手机号": NUMBERS, "联系电话": OTHERS, "客户号": KEYS}
    given = {"number": "联系电话", "alternates": ["手机号"]}
    assert roles(columns, **given) == {"手机号": "alternates", "联系电话": "number", "客户号": "id"}


def test_two_columns_of_one_name_cannot_be_named() -> None:
    kinds = [kinds_of(pa.array(cells), "CN") for cells in (NUMBERS, OTHERS)]
    assert {each.role for each in recognised(["电话", "电话"], kinds, {})} == {""}


def test_the_table_is_toml() -> None:
    import tomllib

    columns = {'手机"号': NUMBERS, "客户编号": KEYS, "分\\行": ["a", "b"] * 20}
    reading = {"sheet": "2", "header_row": 3, "header": None}
    text = people_block("名单", "a b/名单.xlsx", reading, found(columns))
    (table,) = tomllib.loads(text)["people"]
    assert table == {
        "name": "名单", "file": "a b/名单.xlsx", "sheet": 2, "header_row": 3,
        "attributes": ["分\\行"], "columns": {"number": '手机"号', "id": "客户编号"},
    }  # fmt: skip
    assert column_roles(found(columns))["number"] == '手机"号'


@pytest.mark.parametrize("title", ["四月名单\n", "13800000009,x\n"])
def test_an_unclear_row_of_names_is_left_to_the_reader(tmp_path: Path, title: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(title + "手机号,客户号\n" + "".join(f"{n},1\n" for n in NUMBERS))
    problems = Problems()
    assert columns_of_list(path, NumbersFile(), {}, "people[0]", problems) == []


def test_a_refusal_names_options_in_either_language(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text("手机号,电话\n13800000001,13900000002\n13800000003,13900000004\n")
    with pytest.raises(dialsim.ScenarioError) as caught:
        recognised_list(path, {})
    (problem,) = caught.value.problems
    assert problem.in_language("en").endswith("fix: name it: --number COLUMN")
    assert problem.in_language("zh").endswith("处理办法：指明该列：--number COLUMN")
