#!/usr/bin/env python3
"""Figures for people: how fast explain reads a large capture, and how much memory it takes.

    large_capture.py BOOTRIG [--small] [MB...]        default: 100 1000

Boots of the corpus are repeated, each time as another machine at a later time, until the
file has so many MB; payloads that the corpus cut are filled up, so that octets are octets.
Then `bootrig explain` and, if there is one, `tshark -q -z conv,udp` read it. Peak memory must
not grow with the length: with --small, thousands of machines that load little, up to the
limit of memory that explain keeps. Exit 1 if the largest takes half as much again as the smallest.
"""
import os
import pathlib
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import time

CORPUS = pathlib.Path(__file__).resolve().parent.parent.parent / "captures" / "corpus"
BOOTS = ["ovmf-virtio-combipxe", "seabios-virtio-combsys", "s390-ccw-noopts",
         "ovmf-virtio-httppy", "ovmf-virtio-no4011", "aavmf64-virtio-http4loss5",
         "slof-vlan-loss5", "uboot25-arm-virtio-auto"]
SMALL = ["ovmf-virtio-no4011", "ovmf-virtio-nofile", "seabios-virtio-closed4011",
         "ovmf-virtio-http404", "slof-vlan-missing", "uboot-x86-e1000-auto"]


def frames(path):
    """(ns, octets) of each frame, filled up to its size on the wire"""
    data = path.read_bytes()
    factor = 1 if struct.unpack_from("<I", data)[0] == 0xa1b23c4d else 1000
    at, result = 24, []
    while at < len(data):
        seconds, fraction, kept, size = struct.unpack_from("<IIII", data, at)
        octets = data[at + 16:at + 16 + kept] + bytes(size - kept)
        result.append((seconds * 10**9 + fraction * factor, octets))
        at += 16 + kept
    return result


def machine(octets, old, new, addresses):
    """the frame as another machine's: its MAC and IPv4 address wherever headers hold them"""
    head, tail = octets[:400], octets[400:]
    head = head.replace(old, new)
    for address in addresses:
        head = head.replace(address, bytes([10]) + new[3:])
    return summed(head + tail)


def fold(octets):
    """RFC 1071: the words of 16 bits added up are the number itself, modulo 65535"""
    odd = len(octets) % 2
    return 65535 - int.from_bytes(octets + bytes(odd), "big") % 65535


def summed(octets):
    """with checksums of IPv4, UDP and TCP that are right again: the rules pass over others"""
    ip = 18 if octets[12:14] == b"\x81\x00" else 14
    if octets[ip - 2:ip] != b"\x08\x00":
        return octets
    frame = bytearray(octets)
    end = ip + int.from_bytes(frame[ip + 2:ip + 4], "big")
    frame[ip + 10:ip + 12] = bytes(2)
    frame[ip + 10:ip + 12] = fold(frame[ip:ip + 20]).to_bytes(2, "big")
    at = {17: 26, 6: 36}.get(frame[ip + 9])
    if at and frame[ip] == 0x45 and not frame[ip + 6] & 0x3f and not frame[ip + 7]:
        frame[ip + at:ip + at + 2] = bytes(2)
        pseudo = frame[ip + 12:ip + 20] + bytes([0, frame[ip + 9]])
        pseudo += (end - ip - 20).to_bytes(2, "big")
        frame[ip + at:ip + at + 2] = fold(pseudo + frame[ip + 20:end]).to_bytes(2, "big")
    return bytes(frame)


def addresses_of(boot, mac):
    """IPv4 addresses the machine sent from"""
    return {f[26:30] for _, f in boot if f[6:12] == mac and f[12:14] == b"\x08\x00"} - {bytes(4)}


def client_of(boot):
    """chaddr of the first BOOTREQUEST"""
    for _, f in boot:
        if f[12:14] == b"\x08\x00" and f[23] == 17 and f[36:38] == b"\x00\x43" and f[42] == 1:
            return f[70:76]
    raise SystemExit("a boot without DHCP")


def write(path, size, names):
    boots = []
    for name in names:
        boot = frames(CORPUS / (name + ".pcap"))
        mac = client_of(boot)
        boots.append((boot, mac, addresses_of(boot, mac)))
    now, count = 1_700_000_000 * 10**9, 0
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHIIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, 1))
        while file.tell() < size:
            boot, mac, addresses = boots[count % len(boots)]
            count += 1
            new = b"\x52\x54" + count.to_bytes(4, "big")
            start, out = boot[0][0], []
            for at, octets in boot:
                octets = machine(octets, mac, new, addresses)
                ns = now + at - start
                out.append(struct.pack("<IIII", ns // 10**9, ns % 10**9, len(octets),
                                       len(octets)) + octets)
            file.write(b"".join(out))
            now += boot[-1][0] - start + 10**9


def written(path, size, names):
    """write() in a process of its own: what it takes would count as its children's peak"""
    child = os.fork()
    if child == 0:
        write(path, size, names)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit("cannot write " + path)


def measure(command):
    """(seconds, user and system seconds, peak MB)"""
    begin = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(child.pid, 0)
    errors = child.stderr.read().decode()
    child.stderr.close()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"{command[0]}: exit {child.returncode}: {errors}")
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    peaks, words = [], sys.argv[2:]
    names = SMALL if "--small" in words else BOOTS
    for mb in [int(word) for word in words if word != "--small"] or [100, 1000]:
        with tempfile.TemporaryDirectory() as folder:
            path = folder + "/large.pcap"
            written(path, mb * 10**6, names)
            size = os.path.getsize(path)
            print(f"{size / 10**6:.0f} MB")
            commands = {"bootrig explain": [sys.argv[1], "explain", path]}
            if shutil.which("tshark"):
                commands["tshark conv,udp"] = ["tshark", "-r", path, "-q", "-z", "conv,udp"]
            for name, command in commands.items():
                wall, cpu, peak = measure(command)
                print(f"  {name}: {wall:.1f} s, {cpu:.1f} s of processor, {peak:.0f} MB at "
                      f"most, {size / 10**6 / wall:.0f} MB/s", flush=True)
                if name.startswith("bootrig"):
                    peaks.append(peak)
    return 1 if max(peaks) > 1.5 * peaks[0] else 0


if __name__ == "__main__":
    sys.exit(main())
