"""What the gate answers: the shapes of its JSON, documented and with examples."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from brandkit.store.filed import BrandVersion
from brandkit.store.jobs import Job

_ID = "3f0c9b6e1d2a4c5b8e7f6a5d4c3b2a19"


class BrandAnswer(BaseModel):
    """A brand that inputs can be judged by."""

    name: str = Field(examples=["Acme"])
    version: int = Field(description="The newest one.", examples=[3])
    digest: str = Field(description="sha256 of all that can influence a verdict.", examples=["feaae98e2c82…"])
    created: datetime

    @classmethod
    def of(cls, version: BrandVersion) -> BrandAnswer:
        """The answer on a version."""
        return cls(name=version.brand, version=version.number, digest=version.digest, created=version.created)


class JobAnswer(BaseModel):
    """Work that was asked for, and what became of it."""

    id: str = Field(examples=[_ID])
    kind: Literal["check", "correct"]
    state: Literal["queued", "running", "done", "failed", "cancelling", "cancelled"]
    name: str = Field(description="Of the input.", examples=["hero.png"])
    done: int = Field(description="Frames that were looked at, over all passes.", examples=[48])
    total: int | None = Field(description="Frames of the input, where it states them.", examples=[250])
    report: int | None = Field(description="Id of the report, once it is done.", examples=[17])
    error: str | None = Field(description="Why it failed, in one line.", examples=[None])
    created: datetime
    finished: datetime | None

    @classmethod
    def of(cls, job: Job) -> JobAnswer:
        """The answer on a job."""
        return cls(
            id=job.id,
            kind=job.kind,
            state=job.state,
            name=job.name,
            done=job.done,
            total=job.total,
            report=job.item,
            error=job.error,
            created=job.created,
            finished=job.finished,
        )


class FileAnswer(BaseModel):
    """A file that belongs to a report."""

    role: str = Field(description="input, evidence or result.", examples=["result"])
    name: str = Field(examples=["hero.cube"])
    title: str = Field(examples=["LUT"])
    sha256: str
    href: str = Field(examples=["/v1/reports/17/files/hero.cube"])


class Judged(BaseModel):
    """A verdict, and all that it rests on. A picture that is off brand is an answer, not an error."""

    job: JobAnswer
    verdict: Literal["passed", "needs_review", "failed"] = Field(
        description="After the correction, where one was asked for."
    )
    state: Literal["open", "approved", "rejected", "change"] = Field(
        description="What a reviewer decided of this very input, if somebody did."
    )
    report: dict[str, Any] = Field(description="As `brandkit check --format json` writes it.")
    files: list[FileAnswer]
