"""The product's static files, listed once for all clients of a test process.

Each `Client()` makes the chain of middlewares anew, and the one for static files looks at every
file then: more than half of what a test's first request costs. A server does so once, at its start.
"""

from typing import Any, ClassVar

from servestatic.middleware import ServeStaticMiddleware


class ListedOnce(ServeStaticMiddleware):  # type: ignore[misc]
    """The product's middleware; what its first one of this process found, later ones share."""

    files: dict[str, Any]
    directories: list[tuple[str, str]]
    first: ClassVar["ListedOnce | None"] = None

    def add_files_from_finders(self) -> None:
        """Look at every static file, unless somebody has."""
        if ListedOnce.first is None:
            super().add_files_from_finders()
            ListedOnce.first = self
        self.files = ListedOnce.first.files
        self.directories = ListedOnce.first.directories
