#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Servers that misbehave altogether: no script passes by mistake, none hangs

	misbehaving.py MUTANTS

One says nothing, one answers garbage, one dies amid its second answer, one answers each request
twice. Method: every script is run against each, by the build of the command with defects; those that
pass must be ones that such a server keeps indeed. Of one that says nothing, or nothing that can be
read, `conform` calls no requirement kept, not even by silence. Says TAP.
"""
import json
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
# what else comes is nothing to them: they say so (loose), or a machine boots by itself in them
LOOSE = {
    'cve/2023-45235-long-server-id-of-a-proxy', 'dhcp4/address/a-crowd-of-strangers',
    'dhcp4/address/probed-before-it-is-offered', 'dhcp4/address/what-may-be',
    'dhcp4/message/broken-ones', 'dhcp4/message/cut-and-drawn', 'dhcp4/relay/broken-option-82',
    'http4/file/no-http-at-all', 'http4/file/slow-and-greedy-clients',
    'pxe4/boot-server/broken-boot-items', 'pxe6/answer-of-4011-too-late',
    'pxe6/boots/an-address-without-a-lifetime',
    'tftp/options/tsize-of-large-files-and-texts', 'tftp/read/asked-twice',
    'tftp/read/many-that-never-answer'}
COUNTED = {  # what the server did is counted in these
    'chain-in-wrong-order', 'dead-rtc', 'expired', 'intermediate-sent', 'not-yet-valid',
    'records-joined', 'records-split', 'slow-handshake', 'very-slow-handshake'}
BOOTS = {
    'dhcp4/relay/router-that-drops-4011', 'faults/the-long-way', 'https4/over-the-long-way',
    'http4/cache/connect', 'http4/cache/connect-is-refused', 'http4/cache/no-stale-answer',
    'http4/cache/redirect-is-shown', 'http4/cache/stale-when-the-origin-is-gone', 'http4/cache/vary',
    'http4/cache/vary-not-looked-at', 'https6/all-is-well', 'https6/arm64', 'https6/no-ca-enrolled',
    'https6/wrong-san',
    'http4/discovery/combined-boots-edk2',
    'http4/discovery/missing-class-is-not-taken', 'http4/discovery/proxy-boots-edk2',
    'http6/boots/edk2-arm64', 'http6/boots/edk2-through-shim-and-grub',
    'pxe6/boots/edk2-never-asks-stateless', 'pxe6/boots/ipxe-without-a-router',
    'pxe6/boots/the-menu-goes-on-to-http6', 'pxe6/boots/two-server',
    'quirks/edk2-no-tsize-server-shows-e99', 'quirks/httpboot-offer-bare-path'} | {
        f'https4/ladder/{path.stem}' for path in (TOP / 'conformance/scripts/https4/ladder').glob('*.wire')
        if path.stem not in COUNTED}
# relays by themselves pass on what comes, and say nothing of it
RELAYS = {
    'dhcp6/relay/lightweight', 'dhcp6/relay/lightweight-before-another',
    'dhcp6/relay/one-hop-and-its-interface', 'dhcp6/relay/too-many-hops', 'dhcp6/relay/two-in-a-row'}
# they ask for one answer, or for half of a second, or are about a router
SHORT = {
    'cve/2023-45235-long-server-id-of-a-proxy', 'pxe6/answer-of-4011-too-late',
    'pxe6/boots/an-address-without-a-lifetime',
    'dhcp6/message/discarded-as-they-must-be', 'dhcp6/relay/a-link-nobody-knows',
    'dhcp6/relay/too-many-hops', 'dhcp6/relay/two-in-a-row',
    'dhcp6/relay/without-an-address-of-its-own', 'dhcp6/router/flags-and-lifetimes',
    'dhcp6/router/by-each-of-its-cards', 'dhcp6/router/late-and-unasked',
    'dhcp6/router/neighbours'}


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


def keeps_nothing(binary, manner):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([binary, 'conform', '--json', f'{folder}/out.json'], capture_output=True,
                              text=True, check=False, cwd=TOP, timeout=tap.LIMIT_S,
                              stdin=subprocess.DEVNULL, env={**os.environ, 'BR_DEFECT': manner})
        rows = json.loads(pathlib.Path(folder, 'out.json').read_text(encoding='utf-8'))
    good = [row['requirement'] for row in rows if row['verdict'] == 'pass']
    tap.claim(done.returncode == 1 and not good, f'{manner}: no requirement is said to be kept', good)


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    os.environ.pop('BOOTRIG_SHARE', None)
    for manner in ('mute', 'garbage'):
        misbehaves(binary, manner, set())
        keeps_nothing(binary, manner)
    misbehaves(binary, 'halfway', SHORT)
    misbehaves(binary, 'twice', LOOSE | BOOTS | RELAYS)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
