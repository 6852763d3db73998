#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A capture cut anywhere is explained as far as it goes: exit 2 and one line, never a crash.

    cut_captures.py BOOTRIG

Through the command line, from files and from standard input. A cut between two frames is no
damage: what is left is a whole, shorter capture.
"""
import concurrent.futures
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

CORPUS = pathlib.Path(__file__).resolve().parent.parent.parent / "captures" / "corpus"
PCAP_HEADER, CUTS = 24, 60


def frame_ends(data):
    """offsets at which a pcap or pcapng may end undamaged"""
    ends = []
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        at = 0
        while at < len(data):
            at += struct.unpack_from("<I", data, at + 4)[0]
            ends.append(at)
        return ends
    at = PCAP_HEADER
    while at <= len(data):
        ends.append(at)
        if at + 16 > len(data):
            break
        at += 16 + struct.unpack_from("<I", data, at + 8)[0]
    return ends


def explain(bootrig, path, data=None):
    return subprocess.run([bootrig, "explain", path], input=data, capture_output=True,
                          timeout=tap.LIMIT_S, check=False)


def other_verb(bootrig, verb, path):
    """why its outcome on a damaged capture is not as it must be, or None"""
    result = subprocess.run([bootrig, verb, path], capture_output=True, timeout=tap.LIMIT_S, check=False)
    lines = result.stderr.decode().splitlines()
    if result.returncode != 2 or not lines or not lines[-1].startswith(str(path)):
        return f"{verb}: exit {result.returncode}, {lines}"
    return None


def fault(result, whole, size):
    """why this outcome is not as it must be, or None"""
    lines = result.stderr.decode().splitlines()
    if whole:
        if result.returncode not in (0, 1, 3, 77) or lines:
            return f"exit {result.returncode}, {lines}"
        return None
    if result.returncode != 2 or len(lines) != 1:
        return f"exit {result.returncode}, {lines}"
    if size >= PCAP_HEADER and "expected" not in lines[0]:
        return f"does not say what was expected: {lines[0]}"
    return None


def check(bootrig, name, folder):
    data = (CORPUS / name).read_bytes()
    ends, faults, used = frame_ends(data), [], 0
    cuts = set(range(0, 64)) | {len(data) * i // CUTS for i in range(CUTS)}
    cuts |= {end + by for end in ends[:30] for by in (-1, 0, 1, 8, 16) if end + by < len(data)}
    path = pathlib.Path(folder) / name
    for size in sorted(cuts):
        path.write_bytes(data[:size])
        result = explain(bootrig, str(path))
        why = fault(result, size in ends, size)
        if why:
            faults.append(f"{name} cut at {size}: {why}")
        used += result.returncode == 2 and b"CLIENT" in result.stdout
        for verb in ("from-pcap", "replay") if size % 5 == 0 and size not in ends else ():
            why = other_verb(bootrig, verb, path)
            if why:
                faults.append(f"{name} cut at {size}: {why}")
        if size % 7 == 0:
            piped = explain(bootrig, "-", data[:size])
            if piped.returncode != result.returncode:
                faults.append(f"{name} cut at {size} by a pipe: exit {piped.returncode}")
    if used == 0:
        faults.append(f"{name}: nothing in front of the cut was explained")
    return faults


def second_side(bootrig, folder):
    """what is wrong where the other side of a relay is the damaged one"""
    sides = [CORPUS / f"ovmf-virtio-relaytwo-ref{part}.pcap" for part in ("", "-srvside")]
    cut = pathlib.Path(folder) / "side.pcap"
    cut.write_bytes(sides[1].read_bytes()[:-5])
    faults = []
    for verb in ("replay", "from-pcap"):
        result = subprocess.run([bootrig, verb, sides[0], cut], capture_output=True, timeout=tap.LIMIT_S,
                                check=False)
        lines = result.stderr.decode().splitlines()
        if result.returncode != 2 or not lines or not lines[-1].startswith(str(cut)):
            faults.append(f"{verb}: exit {result.returncode}, {lines}")
    return faults


def main():
    names = ["ovmf-virtio-nofile.pcap", "two-clients.pcapng", "seabios-virtio-no4011.pcap"]
    with tempfile.TemporaryDirectory() as folder:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            found = list(pool.map(lambda name: check(sys.argv[1], name, folder), names))
        for name, faults in zip(names, found):
            tap.claim(not faults, f"{name} cut anywhere", "\n".join(faults))
        faults = second_side(sys.argv[1], folder)
        tap.claim(not faults, "the other side of a relay cut", "\n".join(faults))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
