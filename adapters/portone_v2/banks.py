"""The vendor's words for the banks that issue accounts, and what buyers call them."""

from typing import Final

BANK_NAMES: Final = {
    "BUSAN": "부산은행",
    "CITI": "한국씨티은행",
    "DAEGU": "iM뱅크",
    "HANA": "하나은행",
    "IBK": "기업은행",
    "JEJU": "제주은행",
    "JEONBUK": "전북은행",
    "KAKAO": "카카오뱅크",
    "KDB": "산업은행",
    "KFCC": "새마을금고",
    "KOOKMIN": "국민은행",
    "KWANGJU": "광주은행",
    "KYONGNAM": "경남은행",
    "K_BANK": "케이뱅크",
    "NONGHYUP": "농협은행",
    "POST": "우체국",
    "SHINHAN": "신한은행",
    "SHINHYUP": "신협",
    "STANDARD_CHARTERED": "SC제일은행",
    "SUHYUP": "수협은행",
    "TOSS": "토스뱅크",
    "WOORI": "우리은행",
}
