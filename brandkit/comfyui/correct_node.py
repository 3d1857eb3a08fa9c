"""The node "Brand correct": brand colours onto their exact HEX."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from brandkit.comfyui import host
from brandkit.comfyui.check_node import (
    BRAND_INPUT,
    CHECKS_INPUT,
    FPS_INPUT,
    brand_state,
    plain_mode,
    validated,
    wanted,
)

if TYPE_CHECKING:
    import torch

    from brandkit.brand import Brand
    from brandkit.media.in_memory import InMemory
    from brandkit.report.run import Entry

_DIGITS = 12
"""Of a picture's digest, in the names of its LUTs: the same picture gives the same name."""


class BrandCorrect:
    """Corrects a batch of pictures, or a video; see ``NODE_CLASS_MAPPINGS``."""

    DESCRIPTION = (
        "Take brand colours onto their exact HEX by 3-D LUTs, and leave the rest as it is (brandkit)."
    )
    CATEGORY = "brandkit"
    FUNCTION = "correct"
    RETURN_TYPES = ("IMAGE", "STRING", "STRING")
    RETURN_NAMES = ("images", "lut_path", "report")
    OUTPUT_TOOLTIPS = (
        "The corrected pictures; those of which nothing was to be corrected as they came in.",
        "Paths of the .cube files, one a line; empty where nothing was corrected.",
        "The report as JSON (brandkit.report/1), before and after.",
    )

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802 (ComfyUI's name)
        """What ComfyUI draws."""
        prefix = {"default": "brandkit/lut", "tooltip": "Folder and name of LUTs in ComfyUI's output folder."}
        return {
            "required": {"images": ("IMAGE", {}), "brand_file": BRAND_INPUT},
            "optional": {"fps": FPS_INPUT, "checks": CHECKS_INPUT, "lut_prefix": ("STRING", prefix)},
        }

    @classmethod
    def VALIDATE_INPUTS(  # noqa: N802 (ComfyUI's name)
        cls, brand_file: str | None = None, checks: str | None = None, lut_prefix: str | None = None
    ) -> bool | str:
        """Whether the brand can be corrected to and LUTs can be written, before anything runs."""
        if lut_prefix is not None:
            try:
                lut_place(lut_prefix)
            except ValueError as error:
                return str(error)
        return validated(brand_file, checks)

    @classmethod
    def IS_CHANGED(cls, brand_file: str | None = None, **others: object) -> object:  # noqa: N802
        """What changes where the brand does."""
        return brand_state(brand_file)

    def correct(
        self,
        images: torch.Tensor,
        brand_file: str,
        fps: float = 0.0,
        checks: str = "",
        lut_prefix: str = "brandkit/lut",
    ) -> tuple[torch.Tensor, str, str]:
        """Correct.

        Args:
            images: ``float32`` ``[B, H, W, C]``, 0 to 1.
            brand_file: see ``host.brand_file``.
            fps: frames a second of a video; 0 where each picture is for itself.
            checks: ids with commas; all without.
            lut_prefix: of the LUTs' names, within ComfyUI's output folder.

        Raises:
            BrandkitError: it cannot be judged, or a LUT cannot be written.
            ValueError: ``lut_prefix`` leads out of the output folder.
        """
        from brandkit import report
        from brandkit.brand import Brand
        from brandkit.comfyui import pictures
        from brandkit.report.run import Run

        place = lut_place(lut_prefix)
        with plain_mode():
            import torch

            brand = Brand.load(host.brand_file(brand_file))
            done = [_corrected(clip, brand, wanted(checks), place) for clip in pictures.clips(images, fps)]
            made = pictures.with_codes(images, torch.cat([pixels for pixels, _ in done]))
        entries = [entry for _, entry in done]
        files = [path for e in entries if e.corrected is not None for _, path in e.corrected.files]
        written = [path for path in files if path.suffix == ".cube"]
        rendered = report.renderer("json").render(Run(tuple(entries)))
        return made, "\n".join(str(path) for path in written), rendered


def lut_place(prefix: str) -> Path:
    """The beginning of LUTs' paths.

    Raises:
        ValueError: it leads out of ComfyUI's output folder, or names nothing.
    """
    folder = host.output_folder().resolve()
    place = (folder / prefix).resolve()
    if not prefix.strip() or folder not in place.parents:
        raise ValueError(
            f"lut_prefix: '{prefix}' leads out of the output folder; give a name such as brandkit/lut"
        )
    return place


def _corrected(
    clip: InMemory, brand: Brand, checks: list[str] | None, place: Path
) -> tuple[torch.Tensor, Entry]:
    """The frames as they are then, ``uint8`` ``[T, 3, H, W]``, and the reports."""
    import torch

    from brandkit import loop
    from brandkit.errors import CorrectionError
    from brandkit.report import evidence
    from brandkit.report.run import Corrected, Entry

    before = loop.check(clip, brand, checks=checks, timestamp=False)
    try:
        done = loop.correct(clip, brand, before=before, checks=checks, timestamp=False)
    except CorrectionError as error:
        frames = torch.cat([part.pixels for part in clip.batches()])
        return frames, evidence.without(Entry(before, corrected=Corrected(None, str(error))))
    files: list[tuple[str, Path]] = []
    if done.changed:
        place.parent.mkdir(parents=True, exist_ok=True)
        files = done.save_parts(place.parent, f"{place.name}-{clip.source.sha256[:_DIGITS]}")
    note = "corrected" if done.changed else "on brand already; nothing was corrected"
    after = evidence.without_pictures(done.after)
    entry = evidence.without(Entry(before, corrected=Corrected(after, note, tuple(files))))
    return torch.cat([part.pixels for part in done.corrected.batches()]), entry
