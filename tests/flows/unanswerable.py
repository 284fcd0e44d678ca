"""Questions that nobody will ever answer, for tests of what happens then: about works of art that do not exist.

Made-up names only, so that no entry and no known subject from outside comes near them as the content grows. That this
still holds is a test of its own (``test_telling.py``), so that it fails there and says so.
"""

UNANSWERABLE = "ai ve buc tranh xyzzy plugh"
WITH_MARKS = "Ai vẽ bức tranh Xyzzy Plugh?"
IN_ENGLISH = "who composed xyzzy plugh quux"
ANOTHER = "ban nhac xyzzy plugh quux zork"
ALL = (UNANSWERABLE, f"{UNANSWERABLE} vay", f"{WITH_MARKS[:-1]} vậy?", WITH_MARKS, IN_ENGLISH, ANOTHER)
