"""The regression gate: a run is held against a baseline that a repository keeps, by margins declared before."""
