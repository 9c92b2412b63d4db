"""The steps; a file's name begins with its revision, four digits that count up."""
