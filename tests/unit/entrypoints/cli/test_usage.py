"""Wrong usage and settings: exit code 2 and a line that says what, whichever the command."""

import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from entrypoints.cli import main
from tests.support.commands import RunCommand

REFUND = ["refund", "imp_123456789012", "--reason", "x"]
READING = [
    ["verify", "imp_123456789012", "--order", "a"],
    ["explain", "a"],
    ["audit"],
    REFUND,
    ["approve"],
    ["tasks"],
    ["tasks", "retry", "a"],
    ["tasks", "drop", "a", "--reason", "b"],
]
SERVING = [["serve", "--port", "0"], ["worker"]]
ALL = [*READING, *SERVING]


def name_of(command: list[str]) -> str:
    return " ".join(command[:2])


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["serve", "--help"]])
def test_help_is_no_mistake(payproof: RunCommand, arguments: list[str]) -> None:
    ended = payproof(*arguments)

    assert ended.exit_code == 0
    assert ended.out.startswith("Usage: payproof ")


def test_help_names_every_command(payproof: RunCommand) -> None:
    ended = payproof("--help")

    for command in main._COMMANDS:
        assert f"\n  {command} " in ended.out
        assert payproof(command, "--help").exit_code == 0


def test_the_version_is_told(payproof: RunCommand) -> None:
    ended = payproof("--version")

    assert ended.exit_code == 0
    assert ended.out.startswith("payproof, version ")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["bogus"],
        ["--bogus"],
        ["serve", "--bogus"],
        ["serve", "--port", "eighty"],
        ["serve", "--port", "65536"],
        ["verify"],
        ["verify", "imp_1"],
        ["explain"],
        ["refund", "imp_1"],
        ["refund", "--reason", "x"],
        ["refund", "imp_1", "--reason", "x", "--wait", "-1"],
        ["approve", "a", "b"],
        ["explain", "a", "b"],
        ["audit", "a", "b"],
        ["audit", "--as-of", "yesterday"],
        ["audit", "--as-of", "9999-12-31T23:59-14:00"],
        ["audit", "--expect", "0" * 63],
        ["tasks", "retry"],
        ["tasks", "drop", "a"],
        ["tasks", "drop", "a", "--reason", " "],
        ["tasks", "drop", "a", "--reason", "two\nlines"],
        ["tasks", "drop", "a", "--reason", "x" * 201],
        ["tasks", "--state", "lost"],
        ["tasks", "--limit", "0"],
        ["events", "resend"],
        ["sandbox", "--port", "-1"],
    ],
)
def test_wrong_usage_is_2(payproof: RunCommand, arguments: list[str]) -> None:
    ended = payproof(*arguments)

    assert ended.exit_code == 2
    assert ended.out == ""
    assert "Usage: payproof" in ended.err


@pytest.mark.parametrize("command", ALL, ids=name_of)
@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"BASE_URI": "x"}, "PAYPROOF_BASE_URI is not a setting"),
        ({"PORTONE_V1_API_KEY": None}, "PAYPROOF_PORTONE_V1_API_KEY is missing"),
        ({"API_KEY_FILE": "/nowhere"}, "PAYPROOF_API_KEY_FILE names a file that cannot be read"),
        ({"API_KEY_FILE": "/"}, "PAYPROOF_API_KEY_FILE names a file that cannot be read"),
        ({"MODE": "sometimes"}, "PAYPROOF_MODE must be live or test"),
        ({"PORTONE_V1_BASE_URL": "http://api.iamport.kr"}, "PAYPROOF_PORTONE_V1_BASE_URL must be"),
        ({"DATABASE_URL": "mysql://user:word@host/name"}, "PAYPROOF_DATABASE_URL cannot be used"),
        ({"DATABASE_URL": "payproof.db"}, "PAYPROOF_DATABASE_URL cannot be used"),
    ],
    ids=["unknown", "missing", "unreadable", "no-file", "value", "plain-http", "scheme", "path"],
)
def test_a_wrong_setting_is_one_line_that_names_it(
    payproof: RunCommand, command: list[str], settings: dict[str, str | None], named: str
) -> None:
    ended = payproof(*command, **settings)

    assert ended.exit_code == 2
    assert ended.out == ""
    assert ended.err.startswith(f"payproof: {named}")
    assert ended.err.count("\n") == 1
    assert "word" not in ended.err


@pytest.mark.parametrize("command", ALL, ids=name_of)
def test_a_database_that_cannot_be_one_is_named(
    payproof: RunCommand, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("this is not a database, and it is long enough to be sure")
    with closing(sqlite3.connect(tmp_path / "other")) as other:
        other.execute("CREATE TABLE theirs (a)")

    for name in ("folder", "text", "other", "nowhere/payproof.db"):
        ended = payproof(*command, DATABASE_URL=f"sqlite:///{tmp_path}/{name}")

        assert (ended.exit_code, ended.out) == (2, ""), name
        assert ended.err.startswith(f"payproof: PAYPROOF_DATABASE_URL cannot be used: {tmp_path}")
        assert ended.err.count("\n") == 1


@pytest.mark.parametrize("command", ALL, ids=name_of)
def test_a_database_that_others_keep_busy_is_not_known_yet(
    payproof: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    # As by default, but for how long: ten commands are not kept waiting for five seconds each.
    monkeypatch.setattr("entrypoints.container.stores._SQLITE_PATIENCE_S", 0.05)
    database = tmp_path / "payproof.db"
    assert payproof("explain", "a").exit_code == 1
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        ended = payproof(*command)

        examined = payproof("doctor")

    assert (ended.exit_code, ended.out) == (75, "")
    assert ended.err == "payproof: the database is out of reach: try again (databaseBusy)\n"
    assert examined.exit_code == 75
    assert "FAIL  database  the database is out of reach: try again (databaseBusy)" in examined.out


@pytest.mark.parametrize("command", [["serve", "--port"], ["sandbox", "--port"]], ids=name_of)
def test_a_port_that_is_taken_is_named(payproof: RunCommand, command: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        ended = payproof(*command, str(port))

    assert (ended.exit_code, ended.out) == (2, "")
    assert str(port) in ended.err
    assert "Address already in use" in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 300, "a..b"])
def test_a_host_that_is_none_is_named(payproof: RunCommand, host: str) -> None:
    ended = payproof("serve", "--port", "0", HOST=host)

    assert ended.exit_code == 2
    assert ended.err == f"payproof: PAYPROOF_HOST {host} cannot be found\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "../users/getToken", "--order", "a"],
        ["verify", "imp_123456789012", "--order", "a/b"],
        ["verify", "imp_\u0661", "--order", "a"],
        ["verify", "imp_" + "1" * 10_000, "--order", "a"],
        ["explain", ".."],
        ["explain", "a" * 41],
        ["explain", ""],
        ["audit", ".."],
    ],
)
def test_an_id_that_is_none_is_2(payproof: RunCommand, arguments: list[str]) -> None:
    ended = payproof(*arguments)

    assert (ended.exit_code, ended.out) == (2, "")
    assert "_id: " in ended.err


def test_ctrl_c_is_130(payproof: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("entrypoints.cli.explain.load_settings", interrupted)

    assert payproof("explain", "a").exit_code == 130


def test_the_exit_code_is_the_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["payproof", "bogus"])

    with pytest.raises(SystemExit) as ended:
        main.main()

    assert ended.value.code == 2
