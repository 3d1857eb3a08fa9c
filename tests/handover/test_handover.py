from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import PyOpenColorIO as OCIO
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from brandkit import handover
from brandkit.colour.lut import Lut, grid
from brandkit.errors import CorrectionError, OutputError

from .corrections import flat, graphic, shaded
from .programs import ffmpeg, ocio, pillow

LINE = st.text(st.characters(), max_size=400)


def identity(nodes: int = 33) -> Lut:
    return Lut(grid(nodes))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def metadata(path: Path) -> OCIO.FormatMetadata:
    processor = OCIO.Config.CreateRaw().getProcessor(OCIO.FileTransform(str(path)))
    return processor.createGroupTransform().getFormatMetadata()


def only_transform(path: Path) -> OCIO.Lut3DTransform:
    (found,) = OCIO.Config.CreateRaw().getProcessor(OCIO.FileTransform(str(path))).createGroupTransform()
    return found


def test_formats_are_found_by_their_files() -> None:
    assert handover.formats() == ("clf", "cube", "hald")
    assert [handover.form(name).SUFFIX for name in handover.formats()] == [".clf", ".cube", ".hald.png"]


@pytest.mark.parametrize("name", handover.formats())
def test_equal_luts_give_equal_bytes_and_the_ending_decides(name: str, tmp_path: Path) -> None:
    target = handover.form(name)
    lut = identity(target.DEFAULT_NODES)
    path = tmp_path / f"Film.1{target.SUFFIX.upper()}"
    handover.write(lut, path)
    assert path.read_bytes() == target.encode(Lut(grid(lut.size)))


@pytest.mark.parametrize("suffix", [".cube", ".clf"])
@pytest.mark.parametrize("nodes", [17, 33, 65])
def test_opencolorio_reads_the_nodes_that_were_written(suffix: str, nodes: int, tmp_path: Path) -> None:
    lut = handover.resampled(flat("blue", 17).lut, nodes)
    handover.write(lut, tmp_path / f"lut{suffix}")
    table = only_transform(tmp_path / f"lut{suffix}")
    assert table.getGridSize() == nodes
    found = np.array(table.getData()).reshape(nodes, nodes, nodes, 3)
    held = handover.form(suffix[1:]).held(lut).numpy()
    assert np.abs(found - held).max() < 1e-7


def test_the_comments_of_a_cube_say_what_it_is_for(tmp_path: Path) -> None:
    lut = flat("two swatches").lut
    handover.write(lut, tmp_path / "acme.cube")
    text = (tmp_path / "acme.cube").read_text("ascii")
    head = text.splitlines()[:9]
    assert head[:2] == ["# swatch 0: #125CEC -> #0050FF", "# swatch 1: #D9352E -> #E2231A"]
    assert "display-referred sRGB (IEC 61966-2-1), full range" in head[2]
    assert "0 to 1" in head[3]
    assert "8 bits" in head[4]
    assert lut.digest in head[6]
    assert head[7:] == ['TITLE "Acme: hero.png"', "LUT_3D_SIZE 33"]
    assert "DOMAIN" not in text


@given(title=LINE, note=LINE)
@settings(deadline=None, max_examples=60)
def test_no_title_or_note_breaks_a_cube(
    title: str, note: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = replace(identity(2), title=title, notes=(note,)).cube()
    lines = text.split("\n")
    assert text.isascii()
    assert lines[0].startswith("# ")
    assert lines[1].startswith('TITLE "')
    assert lines[1].count('"') == 2
    assert lines[2] == "LUT_3D_SIZE 2"
    assert len(lines) == 3 + 8 + 1
    assert max(map(len, lines)) <= 250
    path = tmp_path_factory.mktemp("cube") / "lut.cube"
    path.write_bytes(text.encode("ascii"))
    assert only_transform(path).getGridSize() == 2


@given(title=LINE, note=LINE)
@settings(deadline=None, max_examples=60)
def test_no_title_or_note_breaks_a_clf(
    title: str, note: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("clf") / "lut.clf"
    handover.write(replace(identity(2), title=title, notes=(note,)), path)
    ET.fromstring(path.read_bytes())
    assert only_transform(path).getGridSize() == 2


def test_titles_keep_what_a_format_can_hold_of_them(tmp_path: Path) -> None:
    lut = replace(identity(), title='Café "bleu"\n#2, 青')
    handover.write(lut, tmp_path / "a.cube")
    handover.write(lut, tmp_path / "a.clf")
    assert "TITLE \"Cafe 'bleu' #2, ?\"\n" in (tmp_path / "a.cube").read_text("ascii")
    assert metadata(tmp_path / "a.clf").getName() == 'Café "bleu" #2, 青'


def test_a_clf_says_what_it_is_for(tmp_path: Path) -> None:
    lut = flat("blue").lut
    handover.write(lut, tmp_path / "acme.clf")
    about = metadata(tmp_path / "acme.clf")
    said: dict[str, list[str]] = {}
    for child in about.getChildElements():
        said.setdefault(child.getElementName(), []).append(child.getElementValue())
    assert about.getID().startswith("urn:uuid:")
    assert about.getName() == "Acme: hero.png"
    assert said["Description"][0] == "swatch 0: #125CEC -> #0050FF"
    assert any(lut.digest in line for line in said["Description"])
    for end in ("InputDescriptor", "OutputDescriptor"):
        assert said[end] == ["display-referred sRGB (IEC 61966-2-1), full range"]
    assert only_transform(tmp_path / "acme.clf").getInterpolation() == OCIO.INTERP_TETRAHEDRAL


def test_the_id_of_a_clf_tells_its_nodes_apart_and_not_its_title(tmp_path: Path) -> None:
    ids = []
    for k, lut in enumerate((identity(), replace(identity(), title="other"), flat("blue").lut)):
        path = tmp_path / f"{k}.clf"  # OpenColorIO remembers what it has read
        handover.write(lut, path)
        ids.append(metadata(path).getID())
    assert ids[0] == ids[1] != ids[2]


def test_the_identity_as_a_picture_is_the_one_that_ffmpeg_draws(tmp_path: Path) -> None:
    handover.write(identity(64), tmp_path / "ours.hald.png")
    ffmpeg("-f", "lavfi", "-i", "haldclutsrc=8,format=rgb48le", "-frames:v", "1", "its.png", folder=tmp_path)
    file = oiio.ImageBuf(str(tmp_path / "ours.hald.png"))
    assert (file.spec().width, file.spec().height, file.nchannels) == (512, 512, 3)
    assert str(file.spec().format) == "uint16"
    codes, its = (
        oiio.ImageBuf(str(tmp_path / name)).get_pixels(oiio.UINT16).astype(int)
        for name in ("ours.hald.png", "its.png")
    )
    # Ours are raised by a quarter of an 8-bit code, as far as 16 bits go; theirs are truncated.
    raised = codes - its
    assert ((raised >= 64) & (raised <= 65) | (codes == 65535)).all()


@pytest.mark.parametrize("steps", [(17, 33), (17, 65), (33, 65)])
def test_twice_as_many_steps_give_the_very_same_colours(steps: tuple[int, int]) -> None:
    lut = flat("blue", steps[0]).lut
    more = handover.resampled(lut, steps[1])
    codes = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (200_000, 3), np.uint8))
    assert torch.equal(more(codes), lut(codes))
    assert more.notes == lut.notes


@pytest.mark.parametrize("nodes", [36, 49, 64])
@pytest.mark.parametrize("name", ["blue", "white", "two swatches"])
def test_any_more_nodes_keep_every_hex(name: str, nodes: int) -> None:
    correction = flat(name)
    held = handover.anchors(correction.lut, correction.shifts)
    more = handover.resampled(correction.lut, nodes, held)
    for anchor in held:
        assert anchor.plateau is not None
        assert torch.equal(more(anchor.colours), anchor.results)
    for codes, target in correction.noise:
        assert (more(torch.from_numpy(codes)).numpy() == target).all()


def test_without_its_anchors_a_plateau_loses_its_edge() -> None:
    correction = flat("blue")
    (anchor,) = handover.anchors(correction.lut, correction.shifts)
    assert not torch.equal(handover.resampled(correction.lut, 64)(anchor.colours), anchor.results)


def test_fewer_nodes_are_refused() -> None:
    with pytest.raises(CorrectionError, match=r"33 nodes .* cannot be brought to 17 .* anew with 17 nodes"):
        handover.resampled(flat("blue").lut, 17)


def test_where_a_hex_can_only_be_kept_by_banding_it_says_to_solve_anew() -> None:
    correction = flat("two swatches")
    held = handover.anchors(correction.lut, correction.shifts)
    with pytest.raises(CorrectionError, match="solve the correction anew with 52 nodes"):
        handover.resampled(correction.lut, 52, held)


def test_a_file_that_cannot_keep_its_plateau_without_banding_is_written_without_it(tmp_path: Path) -> None:
    correction = graphic("#0B0E13", "#101820")
    held = handover.anchors(correction.lut, correction.shifts)
    with pytest.raises(CorrectionError, match="64 nodes cannot keep every HEX without banding"):
        handover.resampled(correction.lut, 64, held)
    handover.export(correction.lut, tmp_path, "ink", correction.shifts, formats=("cube", "hald"))
    assert names(tmp_path) == ["ink-README.txt", "ink.cube", "ink.hald.png"]
    plain = handover.resampled(correction.lut, 64)
    of_plain = handover.residual(plain, held, handover.form("hald").held(plain))
    said = (tmp_path / "ink-README.txt").read_text().split("ink.hald.png, ink:\n")[1].split("\nink.")[0]
    assert ("exact to the code: tetrahedral" in said) == all(
        one.exact for one in of_plain if one.interpolation == "tetrahedral"
    )


def test_an_anchor_knows_its_noise_and_a_shaded_one_its_shadings() -> None:
    correction = flat("two swatches")
    for anchor, (codes, target) in zip(
        handover.anchors(correction.lut, correction.shifts), correction.noise, strict=True
    ):
        assert anchor.plateau is not None
        low, high = (np.array(end) for end in anchor.plateau)
        assert ((codes >= low) & (codes <= high)).all()
        assert (anchor.results.numpy() == target).all()
    (shadings,) = handover.anchors(shaded().lut, shaded().shifts)
    assert shadings.plateau is None
    assert len(shadings.colours) > 30


def test_a_lut_of_one_colour_is_one_plateau() -> None:
    shift = flat("blue").shifts[0]
    (anchor,) = handover.anchors(Lut(torch.full((17, 17, 17, 3), 0.5, dtype=torch.float64)), [shift])
    assert anchor.plateau == ((0, 0, 0), (255, 255, 255))
    assert len(anchor.colours) < 20_000


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    for name in ("lut.3dl", "lut.png", "lut"):
        with pytest.raises(OutputError, match=r"use one of \.clf, \.cube, \.hald\.png"):
            handover.write(identity(), tmp_path / name)
    assert names(tmp_path) == []


def test_a_number_of_nodes_that_a_format_has_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"a\.cube: Cube LUT takes 17, 33, 65 nodes .* this LUT has 52"):
        handover.write(identity(52), tmp_path / "a.cube")
    with pytest.raises(OutputError, match=r"Hald CLUT takes 16, .*64.* nodes .* this LUT has 33"):
        handover.write(identity(), tmp_path / "a.hald.png")
    with pytest.raises(CorrectionError, match="larger than any that this format takes"):
        handover.export(identity(130), tmp_path, "a", formats=["clf"])
    assert names(tmp_path) == []


def test_nodes_asked_for_go_to_the_formats_that_take_them(tmp_path: Path) -> None:
    handover.export(identity(), tmp_path, "a", formats=["cube", "hald"], nodes=65)
    assert only_transform(tmp_path / "a.cube").getGridSize() == 65
    assert oiio.ImageBuf(str(tmp_path / "a.hald.png")).spec().width == 512
    with pytest.raises(OutputError, match="40 nodes along each axis are not what Cube LUT takes"):
        handover.export(identity(), tmp_path, "b", nodes=40)


def test_without_opencolorio_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PyOpenColorIO", None)
    with pytest.raises(OutputError) as refused:
        handover.export(identity(), tmp_path, "a", formats=["cube", "clf"])
    assert str(refused.value).endswith("install it with: pip install 'brandkit[handover]'")
    assert str(tmp_path / "a.clf") in str(refused.value)
    assert "\n" not in str(refused.value)
    assert names(tmp_path) == []


def test_what_is_not_a_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="'words' is not a LUT format; use one of clf, cube, hald"):
        handover.export(identity(), tmp_path, "a", formats=["words"])
    with pytest.raises(OutputError, match="name at least one"):
        handover.export(identity(), tmp_path, "a", formats=[])


def test_a_folder_that_cannot_be_written_to_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match=r"a file is in the way|is a file"):
        handover.write(identity(), tmp_path / "file" / "a.cube")


def test_nodes_beyond_the_gamut_are_kept_but_in_a_picture(tmp_path: Path) -> None:
    lut = Lut(grid(64) * 1.2 - 0.1)
    ends = np.array([[0, 128, 255]], np.uint8)
    handover.write(lut, tmp_path / "a.clf")
    assert ocio(ends, tmp_path / "a.clf", "tetrahedral").tolist() == [[0, 128, 255]]
    held = handover.form("hald").held(lut)
    assert (float(held.min()), float(held.max())) == (0, 1)
    assert float(handover.form("clf").held(lut).max()) == pytest.approx(1.1, abs=0.002)


def test_pillow_counts_the_rows_below_the_comments(tmp_path: Path) -> None:
    handover.write(identity(), tmp_path / "a.cube")
    codes = np.random.default_rng(0).integers(0, 256, (500, 3), np.uint8)
    assert (pillow(codes, tmp_path / "a.cube") == codes).all()
