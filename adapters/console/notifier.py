"""Prints the notices that another notifier would send."""

from typing import TextIO

from adapters.console.texts import text_of
from ports.errors import NotifierRefused, NotifierUnavailable
from ports.notifier import Notice


class ConsoleNotifier:
    """A `Notifier` that writes to a text stream; phones are masked, since output is kept in logs.

    It forgets what it printed: the same message comes again as often as it is sent.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    async def send(self, notice: Notice, /) -> None:
        try:
            self._stream.write(f"{text_of(notice)}\n")
            self._stream.flush()
        except UnicodeEncodeError:
            # It holds the whole text, so it is no cause to show.
            raise NotifierRefused("consoleEncoding") from None
        except (OSError, ValueError) as error:
            # ValueError is what a closed stream raises.
            raise NotifierUnavailable("consoleClosed") from error
