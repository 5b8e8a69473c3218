"""Call logs as dialers write them: every format, every row used or accounted for."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from dialsim.errors import ScenarioError
from dialsim.people.call_logs.call_faults import CallFault, call_fault_words
from dialsim.people.call_logs.call_rows import CALLEE, DIALER
from dialsim.people.call_logs.log_format import CAUSES, causes, known_formats, load_format
from dialsim.people.call_logs.outcome import WORDS, Outcome
from dialsim.people.call_logs.whole_log import WholeLog, read_calls

pytestmark = pytest.mark.once

ALICE, BOB, CAROL = "13800000001", "13800000002", "13800000003"
LINE = "01012345678"
NINE = int(datetime(2026, 4, 13, 9, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())
"""Seconds since 1970 at nine o'clock in China."""


def asterisk(
    dst: str, start: str, answer: str, end: str, word: str, epoch: int, **more: Any
) -> str:
    """Return a row of cdr_csv with the columns of the shipped configuration."""
    quoted = f'"{answer}"' if answer else ""
    whole, talk = more.get("whole", 0), more.get("talk", 0)
    return (
        f'"","{LINE}","{dst}","out","""Bank"" <{LINE}>","PJSIP/agent-00000001",'
        f'"PJSIP/trunk-a-0000000f","Dial","PJSIP/{dst}@trunk-a,30","{start}",{quoted},"{end}",'
        f'{whole},{talk},"{word}","DOCUMENTATION","{epoch}.7",""'
    )


def asterisk_rows(offset_hours: int = 0) -> list[str]:
    """Return an answered, an unanswered and a failed call from nine o'clock on."""
    hour = f"2026-04-13 {9 + offset_hours:02}"
    return [
        asterisk(ALICE, f"{hour}:00:00", f"{hour}:00:12", f"{hour}:01:12", "ANSWERED", NINE,
                 whole=72, talk=60),
        asterisk(BOB, f"{hour}:02:00", "", f"{hour}:02:30", "NO ANSWER", NINE + 120, whole=30),
        asterisk(CAROL, f"{hour}:03:00", "", f"{hour}:03:01", "FAILED", NINE + 180, whole=1),
    ]  # fmt: skip


def written(path: Path, rows: list[str]) -> Path:
    """Write rows of text to a file."""
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def dumped(path: Path, document: Any) -> Path:
    """Write a document of JSON."""
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def shown(log: WholeLog) -> list[tuple[Any, ...]]:
    """Return second after nine, person, outcome, ring and talk in seconds of each call."""
    calls = log.calls
    return [
        (
            int(calls.dial_ms[i]) // 1000 - NINE,
            f"{calls.person[i]}"[2:],
            Outcome(int(calls.outcome[i])).name,
            None if np.isnan(calls.ring_ms[i]) else calls.ring_ms[i] / 1000,
            None if np.isnan(calls.talk_ms[i]) else calls.talk_ms[i] / 1000,
        )
        for i in range(len(calls.dial_ms))
    ]


def check(log: WholeLog) -> None:
    """Check that every row is used or accounted for, and that examples are of such rows."""
    assert log.rows == len(log.calls.dial_ms) + sum(log.unusable.values())
    assert not log.calls.fault.any()
    assert {each.fault for each in log.examples} <= set(log.unusable)


# --- formats --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", known_formats())
def test_a_format_is_whole(key: str) -> None:
    found = load_format(key)
    assert found.title
    assert all(source.startswith("https://") for source in found.sources)
    assert {"dial", "person"} <= set(found.read)
    for rule in found.outcome:
        assert set(rule.words.values()) <= set(WORDS)
        assert rule.words or rule.causes or rule.present in WORDS
    assert found.header or set(found.wanted) <= set(found.columns)


@pytest.mark.parametrize("table", CAUSES)
def test_a_cause_means_one_outcome(table: str) -> None:
    assert set(causes(table).values()) <= set(Outcome)
    assert causes("q850")["16"] == Outcome.FAILED  # of a call that was not answered
    assert causes("freeswitch")["normal_clearing"] == Outcome.FAILED
    assert causes("sip")["480"] == Outcome.UNREACHABLE


def test_asterisk_in_local_time(tmp_path: Path) -> None:
    log = read_calls(written(tmp_path / "Master.csv", asterisk_rows()))
    check(log)
    assert (log.log_format.key, log.zone, log.recognised) == ("asterisk-csv", "Asia/Shanghai", True)
    assert shown(log) == [
        (0, ALICE, "LIVE", 12, 60),
        (120, BOB, "NO_ANSWER", 30, None),
        (180, CAROL, "FAILED", 1, None),
    ]
    assert log.names["trunk"] == ["trunk-a"]
    assert log.names["caller"] == [LINE]


def test_asterisk_in_utc_is_known_by_its_unique_ids(tmp_path: Path) -> None:
    log = read_calls(written(tmp_path / "Master.csv", asterisk_rows(-8)))
    assert log.zone == "UTC"
    assert [row[0] for row in shown(log)] == [0, 120, 180]
    given = read_calls(tmp_path / "Master.csv", zone="Asia/Shanghai")
    assert [row[0] for row in shown(given)] == [-28_800, -28_680, -28_620]


def test_freeswitch_csv(tmp_path: Path) -> None:
    def row(dst: str, answer: str, end: str, whole: int, talk: int, cause: str) -> str:
        cells = ["Bank", LINE, dst, "public", "2026-04-13 09:00:00", answer, end, str(whole),
                 str(talk), cause, f"u-{dst}", "", "", "PCMA", "PCMA"]  # fmt: skip
        return ",".join(f'"{cell}"' for cell in cells)

    rows = [
        row(ALICE, "2026-04-13 09:00:10", "2026-04-13 09:00:40", 40, 30, "NORMAL_CLEARING"),
        row(BOB, "", "2026-04-13 09:00:25", 25, 0, "NORMAL_CLEARING"),
        row(CAROL, "", "2026-04-13 09:00:02", 2, 0, "USER_BUSY"),
    ]
    log = read_calls(written(tmp_path / "Master.csv", rows))
    check(log)
    assert log.log_format.key == "freeswitch-csv"
    assert shown(log) == [
        (0, ALICE, "LIVE", 10, 30),
        (0, BOB, "FAILED", 25, None),
        (0, CAROL, "BUSY", 2, None),
    ]


def freeswitch_record(dst: str, answered: int, cause: str, **variables: str) -> dict[str, Any]:
    """Return what json_cdr writes of a call."""
    end = NINE + 40
    return {
        "core-uuid": "c",
        "variables": {
            "direction": "outbound",
            "start_uepoch": f"{NINE}000000",
            "answer_uepoch": f"{answered}000000" if answered else "0",
            "end_uepoch": f"{end}500000",
            "hangup_cause": cause,
            "sip_gateway_name": "trunk%20a",
            **variables,
        },
        "callflow": [
            {"caller_profile": {"destination_number": dst, "caller_id_number": LINE}},
            {"caller_profile": {"destination_number": "8001", "caller_id_number": "8001"}},
        ],
    }


def test_freeswitch_json_one_a_line_or_one_a_file(tmp_path: Path) -> None:
    records = [
        freeswitch_record(ALICE, NINE + 10, "NORMAL_CLEARING", sip_hangup_disposition="recv_bye"),
        freeswitch_record(BOB, 0, "NO_ANSWER", sip_hangup_disposition="send_cancel"),
        freeswitch_record(CAROL, 0, "CALL_REJECTED", sip_term_status="486"),
        freeswitch_record(ALICE, NINE, "NORMAL_CLEARING", direction="inbound"),
    ]
    one = written(tmp_path / "calls.json", [json.dumps(record) for record in records])
    folder = tmp_path / "json_cdr"
    folder.mkdir()
    for number, record in enumerate(records):
        dumped(folder / f"{number}.cdr.json", record)
    for log in (read_calls(one), read_calls(folder)):
        check(log)
        assert log.log_format.key == "freeswitch-json"
        assert shown(log) == [
            (0, ALICE, "LIVE", 10, 30.5),
            (0, BOB, "NO_ANSWER", 40.5, None),
            (0, CAROL, "BUSY", 40.5, None),
        ]
        assert log.unusable == {"INBOUND": 1}
        assert log.calls.hung_up.tolist() == [CALLEE, DIALER, -1]
        assert log.calls.cause.tolist() == [0, 0, 486]
        assert log.names["trunk"] == ["trunk a"]


def test_vicidial_as_its_table_is_exported(tmp_path: Path) -> None:
    names = (
        "uniqueid,lead_id,list_id,campaign_id,call_date,start_epoch,end_epoch,length_in_sec,status,"
        "phone_code,phone_number,user,comments,processed,user_group,term_reason,alt_dial,"
        "called_count,sip_hangup_cause"
    )

    def row(number: str, status: str, talk: str, why: str, sip: str) -> str:
        return (
            f"1.{number},7,101,CARD,2026-04-13 09:00:00,{NINE},{NINE + 30},{talk},{status},86,"
            f"{number},6666,AUTO,N,GROUP,{why},MAIN,1,{sip}"
        )

    rows = [
        names,
        row(ALICE, "SALE", "30", "CALLER", "200"),
        row(BOB, "NA", "0", "NONE", "486"),
        row(CAROL, "DROP", "4", "ABANDON", "200"),
        row("13800000004", "MYWORD", "9", "AGENT", "0"),
        row("13800000005", "DNCL", "0", "NONE", "0"),
    ]
    log = read_calls(written(tmp_path / "vicidial_log.csv", rows))
    check(log)
    assert [(*each[1:3], each[4]) for each in shown(log)] == [
        (ALICE, "LIVE", 30),
        (BOB, "BUSY", None),
        (CAROL, "ABANDONED", 4),
        ("13800000004", "UNKNOWN", None),
    ]
    assert log.unusable == {"NOT_DIALLED": 1}
    assert log.strange == {"MYWORD": 1}
    assert log.names["campaign"] == ["CARD"]
    known = read_calls(tmp_path / "vicidial_log.csv", words={"myword": Outcome.LIVE})
    assert not known.strange
    assert known.calls.outcome[3] == Outcome.LIVE


CLOUDS: dict[str, tuple[Any, list[tuple[Any, ...]], dict[str, int]]] = {
    "aliyun": (
        [
            {"call_id": "1", "status_code": "200000", "callee": ALICE, "caller": LINE,
             "originate_time": "2026-04-13 09:00:00", "start_time": "2026-04-13 09:00:10",
             "end_time": "2026-04-13 09:00:40", "duration": "30", "hangup_direction": "用户"},
            {"call_id": "2", "status_code": "200005", "early_media_code": "200010", "callee": BOB,
             "caller": LINE, "originate_time": "2026-04-13 09:00:00", "start_time": "",
             "end_time": "", "duration": "0", "hangup_direction": ""},
            {"call_id": "3", "status_code": "200000", "callee": CAROL, "caller": LINE,
             "originate_time": "2026-04-13 09:00:00", "voice_type": "smart_transfer"},
        ],
        [(0, ALICE, "LIVE", 10, 30), (0, BOB, "UNREACHABLE", None, None)],
        {"SECOND_LEG": 1},
    ),
    "tencent": (
        {"Response": {"TotalCount": 3, "TelCdrList": [
            {"Caller": f"0086{LINE[1:]}", "Callee": f"0086{ALICE}", "Direction": 1,
             "EndStatus": 1, "EndStatusString": "ok", "StartTimestamp": NINE,
             "AcceptTimestamp": NINE + 10, "EndedTimestamp": NINE + 40, "Duration": 30,
             "HungUpSide": "user", "ServeParticipants": []},
            {"Caller": LINE, "Callee": BOB, "Direction": 1, "EndStatus": 204,
             "EndStatusString": "powerOff", "StartTimestamp": NINE, "AcceptTimestamp": 0,
             "EndedTimestamp": NINE + 8, "Duration": 0, "HungUpSide": "user"},
            {"Caller": LINE, "Callee": CAROL, "Direction": 1, "EndStatus": 109,
             "EndStatusString": "tooManyRequest", "StartTimestamp": NINE},
        ]}},
        [(0, ALICE, "LIVE", 10, 30), (0, BOB, "UNREACHABLE", 8, None)],
        {"NOT_DIALLED": 1},
    ),
    "huawei": (
        {"eventType": "fee", "feeLst": [
            {"direction": 0, "sessionId": "a", "fwdDisplayNum": "+861012345678",
             "fwdDstNum": f"+86{ALICE}", "fwdStartTime": "2026-04-13 01:00:00",
             "fwdAnswerTime": "2026-04-13 01:00:10", "callEndTime": "2026-04-13 01:00:40",
             "fwdUnaswRsn": 0, "sipStatusCode": 0},
            {"direction": 0, "sessionId": "b", "fwdDisplayNum": "+861012345678",
             "fwdDstNum": f"+86{BOB}", "fwdStartTime": "2026-04-13 01:00:00", "fwdAnswerTime": "",
             "callEndTime": "2026-04-13 01:00:08", "fwdUnaswRsn": 404, "sipStatusCode": 0},
        ]},
        [(0, ALICE, "LIVE", 10, 30), (0, BOB, "INVALID", 8, None)],
        {},
    ),
    "volcengine": (
        {"ResponseMetadata": {"RequestId": "r"}, "Result": [
            {"callId": "1", "caller": LINE, "callee": ALICE, "beginCallTime": NINE * 1000,
             "startTime": NINE * 1000 + 10_000, "endTime": NINE * 1000 + 40_250, "callResult": 1},
            {"callId": "2", "caller": LINE, "callee": BOB, "beginCallTime": NINE * 1000,
             "startTime": 0, "endTime": NINE * 1000 + 8000, "callResult": 27},
        ]},
        [(0, ALICE, "LIVE", 10, 30.25), (0, BOB, "BLOCKED", 8, None)],
        {},
    ),
    "twilio": (
        {"calls": [
            {"sid": "CA1", "from": "+861012345678", "to": f"+86{ALICE}", "direction":
             "outbound-api", "start_time": "Mon, 13 Apr 2026 01:00:00 +0000",
             "end_time": "Mon, 13 Apr 2026 01:00:40 +0000", "duration": "30",
             "status": "completed", "answered_by": None},
            {"sid": "CA2", "from": "+861012345678", "to": f"+86{BOB}", "direction":
             "outbound-api", "start_time": "Mon, 13 Apr 2026 01:00:00 +0000",
             "end_time": "Mon, 13 Apr 2026 01:00:20 +0000", "duration": "0",
             "status": "no-answer", "answered_by": None},
            {"sid": "CA3", "from": "+861012345678", "to": "+14155550100", "direction":
             "outbound-api", "start_time": "Mon, 13 Apr 2026 01:00:00 +0000",
             "end_time": "Mon, 13 Apr 2026 01:00:20 +0000", "duration": "0",
             "status": "busy", "answered_by": None},
        ]},
        [(0, ALICE, "LIVE", 10, 30), (0, BOB, "NO_ANSWER", 20, None)],
        {"FOREIGN": 1},
    ),
    "amazon-connect": (
        [
            {"ContactId": "1", "InitiationMethod": "OUTBOUND", "Channel": "VOICE",
             "InitiationTimestamp": "2026-04-13T01:00:00Z",
             "ConnectedToSystemTimestamp": "2026-04-13T01:00:08Z",
             "DisconnectTimestamp": "2026-04-13T01:00:40Z",
             "Agent": {"ConnectedToAgentTimestamp": "2026-04-13T01:00:10Z"},
             "CustomerEndpoint": {"Address": f"+86{ALICE}"},
             "SystemEndpoint": {"Address": "+861012345678"},
             "DisconnectReason": "CUSTOMER_DISCONNECT"},
            {"ContactId": "2", "InitiationMethod": "OUTBOUND", "Channel": "VOICE",
             "InitiationTimestamp": "2026-04-13T01:00:00Z",
             "ConnectedToSystemTimestamp": "2026-04-13T01:00:08Z",
             "DisconnectTimestamp": "2026-04-13T01:00:11Z", "Agent": None,
             "CustomerEndpoint": {"Address": f"+86{BOB}"},
             "SystemEndpoint": {"Address": "+861012345678"}},
            {"ContactId": "3", "InitiationMethod": "TRANSFER", "Channel": "VOICE",
             "InitiationTimestamp": "2026-04-13T01:00:40Z",
             "CustomerEndpoint": {"Address": f"+86{ALICE}"}},
        ],
        [(0, ALICE, "LIVE", 8, 30), (0, BOB, "ABANDONED", 8, None)],
        {"SECOND_LEG": 1},
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", CLOUDS)
def test_a_cloud_as_it_answers(key: str, tmp_path: Path) -> None:
    document, calls, unusable = CLOUDS[key]
    log = read_calls(dumped(tmp_path / "calls.json", document))
    check(log)
    assert log.log_format.key == key
    assert shown(log) == calls
    assert log.unusable == unusable


def test_acc_of_kamailio(tmp_path: Path) -> None:
    rows = [
        "id,method,from_tag,to_tag,callid,sip_code,sip_reason,time,src_user,dst_ouser",
        f"1,INVITE,a,b,x1,200,OK,2026-04-13 09:00:10,{LINE},{ALICE}",
        f"2,BYE,a,b,x1,200,OK,2026-04-13 09:00:40,{LINE},{ALICE}",
        f"3,INVITE,a,b,x2,404,Not Found,2026-04-13 09:01:00,{LINE},{BOB}",
    ]
    log = read_calls(written(tmp_path / "acc.csv", rows))
    check(log)
    assert [each[1:3] for each in shown(log)] == [(ALICE, "LIVE"), (BOB, "INVALID")]
    assert log.unusable == {"NO_CALL": 1}
    assert log.calls.cause.tolist() == [200, 404]


# --- rows that are not used -----------------------------------------------------------------------


def test_every_row_that_is_none_has_a_reason(tmp_path: Path) -> None:
    ok = asterisk_rows()
    faulty = {
        "NOT_A_NUMBER": asterisk("8001", "2026-04-13 09:04:00", "", "2026-04-13 09:04:01",
                                 "FAILED", NINE + 240),
        "FOREIGN": asterisk("0014155550100", "2026-04-13 09:05:00", "", "2026-04-13 09:05:01",
                            "BUSY", NINE + 300),
        "NO_NUMBER": asterisk("", "2026-04-13 09:06:00", "", "2026-04-13 09:06:01", "BUSY",
                              NINE + 360),
        "BAD_TIME": asterisk(ALICE, "soon", "", "2026-04-13 09:07:01", "BUSY", NINE + 420),
        "NO_TIME": asterisk(ALICE, "", "", "2026-04-13 09:08:01", "BUSY", NINE + 480),
        "BACKWARDS": asterisk(ALICE, "2026-04-13 09:09:00", "", "2026-04-13 09:08:00",
                              "NO ANSWER", NINE + 540, whole=-60),
        "MALFORMED": f'"","{LINE}","{BOB}"',
        "DUPLICATE": ok[0],
    }  # fmt: skip
    log = read_calls(written(tmp_path / "Master.csv", [*ok, *faulty.values()]), "asterisk-csv")
    check(log)
    assert log.unusable == dict.fromkeys(faulty, 1)
    assert len(shown(log)) == 3
    lines = {each.fault: each.line for each in log.examples}
    for line, fault in enumerate(faulty, 4):
        assert lines[fault] == line
    text = " ".join(each.text for each in log.examples)
    assert BOB not in text
    assert LINE not in text


def test_rotated_files_count_a_call_once(tmp_path: Path) -> None:
    folder = tmp_path / "cdr"
    folder.mkdir()
    rows = asterisk_rows()
    written(folder / "Master.csv.1", rows[:2])
    (folder / "Master.csv.2.gz").write_bytes(gzip.compress(("\n".join(rows[1:]) + "\n").encode()))
    written(folder / ".Master.csv.swp", ["nothing"])
    log = read_calls(folder)
    check(log)
    assert log.files == ["Master.csv.1", "Master.csv.2.gz"]
    assert log.unusable == {"DUPLICATE": 1}
    assert len(shown(log)) == 3


def test_a_broken_record_of_json_is_one_row(tmp_path: Path) -> None:
    rows = [json.dumps(freeswitch_record(ALICE, 0, "NO_ANSWER")), f'{{"a": "{BOB}', "17"]
    log = read_calls(written(tmp_path / "calls.json", rows))
    check(log)
    assert log.unusable == {"MALFORMED": 2}
    assert [each.line for each in log.examples] == [2, 3]
    assert all(BOB not in each.text for each in log.examples)


def test_lists_within_a_record_are_no_records(tmp_path: Path) -> None:
    record = freeswitch_record(ALICE, 0, "NO_ANSWER")
    record["callflow"] = record["callflow"][0]
    record["app_log"] = {"applications": [{"app_name": "bridge"}, {"app_name": "hangup"}]}
    path = tmp_path / "a.cdr.json"
    path.write_text(json.dumps(record, indent=1), encoding="utf-8")
    assert shown(read_calls(path)) == [(0, ALICE, "NO_ANSWER", 40.5, None)]
    pushed = {"Caller": LINE, "Callee": BOB, "Direction": 1, "EndStatus": 202,
              "StartTimestamp": NINE, "ServeParticipants": [{"Type": "staffSeat"}]}  # fmt: skip
    log = read_calls(dumped(tmp_path / "pushed.json", pushed))
    assert (log.log_format.key, [each[1] for each in shown(log)]) == ("tencent", [BOB])


@pytest.mark.parametrize(
    ("text", "words"),
    [("[]", "no rows"), ('{"calls": [1, 2', "no whole JSON"), ("[" * 5000, "no whole JSON")],
)
def test_json_without_a_record(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=words):
        read_calls(path)


def test_every_fault_has_words_in_both_languages() -> None:
    for fault in CallFault:
        if fault:
            words = call_fault_words(fault.name)
            assert words["zh"] != words["en"]


@pytest.mark.parametrize(
    ("key", "words"),
    [("asterix-csv", "asterisk-csv"), ("huawei", "not in the format"), (None, "not recognised")],
)
def test_a_wrong_format_is_refused(key: str | None, words: str, tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", ["number,name", f"{ALICE},Zhang"])
    with pytest.raises(ScenarioError, match=words):
        read_calls(path, key)


def test_a_folder_without_files_and_a_missing_log(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no files"):
        read_calls(tmp_path)
    with pytest.raises(ScenarioError, match="no such call log"):
        read_calls(tmp_path / "Master.csv")
    with pytest.raises(ScenarioError, match="empty"):
        read_calls(written(tmp_path / "empty.csv", [""]))
