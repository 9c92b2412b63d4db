"""From what was read to the report: Fields with confidence and evidence, checks, the report JSON."""
