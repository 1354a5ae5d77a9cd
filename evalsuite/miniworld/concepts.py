"""The table of concepts: every thing the miniature world can show and sound.

One row names a concept, how three kinds of data set would word it, and where its drawing belongs. The drawing and
the sound are the functions of the same name in :mod:`evalsuite.miniworld.drawings` and
:mod:`evalsuite.miniworld.sounds`, so a new concept is one row here and one small function in each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Anchor = Literal["ground", "sky"]


@dataclass(frozen=True, kw_only=True)
class Concept:
    """One row of the table."""

    name: str
    """Identifier, and the name of the drawing and of the sound function."""
    video_label: str
    """How a video data set would label the sound event («dog barking», in the manner of VGGSound's labels)."""
    phrase: str
    """How a caption would put it («a barking dog»)."""
    esc50: str = ""
    """The ESC-50 category of this concept; empty where ESC-50 has none."""
    in_training_set: bool = True
    """Whether the audio-visual training set of the baselines contains this concept."""
    anchor: Anchor = "ground"
    """Whether its drawing stands on the ground or hangs in the sky."""

    @property
    def label(self) -> str:
        """The concept's plain name in words: the ESC-50 category without underscores, else the video label."""
        return self.esc50.replace("_", " ") or self.video_label

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every way a caption may name the concept, without repetition."""
        return tuple(dict.fromkeys((self.label, self.video_label, self.phrase)))


def _row(
    name: str,
    video_label: str,
    phrase: str,
    *,
    esc50: str = "",
    held_out: bool = False,
    sky: bool = False,
) -> Concept:
    return Concept(
        name=name,
        video_label=video_label,
        phrase=phrase,
        esc50=esc50,
        in_training_set=not held_out,
        anchor="sky" if sky else "ground",
    )


CONCEPTS: tuple[Concept, ...] = (
    # The fifty ESC-50 classes, in the order of their targets.
    _row("dog", "dog barking", "a barking dog", esc50="dog"),
    _row("rooster", "rooster crowing", "a crowing rooster", esc50="rooster"),
    _row("pig", "pig oinking", "an oinking pig", esc50="pig"),
    _row("cow", "cow lowing", "a lowing cow", esc50="cow"),
    _row("frog", "frog croaking", "a croaking frog", esc50="frog"),
    _row("cat", "cat meowing", "a meowing cat", esc50="cat"),
    _row("hen", "chicken clucking", "a clucking hen", esc50="hen"),
    _row("insects", "bee buzzing", "a buzzing bee", esc50="insects", sky=True),
    _row("sheep", "sheep bleating", "a bleating sheep", esc50="sheep"),
    _row("crow", "crow cawing", "a cawing crow", esc50="crow", sky=True),
    _row("rain", "raining", "falling rain", esc50="rain", sky=True),
    _row("sea_waves", "sea waves", "breaking sea waves", esc50="sea_waves"),
    _row("crackling_fire", "fire crackling", "a crackling fire", esc50="crackling_fire"),
    _row("crickets", "cricket chirping", "a chirping cricket", esc50="crickets"),
    _row("chirping_birds", "bird tweeting", "a tweeting bird", esc50="chirping_birds", sky=True),
    _row("water_drops", "water dripping", "a dripping tap", esc50="water_drops", held_out=True),
    _row("wind", "wind noise", "a blowing wind", esc50="wind", sky=True),
    _row("pouring_water", "pouring water", "a pouring jug", esc50="pouring_water"),
    _row("toilet_flush", "toilet flushing", "a flushing toilet", esc50="toilet_flush"),
    _row("thunderstorm", "thunder", "a thunderstorm", esc50="thunderstorm", sky=True),
    _row("crying_baby", "baby crying", "a crying baby", esc50="crying_baby"),
    _row("sneezing", "people sneezing", "a sneezing person", esc50="sneezing", held_out=True),
    _row("clapping", "people clapping", "two clapping hands", esc50="clapping"),
    _row("breathing", "people breathing", "a breathing person", esc50="breathing", held_out=True),
    _row("coughing", "people coughing", "a coughing person", esc50="coughing"),
    _row("footsteps", "people walking", "two walking shoes", esc50="footsteps"),
    _row("laughing", "people laughing", "a laughing person", esc50="laughing"),
    _row("brushing_teeth", "brushing teeth", "a brushed tooth", esc50="brushing_teeth", held_out=True),
    _row("snoring", "people snoring", "a snoring person", esc50="snoring"),
    _row("drinking_sipping", "people slurping", "a sipped drink", esc50="drinking_sipping", held_out=True),
    _row("door_wood_knock", "door knocking", "a knocking fist", esc50="door_wood_knock"),
    _row("mouse_click", "mouse clicking", "a clicked computer mouse", esc50="mouse_click", held_out=True),
    _row("keyboard_typing", "typing on keyboard", "a typed keyboard", esc50="keyboard_typing"),
    _row("door_wood_creaks", "door creaking", "a creaking door", esc50="door_wood_creaks", held_out=True),
    _row("can_opening", "opening can", "an opened can", esc50="can_opening", held_out=True),
    _row("washing_machine", "washing machine spinning", "a spinning washing machine", esc50="washing_machine"),
    _row("vacuum_cleaner", "vacuum cleaner cleaning floors", "a humming vacuum cleaner", esc50="vacuum_cleaner"),
    _row("clock_alarm", "alarm clock ringing", "a ringing alarm clock", esc50="clock_alarm"),
    _row("clock_tick", "clock ticking", "a ticking clock", esc50="clock_tick"),
    _row("glass_breaking", "glass shattering", "a shattering glass", esc50="glass_breaking", held_out=True),
    _row("helicopter", "helicopter hovering", "a hovering helicopter", esc50="helicopter", sky=True),
    _row("chainsaw", "chainsawing trees", "a roaring chainsaw", esc50="chainsaw"),
    _row("siren", "police siren", "a wailing police car", esc50="siren"),
    _row("car_horn", "car honking", "a honking car", esc50="car_horn"),
    _row("engine", "engine idling", "an idling engine", esc50="engine"),
    _row("train", "train passing", "a passing train", esc50="train"),
    _row("church_bells", "church bell ringing", "a ringing church bell", esc50="church_bells"),
    _row("airplane", "airplane flyby", "a passing airplane", esc50="airplane", sky=True),
    _row("fireworks", "fireworks banging", "a banging firework", esc50="fireworks", sky=True),
    _row("hand_saw", "sawing wood", "a hand saw", esc50="hand_saw", held_out=True),
    # Concepts of the training set that ESC-50 does not have.
    _row("guitar", "playing acoustic guitar", "a strummed guitar"),
    _row("drum_kit", "playing drum kit", "a beaten drum"),
    _row("owl", "owl hooting", "a hooting owl"),
    _row("horse", "horse neighing", "a neighing horse"),
    _row("duck", "duck quacking", "a quacking duck"),
    _row("volcano", "volcano explosion", "an exploding volcano"),
    _row("waterfall", "waterfall burbling", "a burbling waterfall"),
    _row("motorcycle", "driving motorcycle", "a driven motorcycle"),
    _row("printer", "printer printing", "a printing printer"),
    _row("snake", "snake hissing", "a hissing snake"),
)
"""The whole table. Its order is the left-to-right order of two sources in one picture."""

BY_NAME: dict[str, Concept] = {concept.name: concept for concept in CONCEPTS}
ESC50_CONCEPTS: tuple[Concept, ...] = tuple(concept for concept in CONCEPTS if concept.esc50)
TRAINING_CONCEPTS: tuple[Concept, ...] = tuple(concept for concept in CONCEPTS if concept.in_training_set)
