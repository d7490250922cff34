"""The sealed thing: pipeline, schema, card and proof."""
