"""Of any text, only what every library reads in one way may be asked for."""

from urllib.parse import quote, unquote

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from adapters.outbound.target import is_plain, target_of

ORIGIN = "https://api.example"


@pytest.mark.parametrize(
    "target",
    [
        "/payments/imp_1",
        "/payments/findAll/a.b%3Ac?sorting=started&limit=1000",
        "/payments?imp_uid%5B%5D=imp_1&imp_uid%5B%5D=imp_2",
        "/v1/payments/orders/~x.-_%3D%EA%B0%80",
        "/v1/payment_intents/search?query=metadata%5B%27order_id%27%5D%3A%22x%22+AND+y",
        "/payments?requestBody=%7B%22page%22%3A%7B%22number%22%3A0%7D%7D",
    ],
)
def test_what_adapters_ask_for_is_plain(target: str) -> None:
    assert is_plain(target)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "/",
        "payments",
        "//evil.example/",
        "/payments//x",
        "/payments/",
        "/.",
        "/..",
        "/payments/../cash",
        "/payments/..?a=b",
        "/payments/...",
        "/payments/%2e%2e",
        "/payments/%2E%2E/cash",
        "/payments/a%2Fb",
        "/payments/a%5Cb",
        "/payments/a%25b",
        "/payments/a%00b",
        "/payments/a%0D%0AX-Header",
        "/payments/a%7F",
        "/payments/a%zz",
        "/payments/a%3ab",
        "/payments/a:b",
        "/payments/a@b",
        "/payments/a b",
        "/payments/a\n",
        "/payments/a#b",
        "/payments/a?",
        "/payments/a?b?c",
        "/payments/a?b#c",
        "/payments/a?b=%",
        "/payments/가",
        "@evil.example/payments",
        "https://evil.example/payments",
    ],
)
def test_what_could_be_read_in_two_ways_is_not(target: str) -> None:
    assert not is_plain(target)


@given(st.from_regex(r"/[\w./%?#@:&=+~-]{0,40}") | st.text())
@example("/a%3A?b=%2F")
def test_what_is_plain_is_the_same_to_the_libraries(target: str) -> None:
    if not is_plain(target):
        return

    to_httpx = httpx.URL(ORIGIN + target)
    to_yarl = URL(ORIGIN + target, encoded=True)

    assert str(to_httpx) == str(to_yarl) == ORIGIN + target
    assert to_httpx.raw_path.decode() == to_yarl.raw_path_qs == target
    assert to_httpx.host == to_yarl.host == "api.example"


@given(
    st.text("ABCxyz019._-:=@~ 가'", min_size=1, max_size=20).filter(lambda text: text.strip("."))
)
def test_a_quoted_segment_is_plain_and_is_read_as_it_was(text: str) -> None:
    target = target_of(f"/payments/{quote(text, safe='')}")

    assert is_plain(target)
    assert unquote(target.rpartition("/")[2]) == text


def test_a_query_of_nothing_is_no_query() -> None:
    assert target_of("/payments") == "/payments"
    assert (
        target_of("/payments", [("a[]", "1"), ("a[]", "x y")]) == "/payments?a%5B%5D=1&a%5B%5D=x+y"
    )
