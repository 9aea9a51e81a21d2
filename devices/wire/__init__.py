"""Sans-IO codecs: bytes to typed measurements and back, one format a file."""
