"""The values that are passed from room to room; no logic that belongs to one of them."""
