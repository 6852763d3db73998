#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What from-pcap, check, run and replay make of DHCPv6 that went through relays

Boots behind one relay, two, and lightweight ones (RFC 6221) are scripts; what each puts on the wire is
recorded, made a script again that has the relays and what they passed on, followed, run and replayed.
A script with one value of it changed must be refused. Then each side of a relay alone, and both as two
files. Says TAP.

	relayed6.py BOOTRIG MUTANTS SCRIPTS
"""
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position
from six_trips import Trips  # noqa: E402 pylint: disable=wrong-import-position

# relays between the machine and its servers, and of them how many are lightweight
BEHIND = {'dhcp6/relay/one-hop-and-its-interface': (1, 0), 'dhcp6/relay/two-in-a-row': (2, 0),
          'dhcp6/relay/lightweight': (1, 1), 'dhcp6/relay/lightweight-before-another': (2, 1),
          'pxe6/boots/edk2-arm64': (1, 0), 'http6/boots/edk2-arm64': (1, 0),
          'pxe6/boots/grub-hears-of-a-router-by-chance': (1, 0),
          'pxe6/boots/ipxe-behind-two-relays': (2, 0)}
FAR = 'http6/two-server-with-a-far-file'  # behind a router that relays nothing
CHANGES = ((r'(relay\d?:547 -> \S+ dhcp6 relay-forw hops=)\d', r'\g<1>7'),
           (r'(dhcp6 relay-forw .*link=)2001:\S+', r'\g<1>2001:db8:77::1'),
           (r'(dhcp6 relay-forw .*opt18=)\w+', r'\g<1>00'),
           (r'(<=1s .* relay-repl .*peer=)\S+', r'\g<1>fe80::77'),
           (r'(<=1s .* relay-repl .*inner=)"advertise"', r'\1"reply"'),
           (r'(<=1s .* inner\.addr=)2001:\S+', r'\g<1>2001:db8:77::1'),
           (r'(<=1s .* )inner\.opt59="[^"]*"', r'\1inner.opt59=absent'),
           (r'(relay\d?:547 -> fw:546 dhcp6 \w+ .*opt2=)\w+', r'\g<1>00030001020304050607'),
           (r'(relay\d?:547 -> relay1:547 dhcp6 relay-repl .*peer=)\S+', r'\g<1>fe80::77'))
DEFECTS = {'R6-SRV-01': 'hops and addresses', 'R6-SRV-02': 'option 18', 'R6-SRV-04': 'no answer'}
PACKET = 6  # an enhanced packet block of pcapng


def side(capture, target, machine):
    """A copy of a pcapng with what was recorded on the first net, the machine's, or on the others."""
    octets = pathlib.Path(capture).read_bytes()
    at, kept = 0, []
    while at < len(octets):
        kind, size, interface = struct.unpack_from('<III', octets, at)
        if kind != PACKET or (interface == 0) == machine:
            kept.append(octets[at:at + size])
        at += size
    pathlib.Path(target).write_bytes(b''.join(kept))
    return target


# A server that has an address and no file, and a machine that asks once more
NO_FILE = """wire 1
scenario relayed/no-file
title  "No file"
loose
net    lan  2001:db8:1::/64
net    far  2001:db8:2::/64
node   rl   relay  lan=2001:db8:1::fe far=2001:db8:2::fe interface-id=port7 auto=on
node   boot sut    far=2001:db8:2::1 role=dhcp6,tftp boot=none@user-class:none
node   fw   client lan mac=52:54:00:12:34:56

fw:546 -> *:547 dhcp6 solicit opt6=[59,60,23,16] opt62=[1,3,0] opt61=7 class="PXEClient:Arch:00007:UNDI:003000"
<=1s rl:547 -> fw:546 dhcp6 advertise addr=$a
+40s fw:546 -> *:547 dhcp6 solicit opt6=[59,60,23,16] opt62=[1,3,0] opt61=7 class="PXEClient:Arch:00007:UNDI:003000"
"""


class Relayed(Trips):
    def record(self, name, script=None):
        path = os.path.join(self.folder, name.replace('/', '-') + '.pcap')
        code, out, said = self.call('run', script or os.path.join(self.scripts, name + '.wire'), '--pcap',
                                    path)
        tap.claim(code == 0, '%s is recorded' % name, out + said)
        return path

    def trip(self, name, captures, text):
        path = self.write(text)
        for verb, words in (('check', [path, *captures]), ('run', [path]), ('replay', captures)):
            code, out, said = self.call(verb, *words)
            tap.claim(code == 0 and ' 0 failed, 0 skipped' in out, '%s of %s' % (verb, name), out + said)
        tap.claim(' 0 diverged, 0 worse' in out, '%s: as its servers answered' % name, out)

    def whole(self, name, capture, relays, light):
        code, text, said = self.call('from-pcap', capture)
        ways = set(re.findall(r'(\S+):547 -> (\S+):547 dhcp6 relay-repl ', text))
        tap.claim(code == 0 and len(re.findall(r'^node relay\d? relay ', text, re.M)) == relays
                  and text.count(' ldra=on') == light, '%s: a script with %d relays' % (name, relays), said)
        tap.claim(len(ways) == relays and any(source == 'boot1' for source, _ in ways),
                  '%s: each of them is answered' % name, sorted(ways))
        self.trip(name, [capture], text)
        return text


def refusals(trips, capture, text, tried):
    for pattern, to in CHANGES:
        if not re.search(pattern, text):
            continue
        code, out, said = trips.call('check', trips.write(re.sub(pattern, to, text, count=1)), capture)
        tap.claim(code == 1, 'another %s is refused' % pattern, out + said)
        tried.add(pattern)


def sides(trips, name, whole, text):
    near, far = (side(whole, os.path.join(trips.folder, 'side%d.pcap' % i), i == 0) for i in range(2))
    code, alone, said = trips.call('from-pcap', far)
    tap.claim(code == 3 and not alone and 'only one of its sides' in said,
              '%s: of the servers\' side alone nothing is made, and why' % name, said)
    code, out, said = trips.call('replay', far)
    tap.claim(code == 0 and ' 0 diverged, 0 worse' in out and '\nequal ' in out,
              '%s: it can be replayed' % name, out + said)
    code, both, said = trips.call('from-pcap', near, far)
    steps = [part[part.index('\n\n'):] if '\n\n' in part else part for part in (text, both)]
    tap.claim(code == 0 and steps[0] == steps[1], '%s: two files say the same' % name, said + both)
    trips.trip('two files of ' + name, [near, far], both)


def defects(trips, mutants, capture):
    """A server that breaks what relays need is worse than the recorded one."""
    for name, why in DEFECTS.items():
        done = subprocess.run([mutants, 'replay', capture], capture_output=True, text=True, check=False,
                              timeout=tap.LIMIT_S, env={**os.environ, 'BR_DEFECT': name})
        tap.claim(done.returncode == 1 and '\nworse ' in done.stdout and why in done.stdout,
                  'a server without %s is worse' % name, done.stdout)


def mended(trips):
    """What a good server would have said through the relay: red as recorded, green when it is mended."""
    capture = trips.record('no-file', trips.write(NO_FILE))
    code, text, said = trips.call('from-pcap', '--expect-fixed', capture)
    tap.claim(code == 0 and 'relay-repl inner=advertise inner.xid=$x1 inner.opt59=present' in text,
              'a file behind a relay is expected', said)
    code, out, said = trips.call('run', trips.write(text))
    tap.claim(code == 1, 'it is red without one', out + said)
    node = re.search('^# mended: (node .*)$', text, re.M)
    text = re.sub('^node boot1 .*$', lambda _: node[1] if node else '', text, flags=re.M)
    code, out, said = trips.call('run', trips.write(text))
    tap.claim(code == 0, 'and green with it', out + said)


def main():
    trips = Relayed(os.path.abspath(sys.argv[1]), None)
    trips.scripts = os.path.abspath(sys.argv[3])
    tried = set()

    with tempfile.TemporaryDirectory() as trips.folder:
        for name, (relays, light) in BEHIND.items():
            capture = trips.record(name)
            text = trips.whole(name, capture, relays, light)
            refusals(trips, capture, text, tried)
            # of TCP clock_shift.c knows the shift to the time that a packet is on its way: no order is
            # left then in a net where relays pass on within that
            if not light and relays == 1 and not name.startswith('http6'):
                sides(trips, name, capture, text)
            if name == 'dhcp6/relay/two-in-a-row':
                defects(trips, os.path.abspath(sys.argv[2]), capture)
        tap.claim(len(tried) == len(CHANGES), 'each change was tried', str(sorted(tried)))
        mended(trips)
        capture = trips.record(FAR)
        code, text, said = trips.call('from-pcap', capture)
        tap.claim(code == 0 and ' far=' in text and ' relay ' not in text,
                  '%s: a router, and no relay' % FAR, said)
        trips.trip(FAR, [capture], text)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
