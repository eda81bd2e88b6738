"""The signature is that of Standard Webhooks, by its own published example."""

from base64 import b64encode

import pytest

from adapters.merchant_webhook.signature import read_secret, signed_headers
from domain.errors import InvalidValue

# Source: the Standard Webhooks specification and its reference libraries' tests.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EVENT_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_the_published_example_is_signed_as_published() -> None:
    headers = signed_headers(
        read_secret(SECRET),
        event_id=EVENT_ID,
        sent_at_s=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert headers == {
        "webhook-id": EVENT_ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_prefix_may_be_left_out() -> None:
    assert read_secret(SECRET) == read_secret(SECRET.removeprefix("whsec_"))


@pytest.mark.parametrize("size", [24, 64])
def test_a_secret_of_allowed_size_is_read(size: int) -> None:
    assert read_secret(f"whsec_{b64encode(bytes(size)).decode()}") == bytes(size)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "whsec_",
        "whsec_not base64!",
        "whsec_c2hvcnQ=",
        "whsec_é",
        f"whsec_{b64encode(bytes(23)).decode()}",
        f"whsec_{b64encode(bytes(65)).decode()}",
    ],
)
def test_any_other_secret_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"^secret: must ") as raised:
        read_secret(text)

    assert text in ("", "whsec_") or text not in str(raised.value)
