"""`python -m explorer` is `outis`."""

from explorer.cli import main

raise SystemExit(main())
