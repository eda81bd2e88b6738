"""Being told to stop: by Ctrl-C (SIGINT) or by whoever runs services (SIGTERM)."""

import asyncio
import signal


def told_to_stop() -> asyncio.Future[signal.Signals]:
    """Done with the first such signal that this process gets from now on; later ones are ignored.

    Asked for before anything is opened, so that everything opened is closed in order.
    """
    loop = asyncio.get_running_loop()
    told: asyncio.Future[signal.Signals] = loop.create_future()

    def note(number: signal.Signals) -> None:
        if not told.done():
            told.set_result(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, note, number)
    return told
