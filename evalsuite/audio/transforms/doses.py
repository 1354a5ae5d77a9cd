"""Refusing a dose that cannot be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.transforms.base import Transform


def check_doses(transform: Transform, doses: Sequence[float], *, lowest: float, highest: float) -> None:
    """Raise ``UserError`` unless every dose lies in [``lowest``, ``highest``]; NaN does not."""
    for dose in doses:
        if not lowest <= dose <= highest:
            raise UserError(
                f"{transform.name}: {transform.title} of {f'{dose:g} {transform.unit}'.strip()} cannot be had: "
                f"choose from {lowest:g} to {highest:g}"
            )
