"""Progress over several runs: days are counted over all of them, other steps by themselves."""

from pipelines.progress import Progress, listening, of_all_days, tell


def test_days_are_counted_over_all_runs_and_the_last_one_is_told() -> None:
    told: list[Progress] = []
    for before, days in ((0, 3), (3, 1)):
        with listening(of_all_days(told.append, before, 4)):
            for day in range(1, days + 1):
                tell("raw", day, days, "loaded")
            tell("features", 1, 1, "made")
    assert [(one.step, one.done, one.total) for one in told] == [
        ("raw", 1, 4),
        ("raw", 2, 4),
        ("raw", 3, 4),
        ("features", 1, 1),
        ("raw", 4, 4),
        ("features", 1, 1),
    ]
