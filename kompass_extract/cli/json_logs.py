"""``--log-json``: what a command tells of its work and of its errors as one JSON object a line, for log collectors."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime

import click

VARIABLE = "KOMPASS_LOG_JSON"
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Time (UTC), level, logger and message, and what the program gave besides by ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


def json_logs_option() -> click.Option:
    """The option that every command has which works for long."""
    return click.Option(
        ["--log-json"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        envvar=VARIABLE,
        callback=lambda ctx, param, value: use_json_logs() if value else None,
        help="Progress and errors as JSON, a line each, on standard error (KOMPASS_LOG_JSON).",
    )


def use_json_logs() -> None:
    """Write this process's logs and warnings as JSON to the standard error stream."""
    os.environ[VARIABLE] = "1"  # for the processes that a command starts
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("kompass_extract").setLevel(logging.INFO)
    logging.captureWarnings(True)


def json_logs_asked_for() -> bool:
    """Whether logs go out as JSON."""
    return any(isinstance(one.formatter, JsonFormatter) for one in logging.getLogger().handlers)


def tell_error(message: str, *, exit_code: int) -> None:
    """Say why a command ends, on the standard error stream."""
    if json_logs_asked_for():
        extra = {"event": "error", "exit_code": exit_code}
        logging.getLogger("kompass_extract.cli").error("%s", message, extra=extra)
    else:
        click.echo(f"kompass: {message}", err=True)
