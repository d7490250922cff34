"""Bringing a model from a notebook: what its file holds, and what makes it a model here."""
