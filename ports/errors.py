"""What can go wrong outside, and whose fault it is. Never a body, a secret or a phone number."""


class PortError(Exception):
    """Base of all errors that adapters raise; `code` is a short, fixed, loggable word."""

    def __init__(self, code: str) -> None:
        if type(self) in (PortError, Transient, Permanent):
            raise TypeError("raise one of the leaves: they say which port and whose fault")
        super().__init__(code)
        self.code = code


class Transient(PortError):
    """Nobody's fault for long: the same question may be answered later."""


class Permanent(PortError):
    """Asking the same again gives the same: a person or another release has to change something."""


class GatewayUnavailable(Transient):
    """The gateway did not answer in time, or said it cannot now. Nothing is known."""


class RepositoryUnavailable(Transient):
    """The database did not answer. A write may or may not have happened."""


class RepositoryRefused(RepositoryUnavailable):
    """The database does not accept our credentials. A person may mend that while we wait."""


class NotifierUnavailable(Transient):
    """The message may or may not have been sent."""


class ShopUnavailable(Transient):
    """The shop did not accept an event, or its answer was lost."""


class GatewayRefused(Permanent):
    """The gateway does not accept our credentials."""


class GatewayProtocolError(Permanent):
    """The gateway answered something that it never should; nothing is concluded from it."""


class NotifierRefused(Permanent):
    """The provider will not deliver this message."""


class RecordCorrupt(Permanent):
    """A stored record cannot be read back: tampered with, or from another version.

    `order_id` and `field` tell a person where to look; what stands there is not repeated.
    """

    def __init__(self, code: str, *, order_id: str = "", field: str = "") -> None:
        super().__init__(code)
        self.order_id = order_id
        self.field = field


class ConcurrentUpdate(PortError):
    """Somebody else wrote first: read again and decide again."""


class PaymentBoundElsewhere(PortError):
    """The store already binds this payment to another order. Nothing was written."""


class WebhookRejected(PortError):
    """A webhook that cannot be read; `code` says why, safe to show."""


class WebhookNotAuthentic(PortError):
    """A webhook that the gateway has not signed, or not lately; `code` says why, safe to show."""
