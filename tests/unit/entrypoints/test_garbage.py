"""How often Python looks for values that only refer to each other, and that it matters to us."""

import asyncio
import gc
import os
import signal
from pathlib import Path

import pytest

from entrypoints import server, worker
from entrypoints.garbage import seldom_collected
from entrypoints.settings import Settings, load_settings


def test_python_looks_seldom_and_not_at_what_was_there_before() -> None:
    usual, known = gc.get_threshold()[0], gc.get_freeze_count()

    with seldom_collected():
        seldom, left_out = gc.get_threshold()[0], gc.get_freeze_count()

    assert seldom > 10 * usual
    assert left_out > known


def test_all_is_as_before_afterwards_even_if_the_block_fails() -> None:
    usual = gc.get_threshold()

    with pytest.raises(RuntimeError), seldom_collected():
        raise RuntimeError

    assert gc.get_threshold() == usual
    assert gc.get_freeze_count() == 0


def settings(folder: Path) -> Settings:
    return load_settings(
        {
            "PAYPROOF_PORTONE_V1_API_KEY": "key",
            "PAYPROOF_PORTONE_V1_API_SECRET": "secret",
            "PAYPROOF_DATABASE_URL": f"sqlite:///{folder / 'payproof.db'}",
            "PAYPROOF_WORKER": "off",
        }
    )


def test_the_service_has_python_look_seldom_while_it_answers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usual, seen = gc.get_threshold()[0], []

    async def answer(*_: object) -> None:
        seen.append(gc.get_threshold()[0])

    monkeypatch.setattr(server, "_answer", answer)
    with server.listen("127.0.0.1", 0) as listener:
        asyncio.run(server._serve(settings(tmp_path), listener))

    assert seen[0] > usual


def test_the_worker_has_python_look_seldom_while_it_works(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usual, seen = gc.get_threshold()[0], []

    async def run_until(stop: asyncio.Event, *_: object) -> None:
        seen.append(gc.get_threshold()[0])
        os.kill(os.getpid(), signal.SIGTERM)
        await stop.wait()

    monkeypatch.setattr(worker, "_run_until", run_until)
    asyncio.run(worker._work(settings(tmp_path)))

    assert seen[0] > usual
