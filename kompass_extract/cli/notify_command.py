"""``kompass notify``: who hears of failed and stalled runs, new reports and lost pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kompass_extract.cli.archive_options import archive_option, store_option
from kompass_extract.errors import NotifyError, UsageError

if TYPE_CHECKING:
    from kompass_extract.archive.notices.notify_settings import EmailChannel, NotifySettings, WebhookChannel

_TOPICS = ("failed", "stalled", "reports", "pages")
_SHOWN = 20  # notices that are listed


@click.group()
def notify() -> None:
    """Tell operators of failed and stalled runs, new reports and lost pages, by e-mail or webhook.

    \b
    Examples:
      kompass notify set-up --email archive@sala.se --from kompass@sala.se --smtp mail.sala.se:587 --user kompass
      kompass notify set-up --webhook-file url.txt
      kompass notify test
      kompass notify check
    """


@notify.command("set-up")
@click.option("--email", "to", multiple=True, metavar="ADDRESS", help="Who gets mail; may be given again.")
@click.option("--from", "sender", metavar="ADDRESS", help="Whose mail it is; the first --email where it is not given.")
@click.option("--smtp", default="localhost:25", show_default=True, metavar="HOST:PORT", help="The mail server.")
@click.option("--security", type=click.Choice(["starttls", "tls", "none"]),
              help="How the connection is made safe; starttls where the server is another machine.")  # fmt: skip
@click.option("--user", default="", help="The user of the mail server; the password is asked for.")
@click.option("--password-file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="A file whose first line is the password, instead of asking.")  # fmt: skip
@click.option("--webhook", metavar="URL", help="Where JSON is posted; shells remember it, so rather --webhook-file.")
@click.option("--webhook-file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="A file whose first line is the webhook's URL.")  # fmt: skip
@click.option("--token-file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="A file whose first line is a bearer token for the webhook.")  # fmt: skip
@click.option("--topic", "topics", multiple=True, type=click.Choice(_TOPICS), help="What to tell; all if not given.")
@click.option("--stalled-hours", type=click.FloatRange(min=0, min_open=True), default=24.0, show_default=True,
              help="A run that goes on for so long is told.")  # fmt: skip
@click.option("--expect-look-hours", type=click.FloatRange(min=0), default=0.0, show_default=True,
              help="Tell when no look for publications ended well for so long; 0: never.")  # fmt: skip
@click.option("--no-test", is_flag=True, help="Keep the settings without sending a test.")
@click.option("--off", is_flag=True, help="Take the settings away: nothing is told any more.")
@archive_option
@store_option
def set_up(folder: Path, store: str | None, no_test: bool, off: bool, **given: Any) -> None:
    """Set up e-mail or a webhook, or both, and send a test; the settings are kept where it arrives.

    They lie in notify.json in the archive's folder, readable by their owner alone. What was set up before is
    replaced: name all channels in one command.

    \b
    Examples:
      kompass notify set-up --email archive@sala.se --smtp mail.sala.se:587 --user kompass --archive /srv/kompass
      kompass notify set-up --webhook-file url.txt --topic failed --topic pages
    """
    from kompass_extract.archive.folder import Archive
    from kompass_extract.archive.notices.notify_settings import save_settings, settings_path

    archive = Archive.at(folder, store)
    if off:
        settings_path(archive).unlink(missing_ok=True)
        click.echo("Nothing is told any more.")
        return
    settings = _settings(**given)
    if not no_test:
        _send_test(settings)
    click.echo(f"Kept in {save_settings(archive, settings)}. kompass notify check belongs into cron or a timer.")


@notify.command("test")
@archive_option
@store_option
def send_test(folder: Path, store: str | None) -> None:
    """Send a test by every channel that was set up.

    \b
    Example:
      kompass notify test --archive /srv/kompass
    """
    _send_test(_loaded(folder, store)[1])


@notify.command()
@archive_option
@store_option
def check(folder: Path, store: str | None) -> None:
    """Look for runs that died or go on too long, and send everything that is not sent yet.

    Commands do it when they end; this one is for cron or a timer, which notices a machine that never ended.

    \b
    Example:
      kompass notify check --archive /srv/kompass
    """
    from kompass_extract.archive.notices.notice_events import find
    from kompass_extract.archive.notices.outbox import deliver, post
    from kompass_extract.cli.store_views import opened_store

    archive, settings = _loaded(folder, store)
    opened = opened_store(archive)
    fresh = post(opened, find(opened, settings))
    troubles = deliver(opened, settings)
    click.echo(f"{fresh} new notice{'' if fresh == 1 else 's'}.")
    if troubles:
        raise NotifyError(" ".join(troubles))


@notify.command("list")
@archive_option
@store_option
def list_notices(folder: Path, store: str | None) -> None:
    """Show the newest notices, and whether they were sent.

    \b
    Example:
      kompass notify list --archive /srv/kompass
    """
    from kompass_extract.archive.folder import Archive
    from kompass_extract.archive.notices.outbox import newest
    from kompass_extract.archive.run_summary import plain
    from kompass_extract.archive.store import Store
    from kompass_extract.cli.store_views import opened_store

    archive = Archive.at(folder, store)
    Store.unchanged(archive).close()  # StoreError where there is none: looking makes no archive
    rows = newest(opened_store(archive), _SHOWN)
    for row in rows:
        state = f"sent {row.sent}" if row.sent else f"not sent: {row.error}" if row.error else "not sent yet"
        click.echo(f"{row.created}  {row.topic:8} {plain(row.subject)} ({plain(state)})")
    if not rows:
        click.echo("No notices.")


def _settings(
    *,
    to: tuple[str, ...],
    sender: str | None,
    smtp: str,
    security: str | None,
    user: str,
    password_file: Path | None,
    webhook: str | None,
    webhook_file: Path | None,
    token_file: Path | None,
    topics: tuple[str, ...],
    stalled_hours: float,
    expect_look_hours: float,
) -> NotifySettings:
    from pydantic import ValidationError

    from kompass_extract.archive.notices.notify_settings import NotifySettings, Topic, WebhookChannel
    from kompass_extract.archive.store import now

    address = webhook or (_first_line(webhook_file) if webhook_file else None)
    if not to and address is None:
        raise UsageError("Say where notices go: --email ADDRESS, or --webhook-file FILE.")
    try:
        email = _email(to, sender or to[0], smtp, security, user, password_file) if to else None
        channel: WebhookChannel | None = None
        if address is not None:
            token = _first_line(token_file) if token_file else ""
            channel = WebhookChannel.model_validate({"address": address, "token": token})
        return NotifySettings(
            since=now(), email=email, webhook=channel, topics=tuple(Topic(one) for one in topics or _TOPICS),
            stalled_hours=stalled_hours, expect_look_hours=expect_look_hours,
        )  # fmt: skip
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the settings"
        raise UsageError(f"{place}: {first['msg'].removeprefix('Value error, ')}.") from None


def _email(
    to: tuple[str, ...], sender: str, smtp: str, security: str | None, user: str, password_file: Path | None
) -> EmailChannel:
    from kompass_extract.archive.notices.notify_settings import EmailChannel
    from kompass_extract.settings import LOOPBACK_NAMES

    host, _, port = smtp.rpartition(":") if smtp.rpartition(":")[2].isdecimal() else (smtp, "", "587")
    host = host.strip("[]")
    if security is None:
        security = "none" if host in LOOPBACK_NAMES else "tls" if port == "465" else "starttls"
    password = ""
    if user:
        password = (
            _first_line(password_file)
            if password_file
            else click.prompt(f"Password of {user} at {host}", hide_input=True, err=True)
        )
    channel = EmailChannel.model_validate(
        {"to": to, "sender": sender, "host": host, "port": int(port), "security": security, "user": user,
         "password": password}
    )  # fmt: skip
    if channel.exposes_password:
        raise UsageError(f"The password would go to {host} readable. Say --security starttls or tls.")
    return channel


def _first_line(path: Path) -> str:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} could not be read ({type(error).__name__}).") from None
    if not lines or not lines[0].strip():
        raise UsageError(f"{path} has nothing in its first line.")
    return lines[0].strip()


def _send_test(settings: NotifySettings) -> None:
    from kompass_extract.archive.notices.channels import Notice
    from kompass_extract.archive.notices.tell import send_now
    from kompass_extract.archive.store import now

    troubles = send_now(settings, Notice("test", "test", "Test: notices of this archive arrive", "All is well.", now()))
    if troubles:
        raise NotifyError(" ".join(troubles))
    places = []
    if settings.email is not None:
        places.append(", ".join(settings.email.to))
    if settings.webhook is not None:
        places.append(settings.webhook.shown_address)
    click.echo(f"Test sent to {' and '.join(places)}.")


def _loaded(folder: Path, store: str | None) -> tuple[Any, NotifySettings]:
    from kompass_extract.archive.folder import Archive
    from kompass_extract.archive.notices.notify_settings import load_settings

    archive = Archive.at(folder, store)
    settings = load_settings(archive)
    if settings is None:
        raise NotifyError("No notices are set up here. Run kompass notify set-up.")
    return archive, settings
