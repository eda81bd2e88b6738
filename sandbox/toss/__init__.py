"""A stand-in for Toss Payments' core API, with a control API for the rest of its world.

`Sandbox` serves it inside a program's own loop or alone until a signal, and
`SandboxControl` plays the buyer, the bank and the console over HTTP. The README beside this
file has every endpoint.
"""

from sandbox.machinery.control_client import SandboxError
from sandbox.toss.control_client import SandboxControl
from sandbox.toss.server import (
    DEFAULT_LIVE_KEY,
    DEFAULT_TEST_KEY,
    RunningSandbox,
    Sandbox,
)

__all__ = [
    "DEFAULT_LIVE_KEY",
    "DEFAULT_TEST_KEY",
    "RunningSandbox",
    "Sandbox",
    "SandboxControl",
    "SandboxError",
]
