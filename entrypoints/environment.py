"""The environment, read name by name: what is wrong with one is told in a line that names it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

PREFIX = "PAYPROOF_"
_FILE = "_FILE"
_MAX_SECRET_FILE_BYTES = 64 * 1024

Value = TypeVar("Value")
Default = TypeVar("Default")


class SettingsError(Exception):
    """A setting that cannot be used. The message is one line, names it, and shows no secret."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} {reason}")
        self.name = name


class Environment:
    """Reads names and remembers them, so that whatever is left over is a mistake."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._known: set[str] = set()

    def read(self, name: str, parse: Callable[[str], Value], default: Default) -> Value | Default:
        self._known.add(name)
        text = self._environ.get(name)
        if text is None:
            return default
        try:
            return parse(text)
        except ValueError as error:
            raise SettingsError(name, str(error)) from None

    def secret(self, name: str, default: str | None = None) -> str:
        text = self.optional_secret(name)
        if text is None and default is None:
            raise SettingsError(name, f"is missing: set it, or {name}{_FILE}")
        return text or default or ""

    def optional_secret(self, name: str) -> str | None:
        self._known.update((name, name + _FILE))
        text, path = self._environ.get(name), self._environ.get(name + _FILE)
        if text is not None and path is not None:
            raise SettingsError(name, f"is set twice: also by {name}{_FILE}")
        if path is not None:
            text = _read_secret_file(name + _FILE, path)
        if text is None:
            return None
        if not text.strip() or not text.isprintable():
            raise SettingsError(name, "is empty or not one line of text")
        return text

    def knows(self, name: str) -> bool:
        """Whether somebody has read that name already, whatever it held."""
        return name in self._known

    def unknown(self) -> list[str]:
        """The names of ours that nobody has read."""
        given = {name for name in self._environ if name.startswith(PREFIX)}
        return sorted(given - self._known)


def _read_secret_file(name: str, path: str) -> str:
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError):
        raise SettingsError(name, "names a file that cannot be read") from None
    if len(raw) > _MAX_SECRET_FILE_BYTES:
        raise SettingsError(name, "names a file too large for a secret")
    try:
        return raw.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise SettingsError(name, "names a file that is not UTF-8 text") from None
