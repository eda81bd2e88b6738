"""Checks who asks, as the vendor documents it: key, signature, a date near now, and no reuse."""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Final

from sandbox.machinery.clock import Clock
from sandbox.solapi.answers import Refusal

TOLERANCE_S: Final = 15 * 60
_SCHEME: Final = "HMAC-SHA256 "
_PARAMETER: Final = re.compile(r"\s*([A-Za-z]+)\s*=\s*([^,\s]+)\s*")
_NAMES: Final = {"apikey", "date", "salt", "signature"}


class Signatures:
    """Knows one key and its secret, and the signatures used of late."""

    def __init__(self, api_key: str, api_secret: str, clock: Clock) -> None:
        """Start with no signature used."""
        self._api_key = api_key
        self._api_secret = api_secret
        self._clock = clock
        self._used: dict[str, float] = {}

    def admit(self, header: str | None) -> None:
        """Raise `Refusal` unless the header is right and fresh."""
        given = _parameters(header or "")
        if given["apikey"] != self._api_key:
            raise Refusal(403, "InvalidAPIKey", "유효한 API Key가 아닙니다.")
        signed = (given["date"] + given["salt"]).encode()
        expected = hmac.new(self._api_secret.encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), given["signature"].encode()):
            raise Refusal(403, "SignatureDoesNotMatch", "생성한 Signature가 일치하지 않습니다.")
        now_s = self._clock.now()
        if abs(_unix_seconds(given["date"]) - now_s) > TOLERANCE_S:
            raise Refusal(403, "RequestTimeTooSkewed", "시간 값이 15분 이상 벗어났습니다.")
        self._use(given["signature"], now_s)

    def _use(self, signature: str, now_s: float) -> None:
        # The oldest stand first, so that no call looks at all of them.
        while self._used and now_s - next(iter(self._used.values())) >= TOLERANCE_S:
            self._used.pop(next(iter(self._used)))
        if signature in self._used:
            raise Refusal(403, "DuplicatedSignature", "이미 사용된 Signature입니다.")
        self._used[signature] = now_s


def _parameters(header: str) -> dict[str, str]:
    """Read `HMAC-SHA256 apiKey=…, date=…, salt=…, signature=…`; the vendor's own kits vary case."""
    parts = header.removeprefix(_SCHEME).split(",") if header.startswith(_SCHEME) else []
    found = [_PARAMETER.fullmatch(part) for part in parts]
    given = {one[1].lower(): one[2] for one in found if one is not None}
    if len(parts) != len(_NAMES) or given.keys() != _NAMES:
        raise Refusal(401, "Unauthorized", "Authorization 헤더를 확인해 주세요.")
    if not 12 <= len(given["salt"].encode()) <= 64:
        raise Refusal(400, "InvalidSalt", "salt는 12 ~ 64바이트여야 합니다.")
    return given


def _unix_seconds(date: str) -> float:
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Refusal(400, "InvalidDate", "date는 ISO 8601 형식이어야 합니다.")
    return moment.timestamp()
