"""A brand on paper: its colours in CMYK by a stated ICC profile, what comes back, how pictures will look.

``profile`` converts, ``nearest`` looks for the nearest colour that inks can make, ``swatches`` does both for
a palette, ``soft_proof`` for a picture; ``files`` and ``show`` say it.
"""
