"""Telling operators: what the store says is put into the outbox and sent.  Nothing here fails a run."""

from __future__ import annotations

import logging
import socket

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.notices.channels import Notice, channels_of
from kompass_extract.archive.notices.notice_events import find
from kompass_extract.archive.notices.notify_settings import NotifySettings, Topic, load_settings
from kompass_extract.archive.notices.outbox import deliver, post
from kompass_extract.archive.store import Store, now
from kompass_extract.errors import KompassError, NotifyError

_LOG = logging.getLogger("kompass_extract.notices")


def tell(archive: Archive, store: Store) -> list[str]:
    """Tell what happened since notices were set up; the sentences that say what could not be sent, also in the log."""
    try:
        settings = load_settings(archive)
        if settings is None:
            return []
        post(store, find(store, settings))
        troubles = deliver(store, settings)
    except KompassError as error:
        troubles = [str(error)]
    except Exception as error:  # a notice is worth less than the run it is about
        troubles = [f"unexpected {type(error).__name__}"]
    for trouble in troubles:
        _LOG.warning("Notice not sent: %s kompass notify check tries again.", trouble)
    return troubles


def tell_at_once(archive: Archive, subject: str, body: str) -> list[str]:
    """Tell what the store cannot keep, as that it cannot be opened; the sentences that say what could not be sent."""
    try:
        settings = load_settings(archive)
    except NotifyError as error:
        return [str(error)]
    if settings is None or Topic.FAILED not in settings.topics:
        return []
    return send_now(settings, Notice("now", Topic.FAILED, f"{subject} on {socket.gethostname()}", body, now()))


def send_now(settings: NotifySettings, notice: Notice) -> list[str]:
    """Send one notice by every channel, past the outbox; the sentences that say what could not be sent."""
    troubles: list[str] = []
    for send in channels_of(settings).values():
        try:
            send([notice])
        except NotifyError as error:
            troubles.append(str(error))
    return troubles
