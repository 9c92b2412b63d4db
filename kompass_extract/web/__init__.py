"""The review pages: what a reviewer sees and presses, over the desk that keeps what is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from kompass_extract.review.service import Desk
    from kompass_extract.web.web_settings import WebSettings

__all__ = ["create_app"]


def create_app(desk: Desk, settings: WebSettings) -> ASGIApp:
    """The review pages over ``desk``; its users and sessions are those of ``settings.access``."""
    from kompass_extract.web import app

    return app.create_app(desk, settings)
