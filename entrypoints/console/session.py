"""Who is logged in: a signed cookie that says so for a while, and tokens that prove a form is ours.

Theory of operation. The cookie carries the operator's name, a random id and when it ends, under a
signature; so every process that knows the password reads the sessions of all others, a restart
ends none, and another password ends all. Logging out takes the cookie from the browser, and is
remembered for whoever kept a copy (`logouts.py`). The key is made slowly of the password, so that
a cookie helps nobody to guess it. A visitor who is not logged in has a session without a name, for
its token.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import scrypt, sha256
from hmac import compare_digest, digest
from typing import Any

from domain.errors import InvalidValue
from domain.identifiers import check_text
from domain.refund import MAX_OPERATOR_LENGTH
from ports.clock import Clock

# A working day; then the operator says again who they are.
LIFE = timedelta(hours=10)
VISITOR_LIFE = timedelta(hours=1)
_MAX_COOKIE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`operator` is "" for a visitor who has not logged in."""

    session_id: str
    operator: str
    ends_at: datetime

    @property
    def is_operator(self) -> bool:
        return bool(self.operator)


class Sessions:
    """Begins and reads sessions."""

    def __init__(self, password: str, clock: Clock) -> None:
        self._clock = clock
        self._password = sha256(password.encode()).digest()
        self._key = _key_of(password)

    def is_password(self, text: str) -> bool:
        """Takes the same time whatever was sent."""
        return compare_digest(sha256(text.encode(errors="surrogatepass")).digest(), self._password)

    def begin(self, operator: str = "") -> Session:
        """A new session; raises `InvalidValue` for a name that the record could not keep."""
        if operator:
            check_text("operator", operator, MAX_OPERATOR_LENGTH)
        life = LIFE if operator else VISITOR_LIFE
        return Session(
            session_id=secrets.token_urlsafe(16),
            operator=operator,
            ends_at=self._clock.now() + life,
        )

    def cookie_of(self, session: Session) -> str:
        return self.text_of(
            [session.session_id, session.operator, int(session.ends_at.timestamp())], "session"
        )

    def read(self, cookie: str | None) -> Session | None:
        """The session that the cookie proves; None for no cookie, a forged one or one run out."""
        said = self.read_text(cookie, "session")
        if said is None:
            return None
        session_id, operator, ends_at_s = said
        now = self._clock.now()
        ends_at = datetime.fromtimestamp(ends_at_s, now.tzinfo)
        if ends_at <= now:
            return None
        return Session(session_id=session_id, operator=operator, ends_at=ends_at)

    def token_of(self, session: Session) -> str:
        """What every form of that session has to send back."""
        return self._sign("form", session.session_id)

    def is_token(self, session: Session, text: str) -> bool:
        return compare_digest(text.encode(errors="surrogatepass"), self.token_of(session).encode())

    def text_of(self, said: Sequence[object], purpose: str = "notice") -> str:
        """Words for a cookie, under our signature."""
        body = urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
        return f"{body}.{self._sign(purpose, body)}"

    def read_text(self, cookie: str | None, purpose: str = "notice") -> Any:
        """The words, or None if we did not sign them for that purpose."""
        body, _, signature = (cookie or "")[:_MAX_COOKIE].rpartition(".")
        if not compare_digest(signature.encode(), self._sign(purpose, body).encode()):
            return None
        return json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))

    def _sign(self, purpose: str, text: str) -> str:
        said = f"{purpose}\n{text}".encode(errors="surrogatepass")
        return urlsafe_b64encode(digest(self._key, said, "sha256")).decode().rstrip("=")


@lru_cache(maxsize=1)
def _key_of(password: str) -> bytes:
    salt = b"payproof console session"
    return scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


def check_operator(name: str) -> str:
    """The name without spaces around it; refuses none at all and what the record cannot keep."""
    stripped = name.strip()
    if not stripped:
        raise InvalidValue("operator", "is missing")
    check_text("operator", stripped, MAX_OPERATOR_LENGTH)
    return stripped
