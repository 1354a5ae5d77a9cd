"""Metrics of control: what a picture answers to a dose, and how surely it follows it.

A response is a number per picture (:mod:`~evalsuite.metrics.control.responses`, read off it by one of
:mod:`~evalsuite.metrics.control.readings`); a trend tells how a response follows the dose
(:mod:`~evalsuite.metrics.control.trends`); :mod:`~evalsuite.metrics.control.listening` asks whether the sound matters
at all. All of them need evidence that has steps.
"""
