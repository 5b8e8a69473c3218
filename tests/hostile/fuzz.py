"""Play hostile inputs by the thousand: no exit outside the table, nothing lost, nobody shown.

    python tests/hostile/fuzz.py --count 20000             all of the proof
    python tests/hostile/fuzz.py --seed 7 --from 100 --count 50
    python tests/hostile/fuzz.py --case 4711 -v            one, its files left to look at

A case is a function of seed and index alone. Each worker is a process that plays its cases one
after another as the program would; one that crashes, takes too long or takes too much memory ends,
and its case with it. Exit code 1 if anything was found.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SEED = 20260413
LONGEST_S = 60.0
MOST_BYTES = 2_500_000_000
START_S = 900.0
"""Until a worker is ready: kernels may have to be compiled."""


@dataclass
class Worker:
    """A process that plays cases."""

    place: Path
    process: subprocess.Popen[str] | None = None
    log: Path = field(init=False)

    def ask(self, seed: int, index: int) -> dict[str, Any]:
        """Return what came of a case; one that ends the process ends here with what is known."""
        if self.process is None:
            self._start()
        process = self.process
        assert process is not None
        assert process.stdin is not None
        size = self.log.stat().st_size
        print(seed, index, file=process.stdin, flush=True)
        answer, why = self._answer(LONGEST_S + 5)
        if answer is not None:
            return answer
        self.end()
        with self.log.open(encoding="utf-8", errors="replace") as file:
            file.seek(size)
            text = file.read()
        if "Timeout (" in text:
            why = "took too long"
        return {"index": index, "kind": "?", "codes": [why], "seconds": LONGEST_S, "told": "",
                "found": [(f"{why}: {_innermost(text)}", text[-3000:])]}  # fmt: skip

    def _start(self) -> None:
        self.place.mkdir(parents=True, exist_ok=True)
        self.log = self.place / "log"
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.hostile.player", str(self.place), str(LONGEST_S)],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
                env=os.environ | {"COLUMNS": "100", "PYTHONFAULTHANDLER": "1"},
            )  # fmt: skip
        ready, why = self._answer(START_S)
        if ready is None:
            raise RuntimeError(f"a worker did not begin ({why}): {self.log.read_text()[-3000:]}")

    def _answer(self, longest: float) -> tuple[dict[str, Any] | None, str]:
        process = self.process
        assert process is not None
        assert process.stdout is not None
        end = time.monotonic() + longest
        while time.monotonic() < end:
            if select.select([process.stdout], [], [], 0.1)[0]:
                line = process.stdout.readline()
                if line:
                    return json.loads(line), ""
                code = process.wait()
                return None, f"ended with {code}"
            if _resident(process.pid) > MOST_BYTES:
                return None, "took too much memory"
        return None, "took too long"

    def close(self) -> None:
        """Let the process end, which has nothing left to play."""
        if self.process is not None:
            assert self.process.stdin is not None
            self.process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
            self.end()

    def end(self) -> None:
        """End the process, which says where it is if it can."""
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.send_signal(signal.SIGABRT)
                self.process.wait(5)
            self.process.kill()
            self.process.wait()
            for stream in (self.process.stdin, self.process.stdout):
                assert stream is not None
                stream.close()
            self.process = None


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _innermost(text: str) -> str:
    """Return where a process was when it ended, by what faulthandler wrote."""
    import re

    frames = re.findall(r'File "[^"]*?/(dialsim/[^"]+)", line \d+ in (\S+)', text)
    return ":".join(frames[0]) if frames else "?"


def play(seed: int, indices: Iterable[int], workers: int, place: Path) -> Iterator[dict[str, Any]]:
    """Yield what came of cases, in no order."""
    left, lock, done = iter(indices), threading.Lock(), collections.deque[Any]()
    some = threading.Semaphore(0)

    def work(worker: Worker) -> None:
        try:
            while True:
                with lock:
                    index = next(left, None)
                if index is None:
                    break
                done.append(worker.ask(seed, index))
                some.release()
        except Exception as error:  # it is raised by who asks
            done.append(error)
        finally:
            worker.close()
            done.append(None)
            some.release()
            some.release()

    threads = [threading.Thread(target=work, args=(Worker(place / f"w{i}"),), daemon=True)
               for i in range(workers)]  # fmt: skip
    for thread in threads:
        thread.start()
    ended = 0
    while ended < len(threads):
        some.acquire()
        while done:
            each = done.popleft()
            if each is None:
                ended += 1
            elif isinstance(each, Exception):
                raise each
            else:
                yield each


def by_signature(found: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the cases of each signature, most frequent first."""
    groups: dict[str, list[dict[str, Any]]] = collections.defaultdict(list)
    for each in found:
        for signature in dict.fromkeys(signature for signature, _ in each["found"]):
            groups[signature].append(each)
    return dict(sorted(groups.items(), key=lambda item: -len(item[1])))


def main() -> int:
    """Play cases and print what was found."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--from", dest="first", type=int, default=0)
    asked.add_argument("--count", type=int, default=20_000)
    asked.add_argument("--case", type=int, action="append", help="play these alone, and keep files")
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--json", type=Path, help="write what was found there, a case a line")
    asked.add_argument("-v", "--verbose", action="store_true")
    given = asked.parse_args()
    place = Path(tempfile.mkdtemp(prefix="hostile-"))
    indices = given.case or range(given.first, given.first + given.count)
    begin, played, found = time.monotonic(), 0, []
    codes: collections.Counter[str] = collections.Counter()
    kinds: collections.Counter[str] = collections.Counter()
    by_kind: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    spent: collections.Counter[str] = collections.Counter()
    for each in play(given.seed, indices, 1 if given.case else given.workers, place):
        played += 1
        codes.update(map(str, each["codes"]))
        kinds[each["kind"]] += 1
        for code in each["codes"]:
            by_kind[each["kind"]][str(code)] += 1
        spent[each["kind"]] += each["seconds"]
        if each["found"]:
            found.append(each)
        if given.json and each["found"]:
            with given.json.open("a", encoding="utf-8") as file:
                print(json.dumps(each), file=file)
        if played % 500 == 0:
            print(f"{played:,} cases in {time.monotonic() - begin:.0f} s, {len(found)} with faults",
                  file=sys.stderr, flush=True)  # fmt: skip
    for signature, cases in by_signature(found).items():
        print(f"{len(cases):5} x  {signature}   (case {cases[0]['index']})")
    if given.verbose or given.case:
        for each in found:
            print(each["told"])
            for signature, detail in each["found"]:
                print(f"--- {signature}\n{detail}")
    print(f"{played:,} cases in {time.monotonic() - begin:.0f} s: {len(found)} with faults; exit "
          f"codes {dict(codes.most_common())}")  # fmt: skip
    for kind, count in kinds.most_common():
        print(
            f"  {kind:<18} {count:6,} in {spent[kind]:4.0f} s, {dict(by_kind[kind].most_common(5))}"
        )
    if given.case:
        print(f"files: {place}")
    else:
        import shutil

        shutil.rmtree(place, ignore_errors=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
