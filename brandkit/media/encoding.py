"""What the numbers of a still mean, and the way from them to sRGB and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch

from brandkit.colour.spaces import linear_to_srgb, srgb_to_linear
from brandkit.media import icc
from brandkit.media.gamut import PRIMARIES, SRGB_XY, Primaries, matrix_to_srgb
from brandkit.media.hdr import TRANSFERS, Hdr
from brandkit.media.icc import INTENT_WORDS, Profile, ProfileError, Space
from brandkit.media.png import Header

Array = npt.NDArray[Any]

UNTAGGED = "no colour profile: taken as sRGB"
# The PNG gAMA value that goes with sRGB, and how far from it a file is still taken as sRGB.
_SRGB_GAMMA, _GAMMA_TOLERANCE = 0.45455, 0.005
_XY_TOLERANCE = 0.002
# ITU-T H.273: BT.709 primaries; transfers that a display shows as sRGB (709, 601, sRGB, 2020); linear.
_CICP_BT709, _CICP_SRGB_LIKE, _CICP_LINEAR = 1, frozenset({1, 6, 13, 14, 15}), 8


class Encoding(Protocol):
    """The meaning of a picture's numbers.

    Attributes:
        note: what was assumed or converted, one sentence.
    """

    @property
    def note(self) -> str:
        """See the class."""
        ...

    def to_srgb(self, colour: Array) -> Array:
        """``[H, W, C]``, ``uint8`` or ``uint16``, to ``[H, W, 3]``: ``uint8``, or ``float32`` in codes."""
        ...

    def from_srgb(self, codes: Array) -> Array:
        """sRGB codes ``float32`` ``[N, 3]``, 0 to 255, to this encoding, 0 to 1: ``[N, C]``."""
        ...


@dataclass(frozen=True)
class AsIs:
    """sRGB itself, or what has to be taken for it; also of grey."""

    note: str

    def to_srgb(self, colour: Array) -> Array:
        """See ``Encoding``."""
        wide = colour if colour.shape[-1] == 3 else np.repeat(colour[..., :1], 3, axis=-1)
        return wide if colour.dtype == np.uint8 else wide.astype(np.float32) / np.float32(257)

    def from_srgb(self, codes: Array) -> Array:
        """See ``Encoding``."""
        return codes / np.float32(255)


@dataclass(frozen=True)
class ByProfile:
    """Through an ICC profile."""

    profile: Profile
    note: str

    def to_srgb(self, colour: Array) -> Array:
        """See ``Encoding``."""
        if self.profile.space == "RGB" and colour.shape[-1] == 1:
            colour = np.repeat(colour, 3, axis=-1)  # grey saved with the profile of a colour document
        return self.profile.to_srgb(colour)

    def from_srgb(self, codes: Array) -> Array:
        """See ``Encoding``; raises ``ProfileError`` where the profile only leads to a display."""
        return self.profile.from_srgb(codes)


@dataclass(frozen=True)
class Curved:
    """By an exponent (``None`` for the sRGB curve) and primaries, as PNG's chunks state them."""

    gamma: float | None
    primaries: Primaries | None
    note: str

    def to_srgb(self, colour: Array) -> Array:
        """See ``Encoding``."""
        value = torch.from_numpy(colour.astype(np.float32) / np.float32(np.iinfo(colour.dtype).max))
        linear = srgb_to_linear(value) if self.gamma is None else value ** (1 / self.gamma)
        if self.primaries is not None:
            linear = linear.expand(*linear.shape[:-1], 3) @ self._matrix(linear).T
        codes = (linear_to_srgb(linear.clamp(0, 1)) * 255).numpy()
        codes = codes if codes.shape[-1] == 3 else np.repeat(codes, 3, axis=-1)
        return np.rint(codes).astype(np.uint8) if colour.dtype == np.uint8 else codes

    def from_srgb(self, codes: Array) -> Array:
        """See ``Encoding``."""
        linear = srgb_to_linear(torch.from_numpy(codes) / 255)
        if self.primaries is not None:
            linear = linear @ torch.linalg.inv(self._matrix(linear)).T
        linear = linear.clamp(0, 1)
        return (linear_to_srgb(linear) if self.gamma is None else linear**self.gamma).numpy()

    def _matrix(self, like: torch.Tensor) -> torch.Tensor:
        assert self.primaries is not None
        return torch.from_numpy(matrix_to_srgb(self.primaries)).to(like)


@dataclass(frozen=True)
class HighRange:
    """PQ or HLG, which is shown as sRGB and not written again."""

    hdr: Hdr

    @property
    def note(self) -> str:
        """See ``Encoding``."""
        return self.hdr.note

    def to_srgb(self, colour: Array) -> Array:
        """See ``Encoding``."""
        signal = torch.from_numpy(colour.astype(np.float32) / np.float32(np.iinfo(colour.dtype).max))
        shown = self.hdr.to_srgb(signal.expand(*signal.shape[:-1], 3).movedim(-1, 0)).movedim(0, -1)
        codes: Array = (shown * 255).contiguous().numpy()
        return np.rint(codes).astype(np.uint8) if colour.dtype == np.uint8 else codes

    def from_srgb(self, codes: Array) -> Array:
        """Raises ``ProfileError``: what was brighter than white is lost."""
        raise ProfileError(f"{self.hdr.transfer} is not written")


def encoding_of(space: Space, profile: bytes | None, header: Header | None) -> Encoding:
    """Which encoding a picture is in; of a PNG's chunks, cICP goes before iCCP, sRGB and gAMA (PNG, 4.3).

    Raises:
        ValueError: its cICP chunk states something that is not converted; the message says what.
    """
    if header is not None and header.cicp is not None:
        return _by_cicp(*header.cicp)
    failed = ""
    if profile:
        try:
            found = icc.profile_for(profile, space)
            if found.is_srgb and space == "RGB":
                return AsIs(f"embedded profile '{found.name}' is sRGB: pixels taken as they are")
            return ByProfile(found, f"embedded profile '{found.name}' converted to sRGB ({INTENT_WORDS})")
        except ProfileError as error:
            failed = f"the embedded colour profile cannot be used ({error}): left aside"
    return _unprofiled(space, header, failed)


def _unprofiled(space: Space, header: Header | None, failed: str) -> Encoding:
    if space == "CMYK":
        standin = icc.standin_for_cmyk()
        return ByProfile(standin, failed or f"CMYK without a profile: taken as {standin.name}")
    if space == "LAB":
        return ByProfile(icc.cielab(), failed or "CIELAB converted to sRGB")
    if failed or header is None:
        return AsIs(failed or UNTAGGED)
    if header.srgb:
        return AsIs("sRGB chunk: pixels taken as they are")
    return _by_gamma(header)


def _by_gamma(header: Header) -> Encoding:
    primaries = None
    if header.chromaticities is not None:
        white, *xy = header.chromaticities
        if max(abs(a - b) for p, q in zip(xy, SRGB_XY, strict=True) for a, b in zip(p, q, strict=True)) > (
            _XY_TOLERANCE
        ):
            primaries = Primaries("cHRM", (xy[0], xy[1], xy[2]), white)
    gamma = header.gamma
    if gamma is None and primaries is None:
        return AsIs(UNTAGGED)
    if gamma is not None and abs(gamma - _SRGB_GAMMA) <= _GAMMA_TOLERANCE:
        gamma = None
    said = "cHRM primaries" if primaries else ""
    if gamma is None and primaries is None:
        return AsIs("gAMA chunk of sRGB: pixels taken as they are")
    curve = f"gAMA chunk of {gamma:.5f}" if gamma is not None else ""
    return Curved(gamma, primaries, f"{' and '.join(w for w in (curve, said) if w)} converted to sRGB")


def _by_cicp(primaries: int, transfer: int) -> Encoding:
    said = f"its cICP chunk states primaries {primaries}, transfer {transfer}"
    if primaries not in (_CICP_BT709, *PRIMARIES):
        raise ValueError(said)
    wide = PRIMARIES.get(primaries)
    if transfer in TRANSFERS:
        return HighRange(Hdr(TRANSFERS[transfer], wide))
    if transfer in _CICP_SRGB_LIKE and wide is None:
        return AsIs("cICP chunk of sRGB: pixels taken as they are")
    if transfer in _CICP_SRGB_LIKE or transfer == _CICP_LINEAR:
        name = wide.name if wide else "BT.709"
        curve = ", linear light," if transfer == _CICP_LINEAR else ""
        note = f"cICP chunk of {name}{curve} converted to sRGB"
        return Curved(1.0 if transfer == _CICP_LINEAR else None, wide, note)
    raise ValueError(said)
