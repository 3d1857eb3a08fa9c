"""Tell the address that a job named when it is over: signed, tried again, by standardwebhooks.com."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import time
from typing import TYPE_CHECKING

import httpx
from starlette.concurrency import run_in_threadpool

from brandkit.service.fetch import require_allowed
from brandkit.service.problems import ProblemError
from brandkit.store import jobs

if TYPE_CHECKING:
    from brandkit.service.settings import Settings
    from brandkit.store import Store
    from brandkit.store.jobs import Job

LOG = logging.getLogger("brandkit.service")
DELAYS_SECONDS = (0, 2, 10, 60, 300)
"""Before each try of a process; after its last one it is given up, and the job tells what became of it."""
_LOOK_SECONDS = 1.0
_TIMEOUT_SECONDS = 10.0


def sign(secret: str, number: str, moment: int, body: bytes) -> str:
    """The signature of a message (Standard Webhooks 1.0): HMAC-SHA256 of id, time and body."""
    signed = f"{number}.{moment}.".encode() + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def body(job: Job) -> bytes:
    """What is sent: which job, and what became of it; the report is fetched with a key."""
    content = {
        "type": f"job.{job.state}",
        "job": job.id,
        "state": job.state,
        "report": job.item,
        "error": job.error,
    }
    return json.dumps(content).encode()


async def send_all(store: Store, settings: Settings) -> None:
    """Send what is to be sent, again and again, until it is cancelled."""
    tries: dict[str, int] = {}
    while True:
        for job in await run_in_threadpool(jobs.to_notify, store):
            done = tries.pop(job.id, 0) + 1
            if await _sent(job, settings) or done >= len(DELAYS_SECONDS):
                await run_in_threadpool(jobs.notified, store, job.id)
            else:
                tries[job.id] = done
                await run_in_threadpool(jobs.notify_later, store, job.id, DELAYS_SECONDS[done])
        await asyncio.sleep(_LOOK_SECONDS)


async def _sent(job: Job, settings: Settings) -> bool:
    assert job.webhook is not None
    moment, content = int(time.time()), body(job)
    try:
        number = await run_in_threadpool(require_allowed, job.webhook, settings)
        url = httpx.URL(job.webhook)
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False) as client:
            answer = await client.post(
                url.copy_with(host=f"[{number}]" if ":" in number else number),
                content=content,
                headers={
                    "Host": url.netloc.decode("ascii"),
                    "Content-Type": "application/json",
                    "webhook-id": job.id,
                    "webhook-timestamp": str(moment),
                    "webhook-signature": sign(settings.webhook_secret, job.id, moment, content),
                },
                extensions={"sni_hostname": url.host},
            )
        return answer.is_success
    except (httpx.HTTPError, ProblemError) as error:
        LOG.warning("a webhook was not taken", extra={"job": job.id, "reason": type(error).__name__})
        return False
