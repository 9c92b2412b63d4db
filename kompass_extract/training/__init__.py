"""Everything that trains or measures; no room that runs imports it."""
