"""What corrections and generations say of themselves in content credentials, and what becomes of a failure.

Without an identity nothing here does anything, and the library of credentials is not loaded.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.errors import CredentialsError, OutputError

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.credentials.identity import Identity
    from brandkit.generate.recipe import Recipe
    from brandkit.loop import Correction
    from brandkit.media import Written

WITHOUT = "the file lies there without credentials"


def sign_correction(
    found: Correction, brand: Brand, written: Written, identity: Identity | None, timestamp: bool
) -> CredentialsError | None:
    """Put credentials into a corrected file, or into a copy of what was on brand already.

    Args:
        found: what was corrected.
        brand: that it was corrected to.
        written: the file.
        identity: who signs; nobody if ``None``.
        timestamp: whether to say when it was corrected.

    Returns:
        What went wrong, where it did: the file is worth having without.
    """
    if identity is None:
        return None
    from brandkit.credentials import history, sign

    source, path = found.clip.source, written.path
    said = [remedy.sentence for remedy in found.light]
    said += dict.fromkeys(note for grade in found.grades for note in grade.lut.notes)
    if found.changed and not said:
        said = [f"brand colours of {brand.name} taken onto their exact HEX by a LUT"]
    before, now = source.path.suffix.lower(), path.suffix.lower()
    converted = [] if before == now else [f"from {before[1:].upper()} to {now[1:].upper()}"]
    try:
        told = history.of_correction(
            source.path,
            said,
            source_sha256=source.sha256,
            brand=(brand.name, brand.digest),
            # What stands behind the colon of a note is advice for who runs this.
            converted=". ".join([*converted, *(note.partition(":")[0] for note in written.notes)]),
            when=datetime.now(UTC).replace(microsecond=0) if timestamp else None,
        )
        sign.sign(path, identity, sign.with_pixels(told, path))
    except CredentialsError as error:
        return error
    except OutputError as error:  # such as a disk that is full now
        return CredentialsError(str(error))
    return None


def left_out(source: Path, identity: Identity | None) -> tuple[str, ...]:
    """What to say of a result that has no credentials although what it was made of has."""
    from brandkit.credentials import library

    if identity is not None or not library.carries(source):
        return ()
    return ("content credentials of the original do not hold for it and were left out; --sign keeps them",)


def unsigned(fault: CredentialsError | OutputError, written: Path, final: Path) -> CredentialsError:
    """What to say of a file that was put in its place although it could not be signed."""
    return CredentialsError(f"{str(fault).replace(str(written), str(final))}; {WITHOUT}")


def sign_generated(recipe: Recipe, path: Path, identity: Identity | None) -> None:
    """Put credentials into a generated file that holds its recipe already.

    Raises:
        CredentialsError: it could not be signed; it lies there without, and a second call signs it.
    """
    if identity is None:
        return
    from brandkit.credentials import history, sign

    try:
        sign.sign(path, identity, history.of_generation(recipe))
    except (CredentialsError, OutputError) as error:
        raise unsigned(error, path, path) from None


def sign_known(recipe: Recipe, path: Path, identity: Identity | None) -> None:
    """Sign what an earlier run made and did not sign, or not by this certificate.

    Raises:
        CredentialsError: as ``sign_generated``.
    """
    if identity is None:
        return
    from brandkit.credentials.read import signed_by

    if not signed_by(path, identity.serial):
        sign_generated(recipe, path, identity)
