"""From labelled blocks to chapters, score tables and metadata."""
