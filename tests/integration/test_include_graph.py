"""The floors of src/: an arrow may only point down. CONTRIBUTING.md says why."""

import os
import re

import pytest

SRC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src")

# The higher, the further from the ground. Rooms on one floor do not know each other, but for the ground: url stands on base.
FLOORS = {"main.c": 5, "cli": 4, "transfer": 3, "insight": 2, "http": 1, "tls": 1, "net": 1, "output": 1, "url": 0, "base": -1}

# What happened is told to people by insight/; the layers speak to base/trace.h and must not know who listens.
ONLY_FOR = {"insight": {"main.c", "cli", "insight"}}

# A library is one room's business: who wants to change it has one place to look at.
LIBRARIES = [
    (r"openssl/", {"tls", "insight", "base/hash.c"}),
    (r"ev\.h$", {"transfer"}),
    (r"http_parser\.h$", {"http"}),
    (r"(zlib\.h|zstd\.h|brotli/)", {"http"}),
    (r"idn2\.h$", {"url"}),
    (r"libpsl\.h$", {"http"}),
]

# Digests are needed by several rooms; this one file lends them OpenSSL's.
LENT = {("base/hash.c", "openssl/evp.h")}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)


def room_of(path):
    return path.split("/")[0]


def includes():
    """(file, "<" or quote, what it includes), paths from src/."""
    found = []
    for directory, _, names in os.walk(SRC):
        for name in sorted(names):
            if not name.endswith((".c", ".h", ".def")):
                continue
            path = os.path.relpath(os.path.join(directory, name), SRC)
            with open(os.path.join(directory, name)) as file:
                found += [(path, kind, target) for kind, target in INCLUDE.findall(file.read())]
    return found


def arrow_fault(path, target):
    """Why path must not include target, or None."""
    source, destination = room_of(path), room_of(target)
    if destination not in FLOORS:
        return f"{path} includes {target}: not a path from src/, or a room that has no floor yet"
    if source == destination:
        return None
    if FLOORS[destination] > FLOORS[source]:
        return f"{path} includes {target}: upwards, from {source} to {destination}"
    if FLOORS[destination] == FLOORS[source]:
        return f"{path} includes {target}: sideways, from {source} to {destination}"
    if source not in ONLY_FOR.get(destination, {source}):
        return f"{path} includes {target}: nobody but main and cli may know {destination}"
    return None


def library_fault(path, target):
    for pattern, rooms in LIBRARIES:
        if re.match(pattern, target) and room_of(path) not in rooms and path not in rooms:
            return f"{path} includes <{target}>: that library is the business of {' and '.join(sorted(rooms))}"
    return None


def test_every_room_has_a_floor():
    rooms = {name for name in os.listdir(SRC) if os.path.isdir(os.path.join(SRC, name))}
    assert rooms <= set(FLOORS)


def test_arrows_point_down():
    faults = [arrow_fault(path, target) for path, kind, target in includes() if kind == '"']
    assert [fault for fault in faults if fault] == []


def test_a_library_has_one_room():
    faults = [library_fault(path, target) for path, kind, target in includes() if kind == "<"]
    assert [fault for fault in faults if fault] == []


@pytest.mark.parametrize("path, target, word", [
    ("tls/engine.c", "transfer/settings.h", "upwards"),
    ("tls/engine.c", "net/connect.h", "sideways"),
    ("base/buf.c", "url/url.h", "upwards"),
    ("transfer/transfer.c", "insight/verbose.h", "nobody"),
    ("cli/options.c", "options.h", "not a path"),
])
def test_the_rules_catch(path, target, word):
    assert word in arrow_fault(path, target)


def test_the_library_rule_catches():
    assert library_fault("http/h1.c", "openssl/ssl.h") and library_fault("net/connect.c", "ev.h")
    assert library_fault("base/buf.c", "openssl/evp.h")
    assert not library_fault("tls/engine.c", "openssl/ssl.h")
