"""A stand-in for PortOne's V1 REST API, with a control API for the rest of its world.

`Sandbox` serves it inside a program's own loop or alone until a signal, and
`SandboxControl` plays the buyer, the bank and the console over HTTP. The README beside this
file has every endpoint.
"""

from sandbox.machinery.control_client import SandboxError
from sandbox.portone_v1.control_client import SandboxControl
from sandbox.portone_v1.server import (
    DEFAULT_KEY,
    DEFAULT_SECRET,
    RunningSandbox,
    Sandbox,
)

__all__ = [
    "DEFAULT_KEY",
    "DEFAULT_SECRET",
    "RunningSandbox",
    "Sandbox",
    "SandboxControl",
    "SandboxError",
]
