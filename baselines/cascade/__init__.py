"""The plain cascade: name what sounds, then prompt a text-to-image generator with the name."""
