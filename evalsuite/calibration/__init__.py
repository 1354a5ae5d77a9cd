"""Calibration: pictures whose truth is known are damaged by degrees, to learn which metric sees which damage."""
