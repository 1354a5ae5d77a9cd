"""How much sound the air swallows, by ISO 9613-1:1993."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

KELVIN = 293.15
"""20 °C, which is also the standard's reference temperature."""
HUMIDITY = 70.0
"""Relative humidity in per cent."""
_TRIPLE_POINT = 273.16


def attenuation(hertz: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Return the attenuation of pure tones in dB per metre, at 20 °C, 70 % relative humidity and one atmosphere.

    ISO 9613-1:1993, equations 3 to 5 and annex B, whose factors of pressure and temperature are 1 in such air.
    """
    saturation = 10 ** (-6.8346 * (_TRIPLE_POINT / KELVIN) ** 1.261 + 4.6151)
    vapour = HUMIDITY * saturation  # molar concentration in per cent
    oxygen = 24 + 4.04e4 * vapour * (0.02 + vapour) / (0.391 + vapour)  # relaxation frequencies in Hz
    nitrogen = 9 + 280 * vapour
    squared = hertz**2
    by_oxygen = 0.01275 * np.exp(-2239.1 / KELVIN) / (oxygen + squared / oxygen)
    by_nitrogen = 0.1068 * np.exp(-3352.0 / KELVIN) / (nitrogen + squared / nitrogen)
    return np.asarray(8.686 * squared * (1.84e-11 + by_oxygen + by_nitrogen))
