"""File formats, one a file. Knows words and arrays, never tables."""
