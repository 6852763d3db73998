#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Our TCP against the Linux kernel's, over a veth in a network namespace of its own.

usage: tcp_against_linux.py TCP_PEER [NAME]
TAP on stdout; skipped, with the reason, where this cannot be done. Most of it waits for timers,
so that the tests run beside each other, each as a process in its own namespace; with NAME one.
The kernel has 192.0.2.1 on one end, our host 192.0.2.2 on the other (tests/sim/tcp_peer.c).
"""
import concurrent.futures
import contextlib
import errno
import hashlib
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position
from tap import expect  # noqa: E402

KERNEL, OURS = "192.0.2.1", "192.0.2.2"
ACTS = {"exchange": 7000, "answer": 7001, "first": 7002, "reset": 7003, "slow": 7004}
NETEM = ["tc", "qdisc", "replace", "dev", "kernel0", "root", "netem"]
SKIPPED, AT_ONCE = 77, 6
FAULTS = ["loss=50000", "reorder=50000", "duplicate=20000"]


def quiet(*command):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def pattern(size):
    row = bytes(at * 7 & 255 for at in range(256))
    rows = [bytes((octet + shift) & 255 for octet in row) for shift in range(256)]
    blocks = (rows[(block * 13 + (block >> 8)) & 255] for block in range((size + 255) // 256))
    return b"".join(blocks)[:size]


def sha256(octets):
    return hashlib.sha256(octets).hexdigest()


class Peer:
    """One run of tcp_peer."""

    def __init__(self, size, *words):
        self.process = subprocess.Popen([sys.argv[1], "ours0", OURS, KERNEL, str(size), *words],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def line(self):
        text = self.process.stdout.readline()
        if not text:
            raise AssertionError("tcp_peer said nothing more")
        return json.loads(text) if text.startswith("{") else text.strip()

    def end(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            return self.process.wait(tap.LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None


@contextlib.contextmanager
def serving(size, *words):
    peer = Peer(size, *words, "serve")
    try:
        assert peer.line() == "ready"
        yield peer
    finally:
        peer.end()


@contextlib.contextmanager
def connecting(size, act, *words, **listen):
    with listening(**listen) as server:
        peer = Peer(size, *words, "connect", str(server.getsockname()[1]), act)
        try:
            connection, _ = server.accept()
            connection.settimeout(tap.LIMIT_S)
            with connection:
                yield connection, peer
        finally:
            peer.end()


def listening(receive_buffer=0):
    server = socket.socket()
    if receive_buffer:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    server.settimeout(tap.LIMIT_S)
    server.bind((KERNEL, 0))
    server.listen(8)
    return server


def connect(act, receive_buffer=0):
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(tap.LIMIT_S)
    connection.connect((OURS, ACTS[act]))
    return connection


def read_all(connection):
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def both_ways(connection, size):
    """Send a pattern and read at the same time; what was read."""
    def send():
        connection.sendall(pattern(size))
        connection.shutdown(socket.SHUT_WR)
    sender = threading.Thread(target=send)
    sender.start()
    octets = read_all(connection)
    sender.join()
    return octets


def same(octets, line, sent, received):
    expect(sha256(octets) == sha256(pattern(received)), f"the kernel read {len(octets)} of {received}, or wrong")
    expect(line["error"] == 0 and line["how"] == "gone", line)
    expect(line["received"] == sent and line["sha256"] == sha256(pattern(sent)), line)


def exchange_as_server(size, *words):
    with serving(size, *words) as peer, connect("exchange") as connection:
        octets = both_ways(connection, size)
        line = peer.line()
    same(octets, line, size, size)
    return line


def exchange_as_client(size, *words):
    with connecting(size, "exchange", *words) as (connection, peer):
        octets = both_ways(connection, size)
        line = peer.line()
    same(octets, line, size, size)
    return line


def clean(line):
    """On a line that loses nothing a machine that is slow may let a timer end, but nothing else repeats."""
    expect(line["retransmissions"] == 0 or line["timeouts"] > 0, f"repeats on a clean line: {line}")


def a_kernel_client_and_our_server_exchange_4_mib():
    clean(exchange_as_server(4 << 20))


def our_client_and_a_kernel_server_exchange_4_mib():
    clean(exchange_as_client(4 << 20))


def lossy(line):
    expect(line["retransmissions"] > 0 and line["out_of_order"] > 0, line)


def five_percent_loss_reordering_and_duplicates_change_nothing_for_our_server():
    lossy(exchange_as_server(1 << 20, *FAULTS, "seed=1"))


def five_percent_loss_reordering_and_duplicates_change_nothing_for_our_client():
    lossy(exchange_as_client(1 << 20, *FAULTS, "seed=1"))


def five_percent_loss_with_another_seed_changes_nothing_for_our_server():
    lossy(exchange_as_server(1 << 20, *FAULTS, "seed=2"))


def five_percent_loss_with_another_seed_changes_nothing_for_our_client():
    lossy(exchange_as_client(1 << 20, *FAULTS, "seed=2"))


def netem_loss_delay_and_reordering_change_nothing():
    if not quiet(*NETEM, "delay", "4ms", "2ms", "loss", "5%", "reorder", "20%"):
        return "this kernel has no netem"
    try:
        expect(exchange_as_server(1 << 20)["out_of_order"] > 0, "netem did nothing")
        exchange_as_client(1 << 20)
    finally:
        quiet("tc", "qdisc", "del", "dev", "kernel0", "root")
    return None


def the_kernel_may_close_its_half_first():
    with serving(1 << 20) as peer, connect("answer") as connection:
        connection.sendall(pattern(5000))
        connection.shutdown(socket.SHUT_WR)
        octets = read_all(connection)
        same(octets, peer.line(), 5000, 1 << 20)


def we_may_close_our_half_first():
    with serving(0) as peer, connect("first") as connection:
        expect(connection.recv(1) == b"", "FIN came late")
        connection.sendall(pattern(1 << 20))
        connection.shutdown(socket.SHUT_WR)
        same(b"", peer.line(), 1 << 20, 0)
    with connecting(0, "first") as (connection, peer):
        expect(connection.recv(1) == b"", "FIN came late")
        connection.sendall(pattern(1 << 20))
        connection.shutdown(socket.SHUT_WR)
        same(b"", peer.line(), 1 << 20, 0)


def the_kernels_reset_is_econnreset_here():
    with serving(1 << 24) as peer:
        connection = connect("exchange")
        connection.recv(10000)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        line = peer.line()
    expect(line["error"] == errno.ECONNRESET, line)


def our_reset_is_econnreset_there():
    with serving(0) as peer, connect("reset") as connection:
        connection.sendall(pattern(10000))
        expect(peer.line()["how"] == "reset", "not reset")
        try:
            octets = connection.recv(1)
            raise AssertionError(f"read {octets} after a reset")
        except ConnectionResetError:
            pass


def a_kernel_that_does_not_read_closes_its_window():
    for client in (False, True):
        size = 1 << 20
        if client:
            context = connecting(size, "exchange", receive_buffer=8192)
        else:
            context = contextlib.ExitStack()
        with context as entered:
            if client:
                connection, peer = entered
            else:
                peer = context.enter_context(serving(size))
                connection = context.enter_context(connect("exchange", receive_buffer=8192))
            connection.shutdown(socket.SHUT_WR)
            time.sleep(1.5)
            octets = read_all(connection)
            line = peer.line()
        same(octets, line, 0, size)
        expect(line["probes"] > 0, line)


def we_who_do_not_read_close_our_window():
    size = 2 << 20
    with serving(1000) as peer, connect("slow") as connection:
        octets = both_ways(connection, size)
        same(octets, peer.line(), size, 1000)
    with connecting(1000, "slow") as (connection, peer):
        octets = both_ways(connection, size)
        same(octets, peer.line(), size, 1000)


def without_mss_option_and_scaling_as_grub():
    exchange_as_server(1 << 19, "mss=0", "scaling=0", "window=8192")
    exchange_as_client(1 << 19, "mss=0", "scaling=0", "window=8192")


def a_small_window_and_buffer_work_in_our_server():
    exchange_as_server(1 << 17, "window=1000", "buffer=3000")


def a_small_window_and_buffer_work_in_our_client():
    exchange_as_client(1 << 17, "window=1000", "buffer=3000")


def a_closed_port_is_refused_on_either_side():
    with serving(0):
        try:
            socket.create_connection((OURS, 9), timeout=tap.LIMIT_S).close()
            raise AssertionError("connected to a closed port")
        except ConnectionRefusedError:
            pass
    peer = Peer(0, "connect", "9", "exchange")
    line = peer.line()
    peer.end()
    expect(line["error"] == errno.ECONNREFUSED, line)


def many_streams_one_after_the_other_and_at_once():
    with serving(3000) as peer:
        for _ in range(200):
            with connect("exchange") as connection:
                same(both_ways(connection, 2000), peer.line(), 2000, 3000)
        connections = [connect("exchange") for _ in range(50)]
        for connection in connections:
            connection.sendall(pattern(2000))
            connection.shutdown(socket.SHUT_WR)
        for connection in connections:
            with connection:
                expect(sha256(read_all(connection)) == sha256(pattern(3000)), "wrong octets")
        for _ in connections:
            expect(peer.line()["error"] == 0, "an error")


TESTS = {name: test for name, test in list(globals().items()) if callable(test) and name.startswith(
    ("a_", "our_", "five_", "netem_", "the_", "we_", "without_", "many_"))}


def must(*command):
    if not quiet(*command):
        print(" ".join(command) + " failed")
        sys.exit(SKIPPED)


def inside(name):
    """One test, in a namespace that goes with this process: 1 and a traceback, or why it is skipped."""
    must("ip", "link", "set", "lo", "up")
    must("ip", "link", "add", "kernel0", "type", "veth", "peer", "name", "ours0")
    must("ip", "addr", "add", f"{KERNEL}/24", "dev", "kernel0")
    must("ip", "link", "set", "kernel0", "up")
    must("ip", "link", "set", "ours0", "up")
    why = TESTS[name]()
    if why:
        print(why)
    return SKIPPED if why else 0


def outside(name):
    began = time.monotonic()
    done = subprocess.run(["unshare", "--net", sys.executable, __file__, sys.argv[1], name],
                          capture_output=True, text=True, check=False)
    return name, done, time.monotonic() - began


def main():
    if len(sys.argv) > 2:
        return inside(sys.argv[2])
    if os.geteuid() != 0:
        tap.skip_all("needs root for a network namespace")
    if not shutil.which("unshare") or not quiet("unshare", "--net", "true"):
        tap.skip_all("no network namespace can be made")
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, done, took_s in pool.map(outside, TESTS):
            if done.returncode == SKIPPED:
                tap.skip(name, done.stdout.strip())
            else:
                tap.claim(done.returncode == 0, name, done.stdout + done.stderr)
            tap.comment(f"{took_s:.1f} s")
    return tap.end()


sys.exit(main())
