"""Building blocks of the synthesised sounds: tones, noises, voices, envelopes, and ways to lay events out in time.

Everything is mono float32 at :data:`SAMPLE_RATE`. Lengths called ``n`` are in samples, frequencies in hertz, times in
seconds. Nothing loops over samples, so five seconds cost a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft, next_fast_len
from scipy.signal import lfilter

SAMPLE_RATE = 16000
FloatArray = npt.NDArray[np.float32]
Formant = tuple[float, float, float]
"""A resonance: its frequency in hertz, its bandwidth in hertz and its gain."""
Sound = Callable[[np.random.Generator, int, float], FloatArray]
"""A sound: from a random generator, a length in samples and a pitch factor, a dry mono waveform of any amplitude."""


def f32(values: npt.ArrayLike) -> FloatArray:
    """The values as a float32 array."""
    return np.asarray(values, dtype=np.float32)


def samples(seconds: float) -> int:
    """A duration in seconds as a number of samples, at least 16."""
    return max(16, int(seconds * SAMPLE_RATE))


def silence(n: int) -> FloatArray:
    """A waveform of n zeros."""
    return np.zeros(n, dtype=np.float32)


def times(n: int) -> FloatArray:
    """The time of each of n samples, in seconds."""
    return np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE)


# Curves and envelopes.


def curve(n: int, *values: float) -> FloatArray:
    """A smooth curve of n samples through evenly spaced values."""
    position = np.linspace(0.0, len(values) - 1.0, n, dtype=np.float32)
    index = np.minimum(position.astype(np.int32), len(values) - 2)
    fraction = position - index
    weight = fraction * fraction * (np.float32(3.0) - np.float32(2.0) * fraction)
    points = f32(values)
    return f32(points[index] + (points[index + 1] - points[index]) * weight)


def wander(rng: np.random.Generator, n: int, rate: float, depth: float) -> FloatArray:
    """A random positive curve around 1: about `rate` turns a second, `depth` its standard deviation in nepers."""
    knots = max(3, int(n / SAMPLE_RATE * rate) + 2)
    return f32(np.exp(curve(n, *(depth * rng.standard_normal(knots)))))


def decay(n: int, tau: float) -> FloatArray:
    """An exponential decay from 1 with a time constant of `tau` seconds."""
    return f32(np.exp(times(n) * np.float32(-1.0 / tau)))


def attack_decay(n: int, attack: float, tau: float) -> FloatArray:
    """A linear attack of `attack` seconds into an exponential decay with a time constant of `tau` seconds."""
    t = times(n)
    return f32(np.minimum(t / np.float32(attack), 1.0) * np.exp(-np.maximum(t - attack, 0.0) / np.float32(tau)))


def adsr(n: int, attack: float, drop: float, sustain: float, release: float) -> FloatArray:
    """An attack-decay-sustain-release envelope: times in seconds, `sustain` a level between 0 and 1."""
    end = n / SAMPLE_RATE
    return f32(np.interp(times(n), [0.0, attack, attack + drop, end - release, end], [0.0, 1.0, sustain, sustain, 0.0]))


def hump(n: int, power: float = 1.0) -> FloatArray:
    """Half a sine over n samples, raised to a power: a soft event that begins and ends at zero."""
    half = np.sin(np.linspace(0.0, np.pi, n, dtype=np.float32))
    return f32(np.maximum(half, 0.0) ** np.float32(power))


def phase(n: int, f0: FloatArray | float) -> FloatArray:
    """The phase in cycles, modulo 1, of a tone with the given (possibly changing) frequency in hertz."""
    if not isinstance(f0, np.ndarray):
        return f32(np.mod(np.arange(n) * (f0 / SAMPLE_RATE), 1.0))
    return f32(np.mod(np.cumsum(f0, dtype=np.float64) / SAMPLE_RATE, 1.0))


def wobble(n: int, rate: FloatArray | float, depth: float, start: float = 0.0) -> FloatArray:
    """A sine curve around 1 with `rate` cycles a second and relative depth `depth`: vibrato or tremolo."""
    return f32(1.0 + np.float32(depth) * np.sin(np.float32(2 * np.pi) * (phase(n, rate) + np.float32(start))))


# Stationary sources.


def noise(rng: np.random.Generator, n: int, low: float = 20.0, high: float = 8000.0, tilt: float = 0.0) -> FloatArray:
    """Noise of unit power between two frequencies in hertz (18 dB an octave outside), tilted by dB an octave."""
    size = int(next_fast_len(n, True))
    bins = size // 2 + 1
    frequency = np.linspace(0.5, SAMPLE_RATE / 2, bins, dtype=np.float32)
    below, above = np.float32(low) / frequency, frequency / np.float32(high)
    power = 1.0 + (below * below) ** 3 + (above * above) ** 3
    gain = np.float32(1.0) / np.sqrt(power)
    if tilt:
        gain *= np.exp(np.log(frequency / np.float32(1000.0)) * np.float32(tilt / 6.02))
    normal = rng.standard_normal(2 * bins, dtype=np.float32)
    wave = f32(irfft(normal.view(np.complex64) * gain, n=size))[:n]
    return f32(wave / (np.sqrt(np.mean(wave * wave)) + np.float32(1e-9)))


def tone(n: int, f0: FloatArray | float, amplitudes: Sequence[float] = (1.0,)) -> FloatArray:
    """A harmonic tone: the amplitude of each harmonic of f0, in hertz; harmonics above 7.8 kHz are left out."""
    angle = phase(n, f0) * np.float32(2 * np.pi)
    top = float(np.max(f0))
    twice_cosine = np.float32(2.0) * np.cos(angle)
    previous, current = silence(n), f32(np.sin(angle))
    out = silence(n)
    for index, amplitude in enumerate(amplitudes):
        if (index + 1) * top > 7800.0 and index > 0:
            break
        if amplitude:
            out += np.float32(amplitude) * current
        previous, current = current, f32(twice_cosine * current - previous)
    return out


def saw(n: int, f0: FloatArray | float) -> FloatArray:
    """A sawtooth with softened jumps (polynomial band limiting): all harmonics of f0 in hertz, the buzz of a voice."""
    t = phase(n, f0)
    step = np.broadcast_to(f32(f0) / np.float32(SAMPLE_RATE), t.shape)
    rising, falling = np.minimum(t / step, 1.0) - 1.0, np.maximum((t - 1.0) / step, -1.0) + 1.0
    return f32(2.0 * t - 1.0 + rising * rising - falling * falling)


def pulses(n: int, f0: FloatArray | float) -> FloatArray:
    """A train of single-sample impulses, f0 of them a second."""
    t = phase(n, f0)
    out = silence(n)
    out[1:] = t[1:] < t[:-1]
    out[0] = 1.0
    return out


# Resonance.


def resonate(wave: FloatArray, formants: Sequence[Formant], scale: float = 1.0) -> FloatArray:
    """The wave through parallel resonances, whose frequencies and bandwidths are multiplied by `scale`."""
    out = np.zeros_like(wave)
    for frequency, width, gain in formants:
        centre = min(frequency * scale, 7600.0)
        radius = float(np.exp(-np.pi * width * scale / SAMPLE_RATE))
        poles = f32([1.0, -2.0 * radius * np.cos(2 * np.pi * centre / SAMPLE_RATE), radius * radius])
        out += f32(lfilter(f32([1.0 - radius, 0.0, radius - 1.0]), poles, wave)) * np.float32(gain)
    return out


def voice(
    rng: np.random.Generator,
    f0: FloatArray,
    formants: Sequence[Formant],
    scale: float = 1.0,
    breath: float = 0.05,
) -> FloatArray:
    """A throat: a sawtooth of the given f0 contour in hertz plus breath noise, through the (scaled) formants."""
    source = saw(len(f0), f0) + np.float32(breath) * noise(rng, len(f0), 200.0)
    return resonate(f32(source), formants, scale)


def gliding_voice(
    rng: np.random.Generator,
    f0: FloatArray,
    vowels: tuple[Sequence[Formant], Sequence[Formant]],
    glide: FloatArray,
    scale: float = 1.0,
    breath: float = 0.05,
) -> FloatArray:
    """A voice whose mouth moves from the first vowel (glide 0) to the second (glide 1)."""
    source = f32(saw(len(f0), f0) + np.float32(breath) * noise(rng, len(f0), 200.0))
    return f32(resonate(source, vowels[0], scale) * (1.0 - glide) + resonate(source, vowels[1], scale) * glide)


def lowpass(wave: FloatArray, cutoff: float) -> FloatArray:
    """The wave through a one-pole low-pass filter with the given cutoff in hertz."""
    pole = float(np.exp(-2 * np.pi * cutoff / SAMPLE_RATE))
    return f32(lfilter(f32([1.0 - pole]), f32([1.0, -pole]), wave))


def gliding_noise(rng: np.random.Generator, n: int, start: float, end: float, width: float = 0.35) -> FloatArray:
    """Noise in a band that moves from one centre frequency in hertz to another; `width` is the relative bandwidth."""
    low, high = min(start, end), max(start, end)
    ratio = high / low
    centres = [low * ratio ** (k / 3.0) for k in range(4)]
    position = curve(n, 0.0, 3.0) if start < end else curve(n, 3.0, 0.0)
    out = silence(n)
    source = noise(rng, n, low * 0.5, min(high * 2.0, 8000.0))
    for k, centre in enumerate(centres):
        out += resonate(source, [(centre, centre * width, 2.0)]) * np.maximum(1.0 - np.abs(position - np.float32(k)), 0)
    return out


# Single events.


def strike(n: int, frequencies: Sequence[float], taus: Sequence[float], gains: Sequence[float]) -> FloatArray:
    """Something struck: decaying sine partials, with frequencies in hertz and time constants in seconds."""
    out, t = silence(n), times(n)
    for frequency, tau, gain in zip(frequencies, taus, gains, strict=True):
        if frequency < 7900.0:
            m = min(n, samples(7.0 * tau))
            angle = t[:m] * np.float32(2 * np.pi * frequency)
            out[:m] += np.float32(gain) * np.sin(angle) * np.exp(t[:m] * np.float32(-1.0 / tau))
    return out


def pluck(n: int, f0: float, bright: float, tau: float) -> FloatArray:
    """A plucked string of f0 hertz: harmonics that decay faster the higher they are; `bright` between 0 and 1."""
    orders = range(1, min(13, int(7800.0 / f0) + 1))
    return strike(
        n,
        [f0 * k * (1.0 + 0.0002 * k * k) for k in orders],
        [tau / k**0.7 for k in orders],
        [abs(np.sin(0.45 * k)) * bright ** (k - 1) for k in orders],
    )


def fm_bell(n: int, f0: float, ratio: float, index: float, tau: float) -> FloatArray:
    """A frequency-modulated bell of f0 hertz: modulator ratio and index, and the time constant in seconds."""
    t = times(n)
    envelope = decay(n, tau)
    modulator = np.float32(index) * envelope * np.sin(t * np.float32(2 * np.pi * f0 * ratio))
    return f32(envelope * np.sin(t * np.float32(2 * np.pi * f0) + modulator))


def burst(rng: np.random.Generator, seconds: float, low: float, high: float, tau: float) -> FloatArray:
    """A sudden burst of noise between two frequencies in hertz that dies with a time constant of `tau` seconds."""
    n = samples(seconds)
    return f32(noise(rng, n, low, high) * attack_decay(n, 0.0008, tau))


def bubble(f0: float, rise: float, tau: float) -> FloatArray:
    """A bubble in water: a sine of f0 hertz that rises by the fraction `rise` while it decays over `tau` seconds."""
    n = samples(5.0 * tau)
    t = times(n)
    angle = t * (1.0 + t * np.float32(0.5 * rise / (3.0 * tau))) * np.float32(2 * np.pi * f0)
    return f32(np.sin(angle) * attack_decay(n, 0.001, tau))


def impact(rng: np.random.Generator, modes: Sequence[Formant], tau: float, hardness: float = 0.3) -> FloatArray:
    """A knock on something: modes as (hertz, share of `tau` seconds, gain) and a short click of the given hardness."""
    n = samples(6.0 * tau)
    body = strike(n, [m[0] for m in modes], [tau * m[1] for m in modes], [m[2] for m in modes])
    return place(body, burst(rng, 0.012, 800.0, 6000.0, 0.002), 0, hardness)


# Events in time.


def place(out: FloatArray, event: FloatArray, at: int, gain: float = 1.0) -> FloatArray:
    """Add an event to `out` at a sample position, cut off at the end; returns `out`."""
    m = min(len(event), len(out) - at)
    if m > 0 and at >= 0:
        out[at : at + m] += np.float32(gain) * event[:m]
    return out


def first_onset(rng: np.random.Generator, n: int, latest: float = 1.0) -> float:
    """A random time in seconds for the first event, no later than `latest` nor than a quarter of the clip."""
    return float(rng.uniform(0.01, min(latest, 0.25 * n / SAMPLE_RATE)))


def regular(rng: np.random.Generator, n: int, period: float, jitter: float = 0.05, latest: float = 1.0) -> list[int]:
    """Onsets, in samples, about `period` seconds apart with a relative jitter."""
    count = int(1.5 * n / SAMPLE_RATE / period) + 2
    gaps = period * np.exp(jitter * rng.standard_normal(count))
    gaps[0] = first_onset(rng, n, min(latest, period))
    return [int(at) for at in np.cumsum(gaps) * SAMPLE_RATE if at < n]


def poisson(rng: np.random.Generator, n: int, rate: float) -> list[int]:
    """Onsets, in samples, of a Poisson process with `rate` events a second; the first is early."""
    count = int(2.0 * rate * n / SAMPLE_RATE) + 8
    gaps = rng.exponential(1.0 / rate, count)
    gaps[0] = first_onset(rng, n, 0.5)
    return [int(at) for at in np.cumsum(gaps) * SAMPLE_RATE if at < n]


def scatter(
    rng: np.random.Generator,
    n: int,
    grains: Sequence[FloatArray],
    onsets: Sequence[int],
    spread: float,
) -> FloatArray:
    """A random one of the grains at every onset, with gains that vary by `spread` nepers."""
    out = silence(n)
    picks = rng.integers(0, len(grains), len(onsets))
    gains = np.exp(spread * rng.standard_normal(len(onsets)))
    for at, pick, gain in zip(onsets, picks, gains, strict=True):
        place(out, grains[int(pick)], at, float(gain))
    return out


def bubbles(rng: np.random.Generator, n: int, rate: float, low: float, high: float, tau: float = 0.012) -> FloatArray:
    """Many bubbles, `rate` a second, between two frequencies in hertz."""
    centres = np.exp(rng.uniform(np.log(low), np.log(high), 12))
    grains = [bubble(float(centre), float(rng.uniform(0.1, 0.6)), tau) for centre in centres]
    return scatter(rng, n, grains, poisson(rng, n, rate), 0.6)


def sequence(
    rng: np.random.Generator,
    n: int,
    event: Callable[[], FloatArray],
    gap: tuple[float, float],
    latest: float = 0.8,
    spread: float = 0.15,
) -> FloatArray:
    """Events one after another, with pauses of gap[0] to gap[1] seconds; their gains vary by `spread` nepers."""
    out = silence(n)
    at = int(SAMPLE_RATE * first_onset(rng, n, latest))
    while at < n - 160:
        wave = event()
        place(out, wave, at, float(np.exp(spread * rng.standard_normal())))
        at += len(wave) + int(SAMPLE_RATE * rng.uniform(*gap))
    return out


def joined(parts: Sequence[FloatArray], gap: float = 0.0) -> FloatArray:
    """The parts one after another, `gap` seconds apart."""
    pause = silence(int(gap * SAMPLE_RATE))
    return f32(np.concatenate([piece for part in parts for piece in (part, pause)]))
