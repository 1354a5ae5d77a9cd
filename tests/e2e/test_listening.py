"""What the first run's numbers must show: the system listens, and floors and ceilings lie where they should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.run_folder import load_run

if TYPE_CHECKING:
    from commandline import FirstRun


def test_the_system_listens(first_run: FirstRun) -> None:
    """This fails for a model that ignores the sound: without it, hearing another clip would not matter."""
    done = first_run.done
    assert done.value("seeingsounds", "accuracy", column="low") > done.value(
        "shuffled_audio", "accuracy", column="high"
    )
    assert done.value("seeingsounds", "accuracy") > done.value("shuffled_audio", "accuracy") + 0.3
    assert done.value("silence", "accuracy") < 0.15


def test_the_control_draws_what_it_hears(first_run: FirstRun) -> None:
    """Scored on the clips it heard in place of its own, the control is as good as the system."""
    clips = load_run(first_run.folder).clips()
    label = clips.drop_duplicates("clip_id").set_index("clip_id").label
    control = clips[clips.model == "shuffled_audio"]
    heard = (control.predicted == control.heard_clip_id.map(label)).mean()
    assert abs(heard - first_run.done.value("seeingsounds", "accuracy")) < 0.15


def test_similarity_to_the_sound_needs_the_sound(first_run: FirstRun) -> None:
    listening, control = (
        first_run.done.value(model, "audioclip_similarity") for model in ("seeingsounds", "shuffled_audio")
    )
    assert listening > control


def test_ceilings_are_high(first_run: FirstRun) -> None:
    done = first_run.done
    assert done.value("real", "accuracy") > 0.9
    assert done.value("text_oracle", "accuracy") > 0.85
    for model in ("seeingsounds", "shuffled_audio", "silence"):
        assert done.value(model, "accuracy") < done.value("text_oracle", "accuracy") + 0.05


def test_distance_tells_the_worlds_pictures_from_a_habit(first_run: FirstRun) -> None:
    done = first_run.done
    assert done.value("real", "fid") < done.value("seeingsounds", "fid") < done.value("silence", "fid")
