"""Stands between a process and its ports: numbers every call, and lets fate in before and after."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import cache, partial
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any, Protocol

from ports.errors import Permanent, PortError

# Words of faults that no further try mends, as parked tasks show them.
LASTING = ("simulated-for-good",)


class ProcessDied(BaseException):
    """The process is gone. Not an `Exception`: no code of ours may catch it and go on."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail. Without an error the process dies; `after`: the call had its effect."""

    kind: str
    error: type[PortError] | None
    after: bool = False

    @property
    def code(self) -> str:
        """The word that the error carries."""
        is_lasting = self.error is not None and issubclass(self.error, Permanent)
        return LASTING[0] if is_lasting else "simulated"


@dataclass(slots=True)
class Spot:
    """Where a process calls a port: `name` is that of port and method, like `orders.save`."""

    process: str
    port: str
    name: str


class Fates(Protocol):
    """Decides what befalls each call of a port; `number` counts all calls of the run."""

    async def before(self, spot: Spot, number: int, /) -> Fault | None:
        """Lets others run; the fault that is to befall this call, if any."""

    async def after(self, spot: Spot, /) -> None:
        """Lets others run before the reply arrives."""

    async def on_the_wire(self, payment_id: str, /) -> bool:
        """The gateway's time to answer; whether it reads the payment only at its end."""


class Host(Protocol):
    """The process that calls, as far as its calls are concerned."""

    name: str
    is_dead: bool

    def number_call(self) -> int:
        """The next number."""

    def die(self) -> None:
        """Ends the process: none of its calls will have an effect or a reply any more."""


class Watch:
    """Told of each call of one kind, at the moment it happens. This one does not care."""

    __slots__ = ()

    def begun(self, number: int, args: tuple[Any, ...], fault: Fault | None) -> None:
        """The call is about to have its effect, or to fail without."""

    def failed(self, args: tuple[Any, ...]) -> None:
        """The call had no effect."""

    def raised(self, number: int, error: PortError) -> None:
        """The port itself refused."""

    def answered(self, number: int, args: tuple[Any, ...], answer: Any) -> None:
        """The call had its effect; whether the reply gets back is another matter."""

    def reply_lost(self, args: tuple[Any, ...]) -> None:
        """The caller will never know of the effect."""


CARELESS = Watch()


class NumberedPort:
    """A port whose calls are numbered; what asks nobody outside, it passes on."""

    def __init__(
        self, host: Host, fates: Fates, port: str, target: object, watch: Callable[[str], Watch]
    ) -> None:
        self._host = host
        self._fates = fates
        self._port = port
        self._target = target
        self._watch = watch

    def __getattr__(self, method: str) -> Any:
        """Called for the first use of each method only."""
        value = getattr(self._target, method)
        number = _NUMBERED[_kind(type(self._target), method)]  # type: ignore[arg-type] # has a hash
        if number is not None:
            spot = Spot(self._host.name, self._port, f"{self._port}.{method}")
            value = number(self._host, self._fates, spot, value, self._watch(spot.name))
        setattr(self, method, value)
        return value


@cache
def _kind(target: type[object], method: str) -> str:
    """Whether that method asks somebody outside, once or for page after page."""
    function = getattr(target, method, None)
    if isasyncgenfunction(function):
        return "pages"
    return "call" if iscoroutinefunction(function) else "plain"


def _numbered(
    host: Host, fates: Fates, spot: Spot, effect: Callable[..., Awaitable[Any]], watch: Watch
) -> Callable[..., Awaitable[Any]]:
    async def call(*args: Any) -> Any:
        if host.is_dead:
            raise ProcessDied
        number = host.number_call()
        fault = await fates.before(spot, number)
        if host.is_dead:
            raise ProcessDied
        watch.begun(number, args, fault)
        if fault is not None and not fault.after:
            watch.failed(args)
            raise _befalls(host, fault)
        try:
            answer = await effect(*args)
        except PortError as error:
            watch.raised(number, error)
            if fault is None:
                raise
            raise _befalls(host, fault) from None
        watch.answered(number, args, answer)
        try:
            if fault is not None:
                raise _befalls(host, fault)
            await fates.after(spot)
            if host.is_dead:
                raise ProcessDied
        except BaseException:
            watch.reply_lost(args)
            raise
        return answer

    return call


def _paged(
    host: Host, fates: Fates, spot: Spot, effect: Callable[..., AsyncIterator[Any]], watch: Watch
) -> Callable[..., AsyncIterator[Any]]:
    """Each page is a call of its own; so is the look that finds none at all."""

    async def pages(*args: Any) -> AsyncIterator[Any]:
        rest = effect(*args)
        first = _numbered(host, fates, spot, lambda *_: anext(rest, None), watch)
        page = await first(*args)
        while page is not None:
            yield page
            page = await anext(rest, None)
            if page is not None:
                page = await _numbered(host, fates, spot, partial(_as_it_is, page), watch)(*args)

    return pages


async def _as_it_is(page: Any, *_: Any) -> Any:
    return page


_NUMBERED = {"plain": None, "call": _numbered, "pages": _paged}


def _befalls(host: Host, fault: Fault) -> BaseException:
    if fault.error is None:
        host.die()
        return ProcessDied()
    return fault.error(fault.code)
