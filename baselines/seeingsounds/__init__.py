"""SeeingSounds: sound to picture through the spaces of frozen text encoders (Carnemolla et al., arXiv:2510.11738)."""
