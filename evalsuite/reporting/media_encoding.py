"""Pictures and sounds as ``data:`` URIs, small enough for a whole report to travel as one file."""

from __future__ import annotations

import base64
import functools
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from evalsuite.errors import UserError
from evalsuite.hashing import sha256_bytes
from evalsuite.reporting.spectrogram import spectrogram

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PIL.Image import Image

    from evalsuite.audio.clip import Clip, Picture

VERSION = 3
"""Part of every cache key; rises when an encoding below changes."""
LARGEST_SIDE = 192
"""Pictures are shrunk to this many pixels; they are shown at about 110."""
PICTURE_BUDGET = 1400
"""Bytes that a picture may take."""
THUMBNAIL_SIDE = 64
"""Of the many small pictures of a grid, in pixels."""
THUMBNAIL_BUDGET = 700
"""Bytes that one of them may take."""
LOSSY_RUNGS = ((1.0, 80), (1.0, 65), (1.0, 50), (0.75, 50), (0.5, 50), (0.5, 25))
"""Share of the side and WebP quality, from the best picture to the smallest."""
OPUS_RATES = (8_000, 12_000, 16_000)
"""Sample rates of Opus up to what the bit rate below leaves of a sound."""
OPUS_COMPRESSION = 0.99
"""libsndfile's scale from 0 (256 kbit/s) to 1 (6 kbit/s): 8.5 kbit/s."""


class Media(Protocol):
    """Where a report finds the pictures and sounds of its run."""

    def picture(self, model: str, clip_id: str) -> Picture | None:
        """Return what a model drew for a clip, uint8 (H, W, 3), or ``None`` where that is no longer stored."""
        ...

    def true_picture(self, clip_id: str) -> Picture | None:
        """Return the real picture of a clip, uint8 (H, W, 3), or ``None`` where there is none."""
        ...

    def reference_picture(self, clip_id: str) -> Picture | None:
        """Return the picture that a clip brings into the reference set, uint8 (H, W, 3); ``None`` where it has none.

        ``nearest_real`` of the per-clip table names a clip by this picture.
        """
        ...

    def sound_file(self, clip_id: str) -> Path | None:
        """Return the file that holds the sound of a clip, or ``None`` where it is synthesised."""
        ...

    def sound(self, clip_id: str) -> Clip:
        """Read or synthesise a clip. Raises ``UserError`` where its file is gone."""
        ...

    def cached_bytes(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return the bytes kept under ``key``, calling ``make`` for them the first time."""
        ...


@dataclass(frozen=True)
class Figure:
    """An encoded picture."""

    uri: str
    """The picture as a ``data:`` URI."""
    coarse: bool
    """True for a picture so small that it is shown enlarged, pixel by pixel."""


@dataclass(frozen=True)
class Recording:
    """An encoded sound."""

    sound: str
    """Ogg/Opus as a ``data:`` URI."""
    spectrogram: str
    """Its spectrogram as a ``data:`` URI."""


def encode_picture(media: Media, picture: Picture | None, *, small: bool = False) -> Figure | None:
    """Encode a picture (H, W, 3), uint8, ``small`` as one of many; ``None`` stays ``None``."""
    if picture is None:
        return None
    side, budget = (THUMBNAIL_SIDE, THUMBNAIL_BUDGET) if small else (LARGEST_SIDE, PICTURE_BUDGET)
    pixels = sha256_bytes(repr(picture.shape).encode() + picture.tobytes())
    key = f"report-picture-v{VERSION}-{side}-{budget}-{pixels}"
    data = media.cached_bytes(key, lambda: compress(picture, side=side, budget=budget))
    return Figure(data_uri(data), coarse=max(picture.shape[:2]) <= 96)


def encode_thumbnail(media: Media, picture: Picture | None) -> str | None:
    """Encode a picture (H, W, 3), uint8, as one of many small ones, to a ``data:`` URI; ``None`` stays ``None``."""
    figure = encode_picture(media, picture, small=True)
    return figure.uri if figure else None


def encode_recording(media: Media, clip_id: str, *, dataset_sha256: str) -> Recording | None:
    """Encode a clip's sound and spectrogram; ``None`` where the sound cannot be read any more.

    The cache key is made of the manifest's hash and the clip's id, so that a cached clip is not even loaded.
    """
    load = functools.cache(lambda: media.sound(clip_id))
    key = f"v{VERSION}-{dataset_sha256}-{clip_id}"
    try:
        opus = media.cached_bytes(f"report-sound-{key}", lambda: to_opus(load()))
        image = media.cached_bytes(f"report-spectrogram-{key}", lambda: _spectrogram_webp(load()))
    except UserError:
        return None
    return Recording(data_uri(opus), data_uri(image))


def compress(picture: Picture, *, side: int = LARGEST_SIDE, budget: int = PICTURE_BUDGET) -> bytes:
    """Return a picture as lossless WebP or PNG where it takes no more bytes than ``budget``, else as lossy WebP.

    A picture larger than ``side`` pixels is shrunk; a noisy one loses quality and then pixels to stay in the budget,
    and takes more only where the smallest rung does.
    """
    from PIL import Image

    image = Image.fromarray(picture)
    image.thumbnail((side, side))
    smallest = min(_saved(image, "WEBP", lossless=True), _saved(image, "PNG", optimize=True), key=len)
    lossy = (_shrunk(image, round(side * share), quality) for share, quality in LOSSY_RUNGS)
    while len(smallest) > budget and (data := next(lossy, None)):
        smallest = data
    return smallest


def _shrunk(image: Image, side: int, quality: int) -> bytes:
    small = image.copy()
    small.thumbnail((side, side))
    return _saved(small, "WEBP", quality=quality)


def to_opus(clip: Clip) -> bytes:
    """Return a clip as mono Ogg/Opus at 8.5 kbit/s, resampled to a rate that Opus knows."""
    import numpy as np
    import soundfile
    import soxr

    rate = max((rate for rate in OPUS_RATES if rate <= clip.sample_rate), default=OPUS_RATES[0])
    waveform = np.clip(soxr.resample(clip.waveform, clip.sample_rate, rate), -1, 1)
    stream = io.BytesIO()
    soundfile.write(stream, waveform, rate, format="OGG", subtype="OPUS", compression_level=OPUS_COMPRESSION)
    return stream.getvalue()


def data_uri(data: bytes) -> str:
    """Return ``data`` as a ``data:`` URI, its type told by its first bytes (PNG, Ogg, else WebP)."""
    kind = {b"\x89PNG": "image/png", b"OggS": "audio/ogg"}.get(data[:4], "image/webp")
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _spectrogram_webp(clip: Clip) -> bytes:
    from PIL import Image

    return _saved(Image.fromarray(spectrogram(clip.waveform, sample_rate=clip.sample_rate)), "WEBP", quality=30)


def _saved(image: Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()
