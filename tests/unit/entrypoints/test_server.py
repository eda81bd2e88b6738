"""Where the service listens, and how it is told to stop."""

import asyncio
import os
import signal
import socket

import pytest

from entrypoints.server import address_of, listen
from entrypoints.settings import SettingsError
from entrypoints.stopping import told_to_stop


def test_port_0_takes_a_free_port_and_says_which() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]

        assert port > 0
        assert address_of(listener) == f"http://127.0.0.1:{port}"


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_an_ipv6_address_stands_in_brackets() -> None:
    with listen("::1", 0) as listener:
        assert address_of(listener).startswith("http://[::1]:")


def test_a_name_is_looked_up() -> None:
    with listen("localhost", 0) as listener:
        assert listener.getsockname()[0] in ("127.0.0.1", "::1")


def test_a_port_that_is_taken_is_refused_at_once() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]

        with pytest.raises(SettingsError, match=rf"^PAYPROOF_PORT {port} cannot be used on "):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_counts_and_later_ones_are_ignored(number: signal.Signals) -> None:
    async def wait() -> signal.Signals:
        told = told_to_stop()
        for each in (number, signal.SIGINT, signal.SIGTERM):
            os.kill(os.getpid(), each)
        return await told

    assert asyncio.run(wait()) is number
