"""What was judged, by which version of a brand, and what people decided of it, on record.

>>> import brandkit.store as store                                # doctest: +SKIP
>>> kept = store.open("reviews/")                                 # doctest: +SKIP
>>> store.filing.file_run(kept, run, brand, source="python")      # doctest: +SKIP

A store is a folder (SQLite and files) or a PostgreSQL database with pictures in a folder or on S3. Each
subject is a module of functions over an open ``Store``: ``filing`` puts runs in, ``items`` finds and opens
them, ``decisions`` records what people decide, ``corrections`` files one made in review, ``brands`` keeps
versions, ``trends`` counts, ``audit`` tells who did what, ``members`` says who may; ``verify``, ``export``
and ``prune`` look after all of it.
"""

from brandkit.store.store import Store, open

__all__ = ["Store", "open"]
