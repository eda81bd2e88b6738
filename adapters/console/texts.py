"""What is printed of each notice."""

from ports.notifier import AccountNotice, Notice


def text_of(notice: Notice) -> str:
    """The whole printout of one notice, without the phone it goes to."""
    if isinstance(notice, AccountNotice):
        header = f"SMS to {masked(notice.phone)} ({notice.message_id})"
        lines = notice.text.split("\n")
    else:
        header = f"Alert to the operator ({notice.message_id})"
        cure = f"; a refund of {notice.refund} would cure it" if notice.refund else ""
        about = f", refund {notice.refund_id}" if notice.refund_id else ""
        lines = [f"order {notice.order_id}, payment {notice.key}{about}: {notice.reason}{cure}"]
    # Some words come from outside: none may steer the terminal.
    return "\n  ".join(_printable(line) for line in (header, *lines))


def masked(phone: str) -> str:
    """A phone number of which the middle is hidden: `010-****-5678`."""
    digits = "".join(character for character in phone if character.isdigit())
    # Of a short number the two ends would tell too much.
    return f"{digits[:3]}-****-{digits[-4:]}" if len(digits) >= 10 else "****"


def _printable(line: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in line)
