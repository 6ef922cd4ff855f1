"""Builds what the faces need, once per process and only when it is first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vernacular.clips.folder import ClipFolder
    from vernacular.hosting.client import HostAssistants
    from vernacular.settings import Settings
    from vernacular.store.database import Store


class Wiring:
    """The store and the assistants of one process, made from its settings.

    Their modules are imported on first use, so that a command that needs neither starts at once.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def store(self) -> Store:
        """The store at ``settings.database_url``; it is not migrated by being opened."""
        from vernacular.store.database import Store  # noqa: PLC0415

        return Store(self.settings.database_url)

    @cached_property
    def clips(self) -> ClipFolder:
        """The clips in ``settings.clips_folder``, which is made with the first of them."""
        from vernacular.clips.folder import ClipFolder  # noqa: PLC0415

        return ClipFolder(self.settings.clips_folder)

    @cached_property
    def assistants(self) -> HostAssistants:
        """The assistants that the model host at ``settings.host_url`` serves."""
        from vernacular.hosting.client import HostAssistants  # noqa: PLC0415

        return HostAssistants(self.settings.host_url, self.settings.host_timeout_seconds)

    def close(self) -> None:
        """Closes what was opened."""
        for name in ("assistants", "store"):
            opened = self.__dict__.pop(name, None)
            if opened is not None:
                opened.close()
