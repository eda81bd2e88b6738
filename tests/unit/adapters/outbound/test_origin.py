"""An address that credentials go to is an origin, and safe."""

import pytest

from adapters.outbound.origin import read_origin
from domain.errors import InvalidValue


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "api.iamport.kr",
        "https://",
        "https:///payments",
        "http://api.iamport.kr",
        "ftp://127.0.0.1",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://0x7f000001",
        "http://10.0.0.1",
        "https://key:secret@api.iamport.kr",
        "https://api.iamport.kr@evil.example",
        "https://api.iamport.kr/v1",
        "https://api.iamport.kr?a=b",
        "https://api.iamport.kr#a",
        "https://api.iamport.kr:99999999",
        "https://api.iamport.kr:0",
        "https://[::g]",
        "https://[:::1]",
        "https://[",
        "https://\x00",
    ],
)
def test_a_base_url_must_be_an_origin_and_safe(base_url: str) -> None:
    with pytest.raises(InvalidValue) as error:
        read_origin(base_url)

    assert error.value.field == "base_url"
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("https://api.iamport.kr", "https://api.iamport.kr"),
        ("https://static-api.iamport.kr/", "https://static-api.iamport.kr"),
        ("https://API.iamport.kr:443", "https://api.iamport.kr"),
        ("HTTPS://127.0.0.1:8443", "https://127.0.0.1:8443"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
    ],
)
def test_an_origin_is_taken_and_written_in_one_way(base_url: str, origin: str) -> None:
    assert read_origin(base_url) == origin
