#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Figures for people: `bootrig serve` under fire and at work, beside nginx in the same run.

    serve_beside_nginx.py [--only PART,...] [--seconds N] BOOTRIG [OLDER...]

Parts: rates (files by HTTP, with the processor's time), floods (SYN, half-open, slow readers, idle
connections, heads that do not end; an honest client asks ten times a second all the while), noise
(a thousand connections at once, frames missed and memory), leases (kill -9 amid 10,000) and mixed
(240 s of everything at once, --seconds). More than one BOOTRIG is for before and after. Servers
take turns, so that what else the machine does meets all of them.

All of it goes over a veth between two namespaces of our own, is counted, and ends by itself. Needs
root, ip(8), curl and nginx. Exit 1 if an honest client was not served within a second by the first
BOOTRIG, an address was given twice, or a transfer of the mixed load failed.
"""
import argparse
import contextlib
import hashlib
import os
import pathlib
import random
import re
import select
import signal
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "sim"))
import serve_under_fire as fire  # noqa: E402 pylint: disable=wrong-import-position

real = fire.real
NGINX, ADDRESS = "10.77.0.9", "10.77.0.1"
ROUNDS = 5
LARGE = 256  # MiB
PARTS = ("rates", "floods", "noise", "leases", "mixed")
failures = []


def fails(text):
    failures.append(text)
    print(f"FAILED: {text}", flush=True)


def table(title, head, rows):
    print(f"\n{title}\n")
    rows = [head] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    for row in rows:
        print("    " + "  ".join(cell.ljust(width) if not i else cell.rjust(width)
                                 for i, (cell, width) in enumerate(zip(row, widths))), flush=True)


class Served:
    """A server that runs: its address, and what it and its children cost."""

    def __init__(self, name, address, process):
        self.name, self.address, self.process = name, address, process

    def url(self, path):
        return f"http://{self.address}/{path}"

    def pids(self):
        pids = [self.process.pid]
        for pid in pids:
            with contextlib.suppress(OSError):
                pids += map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return pids

    def cpu(self):
        ticks = 0
        for pid in self.pids():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mb(self):
        total = 0
        for pid in self.pids():
            total += int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])
        return total / 1024


@contextlib.contextmanager
def nginx(net, folder, root):
    """As Debian ships it: one worker for this measure, 768 connections, sendfile and tcp_nopush."""
    temporary = "\n".join(f"{name}_temp_path {folder}/ng-{name};"
                          for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    conf = folder / "nginx.conf"
    conf.write_text(f"""daemon off; worker_processes 1; pid {folder}/ng-pid; error_log {folder}/ng-errors;
events {{ worker_connections 768; }}
http {{ access_log off; sendfile on; tcp_nopush on; {temporary}
server {{ listen {NGINX}:80; root {root}; }} }}
""")
    process = subprocess.Popen(["ip", "netns", "exec", net.server, "nginx", "-c", str(conf)])
    try:
        real.tap.wait_until(lambda: fetch(net, f"http://{NGINX}/f513")[0] or process.poll() is not None, "nginx")
        yield Served("nginx", NGINX, process)
    finally:
        process.terminate()
        process.wait(30)


@contextlib.contextmanager
def bootrig(net, folder, binary, *words):
    real.BOOTRIG = binary
    with real.Server(net, folder, *words, bits=16) as server:
        served = Served(names[binary], ADDRESS, server.process)
        served.log, served.counter = server.log, server.counter
        yield served
        if server.process.poll() is None:
            code = server.stop(signal.SIGTERM)
            if code:
                fails(f"{served.name} ended with {code}")


def fetch(net, url, limit=5, more=()):
    """Whether it came, seconds, octets a second."""
    done = net.at_client(["curl", "-sSf", "-m", limit, "-o", "/dev/null", "-w", "%{time_total} %{speed_download}", *more, url])
    words = done.stdout.split()
    return (done.returncode == 0, float(words[-2]), float(words[-1])) if len(words) >= 2 else (False, limit, 0)


@contextlib.contextmanager
def each(net, folder, root, bins):
    """Starts of all who are compared, the first ones in turn first."""
    with contextlib.ExitStack() as stack:
        beside = stack.enter_context(nginx(net, folder, root))

        def servers(round_, *words):
            order = [None] + list(bins)
            for which in order[round_ % len(order):] + order[:round_ % len(order)]:
                if which is None:
                    yield beside
                else:
                    with bootrig(net, folder, which, "--root", root, "role=http,tftp", *words) as served:
                        yield served
        yield servers


def ratios(title, unit, figures, bigger_is_better=True):
    """@figures: {what: {server: [values]}}"""
    servers = list(next(iter(figures.values())))
    head = [title] + servers + [f"{name}/nginx" for name in servers if name != "nginx"]
    rows = []
    for what, values in figures.items():
        middle = {name: statistics.median(values[name]) for name in servers}
        rows.append([what] + [f"{middle[name]:.{3 if middle[name] < 10 else 0}f}" for name in servers]
                    + [f"{middle[name] / middle['nginx']:.2f}" if middle["nginx"] else "-"
                       for name in servers if name != "nginx"])
    table(f"{title}, {unit}; medians of {ROUNDS}" + ("" if bigger_is_better else ", less is better"), head, rows)


def put(figures, what, server, value):
    figures.setdefault(what, {}).setdefault(server, []).append(value)


def many(net, count, url, limit):
    """@count clients at once. Return: octets a second of all"""
    began, results = time.monotonic(), []

    def one():
        results.append(fetch(net, url, limit))
    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count * LARGE * (1 << 20) / (time.monotonic() - began) if all(r[0] for r in results) else 0


def small_ones(net, served, requests, keep):
    """Requests a second over one connection, or over one each."""
    config = pathlib.Path(root_of[0]).parent / "urls"
    config.write_text("".join(f'url = "{served.url("f513")}"\noutput = /dev/null\n' for _ in range(requests)))
    config.chmod(0o644)
    began = time.monotonic()
    done = net.at_client(["curl", "-sSf", "-m", "60", *([] if keep else ["-H", "Connection: close"]), "-K", config])
    return requests / (time.monotonic() - began) if done.returncode == 0 else 0


def rates(net, folder, root, bins):
    speed, cost = {}, {}
    with each(net, folder, root, bins) as servers:
        for round_ in range(ROUNDS):
            for served in servers(round_):
                fetch(net, served.url("large"), 120)
                before = served.cpu()
                put(speed, f"{LARGE} MiB, 1 client, MB/s", served.name, fetch(net, served.url("large"), 120)[2] / 1e6)
                put(cost, "CPU ms a MB of it", served.name, (served.cpu() - before) * 1000 / (LARGE * 1.048576))
                put(speed, f"{LARGE} MiB, 4 clients, MB/s", served.name, many(net, 4, served.url("large"), 120) / 1e6)
                put(speed, "513 octets, one connection, requests/s", served.name, small_ones(net, served, 3000, True))
                put(speed, "513 octets, a connection each, requests/s", served.name, small_ones(net, served, 1000, False))
    ratios("Rates of HTTP", "as named", speed)
    ratios("Cost of HTTP", "as named", cost, False)


class Flood:
    """Runs beside the honest client until told to end, or until its count is used up."""

    def __init__(self, net, served, mac):
        self.net, self.served, self.mac = net, served, mac
        self.stop, self.sent, self.sockets = threading.Event(), 0, []
        with fire.Inside(net):
            self.raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            self.raw.bind(("eth0", 0))

    def run(self):
        raise NotImplementedError

    def connect(self, buffer=None):
        with fire.Inside(self.net):
            one = socket.socket()
        if buffer:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        one.settimeout(1)
        try:
            one.connect((self.served.address, 80))
        except OSError:
            one.close()
            return None
        self.sent += 1
        self.sockets.append(one)
        return one

    def hold(self, count, total, begin, again):
        """@count connections at any time; those that were ended come again, @total in all."""
        poll = select.poll()
        while not self.stop.is_set() and self.sent < total:
            while len(self.sockets) < count and self.sent < total and not self.stop.is_set():
                one = self.connect(4096)
                if not one:
                    break
                with contextlib.suppress(OSError):
                    begin(one)
                poll.register(one, select.POLLHUP | select.POLLERR | select.POLLRDHUP)
            ended = {fd for fd, _ in poll.poll(200)}
            for one in [one for one in self.sockets if one.fileno() in ended]:
                poll.unregister(one)
                self.sockets.remove(one)
                one.close()
            for one in self.sockets:
                with contextlib.suppress(OSError):
                    again(one)
        self.stop.wait()

    def close(self):
        self.raw.close()
        for one in self.sockets:
            one.close()


class Syn(Flood):
    """SYNs from addresses of the network that nobody has, each of another."""
    title = "SYN, 8,000 a second, each from another address"

    def run(self):
        draw = random.Random(7)
        while not self.stop.is_set() and self.sent < 100000:
            for _ in range(80):
                source = f"10.77.{draw.randrange(64, 255)}.{draw.randrange(1, 255)}"
                with contextlib.suppress(OSError):
                    self.raw.send(fire.syn(source, draw.randrange(1024, 65535), self.served.address, self.mac))
                self.sent += 1
            time.sleep(0.01)


class HalfOpen(Flood):
    """2,000 connections of one address that never answer, asked for again and again."""
    title = "2,000 half-open of one address"

    def run(self):
        while not self.stop.is_set() and self.sent < 60000:
            for i in range(2000):
                with contextlib.suppress(OSError):
                    self.raw.send(fire.syn("10.77.0.99", 2000 + i, self.served.address, self.mac))
                self.sent += 1
                if i % 50 == 49:
                    time.sleep(0.005)
                if self.stop.is_set():
                    break


class Slow(Flood):
    title = "600 readers of a file, an octet a fifth of a second"

    def run(self):
        self.hold(600, 20000, lambda one: one.send(b"GET /f33m HTTP/1.1\r\nHost: x\r\n\r\n"),
                  lambda one: one.recv(1, socket.MSG_DONTWAIT))


class Idle(Flood):
    title = "1,000 idle connections, ended ones come again"

    def run(self):
        self.hold(1000, 20000, lambda one: None, lambda one: None)


class Heads(Flood):
    title = "700 heads that do not end, an octet a fifth of a second"

    def run(self):
        self.hold(700, 20000, lambda one: one.send(b"GET /f513 HTTP/1.1\r\nX: "), lambda one: one.send(b"x"))


def mac_of(net, address):
    net.at_client(["ping", "-c", "1", "-W", "2", address])
    done = net.at_client(["ip", "neigh", "show", address])
    return bytes.fromhex(done.stdout.split("lladdr ")[1].split()[0].replace(":", ""))


def honest(net, served, flood, seconds):
    """Seconds that each fetch of an honest client took, while @flood runs; NONE_S for none."""
    thread = threading.Thread(target=flood.run, daemon=True)
    took, none = [], 0
    thread.start()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        good, needed, _ = fetch(net, served.url("f513"))
        none += not good
        took.append(needed)
        time.sleep(0.1)
    flood.stop.set()
    thread.join(30)
    flood.close()
    return took, none


def floods(net, folder, root, bins):
    rows = []
    with each(net, folder, root, bins) as servers:
        for kind in (Syn, HalfOpen, Slow, Idle, Heads):
            for served in servers(0):
                flood = kind(net, served, mac_of(net, served.address))
                took, none = honest(net, served, flood, 8)
                after = fetch(net, served.url("f513"))
                rows.append([kind.title if served.name == "nginx" else "", served.name, flood.sent, len(took),
                             f"{statistics.median(took) * 1000:.0f}", f"{max(took) * 1000:.0f}", none])
                if served.name == names[bins[0]] and (none or max(took) >= 1 or not after[0]):
                    fails(f"{kind.title}: {none} of {len(took)} not served, the slowest took {max(took):.2f} s")
    table("An honest client (curl, 513 octets, ten a second) beside floods; ms a fetch",
          ["flood", "server", "sent", "fetches", "median", "longest", "not served"], rows)


def noise(net, folder, root, bins):
    """1,000 clients that all begin at once, and what the network says to all and to others."""
    rows = []
    for binary in bins:
        with bootrig(net, folder, binary, "--root", root, "role=http,tftp", "streams=1000") as served:
            mac = mac_of(net, served.address)
            idle_mb = served.memory_mb()
            with fire.Inside(net):
                raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
                raw.bind(("eth0", 0))
            other = mac[:5] + bytes([mac[5] ^ 1]) + bytes.fromhex("020000000099") + b"\x08\0" + \
                fire.ipv4("10.77.0.2", "10.77.0.3", 17, bytes(1400))
            spread = b"\xff" * 6 + bytes.fromhex("020000000099") + b"\x08\0" + \
                fire.ipv4("10.77.0.2", "255.255.255.255", 17, struct.pack("!HHHH", 5353, 5353, 408, 0) + bytes(400))
            before = served.cpu()
            for i in range(100000):
                with contextlib.suppress(OSError):
                    raw.send(other if i % 2 else spread)
            time.sleep(0.5)
            cost = served.cpu() - before
            sockets = []
            for _ in range(1000):
                with fire.Inside(net):
                    one = socket.socket()
                one.setblocking(False)
                sockets.append(one)
            for one in sockets:
                with contextlib.suppress(BlockingIOError):
                    one.connect((served.address, 80))
            time.sleep(1)
            for one in sockets:
                with contextlib.suppress(OSError):
                    one.send(b"GET /sub/folder/f1m HTTP/1.1\r\nHost: x\r\n\r\n")
            got = {one: 0 for one in sockets}
            end = time.monotonic() + 60
            peak = idle_mb
            waiting = {one.fileno(): one for one in sockets}
            poll = select.poll()
            for fd in waiting:
                poll.register(fd, select.POLLIN)
            while waiting and time.monotonic() < end:
                for fd, _ in poll.poll(100):
                    one = waiting[fd]
                    try:
                        size = len(one.recv(1 << 16))
                    except OSError:
                        size = 0
                    got[one] += size
                    if size == 0 or got[one] >= 1 << 20:
                        poll.unregister(fd)
                        del waiting[fd]
                peak = max(peak, served.memory_mb())
            whole = sum(size >= 1 << 20 for size in got.values())
            for one in sockets:
                one.close()
            served.process.send_signal(signal.SIGUSR1)
            real.tap.wait_until(lambda: "frames_in_total" in served.log(), "counters")
            rows.append([served.name, served.counter("frames_missed_total"), f"{idle_mb:.0f}", f"{peak:.0f}",
                         f"{whole} of 1000", f"{cost:.2f}"])
    table("1,000 clients at once, a MiB each; before, 100,000 frames to others and to all",
          ["server", "frames missed", "MB at start", "MB at most", "served whole", "CPU s of the 100,000"], rows)


class Machines:
    """DHCP clients, some hundred at a time, over one raw socket; what each was given."""
    WINDOW, PATIENCE_S = 200, 3

    def __init__(self, net):
        self.dhcp = fire.Dhcp(net)
        self.dhcp.raw.setblocking(False)
        self.dhcp.raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.open, self.given, self.told = {}, {}, []

    def take(self):
        """One answer. False: there is none"""
        try:
            frame = self.dhcp.raw.recv(2000)
        except BlockingIOError:
            return False
        if len(frame) < 290 or frame[23] != 17 or frame[34:36] != b"\0\x43":
            return True
        machine = struct.unpack_from("!I", frame, 46)[0]
        kind, address = frame[42 + 240 + 2], socket.inet_ntoa(frame[58:62])
        if kind == 5:
            self.told.append((machine, address))
            self.open.pop(machine, None)
        elif kind == 2 and machine in self.open:
            self.open[machine] = time.monotonic()
            self.dhcp.send(machine, 3, b"\x32\4" + socket.inet_aton(address) + b"\x36\4" + socket.inet_aton(real.SERVER))
        return True

    def lease(self, machines, enough=lambda told: False):
        """Each of @machines asks until it has an address, or it is @enough."""
        left = list(reversed(machines))
        self.open, self.told = {}, []
        while (left or self.open) and not enough(len(self.told)):
            now = time.monotonic()
            while left and len(self.open) < self.WINDOW:
                self.open[left[-1]] = now
                self.dhcp.send(left.pop(), 1)
            for machine, at in list(self.open.items()):
                if now - at > self.PATIENCE_S:
                    self.open[machine] = now
                    self.dhcp.send(machine, 1)
            if not self.take():
                select.select([self.dhcp.raw], [], [], 0.05)

    def learn(self):
        """What was told, the last octet of it. Return: addresses of two, and machines of two"""
        while self.take():
            pass
        owner = {address: machine for machine, address in self.given.items()}
        twice = changed = 0
        for machine, address in self.told:
            twice += owner.setdefault(address, machine) != machine
            changed += self.given.setdefault(machine, address) != address
        self.told = []
        return twice, changed


def leases(net, folder, _root, bins, count=10000):
    """kill -9 three times amid @count leases: whatever a client was told holds."""
    folder.chmod(0o777)
    words = ["--leases", folder / "bench.leases", "role=dhcp", f"leases={count + 2000}", "pool=10.77.4.0-10.77.63.255"]
    draw, began = random.Random(11), time.monotonic()
    kills = [count * i // 3 - draw.randrange(200, count // 4) for i in (1, 2, 3)]
    machines, wrong = Machines(net), [0, 0]

    def learn():
        wrong[:] = map(sum, zip(wrong, machines.learn()))
    for kill in kills + [count]:
        with bootrig(net, folder, bins[0], *words) as served:
            had = len(machines.given)
            machines.lease([i for i in range(count) if i not in machines.given],
                           lambda told, wanted=kill - had: wanted < count - had and told >= wanted)
            if kill != count:
                served.process.send_signal(signal.SIGKILL)
                served.process.wait(30)
            learn()
    with bootrig(net, folder, bins[0], *words):
        machines.lease(draw.sample(range(count), count))
        learn()
    unique = len(set(machines.given.values()))
    if any(wrong) or unique != count:
        fails(f"{wrong[0]} addresses given twice, {wrong[1]} changed, {unique} of {count} different")
    table(f"kill -9 after {', '.join(map(str, kills))} of {count} leases, then all ask again",
          ["machines", "addresses", "given twice", "changed", "seconds"],
          [[len(machines.given), unique, *wrong, f"{time.monotonic() - began:.0f}"]])


class Mixed:
    """One kind of work after the other, by some threads, until time is up; what failed is kept."""

    def __init__(self, net, folder, sums, seconds):
        self.net, self.folder, self.sums, self.end = net, folder, sums, time.monotonic() + seconds
        self.done, self.lock, self.octets = {}, threading.Lock(), 0

    def note(self, what, good, why=""):
        with self.lock:
            entry = self.done.setdefault(what, [0, 0])
            entry[0] += 1
            entry[1] += not good
        if not good:
            fails(f"{what}: {why.strip()[-200:]}")

    def get(self, what, name, target, *words):
        done = self.net.at_client(["curl", "-sSf", "-m", "60", "-o", target, *words])
        good = done.returncode == 0 and hashlib.sha256(target.read_bytes()).hexdigest() == self.sums[name]
        with self.lock:
            self.octets += target.stat().st_size if good else 0
        self.note(what, good, done.stderr or "the content differs")

    def files(self, number):
        draw, target = random.Random(number), self.folder / f"mixed-{number}"
        while time.monotonic() < self.end:
            name = draw.choice(["f513", "f1468", "odd name+%41.efi", "sub/folder/f1m", "f33m"])
            quoted = real.quoted(name)
            if draw.random() < 0.5:
                self.get(f"HTTP {name}", name, target, f"http://{ADDRESS}/{quoted}")
            else:
                if name == "f33m":
                    name = quoted = "sub/folder/f1m"
                self.get(f"TFTP {name}", name, target, "--tftp-blksize", str(draw.choice([512, 1024, 1468])),
                         f"tftp://{ADDRESS}/{quoted}")

    def machines(self):
        group, at = Machines(self.net), 0
        while time.monotonic() < self.end:
            wanted = [100000 + (at + i) % 3000 for i in range(20)]
            group.lease(wanted, lambda told: time.monotonic() > self.end + 20)
            told = {machine for machine, _ in group.told}
            twice, changed = group.learn()
            for machine in wanted:
                self.note("DHCP lease", machine in told, f"machine {machine} was given nothing")
            if twice or changed:
                self.note("DHCP lease", False, f"{twice} given twice, {changed} changed")
            at += 20
            time.sleep(0.1)

    def bad_ones(self, served, mac):
        kinds = [Syn, HalfOpen, Slow, Idle, Heads]
        while time.monotonic() < self.end - 6:
            kinds.append(kinds.pop(0))
            flood = kinds[0](self.net, served, mac)
            thread = threading.Thread(target=flood.run, daemon=True)
            thread.start()
            time.sleep(5)
            flood.stop.set()
            thread.join(30)
            flood.close()
            time.sleep(1)


def mixed(net, folder, root, bins, seconds=240):
    folder.chmod(0o777)
    sums = {name: real.sha(root / name) for name in real.SIZES}
    words = ["--root", root, "--leases", folder / "mixed.leases", "role=dhcp,tftp,http", "leases=4000",
             "pool=10.77.4.0-10.77.63.255", "windowsize=on"]
    with bootrig(net, folder, bins[0], *words) as served:
        work = Mixed(net, folder, sums, seconds)
        threads = [threading.Thread(target=work.files, args=(i,)) for i in range(6)]
        threads += [threading.Thread(target=work.machines),
                    threading.Thread(target=work.bad_ones, args=(served, mac_of(net, ADDRESS)))]
        for thread in threads:
            thread.start()
        peak = 0
        while any(thread.is_alive() for thread in threads):
            peak = max(peak, served.memory_mb())
            time.sleep(1)
        served.process.send_signal(signal.SIGUSR1)
        real.tap.wait_until(lambda: "frames_in_total" in served.log(), "counters")
        missed = served.counter("frames_missed_total")
    rows = [[what, done, failed] for what, (done, failed) in sorted(work.done.items())]
    rows.append(["all", sum(row[1] for row in rows), sum(row[2] for row in rows)])
    table(f"{seconds} s of mixed load with the floods in turn: {work.octets / 1e9:.1f} GB, {peak:.0f} MB of memory at "
          f"most, {missed} frames missed", ["work", "done", "failed"], rows)


names, root_of = {}, []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--seconds", type=int, default=240)
    parser.add_argument("bootrig", nargs="+", type=pathlib.Path)
    asked = parser.parse_args()
    wanted = asked.only.split(",")
    if set(wanted) - set(PARTS):
        parser.error(f"--only: of {', '.join(PARTS)}")
    bins = [path.resolve() for path in asked.bootrig]
    names.update({path: "bootrig" if not i else f"older {i}" if i > 1 else "older" for i, path in enumerate(bins)})
    with real.lab("ip", "curl", "nginx", "ping") as (net, folder, root):
        folder.chmod(0o755)
        root.chmod(0o755)
        root_of.append(root)
        real.make_files(root)
        (root / "large").write_bytes(random.Random(1).randbytes(1 << 20) * LARGE)
        real.must(["ip", "-n", net.client, "addr", "add", f"{fire.CLIENT}/16", "dev", "eth0"])
        real.must(["ip", "-n", net.server, "addr", "add", f"{NGINX}/16", "dev", "eth0"])
        print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; " + "; ".join(
            f"{names[path]}: {real.run([path, '--version']).stdout.strip()}" for path in bins))
        for part in wanted:
            more = {"seconds": asked.seconds} if part == "mixed" else {}
            globals()[part](net, folder, root, bins, **more)
    print(f"\n{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
