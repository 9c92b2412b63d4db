"""From a page to text lines with words."""
