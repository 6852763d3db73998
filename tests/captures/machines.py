#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A capture in which several machines boot: a script with a node for each, and who is held to what

from-pcap makes one script of all of them that check and run pass. The next boot of the same machines,
with other numbers drawn and in another order, passes check; a node whose machine does otherwise, or is
another one, does not. --expect-fixed says of each what a good server would have done, --anonymous
hides who they are. What cannot stand beside the others is left out, and said. Says TAP.

	machines.py BOOTRIG CORPUS
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

BOOTRIG, CORPUS = (os.path.abspath(path) for path in sys.argv[1:3])
TWO = ('52:54:00:12:34:56', '52:54:00:aa:00:01')
THREE = ('52:54:00:ab:00:02', '52:54:00:ab:00:01', '52:54:00:ab:00:03')
CASES = (('two-clients.pcapng', TWO), ('three-at-once.pcap', THREE))
STRANGER = '52:54:00:99:99:99'
FIXED_PORTS = (67, 68, 69, 4011)


def call(*words):
    done = subprocess.run([BOOTRIG, *map(str, words)], capture_output=True, text=True, errors='replace',
                          timeout=tap.LIMIT_S, check=False)
    return done.returncode, done.stdout, done.stderr


def octets_of(mac):
    return bytes.fromhex(mac.replace(':', ''))


def read_capture(path):
    """(seconds, frame) of each, of pcap or of pcapng with one interface and microseconds."""
    data, found = path.read_bytes(), []
    if data[:4] == b'\x0a\x0d\x0d\x0a':
        at = 0
        while at < len(data):
            kind, size = struct.unpack_from('<II', data, at)
            if kind == 6:
                _, high, low, kept = struct.unpack_from('<IIII', data, at + 8)
                found.append((((high << 32) + low) / 1e6, data[at + 28:at + 28 + kept]))
            at += size
        return found
    at = 24
    while at < len(data):
        second, micro, kept = struct.unpack_from('<III', data, at)
        found.append((second + micro / 1e6, data[at + 16:at + 16 + kept]))
        at += 16 + kept
    return found


def write_capture(path, frames):
    with open(path, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for at, frame in frames:
            file.write(struct.pack('<IIII', int(at), int(at * 1e6) % 1000000, len(frame), len(frame)) + frame)
    return path


def udp_of(frame):
    """Where the UDP header stands, or None."""
    if frame[12:14] != b'\x08\x00' or frame[23] != 17:
        return None
    return 14 + (frame[14] & 15) * 4


def redrawn(frame):
    """The same with other numbers where a machine draws them at each boot: xid, secs, ports."""
    at, out = udp_of(frame), bytearray(frame)
    if at is None:
        return frame
    ports = struct.unpack_from('>HH', frame, at)
    for place, port in zip((at, at + 2), ports):
        if port > 1023 and port not in FIXED_PORTS:
            struct.pack_into('>H', out, place, port ^ 1)
    if 67 in ports or 4011 in ports:
        for i in range(at + 8 + 4, at + 8 + 8):
            out[i] ^= 0x5a
        if 67 == ports[1]:
            out[at + 8 + 9] ^= 3
    out[at + 6:at + 8] = b'\0\0'  # no checksum
    return bytes(out)


def split(frames, macs):
    """The frames of each machine."""
    theirs = {mac: [] for mac in macs}
    for at, frame in frames:
        for mac in macs:
            if octets_of(mac) in frame:
                theirs[mac].append((at, frame))
                break
    return theirs


def in_turn(theirs):
    """One boots, and then the next: the last of them first."""
    frames, start = [], 1000.0
    for mac in reversed(list(theirs)):
        begin = theirs[mac][0][0]
        frames += [(start + at - begin, redrawn(frame)) for at, frame in theirs[mac]]
        start = frames[-1][0] + 5
    return frames


def at_once(theirs):
    """Frame by frame, the first of each, then the second of each."""
    frames = []
    for number in range(max(len(frames) for frames in theirs.values())):
        for mac in theirs:
            if number < len(theirs[mac]):
                frames.append((1000 + number * 0.01 + len(frames) % 7 * 0.001, redrawn(theirs[mac][number][1])))
    return frames


def renamed(frames, old, new):
    return [(at, frame.replace(octets_of(old), octets_of(new))) for at, frame in frames]


def nodes(text):
    return re.findall(r'^node (\S+) client .*mac=(\S+)$', text, re.MULTILINE)


def whole(folder, name, macs):
    capture = pathlib.Path(CORPUS, name)
    code, text, said = call('from-pcap', capture)
    tap.claim(code == 0 and [mac for _, mac in nodes(text)] == list(macs),
              f'{name}: a node for each machine, by its MAC address', said + text[:600])
    path = folder / 'all.wire'
    path.write_text(text)
    for verb in (['check', path, capture], ['run', path]):
        code, out, said = call(*verb)
        tap.claim(code == 0 and '1 passed' in out, f'{name}: {verb[0]} of the script of all', out + said)
    steps = [line.split()[0] for line in text.split('\n') if re.match(r' +fw\d', line)]
    turns = sum(one.split(':')[0] != other.split(':')[0] for one, other in zip(steps, steps[1:]))
    tap.claim(turns >= len(macs), f'{name}: their steps stand in the order of the capture', '\n'.join(steps))
    for mac in macs:
        code, alone, said = call('from-pcap', '--client', mac, capture)
        tap.claim(code == 0 and nodes(alone) == [('fw', mac)], f'{name}: --client {mac} takes that one', said)
    return path, text


def next_boots(folder, name, macs, path):
    theirs = split(read_capture(pathlib.Path(CORPUS, name)), macs)
    for says, frames in (('one after the other', in_turn(theirs)), ('frame by frame', at_once(theirs))):
        capture = write_capture(folder / 'next.pcap', frames)
        code, out, said = call('check', path, capture)
        tap.claim(code == 0, f'{name}: the next boot of the same machines, {says}, follows the script', out + said)
        strange = write_capture(folder / 'strange.pcap', renamed(frames, macs[-1], STRANGER))
        code, out, said = call('check', path, strange)
        tap.claim(code == 1 and macs[-1] in out, f'{name}: {says}: another machine does not stand for one', out + said)
        more = sorted(frames + renamed([(at + 0.0001, frame) for at, frame in theirs_again(frames, macs[0])],
                                       macs[0], STRANGER), key=lambda one: one[0])
        code, out, said = call('check', path, write_capture(folder / 'more.pcap', more))
        tap.claim(code == 0, f'{name}: {says}: a further machine that does the same changes nothing', out + said)


def theirs_again(frames, mac):
    return [(at, frame) for at, frame in frames if octets_of(mac) in frame and udp_of(frame) is not None]


def held(folder, name, macs, path, text):
    """Each node is held to its own machine."""
    capture = pathlib.Path(CORPUS, name)
    swapped = folder / 'swapped.wire'
    swapped.write_text(text.replace(f'client lan mac={macs[0]}', 'client lan mac=?')
                       .replace(f'client lan mac={macs[1]}', f'client lan mac={macs[0]}')
                       .replace('mac=?', f'mac={macs[1]}'))
    code, out, said = call('check', swapped, capture)
    tap.claim(code == 1, f'{name}: the nodes of two machines swapped do not follow', out + said)
    last = f'fw{len(macs)}'
    number = max(i for i, line in enumerate(text.split('\n')) if re.match(rf'<=1s.*(-> {last}|dhcp offer)', line)
                 and 'dhcp offer' in line and (last in line or '*:68' in line))
    lines = text.split('\n')
    lines[number] += ' yiaddr=10.9.8.7'
    wrong = folder / 'wrong.wire'
    wrong.write_text('\n'.join(lines))
    code, out, said = call('check', wrong, capture)
    tap.claim(code == 1 and f'wrong.wire:{number + 1}\n' in out, f'{name}: a wrong line of {last} is found', out + said)
    code, out, said = call('check', wrong, capture, '--client', macs[0])
    tap.claim(code == 0, f'{name}: it is no matter where --client chooses another', out + said)
    code, out, said = call('check', wrong, capture, '--client', macs[-1])
    tap.claim(code == 1, f'{name}: and is one where --client chooses its machine', out + said)
    code, out, said = call('check', path, capture, '--client', STRANGER)
    tap.claim(code == 2 and said.count('\n') == 1 and STRANGER in said and not out,
              f'{name}: --client of no machine of the script is refused', out + said)


def only_client(folder, name, macs):
    """A script of one machine, and a capture without it."""
    capture = pathlib.Path(CORPUS, name)
    _, text, _ = call('from-pcap', '--client', macs[0], capture)
    path = folder / 'one.wire'
    path.write_text(text.replace(macs[0], STRANGER))
    code, out, said = call('check', path, capture)
    tap.claim(code == 2 and said.count('\n') == 1 and '--client' in said and not out,
              f'{name}: of several machines none is taken for the one of the script', out + said)
    code, out, said = call('check', path, capture, '--client', macs[0])
    tap.claim(code == 0, f'{name}: --client says which stands for it', out + said)
    code, out, said = call('check', path, capture, '--client', macs[1])
    tap.claim(code == 1, f'{name}: and another one is found to do otherwise', out + said)
    alone = write_capture(folder / 'alone.pcap', split(read_capture(capture), macs)[macs[0]])
    code, out, said = call('check', path, alone)
    tap.claim(code == 0, f'{name}: the only machine of a capture stands for that of the script', out + said)


def mended(text):
    return re.sub(r'^# mended: ', '', re.sub(r'^node (\S+) sut.*\n(?=(.*\n)*# mended: node \1 )', '', text,
                                             flags=re.MULTILINE), flags=re.MULTILINE)


def fixed(folder, name, macs, failed):
    capture = pathlib.Path(CORPUS, name)
    code, text, said = call('from-pcap', '--expect-fixed', capture)
    path = folder / 'fixed.wire'
    path.write_text(text)
    tap.claim(code == 0 and [mac for _, mac in nodes(text)] == list(macs) and
              all(f'of {node} are what a good server does, where {verdict} was' in text
                  for node, verdict in failed.items()), f'{name}: --expect-fixed of all', said + text[:800])
    code, out, said = call('run', path, '--out', folder / 'out')
    tap.claim(code == 1, f'{name}: it is red on servers with the fault', out + said)
    for node, mac in nodes(text):
        code, out, said = call('check', path, capture, '--client', mac)
        tap.claim(code == (1 if node in failed else 0),
                  f'{name}: {node} {"is red" if node in failed else "is green"} on the capture', out + said)
    path.write_text(mended(text))
    code, out, said = call('run', path)
    tap.claim(code == 0 and '1 passed' in out, f'{name}: it is green when all is mended', out + said)


def anonymous(folder, name, macs):
    capture, hidden = pathlib.Path(CORPUS, name), folder / 'hidden.pcap'
    for words in (['--anonymous'], ['--anonymous-pcap', hidden]):
        code, text, said = call('from-pcap', *words, capture)
        path = folder / 'hidden.wire'
        path.write_text(text)
        tap.claim(code == 0 and len(nodes(text)) == len(macs) and not any(mac in text for mac in macs),
                  f'{name}: {words[0]} of all', said + text[:600])
        code, out, said = call('run', path)
        tap.claim(code == 0, f'{name}: {words[0]}: run of it', out + said)
    code, out, said = call('check', path, hidden)
    tap.claim(code == 0, f'{name}: check of what is hidden', out + said)


def left_out(folder):
    """A machine on another network cannot stand beside the first: said, and the first is a script."""
    frames = read_capture(pathlib.Path(CORPUS, 'ovmf-virtio-nofile.pcap'))
    other = [(at + 0.5, frame) for at, frame in read_capture(pathlib.Path(CORPUS, 'three-at-once.pcap'))
             if octets_of(THREE[1]) in frame]
    begin = other[0][0] - frames[0][0] - 60
    both = sorted(frames + [(at - begin, frame) for at, frame in other], key=lambda one: one[0])
    capture = write_capture(folder / 'foreign.pcap', both)
    code, text, said = call('from-pcap', capture)
    tap.claim(code == 0 and [mac for _, mac in nodes(text)] == [TWO[0]] and f'# left out: {THREE[1]}: ' in text and
              said.count('\n') == 1 and 'another network' in said, 'a machine of another network is left out, and said',
              said + text[:600])
    path = folder / 'first.wire'
    path.write_text(text)
    code, out, said = call('check', path, capture)
    tap.claim(code == 0, 'and the script of the others holds', out + said)


def summed(frame):
    """With the checksum of its IPv4 header, and none of UDP."""
    at, out = udp_of(frame), bytearray(frame)
    if at is None:
        return frame
    out[24:26] = b'\0\0'
    total = sum(struct.unpack_from(f'>{(at - 14) // 2}H', out, 14))
    total = (total & 0xffff) + (total >> 16)
    struct.pack_into('>H', out, 24, 0xffff ^ ((total & 0xffff) + (total >> 16)))
    out[at + 6:at + 8] = b'\0\0'
    return bytes(out)


def same_class(folder):
    """Two of one kind, which draw the same numbers, and a server tells them two files: that of the
    second stands under its MAC address."""
    frames = [(at, frame) for at, frame in read_capture(pathlib.Path(CORPUS, 'ovmf-virtio-nofile.pcap'))
              if udp_of(frame) is not None]
    other = [(at + 0.003, summed(frame.replace(octets_of(TWO[0]), octets_of(STRANGER))
                                 .replace(bytes((192, 0, 2, 158)), bytes((192, 0, 2, 159)))
                                 .replace(b'missing.efi', b'other-1.efi'))) for at, frame in frames]
    capture = write_capture(folder / 'class.pcap', sorted(frames + other, key=lambda one: one[0]))
    code, text, said = call('from-pcap', capture)
    path = folder / 'class.wire'
    path.write_text(text)
    tap.claim(code == 0 and [mac for _, mac in nodes(text)] == [TWO[0], STRANGER] and
              re.search(rf'boot=other-1.efi@arch:7,mac:{STRANGER},\S+ boot=missing.efi@arch:7', text) is not None,
              'two machines of one class have each its own boot file', said + text[:900])
    for verb in (['check', path, capture], ['run', path]):
        code, out, said = call(*verb)
        tap.claim(code == 0, f'two machines of one class: {verb[0]}', out + said)
    code, text, said = call('from-pcap', '--expect-fixed', capture)
    path.write_text(mended(text))
    code, out, said = call('run', path)
    tap.claim(code == 0 and text.count('# mended: file') == 2, 'and a mended file each', out + said + text[:900])


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for name, macs in CASES:
            path, text = whole(folder, name, macs)
            next_boots(folder, name, macs, path)
            held(folder, name, macs, path, text)
            only_client(folder, name, macs)
            anonymous(folder, name, macs)
        fixed(folder, CASES[0][0], TWO, {'fw1': 'tftp.not-found'})
        fixed(folder, CASES[1][0], THREE, {'fw1': 'tftp.not-found', 'fw3': 'dhcp.no-boot-data'})
        left_out(folder)
        same_class(folder)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
