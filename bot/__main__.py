"""python -m bot: the same as the command cotmoc."""

from handlers.cli import main

raise SystemExit(main())
