"""The chain of an order's history: what each entry's hash covers, and how one is linked on.

Theory of operation. An entry holds the hash of the one before it; the first holds the hash of the
sale itself, so that the order's amount is under the chain. `head_hash` of the order is the hash of
its newest entry, or of the sale while there is none. Each entry also holds the hash of the record
that it left behind: status, settling payment, payments, refunds. So nothing of a stored order can
be changed by hand without a hash that no longer fits, but for what may have to be: the buyer's
phone and language, a refund's account, and the client token. Entries from before there was a chain
have no links; the first link after them covers them all.
"""

from collections.abc import Sequence
from dataclasses import replace

from domain.canonical import digest
from domain.order import HistoryEntry, Order


def begun(order: Order) -> Order:
    """The new order with the head of its chain: the hash of the sale."""
    return replace(order, head_hash=root_hash(order))


def linked_on(order: Order, entry: HistoryEntry) -> Order:
    """The order, as it stands after a verdict, in the version of the verdict's entry.

    The entry ends its chain.
    """
    # The stored head, never one computed anew: that would hide what was tampered with meanwhile.
    previous_hash = order.head_hash or root_hash(order, order.history)
    linked = replace(entry, previous_hash=previous_hash, record_hash=record_hash(order))
    return replace(
        order,
        version=entry.version,
        history=(*order.history, linked),
        head_hash=entry_hash(linked),
    )


def entry_hash(entry: HistoryEntry) -> str:
    """The hash of all that an entry says, its link to the one before included."""
    return digest(entry)


def root_hash(order: Order, before_chain: Sequence[HistoryEntry] = ()) -> str:
    """The hash of what was sold, and of the entries from before there was a chain."""
    sale = {
        "order_id": order.order_id,
        "amount": order.amount,
        "created_at": order.created_at,
        "expires_at": order.expires_at,
        "name": order.name,
        "customer_id": None if order.customer is None else order.customer.customer_id,
    }
    return digest({"sale": sale, "before": tuple(before_chain)})


def record_hash(order: Order) -> str:
    """The hash of where the order stands, and of its payments and refunds as they are now."""
    stands = {"status": order.status, "settled_by": order.settled_by, "payments": order.payments}
    if not order.refunds:
        return digest(stands)
    # Without the accounts: they are forgotten at the end, and no hash may tell of them then.
    refunds = tuple(replace(refund, account=None) for refund in order.refunds)
    return digest({**stands, "refunds": refunds})
