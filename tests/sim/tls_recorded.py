#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A recorded HTTPS boot opens itself: tls_recorded.py BOOTRIG

TAP on stdout; skipped where there is no tshark.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

SCRIPT = 'conformance/scripts/https4/ladder/all-is-well.wire'


def main():
    if not shutil.which('tshark'):
        tap.skip_all('no tshark here')
    top = pathlib.Path(__file__).resolve().parent.parent.parent
    with tempfile.TemporaryDirectory() as folder:
        pcap = pathlib.Path(folder) / 'run.pcapng'
        subprocess.run([sys.argv[1], 'run', top / SCRIPT, '--pcap', pcap], check=True, capture_output=True)
        said = subprocess.run(['tshark', '-r', pcap, '-Y', 'http', '-T', 'fields', '-e', 'http.request.method',
                               '-e', 'http.response.code', '-e', 'http.content_length_header'],
                              capture_output=True, text=True, check=True).stdout
        octets = pcap.read_bytes()
    tap.claim(said.split() == ['HEAD', '200', '100000', 'GET', '200', '100000'],
              'tshark opens the connection by what stands in the recording', said)
    tap.claim(octets.count(b'CLIENT_RANDOM ') == 1, 'both ends know the secret, and it is written once')
    sys.exit(tap.end())


main()
