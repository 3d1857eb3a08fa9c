"""A look at a brand's logos: files that cannot be used, and colours that are none of the palette."""

from __future__ import annotations

from pathlib import Path

import torch

from brandkit.brand import Brand
from brandkit.brand_review import Remark
from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import srgb_to_lab
from brandkit.errors import MediaError
from brandkit.logo.artwork import Artwork, load
from brandkit.logo.colours import colours
from brandkit.logo_guidelines import Logo

PLAIN = ((0, 0, 0), (255, 255, 255))
"""Black and white, in which logos have variants for one-colour print whatever the palette."""
_LOAD = "Correct the path, or export the logo again as SVG or PNG."
_RECOLOUR = "Export the logo in the brand's colours, or add the colour to the palette."


def review_logos(brand: Brand) -> tuple[Remark, ...]:
    """Look at every file of every logo: whether it can be used, and its colour that is farthest off."""
    found: list[Remark] = []
    for logo in brand.logos:
        for name in logo.files:
            remark = _file(brand, logo, brand.folder / name)
            if remark is not None:
                found.append(remark)
    return tuple(sorted(found, key=lambda remark: remark.severity))


def _file(brand: Brand, logo: Logo, path: Path) -> Remark | None:
    try:
        artwork = load(path)
    except MediaError as error:
        return Remark("logo", "major", (), None, None, f"logo {logo.name}: {error}", _LOAD)
    return _foreign(brand, logo, artwork)


def _foreign(brand: Brand, logo: Logo, artwork: Artwork) -> Remark | None:
    """What is to be said of the file's colour that is farthest from all swatches."""
    own = torch.from_numpy(colours(artwork)).round().double() / 255
    known = torch.tensor([*(swatch.rgb8 for swatch in brand.swatches), *PLAIN], dtype=torch.float64) / 255
    apart = ciede2000(srgb_to_lab(own)[:, None], srgb_to_lab(known)[None])
    reach = [max(swatch.tolerance, logo.tolerance) for swatch in brand.swatches] + [logo.tolerance] * 2
    excess = (apart - torch.tensor(reach, dtype=torch.float64)).min(dim=1).values
    worst = int(excess.argmax())
    if excess[worst] <= 0:
        return None
    near = int(apart[worst, : len(brand.swatches)].argmin())
    value, swatch = float(apart[worst, near]), brand.swatches[near]
    seen = "#{:02X}{:02X}{:02X}".format(*(own[worst] * 255).round().int().tolist())
    said = (
        f"logo {logo.name}: {artwork.path} shows {seen}, which is none of the palette: {value:.2f} CIEDE2000 "
        f"from {swatch.name}, the nearest"
    )
    return Remark("logo", "minor", (swatch.name,), value, reach[near], said, _RECOLOUR)
