"""Requests are signed as the vendor's own client signs them."""

import re
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from solapi.lib.authenticator import Authenticator  # type: ignore[import-untyped]

from adapters.solapi.signature import authorization

MOMENT = datetime(2019, 7, 1, 0, 41, 48, tzinfo=UTC)
HEADER = re.compile(r"HMAC-SHA256 apiKey=(.+), date=(.+), salt=(.+), signature=([0-9a-f]{64})")

printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=64)


@given(printable, printable)
def test_the_vendors_client_makes_the_same_signature(secret: str, salt: str) -> None:
    header = authorization("KEY", secret, now=MOMENT, salt=salt)

    signature = Authenticator.get_signature(secret, f"2019-07-01T00:41:48Z{salt}")
    assert header.endswith(f", salt={salt}, signature={signature}")


def test_a_known_signature() -> None:
    # HMAC-SHA-256 of "2019-07-01T00:41:48Zjqsba2jxjnrjor" under "secret", by openssl dgst.
    assert authorization("KEY", "secret", now=MOMENT, salt="jqsba2jxjnrjor") == (
        "HMAC-SHA256 apiKey=KEY, date=2019-07-01T00:41:48Z, salt=jqsba2jxjnrjor, "
        "signature=4297539ca79c85dd83b60cbddae60942710223ddcafc4bf02275193a649057ce"
    )


def test_the_moment_is_written_in_utc() -> None:
    seoul = MOMENT.astimezone(timezone(timedelta(hours=9)))

    found = HEADER.fullmatch(authorization("KEY", "secret", now=seoul, salt="0" * 12))

    assert found is not None
    assert found[2] == "2019-07-01T00:41:48Z"


def test_the_secret_is_not_in_the_header() -> None:
    assert "hush" not in authorization("KEY", "hush", now=MOMENT, salt="0" * 12)
