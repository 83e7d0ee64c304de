"""Copies of the sources with changes in them, for builds that are broken, or lack something, on purpose."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def misfits(groups):
    """What of the changes does not fit the sources any more; groups are pairs of a name and changes, which are triples:
    file, what stands there once, what stands there instead."""
    found = []
    for name, changes in groups:
        for file, old, _ in changes:
            count = (ROOT / file).read_text().count(old)
            if count != 1:
                found.append(f"{name}: {file} has {count} times: {old.strip()}")
    return found


def sources():
    """All files that are or would be in the repository: bytes by name."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return {name: (ROOT / name).read_bytes() for name in listed.split("\0") if name and (ROOT / name).is_file()}


def change(texts, file, old, new):
    """Makes one change."""
    text = texts[file].decode()
    # An earlier change may have left another beginning.
    assert text.count(old) == 1, (file, old)
    texts[file] = text.replace(old, new).encode()


def write(tree, texts):
    """Writes those files that are others than before, so that what is built is not built again, and removes Swift
    files that are not among them."""
    for name, text in texts.items():
        path = tree / name
        if path.exists() and path.read_bytes() == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    for path in tree.rglob("*.swift"):
        inside = path.relative_to(tree)
        if str(inside) not in texts and ".build" not in inside.parts:
            path.unlink()
