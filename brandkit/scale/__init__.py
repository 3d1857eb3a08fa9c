"""The same verdicts on many machines: addresses travel out, actors hold brand and tables, rows come back.

The engine is Ray Data; the reports are those of ``brandkit.loop.check``, to the byte.
"""
