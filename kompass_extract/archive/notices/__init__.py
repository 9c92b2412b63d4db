"""What operators hear of: failed and stalled runs, new reports, lost pages; by e-mail and webhook.

``events`` finds what is to be told in the store, ``outbox`` keeps it there until it is sent, ``tell`` does both at the
end of a run and never fails one.
"""

from kompass_extract.archive.notices.tell import tell, tell_at_once

__all__ = ["tell", "tell_at_once"]
