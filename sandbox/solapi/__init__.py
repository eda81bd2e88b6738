"""A stand-in for Solapi's message API: it takes, lists and refuses messages, and delivers none.

`SolapiSandbox` serves it inside a program's own loop. What it took is in `messages`; `faults`
says what goes wrong next; `GET` and `DELETE /_sandbox/messages` and `POST /_sandbox/faults` do
the same from another process.
"""

from sandbox.machinery.faults import Fault
from sandbox.solapi.outbox import Message
from sandbox.solapi.server import RunningSolapi, SolapiSandbox

__all__ = ["Fault", "Message", "RunningSolapi", "SolapiSandbox"]
