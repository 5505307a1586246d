"""Excel in and out: `guard` before anything, `reader`, `headers`, `writer`, `marking`.

Import the modules themselves; this file stays empty of imports because the parsing child process starts here.
"""
