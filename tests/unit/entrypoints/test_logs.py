"""Logs: one line an event, JSON where no person reads along, nothing private in a traceback."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog

from entrypoints.logs import configure_logs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logs()
    return stream


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logs()
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail() -> None:
    client_token = "nobody-may-see".upper()
    assert client_token
    raise ValueError("it went wrong")


def test_events_of_both_kinds_of_logger_are_lines_of_json(file: io.StringIO) -> None:
    structlog.get_logger("ours").info("request", route="/orders", status=201)
    logging.getLogger("theirs").warning("tasks cannot be claimed: %s", "databaseBusy")

    ours, theirs = lines(file)
    assert (ours["event"], ours["route"], ours["status"]) == ("request", "/orders", 201)
    assert theirs["event"] == "tasks cannot be claimed: databaseBusy"
    assert [ours["level"], theirs["level"]] == ["info", "warning"]
    assert all(line["timestamp"].endswith("Z") for line in (ours, theirs))


def test_a_line_stays_one_line_whatever_is_in_it(file: io.StringIO) -> None:
    logging.getLogger("theirs").info("first\nsecond\r\n\x1b[31m꽃다발")

    [line] = lines(file)
    assert line["event"] == "first\nsecond\r\n\x1b[31m꽃다발"


def test_debugging_is_not_shown(file: io.StringIO) -> None:
    structlog.get_logger("ours").debug("detail")
    logging.getLogger("theirs").debug("detail")

    assert lines(file) == []


async def test_no_url_of_an_outgoing_question_is_logged(file: io.StringIO) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200))
    async with httpx.AsyncClient(transport=transport) as client:
        await client.get("https://gateway.example/payments/imp_1?token=secret")

    assert file.getvalue() == ""


@pytest.mark.parametrize("stream_name", ["file", "terminal"])
@pytest.mark.parametrize("logger", [logging.getLogger("theirs"), structlog.get_logger("ours")])
def test_a_traceback_shows_where_but_no_values(
    request: pytest.FixtureRequest, stream_name: str, logger: Any
) -> None:
    stream: io.StringIO = request.getfixturevalue(stream_name)

    try:
        fail()
    except ValueError:
        logger.exception("unexpected")

    said = stream.getvalue()
    assert "ValueError: it went wrong" in said
    assert "in fail" in said
    assert "NOBODY-MAY-SEE" not in said


def test_people_at_a_terminal_read_no_json(terminal: Terminal) -> None:
    structlog.get_logger("ours").info("request", route="/orders")

    assert "request" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")


def test_setting_up_twice_does_not_say_everything_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)

    configure_logs()
    configure_logs()
    logging.getLogger("theirs").info("once")

    assert len(lines(stream)) == 1
