#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig serve` under fire: half-open, idle and dead connections, and kill -9 amid leases.

Goal: nothing a peer does shuts out an honest client, and no lease that was acknowledged is
forgotten. The floods go over a veth between two namespaces of our own, are counted, and end by
themselves. Needs root and ip(8); skipped, with a reason, without.
"""
import ctypes
import os
import pathlib
import random
import signal
import socket
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve_real_clients as real  # noqa: E402 pylint: disable=wrong-import-position

tap = real.tap
CLIENT = "10.77.0.2"
MACHINES = 600  # that ask for a lease before and after the kill


def checksum(octets):
    octets += b"\0" * (len(octets) & 1)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ipv4(source, target, protocol, payload):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0,
                       socket.inet_aton(source), socket.inet_aton(target))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def syn(source, port, target, mac):
    """SYN to port 80, as a frame."""
    tcp = struct.pack("!HHIIBBHHH", port, 80, port * 77777 & 0xffffffff, 0, 0x50, 2, 1024, 0, 0)
    pseudo = socket.inet_aton(source) + socket.inet_aton(target) + struct.pack("!BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    return mac + bytes.fromhex("020000000099") + b"\x08\0" + ipv4(source, target, 6, tcp)


def enter(descriptor):
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, 0x40000000):
        raise OSError(ctypes.get_errno(), "setns")


class Inside:
    """This process, in the client's namespace for a while."""

    def __init__(self, net):
        self.path = f"/var/run/netns/{net.client}"

    def __enter__(self):
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)
        there = os.open(self.path, os.O_RDONLY)
        enter(there)
        os.close(there)

    def __exit__(self, *_):
        enter(self.home)
        os.close(self.home)


def fetched(net):
    """Seconds that an honest client needs for a small file; None if it gets none."""
    begin = time.monotonic()
    done = net.at_client(["curl", "-sSf", "-m", "5", "-o", "/dev/null", f"{real.URL}/f513"])
    return time.monotonic() - begin if done.returncode == 0 else None


def served_meanwhile(net, claim, times=5):
    took = [fetched(net) for _ in range(times)]
    tap.claim(None not in took and max(took) < 1, f"{claim}, curl is served within a second", took)


def server_mac(net):
    net.at_client(["ping", "-c", "1", "-W", "2", real.SERVER])
    done = net.at_client(["ip", "neigh", "show", real.SERVER])
    return bytes.fromhex(done.stdout.split("lladdr ")[1].split()[0].replace(":", ""))


def half_open(net, mac):
    with Inside(net):
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        raw.bind(("eth0", 0))
    for i in range(20000):
        raw.send(syn("10.77.0.99", 1024 + i % 60000, real.SERVER, mac))
        if i == 100:
            served_meanwhile(net, "after 100 half-open connections", 2)
    served_meanwhile(net, "after 20,000 half-open connections")


def idle(net):
    with Inside(net):
        sockets = []
        for _ in range(700):
            sockets.append(socket.create_connection((real.SERVER, 80), 5))
    served_meanwhile(net, "beside 700 idle connections")
    for one in sockets[-100:]:
        try:
            one.send(b"GET /f")
        except OSError:
            pass
    served_meanwhile(net, "beside heads that never end")
    return [one.close() for one in sockets]


def stuck_readers(net):
    with Inside(net):
        sockets = []
        for _ in range(600):
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.settimeout(5)
            one.connect((real.SERVER, 80))
            one.send(b"GET /f33m HTTP/1.1\r\nHost: x\r\n\r\n")
            sockets.append(one)
    served_meanwhile(net, "beside 600 readers that do not read")
    return [one.close() for one in sockets]


class Dhcp:
    """DHCP clients by the hundred over one raw socket."""

    def __init__(self, net):
        with Inside(net):
            self.raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
            self.raw.bind(("eth0", 0))
        self.raw.settimeout(2)

    def send(self, machine, kind, options=b""):
        mac = struct.pack("!HI", 0x0200, 0x10000 + machine)
        message = struct.pack("!BBBBIHH16s16s64s128s", 1, 1, 6, 0, machine, 0, 0x8000, b"", mac, b"", b"")
        message += b"\x63\x82\x53\x63" + bytes([53, 1, kind]) + options + b"\xff"
        message += b"\0" * (300 - len(message))
        udp = struct.pack("!HHHH", 68, 67, 8 + len(message), 0) + message
        self.raw.send(b"\xff" * 6 + mac + b"\x08\0" + ipv4("0.0.0.0", "255.255.255.255", 17, udp))

    def answer(self, machine):
        """Type and address of the answer to @machine; None if nobody answers."""
        while True:
            try:
                frame = self.raw.recv(2000)
            except TimeoutError:
                return None
            if frame[23] == 17 and frame[34:36] == b"\0\x43" and frame[46:50] == struct.pack("!I", machine):
                return frame[42 + 240 + 2], socket.inet_ntoa(frame[42 + 16:42 + 20])

    def lease(self, machine):
        self.send(machine, 1)
        offer = self.answer(machine)
        if not offer:
            return None
        self.send(machine, 3, b"\x32\4" + socket.inet_aton(offer[1]) + b"\x36\4" + socket.inet_aton(real.SERVER))
        ack = self.answer(machine)
        return ack[1] if ack and ack[0] == 5 else None


def killed_amid_leases(net, folder):
    words = ["--leases", folder / "leases", "role=dhcp", "leases=4000", "pool=10.77.4.0-10.77.19.255"]
    given = {}
    draw = random.Random(1)
    machine = 0
    for _ in range(3):
        with real.Server(net, folder, *words, bits=16) as server:
            dhcp = Dhcp(net)
            end = machine + MACHINES // 3
            while machine < end:
                given[machine] = dhcp.lease(machine)
                machine += 1
            dhcp.send(machine, 1)  # and it dies with a question on its way
            time.sleep(draw.random() / 100)
            server.process.send_signal(signal.SIGKILL)
            server.process.wait(real.LIMIT)
    tap.claim(None not in given.values() and len(set(given.values())) == MACHINES,
              f"{MACHINES} machines over two kill -9 have {MACHINES} addresses", len(set(given.values())))
    with real.Server(net, folder, *words, bits=16) as server:
        dhcp = Dhcp(net)
        same = sum(dhcp.lease(i) == given[i] for i in range(0, MACHINES, 7))
        server.stop(signal.SIGTERM)
    tap.claim(same == len(range(0, MACHINES, 7)), "a machine is given its address again after kill -9", same)
    text = (folder / "leases").read_text()
    (folder / "leases").write_text(text + "10.77.5.5 bou")
    with real.Server(net, folder, *words, bits=16) as server:
        code = server.stop(signal.SIGTERM)
    tap.claim(code == 0 and (folder / "leases").read_text().splitlines()[0] == text.splitlines()[0],
              "a line that was cut is left out", code)
    (folder / "leases").write_text(text + "10.77.5.5 rented 1 1 1 - hw -\n")
    done = net.at_server([real.BOOTRIG, "serve", "eth0", "--address", "10.77.0.1/16", *words])
    tap.claim(done.returncode == 2 and ":11: expected bound, declined or over" in done.stderr
              and (folder / "leases").read_text().endswith("hw -\n"),
              "a line that is none is told with its place, and the file stays", done.stderr)


def main():
    with real.lab("ip", "curl", "ping") as (net, folder, root):
        real.make_files(root)
        real.must(["ip", "-n", net.client, "addr", "add", f"{CLIENT}/16", "dev", "eth0"])
        with real.Server(net, folder, "--root", root, "role=http") as server:
            half_open(net, server_mac(net))
            idle(net)
            stuck_readers(net)
            code = server.stop(signal.SIGTERM)
        tap.claim(code == 0, "and it ends as it should", server.log()[-2000:])
        killed_amid_leases(net, folder)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
