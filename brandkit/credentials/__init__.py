"""Content credentials (C2PA 2): who made a file, of what, by which brand, and whether it was changed since.

``identity`` reads a certificate and its key, ``history`` puts into the standard's words what was done,
``sign`` writes both into a file, ``read`` reads them back as ``found`` has them, and ``show`` prints that.
``local_chain`` makes certificates to try it with.
"""
