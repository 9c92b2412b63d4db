"""Switch off whatever a library would send, fetch or look up by itself.

The package calls ``keep_quiet`` when it is first imported, so the variables are set before any library reads them and
are inherited by every child process.  docs/operation.md lists the libraries and what each of them would do.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

SENDS_NOTHING: Mapping[str, str] = {
    "ORT_DISABLE_TELEMETRY": "1",  # ONNX Runtime: device id, event store, upload; its own API comes too late
    "DO_NOT_TRACK": "1",  # Prefect, and what else follows the convention
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "OTEL_SDK_DISABLED": "true",  # OpenTelemetry, a dependency of Prefect
    "HF_HUB_OFFLINE": "1",  # spaCy and rapidocr can fetch models; nothing may be fetched at run time
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
}
"""Set whatever the environment says, unless ``KOMPASS_ALLOW_TELEMETRY`` is set."""

CONSENT_VARIABLE = "KOMPASS_ALLOW_TELEMETRY"


def keep_quiet() -> None:
    """Set the variables that switch telemetry and downloads off, for this process and its children."""
    if not os.environ.get(CONSENT_VARIABLE):
        os.environ.update(SENDS_NOTHING)
