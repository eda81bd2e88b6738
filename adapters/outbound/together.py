"""Asks several questions at once; the first trouble ends them all."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

_Answer = TypeVar("_Answer")


async def together(questions: Iterable[Coroutine[Any, Any, _Answer]]) -> list[_Answer]:
    """Give the answers in the order of the questions, or raise the first trouble by itself.

    Not by a TaskGroup: one that fails while it is waited for leaves whoever waits marked as being
    cancelled, and in Python 3.11.2 (Debian 12's) the next timeout of that task then ends the task
    itself: there would be no later sweep.
    """
    tasks = [asyncio.create_task(each) for each in questions]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
