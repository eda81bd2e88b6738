"""Which faults are to happen, where, and how often: the plan, not the effects."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from sandbox.machinery.exact_json import Number

# What goes wrong at every stand-in; a vendor has kinds of its own besides.
KINDS: Final = frozenset(
    {
        "broken_json",
        "delay",
        "drip",
        "drop",
        "half_character",
        "hang",
        "huge",
        "lost_answer",
        "news",
        "not_json_object",
        "redirect",
        "status",
        "wrong_amount",
    }
)
# To whom what was handed in no longer counts.
EXPIRED: Final = "expired_token"


@dataclass(slots=True, kw_only=True)
class Fault:
    """One way to misbehave; the READMEs say which kind reads which field."""

    kind: str
    path: str = "/"
    method: str | None = None
    # Whether the call has its effect all the same; None leaves it to the kind.
    taken: bool | None = None
    # How often it still fires; None for ever.
    times: int | None = 1
    # How likely it fires when it matches: below 1 for chaos.
    chance: float = 1.0
    seconds: float | None = None
    status: int = 503
    retry_after_s: int | None = None
    code: int | str = -1
    message: str = "sandbox"
    amount: Number | None = None
    location: str | None = None
    n_bytes: int = 10_000_000
    gzip: bool = False
    n: int = 1
    fired: int = 0

    def matches(self, method: str, path: str) -> bool:
        """Tell whether it is meant for this call and not used up."""
        return (
            self.times != 0
            and path.startswith(self.path)
            and (self.method is None or self.method == method)
        )

    def shown(self) -> dict[str, Any]:
        """Give the fault as the control API shows it; `times` is what is left."""
        return {name: getattr(self, name) for name in self.__slots__}


class FaultPlan:
    """Faults in the order they were asked for; the first that matches fires alone."""

    def __init__(self, *, doors: Collection[str] = ()) -> None:
        """Start without faults.

        Who asks at one of the `doors` to be let in brings nothing that could have expired.
        """
        self._faults: list[Fault] = []
        self._doors = frozenset(doors)
        self.fired: Counter[str] = Counter()
        # A seed of its own, so that a run can be repeated.
        self._random = Random(0)  # noqa: S311 - chance, not secrecy

    def add(self, fault: Fault) -> None:
        """Plan a fault after those that are there."""
        self._faults.append(fault)

    def seed(self, seed: int) -> None:
        """Begin the chances anew from a seed."""
        self._random.seed(seed)

    def chance(self) -> Random:
        """Give the chances that the seed repeats."""
        return self._random

    def take(self, method: str, path: str) -> Fault | None:
        """Give the fault that this call meets, and count it."""
        for fault in self._faults:
            is_spared = fault.kind == EXPIRED and path in self._doors
            if is_spared or not fault.matches(method, path):
                continue
            if fault.chance < 1 and self._random.random() >= fault.chance:
                continue
            if fault.times is not None:
                fault.times -= 1
            fault.fired += 1
            self.fired[fault.kind] += 1
            return fault
        return None

    def shown(self) -> dict[str, Any]:
        """Give all faults, and how often each kind has fired since the last reset."""
        return {"faults": [fault.shown() for fault in self._faults], "fired": dict(self.fired)}

    def clear(self) -> None:
        """Let nothing more go wrong; what has fired stays counted."""
        self._faults.clear()

    def reset(self) -> None:
        """Forget everything, the counts included."""
        self.clear()
        self.fired.clear()
        self._random.seed(0)
