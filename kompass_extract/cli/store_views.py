"""The store's views as commands leave them: right at once, also in an archive that an older program made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kompass_extract.archive.folder import Archive
    from kompass_extract.archive.store import Store


def opened_store(archive: Archive) -> Store:
    """The archive's store for a command that writes, with its views brought into step; StoreError."""
    from kompass_extract.archive.store import Store

    store = Store.open(archive)
    refresh_views(store, archive)
    return store


def refresh_views(store: Store, archive: Archive) -> None:
    """Bring the rows of reports into step that an older program recorded; nothing is loaded where there are none."""
    from kompass_extract.archive.tidy_store import is_behind

    if store.read_only:
        return
    with store.read() as session:
        behind = is_behind(session)
    if behind:
        from kompass_extract.review.service.tidy_refresh import refresh_tidy_rows

        refresh_tidy_rows(store, archive.folder)
