"""How credentials are written into the header `Authorization`."""

from base64 import b64encode


def basic(user: str, password: str) -> dict[str, str]:
    """By HTTP's own simple scheme."""
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode('ascii')}"}
