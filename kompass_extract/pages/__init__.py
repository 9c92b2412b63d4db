"""From a file to upright, clean pages and the ink that stands on them."""
