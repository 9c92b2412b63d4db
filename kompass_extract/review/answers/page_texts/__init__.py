"""Each page with its corrected text at its place, as libraries keep it: ALTO, PAGE-XML and searchable PDF."""
