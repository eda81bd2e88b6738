"""Errors of the domain: a value that cannot be, or a move that is not allowed."""


class DomainError(Exception):
    """Anything the domain refuses. Raise one of its subclasses: the base says too little."""

    def __init__(self, message: str) -> None:
        if type(self) is DomainError:
            raise TypeError("raise InvalidValue or IllegalTransition, not DomainError")
        super().__init__(message)


class InvalidValue(DomainError):
    """A value that its type refuses; `field` names it, `reason` is safe to show to a caller."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class IllegalTransition(DomainError):
    """A move that the status table does not have."""

    def __init__(self, current: str, wanted: str) -> None:
        super().__init__(f"{current} -> {wanted} is not a legal move")
        self.current = current
        self.wanted = wanted
