"""The HTTP gate: pipelines send pictures and videos, and get verdicts. Start it with ``brandkit serve``."""
