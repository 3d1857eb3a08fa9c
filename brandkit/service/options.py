"""What a gate is asked for, by ``brandkit serve`` or by Ray Serve, and the limits that come of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from brandkit.service.settings import SECRET_VARIABLE, Settings

if TYPE_CHECKING:
    from brandkit.credentials.identity import Identity


def _words(given: object) -> object:
    return tuple(given.split(",")) if isinstance(given, str) else given


class Options(BaseModel):
    """What the gate is asked for, by the names that ``brandkit serve`` has for it.

    Attributes:
        store: folder of a store, or ``postgresql://…``; without, what ``BRANDKIT_STORE`` says.
        blobs: where a new store on PostgreSQL is to keep pictures.
        replicas: copies of the gate.
        workers: processes of each that judge; it is given as many cores.
        gpus: that each is given; a share of one, too.
        most_calls: that one replica answers at a time; others wait. One that follows a job counts as long.
        max_mb: largest input.
        rate: calls a minute of each key, over all replicas; 0 for any number.
        allow_host: hosts that inputs may be fetched from and webhooks sent to; a list, or with commas.
        private_hosts: whether those may lie in private networks.
        upload_seconds: in which an upload has to have come.
        sign: certificate that corrections are signed with, a file of each replica's machine; with ``key``.
        key: its key; ``$BRANDKIT_SIGN_PASSPHRASE`` is read where the replicas run.
        time_authority: address that says when.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    store: str | None = None
    blobs: str | None = None
    replicas: int = Field(default=1, ge=1)
    workers: int = Field(default=1, ge=1, le=256)
    gpus: float = Field(default=0.0, ge=0)
    most_calls: int = Field(default=100, ge=1)
    max_mb: int = Field(default=200, ge=1)
    rate: int = Field(default=0, ge=0)
    allow_host: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    private_hosts: bool = False
    upload_seconds: float = Field(default=120.0, gt=0)
    sign: Path | None = None
    key: Path | None = None
    time_authority: str | None = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.sign is None) != (self.key is None):
            raise ValueError("a certificate and its key belong together; give both 'sign' and 'key'")
        return self

    def settings(self) -> Settings:
        """The limits of one replica."""
        return Settings(
            workers=self.workers,
            most_bytes=self.max_mb * 1_000_000,
            calls_a_minute=-(-self.rate // self.replicas),
            upload_seconds=self.upload_seconds,
            fetch_hosts=self.allow_host,
            private_hosts=self.private_hosts,
            webhook_secret=os.environ.get(SECRET_VARIABLE, ""),
            identity=self._identity(),
        )

    def _identity(self) -> Identity | None:
        if self.sign is None or self.key is None:
            return None
        from brandkit.credentials import identity

        passphrase = os.environ.get(identity.PASSPHRASE)
        return identity.load(self.sign, self.key, passphrase=passphrase, time_authority=self.time_authority)
