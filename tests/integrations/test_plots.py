"""Learning curves: what is drawn, and what is found out before any work."""

import xml.etree.ElementTree as ElementTree

import pytest

from vectorsuite.cli import main
from vectorsuite.errors import MissingExtraError
from vectorsuite.integrations.plots import check_plot, plot_losses

pytest.importorskip("matplotlib")


@pytest.mark.parametrize(("name", "start"), [("c.png", b"\x89PNG"), ("c.pdf", b"%PDF")])
def test_pictures_are_of_the_format_of_their_ending(tmp_path, name, start):
    plot_losses(tmp_path / name, [3.0, 2.5, 2.2], [3.1, 2.7, 2.8])
    assert (tmp_path / name).read_bytes().startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_curve_has_one_mark_per_epoch(tmp_path):
    plot_losses(tmp_path / "c.svg", [3.0, 2.5, 2.2])
    tree = ElementTree.parse(tmp_path / "c.svg")
    groups = {node.get("id") for node in tree.iter() if node.get("id")}
    assert any(name.startswith("line2d") for name in groups)


def test_scores_need_not_be_taken_each_time(tmp_path):
    scores = [{"epoch": 0.0, "a": 0.1}, {"epoch": 1.0, "b": 0.2}, {"epoch": 2.0, "a": 0.3}]
    plot_losses(tmp_path / "c.svg", [], scores=scores)
    drawn = (tmp_path / "c.svg").read_text()
    assert "<!-- a -->" in drawn and "<!-- b -->" in drawn


def test_bad_names_are_found_out_before_any_work(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match=r"must end in one of .*\.png"):
        check_plot(tmp_path / "curve.doc")
    with pytest.raises(FileNotFoundError, match="folder of the picture"):
        check_plot(tmp_path / "none" / "curve.png")
    monkeypatch.setattr("os.access", lambda path, mode: False)  # a superuser may write anywhere
    with pytest.raises(PermissionError, match="cannot be written to"):
        check_plot(tmp_path / "curve.png")


def test_without_matplotlib_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'vectorsuite\[plots\]'"):
        check_plot(tmp_path / "curve.png")


def test_the_command_draws_the_curve_of_its_job(tmp_path, monkeypatch, capsys):
    text = tmp_path / "text.txt"
    text.write_text("a b c\nb c d\na d\n" * 20)
    (tmp_path / "job.cfg").write_text(
        f"[paths]\ncorpus = {str(text)!r}\noutput = {str(tmp_path / 'out')!r}\n"
        "[model]\n@models = 'vectorsuite.SkipGram.v1'\nvector_size = 4\nsample = 0\n"
        "[training]\nheld_out = 0.1\n".replace("'", '"')
    )
    arguments = ["train", str(tmp_path / "job.cfg"), "--plot", str(tmp_path / "curve.svg"), "-q"]
    monkeypatch.setattr("sys.argv", ["vectorsuite", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert "held out" in capsys.readouterr().out
    assert "<svg" in (tmp_path / "curve.svg").read_text()
