#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What from-pcap, check, run and replay make of every capture in which DHCPv6 was answered

No list says which those are: the packets do. Each goes the whole way, and its client side is played
against the core. Then scripts with one value changed must be refused by check, one with the server
chosen has one server under test, and what failed is red until it is mended. Says TAP. What came of
each stands in a table, which is held equal to TABLE; with BR_BLESS=1 that is written anew.

	six_trips.py BOOTRIG CORPUS TABLE
"""
import os
import re
import subprocess
import sys
import tempfile
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

ANSWERS = (2, 7)  # Advertise, Reply: RFC 8415 section 7.3
UDP, PORT_SERVER, PORT_PXE = 17, 547, 4011
CHANGES = ((r' addr=2001:\S+', ' addr=2001:db8:ffff::1'),
           (r'(<=1s.* )opt59="[^"]*"', r'\1opt59="tftp://[2001:db8::77]/other.efi"'),
           (r'(<=1s.* )opt2=\w+', r'\1opt2=00030001020304050607'),
           (r'class="HTTPClient"', 'class="PXEClient"'),
           (r'icmp6 ra flags="?\w+"?', 'icmp6 ra flags=none'),
           (r'(icmp6 ra .*)prefix-length=64', r'\1prefix-length=80'),
           (r'icmp6 na target=\S+', 'icmp6 na target=2001:db8::77'),
           (r'(-> boot\d:69 tftp rrq )\S+', r'\1other'),
           (r'oack (.*)tsize=\d+', r'oack \1tsize=1'),
           (r'http 200', 'http 206'))


def frames(path):
    """The frames of a classic capture of Ethernet; none of other files."""
    with open(path, 'rb') as file:
        octets = file.read()
    order = {b'\xd4\xc3\xb2\xa1': 'little', b'\x4d\x3c\xb2\xa1': 'little',
             b'\xa1\xb2\xc3\xd4': 'big', b'\xa1\xb2\x3c\x4d': 'big'}.get(octets[:4])
    at = 24
    while order and at + 16 <= len(octets):
        size = int.from_bytes(octets[at + 8:at + 12], order)
        yield octets[at + 16:at + 16 + size]
        at += 16 + size


def is_answer(frame):
    if frame[12:14] != b'\x86\xdd' or len(frame) < 63 or frame[20] != UDP:
        return False
    source = int.from_bytes(frame[54:56], 'big')
    return source in (PORT_SERVER, PORT_PXE) and frame[62] in ANSWERS


def changed(text):
    for pattern, to in CHANGES:
        if re.search(pattern, text):
            yield pattern, re.sub(pattern, to, text, count=1)


class Trips:
    def __init__(self, bootrig, folder):
        self.bootrig, self.folder, self.table = bootrig, folder, []

    def call(self, *words):
        done = subprocess.run([self.bootrig, *words], capture_output=True, text=True,
                              errors='replace', timeout=tap.LIMIT_S, check=False)
        return done.returncode, done.stdout, done.stderr

    def write(self, text):
        path = os.path.join(self.folder, 'six.wire')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def whole(self, name, capture):
        code, text, said = self.call('from-pcap', capture)
        tap.claim(code == 0 and ' dhcp6 ' in text, '%s becomes a script of IPv6' % name, said)
        path = self.write(text)
        for verb, words in (('check', [path, capture]), ('run', [path]),
                            ('replay', [capture])):
            code, out, said = self.call(verb, *words)
            tap.claim(code == 0 and ' 0 failed, 0 skipped' in out, '%s of %s' % (verb, name),
                      out + said)
        told = re.search(r'(\d+) equal, (\d+) better, (\d+) diverged, (\d+) worse', out)
        relays = len(re.findall(r'^node relay\d? ', text, re.M))
        self.table.append('\t'.join([name, str(relays), str(text.count('\n')),
                                     *(told.groups() if told else ['-'] * 4)]))
        return text

    def refusals(self, name, capture, text, tried):
        for pattern, other in changed(text):
            code, out, said = self.call('check', self.write(other), capture)
            tap.claim(code == 1, '%s with another %s is refused' % (name, pattern), out + said)
            tried.add(pattern)


def chosen(trips, capture, address):
    code, text, said = trips.call('from-pcap', capture, '--sut', address)
    tap.claim(code == 0 and text.count(' sut ') == 1 and ' peer ' in text,
              'one of two servers is under test', said or text)
    code, out, said = trips.call('run', trips.write(text))
    tap.claim(code == 0, 'and the other says what it said', out + said)
    code, _, said = trips.call('from-pcap', capture, '--sut', '2001:db8::77')
    tap.claim(code == 3 and '--sut' in said, 'a server that is not there', said)


def mended(trips, capture):
    code, text, said = trips.call('from-pcap', '--expect-fixed', capture)
    tap.claim(code == 0 and '# mended: file nosuch.efi' in text, 'the file that is missing', said)
    code, out, said = trips.call('run', trips.write(text))
    tap.claim(code == 1, 'is red without it', out + said)
    text = re.sub('^# mended: ', '', text, flags=re.M)
    code, out, said = trips.call('run', trips.write(text))
    tap.claim(code == 0, 'and green with it', out + said)


def held(table, path):
    """The table as it is kept, behind what it says of itself."""
    kept = pathlib.Path(path).read_text(encoding='utf-8').splitlines()
    head = [line for line in kept if line.startswith('#')]
    if os.environ.get('BR_BLESS'):
        pathlib.Path(path).write_text('\n'.join(head + table) + '\n', encoding='utf-8')
        return
    for row in sorted(set(table) ^ set(kept[len(head):])):
        tap.claim(False, 'the table of captures is as it is kept', row)
    tap.claim(kept[len(head):] == table, 'the table has each capture once')


def main():
    trips = Trips(os.path.abspath(sys.argv[1]), None)
    corpus = pathlib.Path(sys.argv[2]).resolve()
    tried, count, mixed = set(), 0, 0

    with tempfile.TemporaryDirectory() as trips.folder:
        for path in sorted(corpus.rglob('*.pcap')):
            if not any(is_answer(frame) for frame in frames(path)):
                continue
            name = str(path.relative_to(corpus))[:-5]
            if name in ('seabios-virtio-dual',):  # its boot is by IPv4, beside it IPv6 answers
                code, text, said = trips.call('from-pcap', str(path))
                tap.claim(code == 0 and ' dhcp6 ' not in text, name + ' is of IPv4', said)
                continue
            text = trips.whole(name, str(path))
            trips.refusals(name, str(path), text, tried)
            count += 1
            mixed += ' dhcp discover ' in text
        held(trips.table, sys.argv[3])
        tap.claim(count >= 8, 'captures of IPv6 are there')
        tap.claim(mixed >= 3, 'some begin with IPv4, which nobody answers')
        tap.claim(len(tried) == len(CHANGES), 'each change was tried', str(sorted(tried)))
        chosen(trips, str(corpus / 'ovmf-virtio-pxe6-ref.pcap'), '2001:db8:0:1::2')
        mended(trips, str(corpus / 'aavmf64-virtio-pxe6missing.pcap'))
        code, out, said = trips.call(
            'replay', str(corpus / 'ovmf-virtio-pxe6-ref.pcap'), '--server',
            '[2001:db8:0:1::2]:blksize=512')
        tap.claim(code == 1 and 'blksize' in out, 'a server of IPv6 set up otherwise', out + said)
        code, out, said = trips.call('replay', str(corpus / 'ovmf-virtio-pxe6-ref.pcap'),
                                     '--server', '[2001:db8::77]:blksize=512')
        tap.claim(code == 2 and '[2001:db8::77]' in said, 'and one that is not there', out + said)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
