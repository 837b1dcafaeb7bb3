"""What a long job shows."""

import io

import pytest

from vectorsuite.cli.progress import ProgressReport, show_progress


@pytest.fixture
def clock():
    """A clock that the test sets."""

    class Clock:
        now = 0.0

        def __call__(self):
            return self.now

    return Clock()


@pytest.fixture
def shown():
    return []


@pytest.fixture
def report(clock, shown):
    return ProgressReport(lambda *what: shown.append(what), seconds=5, clock=clock)


def test_a_line_tells_share_speed_time_left_and_figures(report, clock, shown):
    report("train", 0, 40_000_000)
    clock.now = 10
    report("train", 10_000_000, 40_000_000, epoch=2, learn_rate=0.0201, loss=2.34567)
    assert shown == [
        (
            "train   25.0%  1.00 M words/s  0:30 left  epoch 2  learn rate 0.02010  loss 2.3457",
            0.25,
        )
    ]


def test_reports_too_near_each_other_are_dropped(report, clock, shown):
    report("train", 0, 100)
    for second in range(1, 13):
        clock.now = second
        report("train", second, 100)
    assert [share for _, share in shown] == [0.05, 0.1]


def test_a_new_stage_starts_anew(report, clock, shown):
    report("count", 0, 100)
    clock.now = 6
    report("count", 50, 100, words=12_000_000)
    clock.now = 9
    report("train", 0, 100)
    clock.now = 13
    report("train", 1, 100)
    clock.now = 15
    report("train", 6_000_000, 12_000_000)
    assert [text.split()[:2] for text, _ in shown] == [["count", "50.0%"], ["train", "50.0%"]]
    assert "2.00 M words/s" in shown[0][0]
    assert "1.00 M words/s  0:06 left" in shown[1][0]


def test_a_total_that_is_not_known_shows_no_share(report, clock, shown):
    report("count", 0)
    clock.now = 5
    report("count", 123)
    assert shown == [("count", None)]


def test_more_than_the_total_is_all_of_it(report, clock, shown):
    report("train", 0, 10)
    clock.now = 5
    report("train", 11, 10)
    assert shown[0][1] == 1.0


def test_quiet_shows_nothing():
    with show_progress(quiet=True) as progress:
        assert progress is None


def test_a_file_gets_lines_and_no_control_characters(monkeypatch):
    monkeypatch.setattr("vectorsuite.cli.progress.SECONDS_BETWEEN_LINES", 0.0)
    stream = io.StringIO()
    with show_progress(stream=stream) as progress:
        progress("train", 0, 10)
        progress("train", 5, 10)
    assert stream.getvalue().startswith("train   50.0%")
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()


def test_a_terminal_gets_a_bar(monkeypatch):
    monkeypatch.setattr("vectorsuite.cli.progress.SECONDS_BETWEEN_DRAWS", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    stream = io.StringIO()
    stream.isatty = lambda: True
    with show_progress(stream=stream) as progress:
        progress("train", 0, 10)
        progress("train", 5, 10)
    assert "\x1b" in stream.getvalue()
    assert "50.0%" in stream.getvalue()
