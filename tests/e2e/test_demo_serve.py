"""`payproof demo --serve`: a shop to try out, until somebody has seen enough."""

import os
import signal
from pathlib import Path

import httpx
import pytest

from sandbox.machinery.checkout.desk import SCRIPT_PATH
from tests.support.service import Program, running
from tests.support.storefront import until

NAMES = ("shop", "bank", "console", "sandbox", "payproof")


async def addresses(program: Program) -> dict[str, str]:
    """Where everything is, once the demo says so."""
    await until(lambda: any("Ctrl-C" in line for line in program.printed))
    words = [line.split() for line in program.printed]
    return {line[0]: line[1] for line in words if line[0] in NAMES}


def children(program: Program) -> list[int]:
    listed = Path(f"/proc/{program.process.pid}/task/{program.process.pid}/children")
    return [int(pid) for pid in listed.read_text().split()]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(("told", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
async def test_it_opens_all_and_leaves_nothing_behind(
    tmp_path: Path, told: signal.Signals, exit_code: int
) -> None:
    async with (
        running("demo", "--serve", settings={}, secrets=set(), folder=tmp_path) as program,
        httpx.AsyncClient(trust_env=False, timeout=60, follow_redirects=True) as http,
    ):
        places = await addresses(program)
        answers = {name: await http.get(url) for name, url in places.items() if name != "sandbox"}
        ready = await http.get(f"{places['payproof']}/health/ready")
        started = children(program)
        ended = await program.end(told)

    assert list(places) == list(NAMES)
    assert f'<script src="{places["sandbox"]}{SCRIPT_PATH}">' in answers["shop"].text
    assert answers["bank"].status_code == ready.status_code == 200
    assert "password" in answers["console"].text
    assert ended == exit_code
    assert len(started) == 2
    assert not any(is_running(pid) for pid in started)
    assert program.logged == []


async def test_it_ends_with_a_word_when_a_part_of_it_ends(tmp_path: Path) -> None:
    async with running("demo", "--serve", settings={}, secrets=set(), folder=tmp_path) as program:
        await addresses(program)
        os.kill(children(program)[0], signal.SIGKILL)
        ended = await program.end()

    assert ended == 1
    assert program.logged == ["payproof: the shop or the service has ended by itself"]
