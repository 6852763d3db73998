#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Our TCP against the Linux kernel's, over a veth in a network namespace of its own.

usage: tcp_against_linux.py TCP_PEER    TAP on stdout; skipped, with the reason, where this cannot be done
The kernel has 192.0.2.1 on one end, our host 192.0.2.2 on the other (tests/sim/tcp_peer.c).
"""
import contextlib
import errno
import hashlib
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time

KERNEL, OURS = "192.0.2.1", "192.0.2.2"
ACTS = {"exchange": 7000, "answer": 7001, "first": 7002, "reset": 7003, "slow": 7004}
NETEM = ["tc", "qdisc", "replace", "dev", "kernel0", "root", "netem"]
FAULTS = ["loss=50000", "reorder=50000", "duplicate=20000"]


def skip(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)  # the plan says it: beside TAP meson takes 77 for a failure


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
            return self.process.wait(10)
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
            connection.settimeout(60)
            with connection:
                yield connection, peer
        finally:
            peer.end()


def listening(receive_buffer=0):
    server = socket.socket()
    if receive_buffer:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    server.settimeout(20)
    server.bind((KERNEL, 0))
    server.listen(8)
    return server


def connect(act, receive_buffer=0):
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(60)
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


def expect(good, detail):
    if not good:
        raise AssertionError(detail)


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


def a_kernel_client_and_our_server_exchange_4_mib():
    expect(exchange_as_server(4 << 20)["retransmissions"] == 0, "repeats on a clean line")


def our_client_and_a_kernel_server_exchange_4_mib():
    expect(exchange_as_client(4 << 20)["retransmissions"] == 0, "repeats on a clean line")


def five_percent_loss_reordering_and_duplicates_change_nothing():
    for seed in (1, 2):
        line = exchange_as_server(1 << 20, *FAULTS, f"seed={seed}")
        expect(line["retransmissions"] > 0 and line["out_of_order"] > 0, line)
        line = exchange_as_client(1 << 20, *FAULTS, f"seed={seed}")
        expect(line["retransmissions"] > 0 and line["out_of_order"] > 0, line)


def netem_loss_delay_and_reordering_change_nothing():
    if not quiet(*NETEM, "delay", "4ms", "2ms", "loss", "5%", "reorder", "20%"):
        return "SKIP this kernel has no netem"
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


def a_small_window_and_buffer_work():
    exchange_as_server(1 << 17, "window=1000", "buffer=3000")
    exchange_as_client(1 << 17, "window=1000", "buffer=3000")


def a_closed_port_is_refused_on_either_side():
    with serving(0):
        try:
            socket.create_connection((OURS, 9), timeout=10).close()
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


def set_up():
    """A namespace of our own for this process and its children; gone when they are."""
    if os.geteuid() != 0:
        skip("needs root for a network namespace")
    if "BR_IN_NAMESPACE" not in os.environ:
        os.environ["BR_IN_NAMESPACE"] = "1"
        try:
            os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])
        except OSError as error:
            skip(f"unshare: {error.strerror}")
    if not quiet("ip", "link", "set", "lo", "up"):
        skip("no network namespace")
    if not quiet("ip", "link", "add", "kernel0", "type", "veth", "peer", "name", "ours0"):
        skip("no veth")
    for command in (["addr", "add", f"{KERNEL}/24", "dev", "kernel0"], ["link", "set", "kernel0", "up"],
                    ["link", "set", "ours0", "up"]):
        if not quiet("ip", *command):
            skip("ip " + " ".join(command) + " failed")


def main():
    set_up()
    tests = [test for name, test in globals().items()
             if callable(test) and name.startswith(("a_", "our_", "five_", "netem_", "the_", "we_", "without_", "many_"))]
    good = True
    for number, test in enumerate(tests, 1):
        began = time.monotonic()
        try:
            why = test()
            print(f"ok {number} - {test.__name__}" + (f" # {why}" if why else ""), flush=True)
        except (AssertionError, OSError, ValueError) as error:
            good = False
            print(f"not ok {number} - {test.__name__}\n#   {type(error).__name__}: {error}", flush=True)
        print(f"# {time.monotonic() - began:.1f} s", flush=True)
    print(f"1..{len(tests)}")
    return 0 if good and tests else 1


sys.exit(main())
