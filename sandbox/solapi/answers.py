"""The vendor's answers: refusals of a whole request, and the group that a sending makes."""

from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web

from sandbox.machinery.answers import json_answer

ACCOUNT: Final = "26030200000001"
_NO_CASH: Final = {"requested": 0, "replacement": 0, "refund": 0, "sum": 0}


class Refusal(Exception):
    """An answer other than HTTP 200."""

    def __init__(self, http_status: int, code: str, message: str) -> None:
        """Carry what the answer will say."""
        super().__init__(message)
        self.http_status = http_status
        self.code = code
        self.message = message

    def answer(self) -> web.Response:
        """Give it as the vendor words it."""
        body = {"errorCode": self.code, "errorMessage": self.message}
        return json_answer(body, self.http_status)


def invalid(message: str) -> Refusal:
    """Make the refusal for a request that cannot be read."""
    return Refusal(400, "ValidationError", message)


def group_info(group_id: str, n_total: int, n_failed: int) -> dict[str, Any]:
    """Give the group of messages that were sent together, just now."""
    n_taken = n_total - n_failed
    now = iso(datetime.now(UTC))
    return {
        "groupId": group_id,
        "accountId": ACCOUNT,
        "masterAccountId": None,
        "apiVersion": "4",
        "status": "SENDING" if n_taken else "FAILED",
        "count": {
            "total": n_total,
            "registeredSuccess": n_taken,
            "registeredFailed": n_failed,
            "sentTotal": 0,
            "sentSuccess": 0,
            "sentFailed": 0,
            "sentPending": n_taken,
            "sentReplacement": 0,
            "refund": 0,
        },
        "countForCharge": {"sms": {}, "lms": {}},
        "balance": _NO_CASH,
        "point": _NO_CASH,
        "app": {"profit": {"sms": 0, "lms": 0}, "appId": None},
        "log": [{"createAt": now, "message": "메시지를 발송했습니다."}],
        "price": {"82": {"sms": 18, "lms": 45}},
        "allowDuplicates": False,
        "isRefunded": False,
        "dateCreated": now,
        "dateUpdated": now,
        "dateSent": now,
        "dateCompleted": None,
    }


def iso(moment: datetime) -> str:
    """Write a moment as the vendor does, to the millisecond."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
