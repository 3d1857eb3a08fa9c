"""One module for each page, with ``show()`` that draws it."""
