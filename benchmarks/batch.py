"""What a picture costs in a batch: the first ones of a brand, and those after them, beside scikit-image.

    python benchmarks/batch.py [--pictures 48]

JPEGs of 1920 x 1080, those of `gate.py`: each another crop of a photograph that scikit-image or scikit-learn
ships. They are judged one after the other by ``brandkit.check``, with all checks that each brand asks for and
with evidence, in memory:

- `carbon`: 11 flat swatches;
- `volt`: 4 flat swatches with proportions and pairs, and a forbidden colour;
- `roastery`: 4 swatches, all surfaces under light, and a forbidden colour.

What the first pictures of a brand say of colours is known to those after them. The peer is the script one
would write instead: Pillow decodes the picture, scikit-image turns each of its distinct colours to Lab and
measures ``deltaE_ciede2000`` to each swatch, and the least is looked up for every pixel. It finds no region,
draws no evidence and knows no surface under light.

Processor time in milliseconds, of one thread. Exit status 1 where the peer is faster.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
BRANDS = ("carbon", "volt", "roastery")
FIRST = 8
"""Pictures until a brand's colours are known well."""
SLOW = 3
"""Pictures that the peer is timed on."""


def main() -> int:
    """Run the benchmark; the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pictures", type=int, default=48, help=f"of each brand, more than {FIRST}")
    count = max(parser.parse_args().pictures, FIRST + SLOW)
    for name in THREADS:
        os.environ[name] = "1"
    import torch
    from gate import photographs

    import brandkit
    from brandkit.brand_extends import shipped

    torch.set_num_threads(1)
    slower = []
    with tempfile.TemporaryDirectory(prefix="brandkit-batch-") as folder:
        paths = photographs(Path(folder), count)
        brandkit.check(paths[0], brandkit.Brand.load(shipped()["orbital"]))  # what every first call loads
        print(f"{count} photographs of 1920 x 1080, ms of processor time each")
        print(f"{'':12}{'1st':>8}{'2nd':>8}{'3rd':>8}{'after 8':>10}{'scikit-image':>14}{'times faster':>14}")
        for name in BRANDS:
            brand = brandkit.Brand.load(shipped()[name])
            ours = [_ms(partial(brandkit.check, path, brand)) for path in paths]
            swatches = [swatch.rgb8 for swatch in brand.swatches]
            peer = median(_ms(partial(by_scikit_image, path, swatches)) for path in paths[-SLOW:])
            settled = median(ours[FIRST:])
            slower += [name] if settled > peer else []
            firsts = "".join(f"{ms:8.0f}" for ms in ours[:3])
            print(f"{name:12}{firsts}{settled:10.0f}{peer:14.0f}{peer / settled:14.1f}")
    print(f"the peer is faster: {', '.join(slower)}" if slower else "goals met")
    return 1 if slower else 0


def _ms(task: Callable[[], object]) -> float:
    """Processor time of a call."""
    began = time.process_time()
    task()
    return 1e3 * (time.process_time() - began)


def by_scikit_image(path: Path, swatches: list[tuple[int, int, int]]) -> object:
    """The distance of each pixel to the nearest swatch."""
    import numpy as np
    from PIL import Image
    from skimage.color import deltaE_ciede2000, rgb2lab

    pixels = np.asarray(Image.open(path).convert("RGB")).astype(np.int32)
    codes, places = np.unique(pixels @ (65536, 256, 1), return_inverse=True)
    colours = np.stack((codes >> 16, codes >> 8 & 255, codes & 255), -1).astype(np.uint8)
    lab, aims = rgb2lab(colours), rgb2lab(np.array(swatches, np.uint8))
    least = np.min([deltaE_ciede2000(lab, aim) for aim in aims[:, None]], axis=0)
    return least[places]


if __name__ == "__main__":
    sys.exit(main())
