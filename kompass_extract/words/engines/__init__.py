"""Recognisers turn the image of a text line into words; one module per engine, the only one that imports it."""
