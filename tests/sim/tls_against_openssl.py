#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Our TLS against OpenSSL's, each end once, over the loopback interface.

usage: tls_against_openssl.py TLS_PEER
TAP on stdout; skipped where there is no openssl or curl.
"""
import contextlib
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

LIMIT_S = 60
# What our server is set to; what s_client says to it beside the address; what it must say
AS_SERVER = [
    ((), ("-tls1_2",), "Verify return code: 0 (ok)"),
    ((), ("-tls1_2", "-cipher", "AES256-GCM-SHA384"), "Cipher is AES256-GCM-SHA384"),
    ((), ("-tls1_2", "-cipher", "AES128-SHA"), "Cipher is AES128-SHA"),
    ((), ("-tls1_2", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305"), "Cipher is ECDHE-RSA-CHACHA20-POLY1305"),
    (("tls-key=p256",), ("-tls1_2",), "Cipher is ECDHE-ECDSA"),
    (("tls-key=p384",), ("-tls1_2",), "Verify return code: 0 (ok)"),
    (("tls-key=rsa4096",), ("-tls1_2",), "Server public key is 4096 bit"),
    (("tls-chain=full",), ("-tls1_2",), "Verify return code: 0 (ok)"),
    (("tls-chain=swapped",), ("-tls1_2",), "Verify return code: 0 (ok)"),
    (("tls-chain=cut",), ("-tls1_2",), "unable to verify the first certificate"),
    (("tls-ca=other",), ("-tls1_2",), "unable to verify the first certificate"),
    (("tls-until=2024-06-01",), ("-tls1_2",), "certificate has expired"),
    (("tls-from=2048-01-01",), ("-tls1_2",), "certificate is not yet valid"),
    (("tls-records=8",), ("-tls1_2",), "Verify return code: 0 (ok)"),
    (("tls-records=joined",), ("-tls1_2",), "Verify return code: 0 (ok)"),
    (("tls-versions=1.3",), ("-tls1_2",), "alert protocol version"),
    (("tls-suites=0x009d",), ("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"), "alert handshake failure"),
    (("tls-sni=must",), ("-tls1_2", "-noservername"), "SSL alert number 112"),
    (("tls-sni=must",), ("-tls1_2", "-servername", "boot.example"), "Verify return code: 0 (ok)"),
]
# Our client; what s_server is told; the authority it knows; what it must say
AS_CLIENT = [
    ("edk2-2022.11", ("-cipher", "AES256-GCM-SHA384"), "open, all is well, version 0303, suite 009d"),
    ("edk2-2022.11", ("-cipher", "AES256-SHA256"), "cannot go on|goes on with what"),  # encrypt-then-MAC
    ("edk2-2022.11", ("-cipher", "DHE-RSA-AES256-GCM-SHA384"), "open, all is well, version 0303, suite 009f"),
    ("edk2-2022.11", ("-cipher", "ECDHE-RSA-AES256-GCM-SHA384"), "refused by an alert, version 0000, suite 0000, alert 40"),
    ("edk2-2022.11", ("-tls1_3",), "refused by an alert, version 0000, suite 0000, alert 70"),
    ("edk2-head", (), "open, all is well, version 0303, suite c030"),
    ("edk2-head", ("-curves", "P-256"), "open, all is well, version 0303, suite c030"),
    ("edk2-head", ("-cipher", "DHE-RSA-AES128-GCM-SHA256"), "open, all is well, version 0303, suite 009e"),
    ("edk2-2025", (), "key is too short"),
    ("ipxe", (), "open, all is well, version 0303, suite c0"),
    ("ipxe", ("-cipher", "AES128-SHA"), "open, all is well, version 0303, suite 002f"),
    ("uboot", (), "open, all is well, version 0303, suite c030"),
]


@contextlib.contextmanager
def serving(peer, settings):
    with subprocess.Popen([peer, "serve", *settings], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()


def asked(port, folder, words):
    return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", folder / "root.pem",
                           "-verify_ip", "127.0.0.1", *words], input="GET / HTTP/1.0\n", text=True,
                          capture_output=True, check=False, timeout=LIMIT_S)


def as_server(peer, folder):
    for settings, words, want in AS_SERVER:
        with serving(peer, settings) as port:
            done = asked(port, folder, words)
        said = done.stdout + done.stderr
        tap.claim(want in said, f"s_client {' '.join(words)} of a server {' '.join(settings) or 'as it is'}: {want}",
                  said[-1500:])


def by_curl(peer, folder):
    with serving(peer, ()) as port:
        done = subprocess.run(["curl", "-sS", "--noproxy", "*", "--tls-max", "1.2", "--cacert", folder / "root.pem",
                               f"https://127.0.0.1:{port}/file"], capture_output=True, text=True,
                              check=False, timeout=LIMIT_S)
    tap.claim("you said GET /file HTTP/1.1" in done.stdout, "curl gets its answer", done.stdout + done.stderr)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_port(port):
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)


def as_client(peer, folder):
    for client, words, want in AS_CLIENT:
        port = free_port()
        with subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", folder / "leaf.pem",
                               "-key", folder / "leaf.key", "-www", *words], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as server:
            await_port(port)
            done = subprocess.run([peer, "ask", client, str(port), folder / "leaf.der"], capture_output=True,
                                  text=True, errors="replace", check=False, timeout=LIMIT_S)
            server.kill()
        tap.claim(any(part in done.stdout for part in want.split("|")),
                  f"{client} of s_server {' '.join(words) or 'as it is'}: {want}", done.stdout[-300:] + done.stderr)


def make(peer, folder):
    root = subprocess.run([peer, "authority", "root"], capture_output=True, check=True).stdout
    subprocess.run(["openssl", "x509", "-inform", "der", "-out", folder / "root.pem"], input=root, check=True)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=leaf",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "leaf.key", "-out",
                    folder / "leaf.pem"], check=True, capture_output=True)
    subprocess.run(["openssl", "x509", "-in", folder / "leaf.pem", "-outform", "der", "-out", folder / "leaf.der"],
                   check=True)


def main():
    peer = sys.argv[1]
    if not shutil.which("openssl") or not shutil.which("curl"):
        tap.skip_all("no openssl or no curl here")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make(peer, folder)
        as_server(peer, folder)
        by_curl(peer, folder)
        as_client(peer, folder)
    sys.exit(tap.end())


main()
