"""The one door through which a pickle becomes objects."""
