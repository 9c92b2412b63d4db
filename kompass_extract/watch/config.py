"""What to watch and how politely: the operator's ``watch.toml``, checked when it is read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from kompass_extract import __version__
from kompass_extract.errors import WatchError

PRODUCT = "kompass-extract"  # the name that robots.txt files know us by
_FROZEN = ConfigDict(frozen=True, extra="forbid")


class CrawlLimits(BaseModel):
    """Bounds of politeness, time and size; times in seconds, sizes in bytes."""

    model_config = _FROZEN

    pause: float = Field(default=2.0, ge=0, description="Least time between two requests to one host.")
    longest_pause: float = Field(
        default=120.0,
        ge=0,
        description="A Crawl-delay or Retry-After above this is not waited for: the address is left for the next look.",
    )
    connect_timeout: float = Field(default=10.0, gt=0, description="To open a connection.")
    read_timeout: float = Field(default=30.0, gt=0, description="Between two pieces of an answer.")
    total_timeout: float = Field(default=300.0, gt=0, description="For one answer, however steadily it drips.")
    attempts: int = Field(default=4, ge=1, le=10, description="Requests for one address that fails for now.")
    first_backoff: float = Field(default=2.0, ge=0, description="Before the second attempt; doubled after each.")
    failures: int = Field(default=4, ge=1, description="Addresses in a row after which a host is left for this time.")
    redirects: int = Field(default=5, ge=0, le=20, description="Followed for one address.")
    page_bytes: int = Field(default=3_000_000, gt=0, description="Of an index page, unpacked.")
    file_bytes: int = Field(default=100_000_000, gt=0, description="Of a PDF; scans of 45 pages have about 20 MB.")
    downloads: int = Field(default=500, ge=1, description="Files asked for in one look; the rest is left for the next.")
    asks: int = Field(
        default=1000, ge=0, description="Links in one look whose server is asked what they lead to; the rest is left."
    )
    detail_pages: int = Field(default=300, ge=0, description="Pages one step away that are read in one look.")
    look: float = Field(default=4 * 3600.0, gt=0, description="Time for a whole look; the rest is left for the next.")


class WatchSettings(BaseModel):
    """Index pages, hosts that may be asked, and limits."""

    model_config = _FROZEN

    contact: str = Field(min_length=3, description="E-mail or web address that a webmaster can turn to.")
    pages: tuple[str, ...] = Field(min_length=1, description="Addresses of the index pages.")
    allowed_hosts: tuple[str, ...] = Field(
        default=(), description="'host', 'host:port' or '*.domain'; empty takes the hosts of the pages."
    )
    allow_private: tuple[str, ...] = Field(
        default=(), description="Allowed hosts that may lie in a private network, written as in allowed_hosts."
    )
    next_pages: int = Field(default=0, ge=0, le=100, description="Further pages followed from each index page.")
    include: tuple[str, ...] = Field(
        default=(), description="Patterns as '*kompass*'; a link is taken when its address or text has one."
    )
    sitemaps: bool = Field(default=True, description="Read feeds that the pages name, and sitemaps of robots.txt.")
    alarm_after: int = Field(default=3, ge=1, description="Looks in a row without a page, after which it is an alarm.")
    recheck_other_hours: float = Field(
        default=168.0, ge=0, description="What was no PDF is asked again after this; 0: at every look."
    )
    recheck_hours: float = Field(default=0.0, ge=0, description="A known address is asked again after this; 0: always.")
    every_hours: float = Field(default=24.0, gt=0, description="Between two looks of `kompass watch` without --once.")
    limits: CrawlLimits = CrawlLimits()

    @field_validator("pages")
    @classmethod
    def _web_addresses(cls, pages: tuple[str, ...]) -> tuple[str, ...]:
        for page in pages:
            parts = urlsplit(page)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError(f"{page!r} is no web address")
        return pages

    @field_validator("contact")
    @classmethod
    def _one_line(cls, contact: str) -> str:
        if not contact.isascii() or not contact.isprintable() or "(" in contact or ")" in contact:
            raise ValueError("must be one line of ASCII without brackets")
        return contact

    @model_validator(mode="before")
    @classmethod
    def _hosts_of_the_pages(cls, data: object) -> object:
        if isinstance(data, dict) and not data.get("allowed_hosts") and isinstance(data.get("pages"), list | tuple):
            hosts = dict.fromkeys(urlsplit(str(page)).netloc.rpartition("@")[2] for page in data["pages"])
            return {**data, "allowed_hosts": tuple(hosts)}
        return data

    @property
    def user_agent(self) -> str:
        """As sent with every request, as in ``kompass-extract/0.4 (+archive@example.se)``."""
        return f"{PRODUCT}/{__version__} (+{self.contact})"


def load(path: Path) -> WatchSettings:
    """Read ``watch.toml``; WatchError that names the first setting that is wrong."""
    try:
        return WatchSettings.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise WatchError(f"{path} could not be read: {error.strerror}. Say --config FILE.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WatchError(f"{path} is no TOML file: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise WatchError(f"{path}: {place}: {first['msg']}. docs/operation.md lists the settings.") from error
