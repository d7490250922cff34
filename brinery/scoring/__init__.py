"""From an upload to predictions."""
