"""The node "Brand check": a gate that pictures pass through."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from brandkit.comfyui import host
from brandkit.errors import BrandkitError

if TYPE_CHECKING:
    import torch

    from brandkit.report.report import Report

CONTINUE, HOLD, STOP, STOP_QUEUE = "continue", "hold the images back", "stop this run", "stop the queue"
BRAND_INPUT = (
    "STRING",
    {"default": "acme.brand.yml", "tooltip": "Brand file: a path, or a name in ComfyUI's input folder."},
)
FPS_INPUT = (
    "FLOAT",
    {
        "default": 0.0,
        "min": 0.0,
        "max": 240.0,
        "step": 0.001,
        "tooltip": "0: each picture for itself. Above: the batch is a video of so many frames a second.",
    },
)
CHECKS_INPUT = (
    "STRING",
    {"default": "", "tooltip": "Ids of checks, with commas, such as palette,logo; all without."},
)


class OffBrandError(BrandkitError):
    """Pictures did not pass a node that is to stop then."""


class BrandCheck:
    """Judges a batch of pictures, or a video, by a brand; see ``NODE_CLASS_MAPPINGS``."""

    DESCRIPTION = "Judge pictures by a brand's colours, logos and other guidelines (brandkit)."
    CATEGORY = "brandkit"
    FUNCTION = "check"
    OUTPUT_NODE = True  # so that it also runs where nothing hangs on it, and shows what it says
    RETURN_TYPES = ("IMAGE", "STRING", "STRING", "MASK", "BOOLEAN")
    RETURN_NAMES = ("images", "verdict", "report", "wrong", "passed")
    OUTPUT_TOOLTIPS = (
        "The pictures as they came in.",
        "passed, needs_review or failed: the worst of the batch.",
        "The report as JSON (brandkit.report/1).",
        "Where something failed or is to be looked at.",
        "Whether the verdict is passed.",
    )

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802 (ComfyUI's name)
        """What ComfyUI draws."""
        return {
            "required": {
                "images": ("IMAGE", {}),
                "brand_file": BRAND_INPUT,
                "on_fail": (
                    [CONTINUE, HOLD, STOP, STOP_QUEUE],
                    {
                        "default": CONTINUE,
                        "tooltip": "What becomes of the run where the batch does not pass. 'hold the images "
                        "back' runs nothing that hangs on 'images'; 'stop the queue' also drops what waits.",
                    },
                ),
            },
            "optional": {
                "review_fails": (
                    "BOOLEAN",
                    {
                        "default": True,
                        "tooltip": "Whether 'needs review' counts as not passed for 'on_fail'.",
                    },
                ),
                "fps": FPS_INPUT,
                "checks": CHECKS_INPUT,
            },
        }

    @classmethod
    def VALIDATE_INPUTS(  # noqa: N802 (ComfyUI's name)
        cls, brand_file: str | None = None, checks: str | None = None
    ) -> bool | str:
        """Whether the brand can be judged by, before anything runs; a sentence where it cannot."""
        return validated(brand_file, checks)

    @classmethod
    def IS_CHANGED(cls, brand_file: str | None = None, **others: object) -> object:  # noqa: N802
        """What changes where the brand does, so that an old verdict is not shown."""
        return brand_state(brand_file)

    def check(
        self,
        images: torch.Tensor,
        brand_file: str,
        on_fail: str = CONTINUE,
        review_fails: bool = True,
        fps: float = 0.0,
        checks: str = "",
    ) -> dict[str, Any]:
        """Judge.

        Args:
            images: ``float32`` ``[B, H, W, C]``, 0 to 1.
            brand_file: see ``host.brand_file``.
            on_fail: what becomes of the run where it does not pass.
            review_fails: whether ``needs_review`` counts as not passed for that.
            fps: frames a second of a video; 0 where each picture is for itself.
            checks: ids with commas; all without.

        Raises:
            BrandkitError: it cannot be judged.
            OffBrandError: it does not pass, and ``on_fail`` is to stop.
        """
        from brandkit import loop, report
        from brandkit.brand import Brand
        from brandkit.comfyui import pictures, wrong
        from brandkit.gate import Verdict
        from brandkit.report import evidence
        from brandkit.report.run import Entry, Run

        with plain_mode():
            import torch

            brand = Brand.load(host.brand_file(brand_file))
            clips = pictures.clips(images, fps)
            ids = wanted(checks)
            reports = [loop.check(clip, brand, checks=ids, timestamp=False) for clip in clips]
            masks = [wrong.mask(one, clip, brand) for one, clip in zip(reports, clips, strict=True)]
            where = torch.cat(masks)
        run = Run(tuple(evidence.without(Entry(one)) for one in reports))
        verdict = run.verdict or Verdict.NEEDS_REVIEW
        passed = verdict is Verdict.PASSED
        let_through = passed or (verdict is Verdict.NEEDS_REVIEW and not review_fails)
        said = summary(reports)
        shown: Any = images
        if not let_through and on_fail != CONTINUE:
            shown = stopped(on_fail, said)
        result = (shown, verdict.value, report.renderer("json").render(run), where, passed)
        return {"ui": {"text": [said]}, "result": result}


def stopped(on_fail: str, said: str) -> Any:
    """What stands for the pictures where they are held back.

    Raises:
        OffBrandError: the run is to stop.
    """
    if on_fail == STOP_QUEUE:
        host.drop_waiting()
    blocker = host.blocker() if on_fail == HOLD else None
    if blocker is None:
        raise OffBrandError(said)
    return blocker


def summary(reports: list[Report]) -> str:
    """The counts, and the worst of each picture that did not pass, a line each."""
    from brandkit.report import words
    from brandkit.report.run import Entry, Run

    lines = [f"Brand check: {words.count(Run(tuple(Entry(one) for one in reports)))}"]
    for one in reports:
        if not one.passed:
            worst = next(iter(words.urgent(one)), None)
            said = words.doubt(one) or "" if worst is None else words.said(worst)
            lines.append(f"{one.source.path}: {words.VERDICTS[one.verdict]}: {said}")
    return "\n".join(lines)


def wanted(checks: str) -> list[str] | None:
    """Ids of checks from words with commas; ``None`` for all."""
    return [word.strip() for word in checks.split(",") if word.strip()] or None


def validated(brand_file: str | None, checks: str | None = None) -> bool | str:
    """Whether a brand can be judged by; what comes from another node is not known yet, and ``None``."""
    from brandkit import loop
    from brandkit.brand import Brand

    try:
        if brand_file is not None:
            loop.find_checks(Brand.load(host.brand_file(brand_file)), wanted(checks or ""))
    except BrandkitError as error:
        return str(error)
    return True


def brand_state(brand_file: str | None) -> object:
    """The digest of a brand; what equals nothing where it cannot be read, so that the node says why."""
    from brandkit.brand import Brand

    try:
        return "" if brand_file is None else Brand.load(host.brand_file(brand_file)).digest
    except BrandkitError:
        return float("nan")


def plain_mode() -> ExitStack:
    """Leave ``torch.inference_mode``, in which ComfyUI runs nodes and whose tensors stay as they are."""
    import torch

    stack = ExitStack()
    stack.enter_context(torch.inference_mode(False))
    stack.enter_context(torch.no_grad())
    return stack
