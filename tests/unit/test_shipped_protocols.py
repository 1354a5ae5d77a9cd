"""Every protocol that ships loads, asks for what there is, says what is ours and asks more than one scorer."""

from __future__ import annotations

import pytest

from evalsuite.datasets import landscape, ravdess, vegas, vggsound_labels
from evalsuite.datasets.esc50_rows import CATEGORIES
from evalsuite.profile import load_profile
from evalsuite.protocol import PROTOCOLS, load_protocol
from evalsuite.questions import PANELS
from evalsuite.registry import names, resolve
from evalsuite.resources import bundled
from evalsuite.running.selection import classes_of, select

SHIPPED = bundled(PROTOCOLS)
REAL_CLASSES = {
    "esc50": tuple(name.replace("_", " ") for name in CATEGORIES),
    "vegas": tuple(name.replace("_", " ") for name in vegas.TEN),
    "vggsound50": vggsound_labels.FIFTY,
    "landscape_wild": landscape.CLASSES,
    "ravdess": ravdess.EMOTIONS,
}
SIZES = {
    "esc50_zeroshot": (50, 2000),
    "esc10_zeroshot": (10, 400),
    "vegas": (10, 400),
    "vegas5": (5, 200),
    "vggsound50": (50, 600),
    "landscape_wild": (9, 360),
    "ravdess": (8, 90),
    **{
        f"control_{sweep}": (50, 2000)
        for sweep in ("volume", "distance", "pitch", "reverb", "mixing", "interpolation", "loudness_weighting")
    },
    "control_placebo": (50, 2000),
    "control_listening": (50, 2000),
}
"""How many classes a judge chooses among, and how many clips are evaluated in miniature, or swept a sample of."""
SWEEPS = [name for name in SHIPPED if load_protocol(name).sweep]


def test_every_protocol_is_known_here():
    assert set(SHIPPED) == set(SIZES)


@pytest.mark.parametrize("name", SHIPPED)
def test_it_loads_and_says_where_it_is_from_and_what_is_ours(name: str):
    protocol = load_protocol(name)
    assert protocol.name == name
    assert set(protocol.metrics) <= set(names("metrics"))
    assert len(set(protocol.metrics)) == len(protocol.metrics)
    assert protocol.choices
    assert all(choice.endswith(".") for choice in protocol.choices)
    assert any("certain" in source for source in protocol.source)
    assert "{label}" in protocol.judge_template


@pytest.mark.parametrize("name", [name for name in SHIPPED if name not in SWEEPS])
def test_no_question_is_left_to_one_scorer_and_no_distance_to_its_bias(name: str):
    asked = set(load_protocol(name).metrics)
    assert "accuracy" in asked
    for scorers in PANELS.values():
        answering = [scorer for scorer in scorers if asked & set(scorer)]
        assert len(answering) != 1
    assert {"fid", "kid"} <= asked or not asked & {"fid", "kid"}
    assert "clip_kid" in asked or "clip_fid" not in asked or name == "esc50_zeroshot"  # where runs add it themselves


@pytest.mark.parametrize("name", SWEEPS)
def test_a_sweep_has_ceilings_and_a_floor_and_every_system_and_asks_whether_the_source_is_still_there(name: str):
    protocol = load_protocol(name)
    assert protocol.sweep is not None
    assert {"seeingsounds", "seeingsounds_text", "sound2scene", "sonification", "cascade"} <= set(protocol.models)
    assert {"real", "text_oracle", "shuffled_audio"} <= set(protocol.references)
    measures = {response.measure for response in protocol.sweep.responses}
    assert measures & {"recognition", "presence"}
    assert name != "control_placebo" or all(response.expects == "none" for response in protocol.sweep.responses)


@pytest.mark.parametrize("name", SHIPPED)
def test_its_classes_are_those_of_the_recordings_and_of_the_miniature_world(name: str):
    protocol = load_protocol(name)
    words = REAL_CLASSES[protocol.dataset]
    dataset = resolve("datasets", load_profile("mini").datasets[protocol.dataset].use)(root=None)
    assert set(dataset.classes) == set(words)
    assert len(dataset.classes) == len(words)
    asked = words if protocol.classes == "all" else protocol.classes
    assert set(asked) <= set(words)
    assert set(classes_of(dataset, protocol)) == set(asked)
    assert len(asked) == SIZES[name][0]


@pytest.mark.parametrize("name", SHIPPED)
def test_its_part_of_the_miniature_world_has_clips_of_every_class(name: str):
    protocol = load_protocol(name)
    dataset = resolve("datasets", load_profile("mini").datasets[protocol.dataset].use)(root=None)
    rows = select(dataset, protocol)
    assert len(rows) == SIZES[name][1]
    assert {row.label for row in rows} == set(classes_of(dataset, protocol))


def test_the_evaluated_actors_are_the_same_in_miniature():
    protocol = load_protocol("ravdess")
    rows = select(resolve("datasets", load_profile("mini").datasets["ravdess"].use)(root=None), protocol)
    assert {int(row.source[-2:]) for row in rows} == set(range(19, 25))
    assert protocol.folds == (1 + 18 // ravdess.FOLD_SIZE,)


@pytest.mark.parametrize("profile", ["mini", "paper"])
def test_profiles_bind_every_data_set_and_say_what_each_emotion_is_called(profile: str):
    bound = load_profile(profile)
    assert set(bound.datasets) == set(REAL_CLASSES)
    assert tuple(bound.encoders["emotion"].options["words"]) == ravdess.EMOTIONS


def test_the_published_classifier_knows_no_calm():
    words = load_profile("paper").encoders["emotion"].options["words"]
    assert [word for word, label in words.items() if label is None] == ["calm"]
