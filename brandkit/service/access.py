"""Who calls, what they may do, and how often."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from brandkit.service.problems import ProblemError
from brandkit.store import keys
from brandkit.store.keys import Key, Scope

_BEARER = HTTPBearer(auto_error=False, description="A key that `brandkit keys create` made.")
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


@dataclass(slots=True)
class Rate:
    """Calls a minute of each key: a bucket that fills steadily and holds a minute's calls."""

    a_minute: int
    left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, key: str) -> float:
        """Take a call; how many seconds to wait where there is none left, else 0."""
        if self.a_minute <= 0:
            return 0.0
        now = time.monotonic()
        calls, last = self.left.get(key, (float(self.a_minute), now))
        calls = min(self.a_minute, calls + (now - last) * self.a_minute / 60)
        if calls < 1:
            self.left[key] = calls, now
            return (1 - calls) * 60 / self.a_minute
        self.left[key] = calls - 1, now
        return 0.0


class Caller:
    """A dependency: the key of a call, if it has a scope.

    Args:
        scope: that it needs.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def __call__(
        self, request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> Key:
        """The key.

        Raises:
            ProblemError: there is none, it is wrong or revoked, lacks the scope, or calls too often.
        """
        if given is None:
            raise ProblemError(401, "send a key: Authorization: Bearer bk_…", _CHALLENGE)
        key = await run_in_threadpool(keys.find, request.app.state.store, given.credentials)
        if key is None:
            raise ProblemError(401, "this key is not known, or was revoked", _CHALLENGE)
        if self.scope not in key.scopes:
            raise ProblemError(403, f"this key lacks the scope '{self.scope}'")
        if wait := request.app.state.rate.take(key.id):
            seconds = max(1, round(wait))
            raise ProblemError(429, f"too many calls; wait {seconds} s", {"Retry-After": str(seconds)})
        return key
