"""Of a profile, each stack belongs to the part of payproof that is innermost in it."""

import pytest

from benchmarks.shares import shares

SERVE = "serve (entrypoints/cli/serve.py:26);run (uvloop/__init__.py:92)"
IN = f"{SERVE};run_asgi (uvicorn/protocols/http/httptools_impl.py:420)"
VERIFY = f"{IN};_try_once (application/verify_payment.py:143)"
SEND = (
    f"{VERIFY};find_payment (adapters/portone_v1/gateway.py:44);send (adapters/outbound/line.py:66)"
)

SAVE = f"{VERIFY};save (adapters/sqlite/order_repository.py:33)"


@pytest.mark.parametrize(
    ("stack", "part"),
    [
        (SERVE, "the loop itself, and the rest"),
        (f"{IN};write (asyncio/transports.py:1)", "HTTP in"),
        (VERIFY, "the settle rule around them"),
        (f"{VERIFY};settle (domain/settlement.py:42);replace (dataclasses.py:1)", "the rules"),
        (f"{SEND};request (aiohttp/client.py:550)", "HTTP out"),
        (f"{SEND};uniform (random.py:2)", "HTTP out"),
        (
            f"{VERIFY};find_payment (adapters/portone_v1/gateway.py:44)",
            "what the gateway is asked, and says",
        ),
        (SAVE, "database"),
        (f"{SAVE};submit (concurrent/futures/thread.py:175)", "handing work to threads and back"),
    ],
)
def test_the_innermost_part_has_the_stack(stack: str, part: str) -> None:
    assert shares([f"{stack} 7"]) == {part: 1.0}


def test_shares_are_of_all_samples_and_the_largest_comes_first() -> None:
    assert shares([f"{IN} 1", f"{VERIFY} 2", f"{IN};x (json/encoder.py:2) 5"]) == {
        "HTTP in": 0.75,
        "the settle rule around them": 0.25,
    }
