"""The messages that were taken or refused, and the account that pays for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

from sandbox.solapi.answers import ACCOUNT, group_info, invalid, iso

PRICES: Final = {"SMS": 18, "LMS": 45}
TAKEN: Final = "2000"
STATUS_MESSAGES: Final = {
    TAKEN: "정상 접수(이통사로 접수 예정)",
    "1011": "Format Error",
    "1028": "Non Printable Characters는 사용할 수 없습니다.",
    "1029": "EUC-KR(완성형 한글) 범위 안에 있는 문자만 사용 합니다.",
    "1030": "잔액 부족",
    "1031": "SMS는 90byte LMS는 2000byte까지 사용 가능 합니다.",
    "1032": "유효한 커스텀 필드 값이 아닙니다.",
    "1060": "차단된 수신번호",
    "1062": "발신번호 미등록",
}
_LIMITS: Final = {"SMS": 90, "LMS": 2000}
_NUMBER: Final = re.compile(r"[0-9]{8,12}", re.ASCII)


@dataclass(kw_only=True, slots=True)
class Message:
    """One message as the vendor keeps it; `status_code` 2000 says it was taken."""

    message_id: str
    group_id: str
    to: str
    sender: str
    text: str
    type: str
    custom_fields: dict[str, str]
    status_code: str
    created_at: datetime

    def shown(self) -> dict[str, Any]:
        """Give it as the list shows it."""
        return self.result() | {
            "groupId": self.group_id,
            "text": self.text,
            "status": "SENDING" if self.status_code == TAKEN else "FAILED",
            "reason": None,
            "replacement": False,
            "dateCreated": iso(self.created_at),
            "dateUpdated": iso(self.created_at),
        }

    def result(self) -> dict[str, Any]:
        """Give it as the answer to a sending shows it."""
        return {
            "messageId": self.message_id,
            "to": self.to,
            "from": self.sender,
            "type": self.type,
            "country": "82",
            "accountId": ACCOUNT,
            "statusCode": self.status_code,
            "statusMessage": STATUS_MESSAGES.get(self.status_code, self.status_code),
            "customFields": self.custom_fields,
        }


@dataclass(kw_only=True, slots=True)
class Outbox:
    """Takes and refuses messages. `verdicts` overrules, by number, what would be decided."""

    senders: set[str]
    balance_won: int
    verdicts: dict[str, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def send(self, requests: list[Mapping[str, Any]]) -> dict[str, Any]:
        """Take or refuse each message, as one group, and give the vendor's answer."""
        group_id = self._new_id("G4V")
        results = [self._add(request, group_id) for request in requests]
        failed = [each for each in results if each.status_code != TAKEN]
        return {
            "failedMessageList": [each.result() for each in failed],
            "groupInfo": group_info(group_id, len(results), len(failed)),
        }

    def page(
        self, *, to: str | None, start_key: str | None, limit: int
    ) -> tuple[dict[str, Any], str | None]:
        """Give a page of the list, newest first, and the key of the next."""
        found = [each for each in reversed(self.messages) if to is None or each.to == to]
        ids = [each.message_id for each in found]
        if start_key is not None and start_key not in ids:
            raise invalid("startKey")
        begin = 0 if start_key is None else ids.index(start_key)
        page = {each.message_id: each.shown() for each in found[begin : begin + limit]}
        return page, ids[begin + limit] if begin + limit < len(ids) else None

    def _add(self, request: Mapping[str, Any], group_id: str) -> Message:
        fields = request.get("customFields") or {}
        message = Message(
            message_id=self._new_id("M4V"),
            group_id=group_id,
            to=_text(request, "to"),
            sender=_text(request, "from"),
            text=_text(request, "text"),
            type=_type(request),
            custom_fields=fields if isinstance(fields, dict) else {},
            status_code=TAKEN,
            created_at=datetime.now(UTC),
        )
        message.status_code = self._verdict(message, fields)
        if message.status_code == TAKEN:
            self.balance_won -= PRICES[message.type]
        self.messages.append(message)
        return message

    def _verdict(self, message: Message, fields: object) -> str:
        if message.to in self.verdicts:
            return self.verdicts[message.to]
        if not _NUMBER.fullmatch(message.to):
            return "1011"
        if message.sender not in self.senders:
            return "1062"
        if not _are_custom_fields(fields):
            return "1032"
        if not message.text.replace("\n", "").isprintable():
            return "1028"
        n_bytes = euc_kr_bytes(message.text)
        if n_bytes is None:
            return "1029"
        if n_bytes > _LIMITS[message.type]:
            return "1031"
        return TAKEN if self.balance_won >= PRICES[message.type] else "1030"

    def _new_id(self, prefix: str) -> str:
        return f"{prefix}{datetime.now(UTC):%Y%m%d%H%M%S}{next(self._numbers):015d}"


def euc_kr_bytes(text: str) -> int | None:
    """Count the bytes that carriers see; None if the text has letters outside their set."""
    n_bytes = 0
    for letter in text:
        try:
            size = len(letter.encode("euc_kr"))
        except UnicodeEncodeError:
            return None
        # Eight bytes spell a syllable that the set does not have.
        if size > 2:
            return None
        n_bytes += size
    return n_bytes


def _type(request: Mapping[str, Any]) -> str:
    given = request.get("type")
    if given is None:
        n_bytes = euc_kr_bytes(_text(request, "text"))
        return "SMS" if n_bytes is not None and n_bytes <= _LIMITS["SMS"] else "LMS"
    if given not in _LIMITS:
        raise invalid("type")
    return str(given)


def _text(request: Mapping[str, Any], name: str) -> str:
    value = request.get(name)
    if not isinstance(value, str) or not value:
        raise invalid(name)
    return value


def _are_custom_fields(fields: object) -> bool:
    return isinstance(fields, dict) and all(
        len(name) <= 30 and isinstance(value, str) and len(value) <= 100
        for name, value in fields.items()
    )
