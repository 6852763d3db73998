#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Servers that misbehave altogether: no script passes by mistake, none hangs

	misbehaving.py MUTANTS

One says nothing, one answers garbage, one dies amid its second answer, one answers each request
twice. Method: every script is run against each, by the build of the command with defects; those that
pass must be ones that such a server keeps indeed. Says TAP.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position
from tap import expect  # noqa: E402

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
# what is asked for is silence, or the server under test is never asked
SILENCE = {
    'dhcp4/address/init-reboot-of-a-stranger', 'dhcp4/relay/giaddr-of-an-unknown-subnet',
    'dhcp4/relay/router-that-drops-4011', 'http4/discovery/missing-class-is-not-taken',
    'pxe4/proxy/answers-pxe-clients-only', 'pxe4/proxy/silent-on-lease-traffic',
    'quirks/edk2-pxe10-aborts-with-e21', 'quirks/httpboot-offer-bare-path',
    'quirks/ovmf-no-rng-no-netboot', 'tftp/read/broadcast-is-ignored'}
# one answer is all they wait for
ONE_ANSWER = {
    'dhcp4/address/bootp', 'dhcp4/message/options-that-were-asked-for', 'dhcp4/relay/link-selection',
    'dhcp4/relay/nak-carries-the-broadcast-bit', 'dhcp4/relay/option-82-that-does-not-fit',
    'faults/blocked-port', 'faults/fragment-lost', 'faults/port-blocked', 'faults/vlan-tag-dropped',
    'http4/discovery/proxy',
    'pxe4/one-server/boots-at-once', 'quirks/edk2-no-tsize-server-fails', 'quirks/opt66-without-siaddr',
    'tftp/read/missing-file', 'tftp/read/netascii'}
# a machine boots by itself, and does not mind what comes again
BOOTS = {
    'http4/discovery/combined-boots-edk2', 'http4/discovery/proxy-boots-edk2',
    'quirks/edk2-no-tsize-server-shows-e99'}


def passed(binary, manner):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([binary, 'run', 'conformance/scripts', '--tap', '--out', folder],
                              capture_output=True, text=True, check=False, cwd=TOP, timeout=tap.LIMIT_S,
                              stdin=subprocess.DEVNULL, env={**os.environ, 'BR_DEFECT': manner})
    expect(done.returncode == 1 and 'BR_DEFECT' not in done.stderr, done.stderr[-500:])
    told = re.findall(r'^(not ok|ok) \d+ - (\S+)', done.stdout, re.MULTILINE)
    scripts = sum(1 for _ in (TOP / 'conformance/scripts').rglob('*.wire'))
    expect(len(told) == scripts, f'{len(told)} of {scripts} scripts were told')
    return {name for verdict, name in told if verdict == 'ok'}


def misbehaves(binary, manner, may):
    good = passed(binary, manner)
    tap.claim(good == may, f'{manner}: no script passes that such a server does not keep',
              '\n'.join(sorted(good ^ may)))


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    os.environ.pop('BOOTRIG_SHARE', None)
    misbehaves(binary, 'mute', SILENCE)
    misbehaves(binary, 'garbage', SILENCE)
    misbehaves(binary, 'halfway', SILENCE | ONE_ANSWER)
    misbehaves(binary, 'twice', SILENCE | BOOTS)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
