"""A bank, and the package that asks it, installed as a shop would install it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

PACKAGE = Path(__file__).parents[3] / "examples" / "bank_transfer"
API_KEY, SECRET = "key-of-the-bank-1a2b", "secret-of-the-bank-3c4d"


class Bank:
    """Serves transfers by id on a port of its own; `asked` counts the questions."""

    def __init__(self) -> None:
        self.transfers: dict[str, dict[str, Any]] = {}
        self.asked = 0
        bank = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                bank.asked += 1
                status, body = bank.answer(self.path, self.headers.get("Authorization", ""))
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, path: str, authorization: str) -> tuple[int, object]:
        if authorization != f"Bearer {API_KEY}":
            return 401, {"error": "key"}
        transfer = self.transfers.get(path.removeprefix("/transfers/"))
        return (404, {"error": "unknown"}) if transfer is None else (200, transfer)

    def receives(self, transfer_id: str, **changes: Any) -> None:
        usual = {"memo": "order-0001", "amount": "1000", "currency": "KRW", "live": True}
        self.transfers[transfer_id] = {"id": transfer_id, "state": "received"} | usual | changes

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def bank() -> Iterator[Bank]:
    bank = Bank()
    serving = Thread(target=bank.serve)
    serving.start()
    yield bank
    bank.close()
    serving.join()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the package is installed in, with its entry points."""
    site = tmp_path_factory.mktemp("site")
    offline = ["--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", *offline, "--target", site, PACKAGE],
        check=True,
    )
    return site


@pytest.fixture
def installed(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package can be imported, and is not once the test is over."""
    monkeypatch.syspath_prepend(str(site))
    yield
    for name in [each for each in sys.modules if each.startswith("payproof_bank_transfer")]:
        del sys.modules[name]


def environ(bank: Bank, folder: Path, **more: str) -> dict[str, str]:
    """Enough to start with PortOne V1, out of reach, and the bank."""
    return {
        "PAYPROOF_DATABASE_URL": f"sqlite:///{folder}/payproof.db",
        "PAYPROOF_API_KEY": "key-of-the-shop-0123456789",
        "PAYPROOF_GATEWAYS": "portone-v1,bank-transfer",
        "PAYPROOF_PORTONE_V1_API_KEY": "key",
        "PAYPROOF_PORTONE_V1_API_SECRET": "secret",
        "PAYPROOF_PORTONE_V1_BASE_URL": "http://127.0.0.1:1",
        "PAYPROOF_BANK_TRANSFER_BASE_URL": bank.url,
        "PAYPROOF_BANK_TRANSFER_API_KEY": API_KEY,
        "PAYPROOF_BANK_TRANSFER_WEBHOOK_SECRET": SECRET,
    } | more
