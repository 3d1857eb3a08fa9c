"""What the gate allows: sizes, times, rates, and which addresses it may fetch from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brandkit.credentials.identity import Identity

SECRET_VARIABLE = "BRANDKIT_WEBHOOK_SECRET"
"""Environment variable with the secret that webhooks are signed with."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of the gate.

    Attributes:
        workers: processes that judge; each takes one core.
        most_bytes: of an input.
        most_pixels: of a frame.
        most_seconds: of a video.
        small_bytes: an input of at most so many is answered at once, if it is done in ``wait_seconds``.
        wait_seconds: how long a call waits before it is told to come back for its job.
        most_waiting: jobs of one tenant that are not over.
        calls_a_minute: of one key; 0 for any number.
        upload_seconds: in which an upload has to have come.
        fetch_hosts: from which inputs may be fetched, and to which webhooks may be sent; none without.
        fetch_schemes: by which.
        private_hosts: whether those may lie in private networks.
        grace_seconds: for jobs to end, when the gate is told to stop.
        webhook_secret: that webhooks are signed with; without, none is sent.
        identity: who signs the content credentials of corrections; nobody if ``None``.
    """

    workers: int = 2
    most_bytes: int = 200_000_000
    most_pixels: int = 100_000_000
    most_seconds: float = 600.0
    small_bytes: int = 20_000_000
    wait_seconds: float = 10.0
    most_waiting: int = 1000
    calls_a_minute: int = 0
    upload_seconds: float = 120.0
    fetch_hosts: tuple[str, ...] = ()
    fetch_schemes: tuple[str, ...] = ("https",)
    private_hosts: bool = False
    grace_seconds: float = 20.0
    webhook_secret: str = field(default="", repr=False)
    identity: Identity | None = field(default=None, repr=False)
