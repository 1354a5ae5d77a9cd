# Is the model as quick as that of the base branch, which the pipeline puts into before.py? Copy to tests/gate/.


def test_my_model_is_as_quick_as_it_was(evalsuite_throughput):
    evalsuite_throughput(
        "my_package.my_model:MyModel",
        protocol="esc10_zeroshot",
        against="before:MyModel",
        allowed=0.2,  # the share of its speed that it may lose
    )
