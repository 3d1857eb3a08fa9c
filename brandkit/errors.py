"""Every error a user can cause, as one small tree.

A message is one line that says what is wrong, where, and what to do about it, because the command
line, the HTTP gate and the dashboard all show it as it is.
"""

from __future__ import annotations

from typing import Literal


class BrandkitError(Exception):
    """Base of all errors that brandkit raises on purpose; ``str(error)`` is one line for a person."""


class BrandError(BrandkitError):
    """A brand file that cannot be read or that contradicts itself."""


class MediaError(BrandkitError):
    """A picture or video that cannot be read, or whose content is not what its name says."""


class CheckError(BrandkitError):
    """No check was found, a check does not exist, or nothing at all could be measured."""


class CorrectionError(BrandkitError):
    """A correction that cannot be solved, or that would make something worse."""


class NothingFoundError(CorrectionError):
    """No brand colour was found that could be corrected."""


class OutputError(BrandkitError):
    """A result that cannot be written: folder missing or read-only, disk full, file in the way."""


class PaletteError(BrandkitError):
    """A palette file that cannot be read, or a palette that a format cannot hold."""


class StyleError(BrandkitError):
    """An encoder whose weights are not there, or references that cannot be used."""


class StoreError(BrandkitError):
    """A store that cannot be opened, or that does not hold what was asked for."""


class SavedMeanwhileError(StoreError):
    """A brand of which somebody else saved a version since it was read; the message says who and which."""


class DecidedMeanwhileError(StoreError):
    """A decision on what somebody else decided since it was shown; the message says who, when and what."""


class CredentialsError(BrandkitError):
    """Credentials that cannot be signed or read: certificate, key, format, or a package that is missing."""


class PressError(BrandkitError):
    """A printing condition that cannot be used, or a picture that cannot be proofed by it."""


class GenerationError(BrandkitError):
    """What cannot be generated: no such model or ability, too little memory, a result that is no picture."""


Spoilt = Literal["nan", "black", "flat", "withheld"]
"""Why a result is no picture: not numbers, black, of one colour, hidden by the model's own safety filter."""


class SpoiltError(GenerationError):
    """A result that is no picture; another seed may give one.

    Attributes:
        reason: what is wrong with it.
    """

    def __init__(self, message: str, reason: Spoilt) -> None:
        super().__init__(message)
        self.reason = reason
