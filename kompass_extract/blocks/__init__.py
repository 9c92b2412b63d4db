"""From runs of letters to blocks in reading order: strips, columns, blocks, continuation over pages."""
