"""The page that a buyer sees on coming back from paying."""

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import Literal

# How the page looks: good, bad, or not known yet.
Tone = Literal["good", "wait", "bad"]

_STYLE = """
:root { color-scheme: light dark; --ground: #f4f5f7; --card: #fff; --text: #1c2430;
  --soft: #5b6675; --good: #11734b; --wait: #8a5a00; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --ground: #12161c; --card: #1c222b;
  --text: #eef1f5; --soft: #a5afbd; --good: #5fd6a2; --wait: #f0b95a; --bad: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--ground); color: var(--text); font: 1rem/1.6 system-ui, sans-serif }
main { width: 100%; max-width: 26rem; padding: 2.5rem 2rem; border-radius: 1rem;
  background: var(--card); text-align: center }
.mark { font-size: 3rem; line-height: 1 }
.good { color: var(--good) } .wait { color: var(--wait) } .bad { color: var(--bad) }
h1 { margin: 1rem 0 .5rem; font-size: 1.25rem; overflow-wrap: anywhere }
p { margin: .5rem 0; color: var(--soft); overflow-wrap: anywhere }
a { color: inherit }
"""
_STYLE_DIGEST = b64encode(sha256(_STYLE.encode()).digest()).decode()

CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_MARKS = {"good": "✓", "wait": "…", "bad": "!"}
_TEXTS = {
    "ko": ("결제 결과", "주문번호", "다시 확인"),
    "en": ("Payment", "Order", "Check again"),
}


def payment_page(
    tone: Tone, sentence: str, order_id: str | None, *, language: Literal["ko", "en"]
) -> bytes:
    """A whole HTML page that says the sentence, in light or dark as the buyer has it."""
    title, order, again = _TEXTS[language]
    lines = [f"<h1>{escape(sentence)}</h1>"]
    if order_id is not None:
        lines.append(f"<p>{order} {escape(order_id)}</p>")
    if tone == "wait":
        # An empty address is this page itself: looking again is always safe.
        lines.append(f'<p><a href="">{again}</a></p>')
    body = "\n".join(lines)
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<div class="mark {tone}" aria-hidden="true">{_MARKS[tone]}</div>
{body}
</main>
</body>
</html>
""".encode()
