"""Where notices go: a file in the archive's folder that its owner alone may read, since it holds secrets."""

from __future__ import annotations

import os
import stat
from enum import StrEnum
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_serializer, field_validator

from kompass_extract.archive.folder import Archive
from kompass_extract.errors import NotifyError, OutputError
from kompass_extract.process.files import write_whole
from kompass_extract.settings import LOOPBACK_NAMES

FILE_NAME = "notify.json"
VARIABLE = "KOMPASS_NOTIFY"
_OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO
_FROZEN = ConfigDict(frozen=True, extra="forbid")


class Topic(StrEnum):
    """What a notice is about."""

    FAILED = "failed"
    STALLED = "stalled"
    REPORTS = "reports"
    PAGES = "pages"


class EmailChannel(BaseModel):
    """A server that takes mail, and whose mail it is."""

    model_config = _FROZEN

    to: tuple[str, ...] = Field(min_length=1)
    sender: str
    host: str
    port: int = Field(ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr = SecretStr("")

    @field_validator("sender")
    @classmethod
    def _one_address(cls, address: str) -> str:
        return _checked_address(address)

    @field_validator("to")
    @classmethod
    def _addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_checked_address(address) for address in addresses)

    @field_serializer("password", when_used="json")
    def _shown(self, value: SecretStr) -> str:
        return value.get_secret_value()

    @property
    def exposes_password(self) -> bool:
        """Whether the password would cross a network readable."""
        return bool(self.user) and self.security == "none" and self.host not in LOOPBACK_NAMES


class WebhookChannel(BaseModel):
    """An address that takes JSON by POST; the address itself may be the secret, and a bearer token may be another."""

    model_config = _FROZEN

    address: SecretStr
    token: SecretStr = SecretStr("")

    @field_validator("address")
    @classmethod
    def _web_address(cls, address: SecretStr) -> SecretStr:
        parts = urlsplit(address.get_secret_value())
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("no web address")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK_NAMES:
            raise ValueError("an address without https is taken for this machine alone")
        return address

    @field_serializer("address", "token", when_used="json")
    def _shown(self, value: SecretStr) -> str:
        return value.get_secret_value()

    @property
    def shown_address(self) -> str:
        """The address as it may be printed: its host."""
        parts = urlsplit(self.address.get_secret_value())
        return f"{parts.scheme}://{parts.hostname}/…"


class NotifySettings(BaseModel):
    """Channels and topics; ``since`` is when they were set up: nothing older is told.

    A run that goes on for ``stalled_hours`` is told as stalled, and so is an archive where no look ended well for
    ``expect_look_hours``; 0 expects none.
    """

    model_config = _FROZEN

    since: str
    email: EmailChannel | None = None
    webhook: WebhookChannel | None = None
    topics: tuple[Topic, ...] = tuple(Topic)
    stalled_hours: float = Field(default=24.0, gt=0)
    expect_look_hours: float = Field(default=0.0, ge=0)


def settings_path(archive: Archive) -> Path:
    """Where the settings of an archive lie: as KOMPASS_NOTIFY says, else in its folder."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else archive.folder / FILE_NAME


def load_settings(archive: Archive) -> NotifySettings | None:
    """Return the settings, None where none were set up; NotifyError where others may read them or they are broken."""
    path = settings_path(archive)
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if found.st_mode & _OTHERS_MAY:
                raise NotifyError(f"{path} holds secrets and others may read it. Say: chmod 600 {path}")
            return NotifySettings.model_validate_json(file.read())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotifyError(f"{path} could not be read: {error.strerror}.") from error
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the file"
        raise NotifyError(f"{path}: {place} is wrong. Run kompass notify set-up again.") from None  # it holds secrets


def save_settings(archive: Archive, settings: NotifySettings) -> Path:
    """Write the settings whole or not at all, readable by their owner alone; OutputError."""
    path = settings_path(archive)
    try:
        write_whole(path, settings.model_dump_json(indent=2) + "\n", mode=0o600)
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror}.") from error
    return path


def _checked_address(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if not (at and local and domain) or not address.isprintable() or any(sign in address for sign in " ,;<>\"'()"):
        raise ValueError("no e-mail address")
    return address
