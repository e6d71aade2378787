"""Large raw mails as files: complete and on the disk, or not there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from store.rawfiles import RawFiles

KEY = "ab" + "0" * 62


@pytest.fixture
def files(tmp_path: Path) -> RawFiles:
    """An empty folder."""
    return RawFiles(tmp_path / "raw")


def spooled(files: RawFiles, content: bytes, name: str = "one") -> Path:
    """A complete file in the spool."""
    path = files.spool / name
    path.write_bytes(content)
    return path


def test_bytes_come_back_exactly(files: RawFiles) -> None:
    """No byte is changed, whatever it is, and nothing is left in the spool."""
    content = bytes(range(256)) * 300
    assert files.read(files.put(content, KEY)) == content
    assert list(files.spool.iterdir()) == []


def test_a_spooled_file_is_moved_and_not_copied(files: RawFiles) -> None:
    """A large mail is written once."""
    path = spooled(files, b"mail")
    inode = path.stat().st_ino
    relative = files.take_over(path, KEY)
    assert relative == f"ab/{KEY}.eml"
    assert (files.folder / relative).stat().st_ino == inode


def test_the_same_mail_twice_is_one_file(files: RawFiles) -> None:
    """A retry finds its file there, and its own copy is removed."""
    first = files.put(b"mail", KEY)
    again = spooled(files, b"mail")
    assert files.take_over(again, KEY) == first
    assert not again.exists()
    assert [path.name for path in files.folder.rglob("*.eml")] == [f"{KEY}.eml"]


def test_what_was_being_received_when_a_process_died_is_removed(files: RawFiles) -> None:
    """Nobody was told that it was accepted; what has its place, or is being received now, stays."""
    kept = files.put(b"mail", KEY)
    left = spooled(files, b"half a mai", "left")
    young = spooled(files, b"a mail that is bei", "young")
    os.utime(left, times=(0, 0))
    assert files.clear_spool() == 1
    assert list(files.spool.iterdir()) == [young]
    assert files.read(kept) == b"mail"


def test_a_write_that_fails_leaves_nothing(files: RawFiles) -> None:
    """Where the place cannot be made, the spool is clean and the error is told."""
    (files.folder / "ab").write_bytes(b"a file where a folder should be")
    with pytest.raises(OSError, match="ab"):
        files.put(b"mail", KEY)
    assert list(files.spool.iterdir()) == []


def test_a_file_that_is_gone_is_told(files: RawFiles) -> None:
    """Whoever reads hears that nothing is there."""
    with pytest.raises(FileNotFoundError):
        files.read(f"ab/{KEY}.eml")


PROGRAM = """
import sys
from pathlib import Path
from store.rawfiles import RawFiles
files = RawFiles(Path(sys.argv[1]))
spooled = files.spool / "spooled"
if len(sys.argv) > 3:
    spooled.write_bytes(b"m" * 100_000)
    files.take_over(spooled, sys.argv[2])
else:
    files.put(b"m" * 100_000, sys.argv[2])
"""


@pytest.fixture
def may_trace() -> None:
    """Skip where there is no strace, or it may not trace."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (Debian package: strace)")
    command = ["strace", "-o", os.devnull, "true"]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here")


def trace(folder: Path, *more: str) -> list[str]:
    """The calls of one put (with ``more``, one take-over) that rename or sync, in short words."""
    log = folder / "trace"
    calls = "trace=fsync,fdatasync,rename,renameat,renameat2"
    command = ["strace", "-f", "-y", "-e", calls, "-o", str(log), sys.executable, "-c", PROGRAM]
    root = Path(__file__).parents[2]
    subprocess.run([*command, str(folder / "raw"), KEY, *more], check=True, cwd=root, timeout=200)
    steps = []
    for line in log.read_text().splitlines():
        call = line.split(maxsplit=1)[1]
        if call.startswith("rename"):
            steps.append("rename")
        elif "sync(" in call:
            synced = call.partition("<")[2].partition(">")[0]
            steps.append("sync " + ("file" if "/spool/" in synced else Path(synced).name))
    return steps


@pytest.mark.usefixtures("may_trace")
def test_a_file_is_on_the_disk_before_anyone_is_told(tmp_path: Path) -> None:
    """The bytes are synced before the rename, and both folders after it: a power cut takes nothing."""
    assert trace(tmp_path) == ["sync file", "rename", "sync ab", "sync raw"]


@pytest.mark.usefixtures("may_trace")
def test_folders_are_synced_for_a_file_that_was_there(tmp_path: Path) -> None:
    """Whoever finds the file there does not know that its name is on the disk: it sees to it."""
    trace(tmp_path)
    assert trace(tmp_path, "spooled") == ["sync ab", "sync raw"]


def test_a_file_is_removed_once_nobody_takes_it_in(files: RawFiles) -> None:
    """One that is touched after it was known stays; one that is not there is removed already."""
    path = files.put(b"words", KEY)
    os.utime(files.folder / path, (100.0, 100.0))
    assert not files.remove(path, known_until=99.0)
    assert files.read(path) == b"words"
    assert files.remove(path, known_until=100.0)
    assert files.remove(path, known_until=0.0)
    assert list(files.every()) == []
    assert list(files.spool.iterdir()) == []


def test_the_same_mail_again_says_by_its_time_that_it_is_wanted(files: RawFiles) -> None:
    """Whoever deletes the file looks at it."""
    path = files.put(b"words", KEY)
    os.utime(files.folder / path, (100.0, 100.0))
    files.put(b"words", KEY)
    assert not files.remove(path, known_until=100.0)
    assert list(files.every()) == [(KEY, path)]
