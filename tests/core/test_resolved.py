"""What calls come to is found out once, and steps are left out: numba's own would be the same."""

from __future__ import annotations

import json
import operator
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from numba import types

from dialsim.core import rng
from dialsim.jit import signature_cache
from tests.house.sources import ROOT

pytestmark = [pytest.mark.needs_jit, pytest.mark.once]

COMPILE = """
import hashlib, json, sys
from numba.core.typeinfer import TypeInferer
find, asked = TypeInferer.resolve_call, []

def counted(infer, called, arguments, named):
    if infer.func_id.func_name == "_next_slot" and not hasattr(called, "dispatcher"):
        asked.append((called, *arguments))
    return find(infer, called, arguments, named)

TypeInferer.resolve_call = counted
from dialsim.core import queue, queue_layout
from dialsim.jit import linking, signature_cache

if "as numba does" in sys.argv:
    TypeInferer.resolve_call = counted
    linking._NEEDLESS = ()
timers = queue_layout.make_queue(10)
assert queue.queue_pop(timers, 100) == -1
queue.queue_put(timers, 3, 7, 2)
codes = [
    hashlib.blake2b(each.overloads[signature].library._get_compiled_object()).hexdigest()
    for each in (queue.queue_pop, queue.queue_put) for signature in each.signatures
]
inside = signature_cache._known
context = queue.queue_pop.typingctx
anew = [context.resolve_function_type(key[0], key[2:], {}) == it for key, it in inside.items()]
print(json.dumps({"codes": codes, "known": len(inside), "anew": all(anew),
                  "asked": len(asked), "different": len(set(asked))}))
"""


def compiled(folder: Path, how: str = "") -> dict[str, Any]:
    """Compile two kernels in a process of its own and say what came of it."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    done = subprocess.run(
        [sys.executable, "-c", COMPILE, how],
        cwd=ROOT,
        env=env | {"NUMBA_CACHE_DIR": str(folder / how)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.full
def test_machine_code_is_as_numba_makes_it_alone(tmp_path: Path) -> None:
    ours, numbas = compiled(tmp_path), compiled(tmp_path, "as numba does")
    assert ours["codes"] == numbas["codes"]
    assert ours["known"] > 10
    assert ours["anew"]
    assert numbas["known"] == 0
    assert ours["asked"] == ours["different"] < numbas["asked"]


def test_kernels_that_allocate_and_those_of_others_are_asked_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What allocates calls other machine code of numba's for the same types."""
    found = iter("abcd")
    monkeypatch.setattr(signature_cache, "_known", {})
    monkeypatch.setattr(signature_cache, "_resolve", lambda *_: next(found))
    told = []
    for name, allocates in (("mix64", 0), ("mix64", 1), ("mix64", 0), ("none", 0), ("none", 0)):
        monkeypatch.setattr(
            signature_cache, "_settings", lambda it=allocates: SimpleNamespace(nrt=it)
        )
        function = SimpleNamespace(func=rng.stream_keys_of, func_qualname=name)
        infer = SimpleNamespace(func_id=function)
        told += signature_cache._resolve_once(infer, operator.add, (types.int64, types.int64), {})
    assert told == ["a", "b", "a", "c", "d"]
