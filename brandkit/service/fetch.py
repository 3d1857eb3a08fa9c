"""Fetch an input from an address, from hosts that were allowed and from nowhere else."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from brandkit.service.problems import ProblemError
from brandkit.service.settings import Settings
from brandkit.store.blobs import safe_name

_PORTS = {"http": 80, "https": 443}


def require_allowed(address: str, settings: Settings) -> str:
    """The IP address to connect to, for an address that may be called.

    The name is looked up once, here, and the connection goes to what was found: a name that leads elsewhere
    the next time it is asked for (DNS rebinding) leads nowhere new.

    Raises:
        ProblemError: scheme or host is not allowed, or leads into a private network.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ProblemError(422, "the address is none; give one such as https://host/picture.png") from None
    if parts.scheme not in settings.fetch_schemes or host not in settings.fetch_hosts:
        allowed = ", ".join(settings.fetch_hosts) or "none"
        raise ProblemError(422, f"this gate fetches only from hosts that were allowed to it ({allowed})")
    if parts.username or parts.password:
        raise ProblemError(422, "an address with a password in it is not fetched; send the file instead")
    try:
        found = socket.getaddrinfo(host, port or _PORTS.get(parts.scheme, 443), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ProblemError(422, f"{host}: is not found; check the address") from None
    numbers = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not settings.private_hosts and not all(ipaddress.ip_address(n).is_global for n in numbers):
        raise ProblemError(422, f"{host}: leads into a private network; it is not fetched from")
    return numbers[0]


def fetch(address: str, target: Path, settings: Settings) -> str:
    """Fetch a file; redirections are not followed.

    Args:
        address: of the file.
        target: where to.
        settings: which hosts, how much, how long.

    Returns:
        The file's name.

    Raises:
        ProblemError: it may not be fetched, is too large, or the host does not give it.
    """
    number = require_allowed(address, settings)
    url = httpx.URL(address)
    shown = f"[{number}]" if ":" in number else number
    request = {
        "url": url.copy_with(host=shown),
        "headers": {"Host": url.netloc.decode("ascii")},
        "extensions": {"sni_hostname": url.host},
    }
    size = 0
    try:
        with (
            httpx.Client(timeout=settings.upload_seconds, trust_env=False) as client,
            client.stream("GET", **request) as answer,  # type: ignore[arg-type]
            target.open("wb") as file,
        ):
            if answer.status_code != 200:
                raise ProblemError(422, f"{url.host}: answered {answer.status_code} instead of the file")
            for chunk in answer.iter_bytes():
                size += len(chunk)
                if size > settings.most_bytes:
                    raise too_large(settings)
                file.write(chunk)
    except httpx.HTTPError as error:
        raise ProblemError(422, f"{url.host}: does not give the file ({type(error).__name__})") from error
    return safe_name(unquote(url.path))


def too_large(settings: Settings) -> ProblemError:
    """The problem of an input that is larger than the gate takes."""
    return ProblemError(413, f"inputs may have {settings.most_bytes / 1e6:.0f} MB; make it smaller")
