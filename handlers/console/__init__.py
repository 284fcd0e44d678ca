"""The console: where officers write, sign, approve, warn and look after the service, by server-rendered pages.

One module a section; each is a class with ``routes()``, made in ``console.py`` and let in by ``gate.py`` only.
"""
