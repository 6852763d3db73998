#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Figures for people: real caching proxies between modelled machines and one origin far away.

    caches.py [--machines N] [--size OCTETS] [--delay MS] [--loss PERCENT] [--rate MBIT] [--model NAME]
              [--spread MS] [--only NAME/...] [--test] BENCH_CACHES

Goal: what an edge cache does for network boot by HTTP, where firmware asks HEAD, then GET: octets at
the origin over those of the file, until HEAD is answered, boots a minute; with an empty cache, then
with a full one. Three namespaces: the machines and the long way (both in tests/bench/bench_caches.c,
so that what is lost is drawn from a seed), a cache, and an origin (nginx) at the other end of it; half
of the delay and all of the loss each way. Caches: nginx in several settings, squid, varnish; what is
not installed is left out. Needs root, ip(8) and nginx; all that was made goes away again.

--test: few machines, a small file, nginx alone, as a test; TAP on stdout, skipped without root.
"""
import argparse
import contextlib
import json
import os
import pathlib
import secrets
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

CACHE, ORIGIN, URL = "10.77.0.3", "10.78.0.2", "http://10.77.0.3/boot.efi"
START_S = 20
NGINX = {
    "nginx": "",
    "nginx, lock": "proxy_cache_lock on;",
    "nginx, lock for 5 min": "proxy_cache_lock on; proxy_cache_lock_timeout 300s; proxy_cache_lock_age 300s;",
    "nginx, lock, slices": "slice 64k; proxy_cache_key $uri$slice_range; proxy_set_header Range $slice_range; "
                           "proxy_cache_valid 206 1h; proxy_cache_lock on; proxy_cache_lock_timeout 300s; "
                           "proxy_cache_lock_age 300s;",
    "nginx, HEAD passed on": "proxy_cache_convert_head off; proxy_cache_key $request_method$uri; "
                             "proxy_cache_lock on; proxy_cache_lock_timeout 300s; proxy_cache_lock_age 300s;",
}
SQUID = {"squid": "off", "squid, collapsed": "on"}
VARNISH = ("varnish",)


def run(command, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **more)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


class Lab:
    """Namespaces of random names: machines - cache - origin."""

    def __init__(self, options):
        mark = secrets.token_hex(3)
        self.names = [f"brl{part}-{mark}" for part in "mco"]
        self.options = options
        self.made = []

    def __enter__(self):
        machines, cache, origin = self.names
        try:
            for name in self.names:
                run(["ip", "netns", "add", name])
                self.made.append(name)
                run(["ip", "-n", name, "link", "set", "lo", "up"])
            for near, far, here, there in ((machines, cache, "lan", "lan"), (machines, cache, "near", "wan"),
                                           (machines, origin, "far", "wan")):
                run(["ip", "link", "add", here, "netns", near, "type", "veth", "peer", "name", there, "netns", far])
            for name, link, address in ((machines, "lan", None), (machines, "near", None), (machines, "far", None),
                                        (cache, "lan", f"{CACHE}/24"), (cache, "wan", "10.78.0.1/24"),
                                        (origin, "wan", f"{ORIGIN}/24")):
                run(["ip", "-n", name, "link", "set", link, "up"])
                if address:
                    run(["ip", "-n", name, "addr", "add", address, "dev", link])
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in self.made:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
        self.made = []

    def inside(self, which, command):
        return ["ip", "netns", "exec", self.names[which], *map(str, command)]


@contextlib.contextmanager
def running(command, is_up, log):
    with open(log, "ab") as out, subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL) as server:
        try:
            end = time.monotonic() + START_S
            while not is_up():
                if server.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"{command[4]} did not start: {log.read_text(errors='replace')[-600:]}")
                time.sleep(0.1)
            yield server
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
            for word in command:  # squid's shared memory is called by its -n
                if str(word).startswith("caches"):
                    for left in pathlib.Path("/dev/shm").glob(f"{word}*"):
                        left.unlink()


def listens(lab, which, address):
    return lambda: subprocess.run(lab.inside(which, [sys.executable, "-c", "import socket,sys;"
                                                     f"socket.create_connection(('{address}', 80), 2)"]),
                                  check=False, capture_output=True).returncode == 0


def nginx_conf(folder, name, server):
    temporary = "\n".join(f"{kind}_temp_path {folder}/{name}-{kind};"
                          for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    path = folder / f"{name}.conf"
    path.write_text(f"""user root; daemon off; worker_processes 1; pid {folder}/{name}.pid; error_log {folder}/{name}.errors;
events {{ worker_connections 1000; }}
http {{ log_format few "$request_method $status $body_bytes_sent"; {temporary}
types {{ application/efi efi; }}
{server} }}
""")
    return ["nginx", "-c", path, "-e", folder / f"{name}.errors"]


@contextlib.contextmanager
def origin(lab, folder):
    """It says which requests came and how many octets of content went."""
    log = folder / "origin.log"
    command = nginx_conf(folder, "origin", f"access_log {log} few; server {{ listen {ORIGIN}:80; root {folder}/root; "
                                           "add_header Cache-Control max-age=3600; }")
    with running(lab.inside(2, command), listens(lab, 2, ORIGIN), folder / "origin.out"):
        yield log


def cache_command(lab, folder, name):
    """The command of a cache, or None: not installed."""
    if name in NGINX:
        return nginx_conf(folder, "cache", f"""access_log off;
proxy_cache_path {folder}/cache levels=1 keys_zone=boot:1m;
server {{ listen {CACHE}:80; location / {{ proxy_pass http://{ORIGIN}; proxy_http_version 1.1;
proxy_cache boot; proxy_cache_valid 200 1h; {NGINX[name]} }} }}""")
    if name in SQUID and shutil.which("squid"):
        top = pathlib.Path(shutil.which("squid")).resolve().parent.parent  # it may be unpacked anywhere
        share = top / "share" / "squid"
        conf = folder / "squid.conf"
        conf.write_text(f"""http_port {CACHE}:80 accel defaultsite={ORIGIN} no-vhost
cache_peer {ORIGIN} parent 80 0 no-query originserver name=origin
http_access allow all
cache_mem 256 MB
maximum_object_size_in_memory 64 MB
collapsed_forwarding {SQUID[name]}
cache_effective_user nobody
visible_hostname edge
pid_filename {folder}/squid.pid
cache_log {folder}/squid.log
access_log none
cache_store_log none
unlinkd_program {top}/lib/squid/unlinkd
mime_table {share}/mime.conf
icon_directory {share}/icons
error_directory {share}/errors/templates
coredump_dir {folder}
pinger_enable off
shutdown_lifetime 1 seconds
""")
        return ["squid", "-N", "-n", f"caches{secrets.token_hex(4)}", "-f", conf]  # its shared memory's name
    if name in VARNISH and shutil.which("varnishd"):
        return ["varnishd", "-F", "-j", "none", "-a", f"{CACHE}:80", "-b", f"{ORIGIN}:80", "-s", "malloc,256m",
                "-n", folder / "varnish", "-t", "3600"]
    return None


def said_since(log, at):
    """(requests, octets of content) of the origin's log behind that place."""
    rows = [line.split() for line in log.read_text().splitlines()[at:]]
    return [f"{method} {status}" for method, status, _ in rows], sum(int(octets) for _, _, octets in rows)


@contextlib.contextmanager
def booting(lab, folder, options):
    """The rounds of the machines: a line of figures each."""
    command = [options.bench.resolve(), "lan", "near", "far", options.delay, int(options.loss * 10000),
               options.rate * 1000000, options.machines, options.model, URL, folder / "root" / "boot.efi",
               options.spread]
    with subprocess.Popen(lab.inside(0, command), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as bench:
        try:
            yield bench
        finally:
            bench.kill()


def measure(lab, options, name):
    """{"cold": figures, "warm": figures}, or None: not installed."""
    with tempfile.TemporaryDirectory(prefix="caches-") as temporary:
        folder = pathlib.Path(temporary)
        folder.chmod(0o777)  # squid becomes nobody
        (folder / "root").mkdir()
        (folder / "root" / "boot.efi").write_bytes(os.urandom(options.size))
        command = cache_command(lab, folder, name)
        if not command:
            return None
        figures, wire, at = {}, 0, 0
        with origin(lab, folder) as log, \
                running(lab.inside(1, command), listens(lab, 1, CACHE), folder / "cache.out"), \
                booting(lab, folder, options) as bench:
            for state in ("cold", "warm"):
                line = bench.stdout.readline()
                if not line:
                    raise RuntimeError(f"bench_caches: {bench.stderr.read()}")
                result = json.loads(line)
                result["requests"], result["octets"] = said_since(log, at)
                at += len(result["requests"])
                result["wire"], wire = result["wire"] - wire, result["wire"]
                figures[state] = result
            if bench.wait(60):
                raise RuntimeError("another file came than was sent")
        return figures


def row(name, state, figures, options):
    each = {}
    for request in figures["requests"]:
        each[request] = each.get(request, 0) + 1
    minutes = figures["seconds"] / 60
    return [name, state, f"{figures['booted']} of {figures['machines']}",
            f"{figures['octets'] / options.size:.2f}", f"{figures['wire'] / options.size:.2f}",
            "%.2f, %.2f" % tuple(figures["head"]), "%.1f, %.1f" % tuple(figures["fetch"]),
            f"{figures['booted'] / minutes:.0f}" if minutes else "-",
            ", ".join(f"{count} {what}" for what, count in sorted(each.items())) or "none"]


HEAD = ["cache", "state", "booted", "origin", "its wire", "HEAD s", "fetch s", "boots/min", "requests at the origin"]


def show(rows):
    widths = [max(len(line[i]) for line in rows) for i in range(len(HEAD))]
    for line in rows:
        print("    " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip(), flush=True)


def as_test(options):
    if os.geteuid() != 0:
        tap.skip_all("not root")
    missing = [tool for tool in ("ip", "nginx") if not shutil.which(tool)]
    if missing:
        tap.skip_all(f"no {', '.join(missing)}")
    options.machines, options.size, options.delay, options.loss, options.rate = 8, 100000, 40, 0, 50
    options.spread = 200
    try:
        lab = Lab(options)
        lab.__enter__()
    except RuntimeError as error:
        tap.skip_all(str(error))
    try:
        cold, warm = measure(lab, options, "nginx, lock for 5 min").values()
        tap.claim(cold["booted"] == warm["booted"] == options.machines,
                  "eight machines boot through a real nginx that is empty, and that is full", str((cold, warm)))
        tap.claim(cold["octets"] == options.size and cold["requests"] == ["GET 200"],
                  "the origin sends its file once, and their HEAD is a GET there", str(cold))
        tap.claim(warm["octets"] == 0 and not warm["requests"], "... and nothing when the cache is full", str(warm))
        tap.claim(cold["headed"] == warm["headed"] == options.machines, "each HEAD is answered with the size",
                  str((cold, warm)))
    finally:
        lab.__exit__()
    return tap.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--machines", type=int, default=100)
    parser.add_argument("--size", type=int, default=1 << 20)
    parser.add_argument("--delay", type=int, default=200, help="there and back, ms")
    parser.add_argument("--loss", type=float, default=1, help="per cent, each way")
    parser.add_argument("--rate", type=int, default=10, help="Mbit/s")
    parser.add_argument("--model", default="edk2-x64-http4")
    parser.add_argument("--spread", type=int, default=1000, help="ms until the last is switched on")
    parser.add_argument("--only", default="", help="names with / between")
    parser.add_argument("--test", action="store_true")
    parser.add_argument("bench", type=pathlib.Path, metavar="BENCH_CACHES")
    options = parser.parse_args()
    if options.test:
        return as_test(options)
    rows = [HEAD]
    notes = []
    with Lab(options) as lab:
        for name in [*NGINX, *SQUID, *VARNISH]:
            if options.only and name not in options.only.split("/"):
                continue
            figures = measure(lab, options, name)
            if not figures:
                notes.append(f"{name}: not installed")
                continue
            for state, of in figures.items():
                rows.append(row(name, state, of, options))
                notes += [f"{name}, {state}: {count} machines: {text}" for text, count in of["said"].items()]
                show(rows[-1:])
    print()
    show(rows)
    print("\n".join(notes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
