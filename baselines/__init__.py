"""The baselines: systems and references, written against the public interface of evalsuite alone."""
