"""The banks' names by the vendor's codes: its answers have the code alone, and buyers need more."""

from typing import Final

_NAMES: Final = {
    "02": "KDB산업은행",
    "03": "IBK기업은행",
    # Nationally 04; the vendor's own table has 06.
    "04": "KB국민은행",
    "06": "KB국민은행",
    "07": "Sh수협은행",
    "11": "NH농협은행",
    "12": "단위농협",
    "20": "우리은행",
    "23": "SC제일은행",
    "27": "씨티은행",
    "31": "iM뱅크(대구)",
    "32": "부산은행",
    "34": "광주은행",
    "35": "제주은행",
    "37": "전북은행",
    "39": "경남은행",
    "45": "새마을금고",
    "48": "신협",
    "50": "저축은행",
    "54": "홍콩상하이은행",
    "64": "산림조합",
    "71": "우체국",
    "81": "하나은행",
    "88": "신한은행",
    "89": "케이뱅크",
    "90": "카카오뱅크",
    "92": "토스뱅크",
}


def bank_name(code: str | None) -> str | None:
    """The bank's name; None for a code that is not in the table."""
    return None if code is None else _NAMES.get(code)
