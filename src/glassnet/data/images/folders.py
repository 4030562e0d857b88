"""Where the pictures of a folder are, and which class each is of.

    FOLDER/class/picture                       the class is the folder's name
    FOLDER/train/class/picture, FOLDER/test/…  with a test part of its own

Folders within a class's folder belong to that class. Hidden files and what a system leaves behind
are passed over; a file that is no picture by its ending is left out, and counted.
"""

import os
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from glassnet.data.checks import DataError
from glassnet.data.images.decode import ENDINGS, FOREIGN

TRAIN = ("train", "training")
TEST = ("test", "testing")
VALIDATION = ("val", "valid", "validation")
DEEPEST = 100  # folders within one another
_LEFT_BEHIND = {"thumbs.db", "desktop.ini", "__macosx", "$recycle.bin"}


@dataclass
class Found:
    """Pictures with their class, in order of class and path, and what was left out."""

    paths: list[Path] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)  # by ending

    def extend(self, other: "Found") -> None:
        self.paths += other.paths
        self.labels += other.labels
        self.left_out += other.left_out


@dataclass
class Layout:
    """The parts of a folder: to learn from, to measure with, and remarks on what was met."""

    train: Found
    test: Found | None = None
    remarks: list[str] = field(default_factory=list)


def has_class_folders(folder: Path) -> bool:
    """Whether there is a folder in it that is not hidden."""
    return os.path.isdir(folder) and bool(_look(folder)[0])


def has_pictures(folder: Path) -> bool:
    """Whether a folder is to be read for pictures: it has folders, or pictures themselves."""
    folders, files = _look(folder)
    return bool(folders) or any(path.suffix.lower() in ENDINGS for path in files)


def find_pictures(folder: Path) -> Layout:
    """The pictures of a folder laid out as the head of this module says.

    Raises:
        DataError: no pictures, pictures beside the folders of classes, one class, a class without
            pictures, a class in the test part alone, a loop of links, or what cannot be read.
    """
    folders, files = _look(folder)
    while len(folders) == 1 and not files and has_class_folders(folders[0]):
        folder = folders[0]  # an archive unpacked into a folder of its own name
        folders, files = _look(folder)
    parts = {_part(path): path for path in folders}
    if "train" in parts and has_class_folders(parts["train"]):
        return _parts(folder, parts, [path for path in folders if _part(path) == ""])
    if not folders:
        pictures = [path for path in files if path.suffix.lower() in ENDINGS]
        what = f"{len(pictures):,} pictures" if pictures else "no pictures"
        raise DataError(
            f"{folder} holds {what} and no folders of classes: put each class's pictures into a "
            "folder of the class's name, as cats/1.png and dogs/1.png"
        )
    return Layout(_classes(folder, whole=True))


def pictures_below(folder: Path) -> Found:
    """Every picture in a folder and the folders within it, in order; their labels are ''."""
    found = Found()
    _walk(folder, "", found, ())
    return found


def _parts(folder: Path, parts: dict[str, Path], others: list[Path]) -> Layout:
    if others:
        raise DataError(
            f"{folder} has {others[0].name} beside {parts['train'].name}: either parts (train, "
            "test) with folders of classes in each, or folders of classes alone"
        )
    layout = Layout(_classes(parts["train"], whole=True))
    for part in ("test", "validation"):
        if part not in parts:
            continue
        if not has_class_folders(parts[part]):
            layout.remarks.append(f"{parts[part].name} has no folders of classes and is left out")
            continue
        found = _classes(parts[part], whole=False)
        strange = sorted(set(found.labels) - set(layout.train.labels))
        if strange:
            raise DataError(
                f"{parts[part]} has the class {strange[0]!r}, which {parts['train']} has not: "
                "give it pictures to learn from, or take it out"
            )
        if layout.test is None:
            layout.test = found
        else:
            layout.train.extend(found)
            layout.remarks.append(f"{parts[part].name} is learned from, as train is")
    return layout


def _classes(folder: Path, whole: bool) -> Found:
    """The pictures of a folder of class folders; `whole` where every class must have some."""
    folders, files = _look(folder)
    loose = [path for path in files if path.suffix.lower() in ENDINGS]
    if loose:
        raise DataError(
            f"{folder} holds {len(loose):,} pictures beside its folders of classes, as "
            f"{loose[0].name}: put each into the folder of its class, or take it out"
        )
    found = Found()
    for path in folders:
        before = len(found.paths)
        _walk(path, _class_name(path), found, ())
        if whole and len(found.paths) == before:
            raise DataError(
                f"{path} has no pictures: put some of its class into it, or take the folder out"
            )
    if not found.paths:
        raise DataError(f"{folder} has no pictures in its folders: name a folder that has some")
    if whole and len(folders) < 2:
        raise DataError(
            f"{folder} has one class only ({folders[0].name}); a classifier needs at least two: "
            "add a folder with another class's pictures, or name the folder above it"
        )
    return found


def _walk(folder: Path, label: str, found: Found, above: tuple[tuple[int, int], ...]) -> None:
    try:
        stat = folder.stat()
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror or error}") from None
    here = stat.st_dev, stat.st_ino
    if here in above:
        raise DataError(f"{folder} leads back to a folder above it: take that link out")
    if len(above) > DEEPEST:
        raise DataError(f"{str(folder)[:200]} … lies over {DEEPEST} folders deep: name one below")
    folders, files = _look(folder)
    for path in files:
        ending = path.suffix.lower()
        if ending in FOREIGN:
            raise DataError(
                f"{path} is a {ending} picture, which cannot be read: save it as PNG or JPEG, or "
                "take it out of the folder"
            )
        if ending in ENDINGS or not ending:
            found.paths.append(path)
            found.labels.append(label)
        else:
            found.left_out[ending] += 1
    for path in folders:
        _walk(path, label, found, (*above, here))


def _look(folder: Path) -> tuple[list[Path], list[Path]]:
    """The folders and the files in a folder, by name; without what is hidden."""
    folders, files = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name.lower() in _LEFT_BEHIND:
                    continue
                if entry.is_dir():
                    folders.append(Path(entry.path))
                elif entry.is_file() or entry.is_symlink():  # a link to nowhere is told when read
                    files.append(Path(entry.path))
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror or error}") from None
    return sorted(folders), sorted(files)


def _part(folder: Path) -> str:
    name = folder.name.lower()
    for part, names in (("train", TRAIN), ("test", TEST), ("validation", VALIDATION)):
        if name in names:
            return part
    return ""


def _class_name(folder: Path) -> str:
    name = unicodedata.normalize("NFC", folder.name)  # systems write é in one letter or in two
    try:
        name.encode()
    except UnicodeEncodeError:
        raise DataError(
            f"the name of the folder {os.fsencode(folder.name)!r} in {folder.parent} is no text "
            "in UTF-8: give it another name"
        ) from None
    return name
