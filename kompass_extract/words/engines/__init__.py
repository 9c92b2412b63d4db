"""Readers: from the picture of a text line to words; one module per engine, and nobody else imports them."""
