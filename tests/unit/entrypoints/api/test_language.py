import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.types import Scope

from entrypoints.api.language import language_of


def asking_for(accept_language: bytes | None) -> Scope:
    headers = [] if accept_language is None else [(b"accept-language", accept_language)]
    scope: Scope = {"type": "http", "headers": headers}  # type: ignore[assignment]
    return scope


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        (None, "ko"),
        (b"", "ko"),
        (b"ko", "ko"),
        (b"ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        (b"en", "en"),
        (b"EN-us", "en"),
        (b"en-US,en;q=0.9,ko;q=0.8", "en"),
        (b"ko;q=0.5, en;q=0.8", "en"),
        (b"en;q=0.5, ko;q=0.8", "ko"),
        (b"en, ko", "en"),
        (b"ko, en", "ko"),
        (b"fr, en;q=0.1", "en"),
        (b"fr, de", "ko"),
        (b"*", "ko"),
        (b"en;q=0", "ko"),
        (b"en;q=0.000, ko;q=0", "ko"),
        (b"en ; q = 0.9", "en"),
        (b"en;q=high, ko;q=0.1", "ko"),
        (b"en;q=-1", "ko"),
        (b"english", "ko"),
        (b"en\xff", "ko"),
        (b",;=,en", "en"),
        (b"x," * 500 + b"en", "ko"),
    ],
)
def test_korean_unless_english_is_preferred(accept_language: bytes, language: str) -> None:
    assert language_of(asking_for(accept_language)) == language


@given(st.binary(max_size=300))
def test_any_bytes_give_one_of_our_languages(accept_language: bytes) -> None:
    assert language_of(asking_for(accept_language)) in ("ko", "en")
