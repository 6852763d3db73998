#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""From capture to script and back: from-pcap, check against the capture, run against the core

Each capture of the corpus goes the whole way, or stands in round_trip.tsv with the reason
why it cannot; a listed one that now passes fails as stale. Then the other side: ten
scripts with one value changed must be refused by check, and ten under other names must
pass as well. Says TAP.

	round_trip.py BOOTRIG CORPUS LIST
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

LINES_MAX = 46  # one screen; the longest boots of the corpus load a kernel by two protocols
SAMPLE = 10
NEXT_BOOTS = (  # the same machine and setup, recorded at other times
    ('uboot-ppce500-e1000-auto', 'uboot-ppce500-etsec-auto'),
    ('aavmf64-virtio-http4', 'aavmf64-virtio-nginx-http4'),
    ('aavmf64-virtio-http4loss5', 'aavmf64-virtio-http4'),
    ('ovmf-virtio-dup5', 'ovmf-virtio-twosi-ref'),
    ('ovmf-virtio-reorder5', 'ovmf-virtio-delay3-nicside'),
    ('slof-vlan-window', 'slof-vlan-combined'),
    ('seabios-virtio-combipxe', 'seabios-virtio-loss5-nicside'),
    ('aavmf64-virtio-ping', 'aavmf64-virtio-dhcpdelay5'),
)


class Trip:
    def __init__(self, bootrig, folder):
        self.bootrig, self.folder = bootrig, folder

    def call(self, *arguments):
        done = subprocess.run([self.bootrig, *arguments], capture_output=True, text=True,
                              errors='replace', cwd=self.folder, timeout=tap.LIMIT_S)
        return done.returncode, done.stdout, done.stderr

    def write(self, name, text):
        path = os.path.join(self.folder, name + '.wire')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def whole(self, name, captures, options=()):
        """The script, or None, and what was said."""
        read = 2 if name.startswith('damaged') else 0  # used up to the damage, and said
        code, text, said = self.call('from-pcap', *captures, *options)
        if code != read:
            return None, said
        path = self.write(name, text)
        if '--anonymous-pcap' in options:
            captures = [options[i + 1] for i, word in enumerate(options)
                        if word == '--anonymous-pcap']
        for wanted, verb in ((read, ['check', path, *captures]), (0, ['run', path])):
            code, out, said = self.call(*verb)
            if code != wanted or '1 passed' not in out:
                return None, out + said
        if len(captures) == 1 and text.count('\n') > LINES_MAX:
            return None, 'it has %d lines' % text.count('\n')
        return text, ''


def changed(text):
    """The script with one value of an expectation or of a request changed, in turn."""
    for pattern, to in ((r'yiaddr=\d+\.\d+\.\d+\.\d+', 'yiaddr=10.1.2.3'),
                        (r'(-> boot\d:69 tftp rrq )\S+', r'\1other'),
                        (r'oack tsize=\d+', 'oack tsize=1'),
                        (r'opt54=\d+\.\d+\.\d+\.\d+', 'opt54=10.1.2.3'),
                        (r'( dhcp offer xid=)\$x\d+', r'\g<1>0x00000042'),
                        (r'tftp error 1\b', 'tftp error 2'),
                        (r'http 200', 'http 206'),
                        (r'(file (\S+) size=)(\d+)(?=[\s\S]*\ntransfer .* \2\n)', r'\g<1>77')):
        if re.search(pattern, text):
            yield pattern, re.sub(pattern, to, text, count=1)


FIELDS = ('eth.addr arp.src.proto_ipv4 arp.dst.proto_ipv4 ip.addr dhcp.ip.your dhcp.ip.server '
          'dhcp.ip.client dhcp.hw.mac_addr dhcp.option.dhcp_server_id dhcp.option.router '
          'dhcp.option.domain_name_server dhcp.client_id.uuid dhcp.id').split()
CHECKSUMS = ('ip.checksum.status udp.checksum.status tcp.checksum.status '
             'icmp.checksum.status').split()
OPTIONS = ['dhcp.option.type', 'dhcp.option.value']
STAYS = re.compile(r'(ff:){5}ff|(00:){5}00|01:00:5e:.*|33:33:.*|0\.0\.0\.0|255\..*|'
                   r'2[23]\d\..*|0x0+|[0-]{36}|')


def dissect(path):
    """What tshark reads: for each frame the values of each field."""
    fields = [*FIELDS, *CHECKSUMS, *OPTIONS]
    command = ['tshark', '-n', '-r', path, '-T', 'fields', '-E', 'occurrence=a', '-E',
               'aggregator=,', '-E', 'separator=|', '-o', 'ip.check_checksum:TRUE', '-o',
               'udp.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE']
    for field in fields:
        command += ['-e', field]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [{field: cell.split(',') for field, cell in zip(fields, line.split('|'))}
            for line in out.splitlines()]


def values_of(frames):
    return {value for frame in frames for field in FIELDS for value in frame[field]
            if not STAYS.fullmatch(value)}


def uuids_of(frames):
    """Option 97: tshark has no field for it but the list of all values."""
    for frame in frames:
        for code, value in zip(*(frame[field] for field in OPTIONS)):
            if code == '97' and len(value) == 34:
                yield '-'.join((value[2:10], value[10:14], value[14:18], value[18:22],
                                value[22:]))


def wrong_sums(frames):
    return [frame for frame in frames if any('0' in frame[field] for field in CHECKSUMS)]


def leaks(original, anonymous, path):
    """What of the original is still in the other, at path: by field, as octets, as text."""
    secrets = values_of(original) | set(uuids_of(original))
    secrets -= {'00000000-0000-0000-0000-000000000000'}  # no machine's: nothing to hide
    found = ['%s in a field' % value
             for value in sorted(secrets & values_of(anonymous))]
    with open(path, 'rb') as file:
        octets = file.read()
    for value in sorted(secrets):
        forms = [value.encode()]
        if value.count(':') == 5:
            raw = bytes.fromhex(value.replace(':', ''))
            if raw.count(0) < 3:  # else they stand anywhere by chance
                forms.append(raw)
            forms += [raw.hex('-').encode(), raw.hex('-').upper().encode()]
        elif value.count('-') == 4:
            raw = bytes.fromhex(value.replace('-', ''))
            swapped = raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:]
            forms += [raw, swapped, raw.hex().encode()]
        elif re.fullmatch(r'[\d.]+', value):
            forms = [rb'(?<![\d.])' + re.escape(value.encode()) + rb'(?![\d.])',
                     rb'(?<![0-9A-F])%02X%02X%02X%02X(?![0-9A-F])'
                     % tuple(int(part) for part in value.split('.'))]
            found += ['%s as text' % value for form in forms if re.search(form, octets)]
            continue
        found += ['%s as octets' % value for form in forms if form in octets]
    return found


def anonymous_trips(trip, corpus, names):
    for name in names:
        capture = os.path.join(corpus, name + '.pcap')
        hidden = os.path.join(trip.folder, 'hidden.pcap')
        text, said = trip.whole('hidden', [capture], ('--anonymous-pcap', hidden))
        tap.claim(text is not None, '%s passes under other names' % name, said)
        if text is None or not shutil.which('tshark'):
            continue
        frames, renamed = dissect(capture), dissect(hidden)
        found = leaks(frames, renamed, hidden)
        tap.claim(not found, '%s: nothing of it is left' % name, '\n'.join(found))
        bad = wrong_sums(renamed)
        tap.claim(len(bad) <= len(wrong_sums(frames)), '%s: its checksums are good' % name,
                  str(bad[:3]))
        again, _ = trip.whole('again', [capture], ('--anonymous-pcap', hidden + '2'))
        tap.claim(again == text.replace('hidden', 'again') or again is not None and
                  open(hidden, 'rb').read() == open(hidden + '2', 'rb').read(),
                  '%s: the same twice' % name)


def with_late_ack(path, target):
    """A copy whose DHCP ACK comes once more behind whole transfers."""
    with open(path, 'rb') as file:
        octets = file.read()
    records, at = [], 24
    while at + 16 <= len(octets):
        size = int.from_bytes(octets[at + 8:at + 12], 'little')
        records.append((octets[at:at + 8], octets[at + 8:at + 16 + size]))
        at += 16 + size
    ack = next(rest for _, rest in records if b'\x63\x82\x53\x63\x35\x01\x05' in rest)
    with open(target, 'wb') as file:
        place = len(records) * 9 // 10
        records.insert(place, (records[place][0], ack))
        file.write(octets[:24] + b''.join(time + rest for time, rest in records))


def two_machines(trip, corpus):
    """Each of two in one capture: its own script, and check looks at its packets only."""
    capture = os.path.join(corpus, 'two-clients.pcapng')
    for mac in ('52:54:00:12:34:56', '52:54:00:aa:00:01'):
        code, text, said = trip.call('from-pcap', capture, '--client', mac)
        path = trip.write('one-of-two', text)
        tap.claim(code == 0 and 'mac=' + mac in text, 'a script of %s' % mac, said)
        for verb in (['check', path, capture], ['check', path, capture, '--client', mac],
                     ['run', path], ['replay', capture, '--client', mac]):
            code, out, said = trip.call(*verb)
            tap.claim(code == 0, '%s of %s' % (verb[0], mac), out + said)
    for verb in ('from-pcap', 'replay'):
        code, out, said = trip.call(verb, capture, '--client', '52:54:00:00:00:99')
        tap.claim(code == 3 and 'this client is not in' in out + said, verb + ' of nobody', out + said)


def cut_frames(trip, corpus):
    """DHCP that the snap length cut makes no script that cannot run."""
    with open(os.path.join(corpus, 'ovmf-virtio-nofile.pcap'), 'rb') as file:
        octets = file.read()
    path, at = os.path.join(trip.folder, 'cut.pcap'), 24
    with open(path, 'wb') as file:
        file.write(octets[:24])
        while at < len(octets):
            size = int.from_bytes(octets[at + 8:at + 12], 'little')
            kept = min(size, 128)
            file.write(octets[at:at + 8] + kept.to_bytes(4, 'little') +
                       octets[at + 12:at + 16 + kept])
            at += 16 + size
    for verb in ('from-pcap', 'replay'):
        code, out, said = trip.call(verb, path)
        tap.claim(code == 3 and said.count('\n') == 1 and 'in part only' in said and not out,
                  verb + ' of cut frames', out + said)


def pipes(trip, corpus):
    """Standard input and a FIFO, which can be read once only, are captures like others."""
    capture = os.path.join(corpus, 'ovmf-virtio-nofile.pcap')
    with open(capture, 'rb') as file:
        octets = file.read()
    code, text, said = trip.call('from-pcap', capture)
    path = trip.write('piped', text)
    fifo = os.path.join(trip.folder, 'fifo')
    os.mkfifo(fifo)
    for words in (['explain'], ['replay'], ['from-pcap'], ['check', path]):
        want = trip.call(*words, capture)[0]
        done = subprocess.run([trip.bootrig, *words, '-'], input=octets, capture_output=True,
                              timeout=tap.LIMIT_S)
        tap.claim(done.returncode == want, '%s by standard input' % words[0], str(done))
        with subprocess.Popen([trip.bootrig, *words, fifo], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as reader:
            with open(fifo, 'wb') as file:
                file.write(octets)
            out, said = reader.communicate(timeout=tap.LIMIT_S)
        tap.claim(reader.returncode == want, '%s by a FIFO' % words[0], str(out + said))


def next_boots(trip, corpus, scripts):
    """A script is of the boot, not of the numbers that were drawn for it."""
    for name, other in NEXT_BOOTS:
        code, out, said = trip.call('check', trip.write('next', scripts[name] or ''),
                                    os.path.join(corpus, other + '.pcap'))
        tap.claim(code == 0, 'the boot of %s follows the script of %s' % (other, name), out + said)
        tap.claim(' xid=0x' not in (scripts[name] or '') and ' secs=' not in (scripts[name] or ''),
                  '%s: no number that was drawn is in the script' % name)


def refusals(trip, corpus):
    """No script is written that check or run would refuse, and the refusal says why."""
    found = os.path.join(corpus, 'public')
    for name, words in (('4011-answer-to-68', ()), ('offers-from-another-port', ())):
        code, text, said = trip.call('from-pcap', os.path.join(found, name + '.pcap'), *words)
        tap.claim(code == 3 and not text and 'cannot be made a script of' in said and
                  said.count('\n') == 1, 'no script of %s, and why' % name, said or text)
    code, text, said = trip.call('from-pcap', os.path.join(corpus, 'ovmf-virtio-two.pcap'),
                                 '--sut', '192.0.2.77')
    tap.claim(code == 3 and not text and '--sut' in said, 'a server that is not there', said)
    code, text, said = trip.call('from-pcap', os.path.join(corpus, 'ovmf-virtio-two.pcap'),
                                 '--sut', '192.0.2.2')
    tap.claim(code == 0 and text.count(' sut ') == 1, 'a server that is there', said)
    code, text, said = trip.call('from-pcap', 'nofile.pcap')
    tap.claim(code == 2 and not text and said.startswith('nofile.pcap: '), 'no such file', said)


def marked(out):
    """The beginning of what stands above the first mark."""
    lines = out.split('\n')
    for got, marks in zip(lines, lines[1:]):
        if marks.strip().startswith('~'):
            return got[marks.index('~'):][:7]
    return None


def read_list(path):
    with open(path, encoding='utf-8') as file:
        rows = [line.rstrip('\n').split('\t') for line in file
                if line.strip() and not line.startswith('#')]
    return dict(rows)


def main():
    bootrig, corpus, listed = (os.path.abspath(path) for path in sys.argv[1:4])
    cannot = read_list(listed)
    names = sorted(name[:-5] for name in os.listdir(corpus) if name.endswith('.pcap'))
    scripts = {}

    with tempfile.TemporaryDirectory() as folder:
        trip = Trip(bootrig, folder)
        whole = lambda name: trip.whole(name, [os.path.join(corpus, name + '.pcap')])
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            trips = list(pool.map(whole, names))
        for name, (text, said) in zip(names, trips):
            if name in cannot:
                tap.claim(text is None and cannot[name] in said,
                          '%s has no script: %s' % (name, cannot[name]), said or 'stale: it passes')
                continue
            scripts[name] = text
            tap.claim(text is not None, name, said)
        for name in names:  # the two sides of a relay
            for side in names:
                if side.startswith(name + '-srvside'):
                    both = [os.path.join(corpus, part + '.pcap') for part in (name, side)]
                    text, said = trip.whole(name, both)
                    tap.claim(text is not None and ' -> relay:67 dhcp offer' in text,
                              '%s and %s' % (name, side), said)
                    hidden = [os.path.join(folder, 'side%d.pcap' % i) for i in (1, 2)]
                    text, said = trip.whole('sides', both, ('--anonymous-pcap', hidden[0],
                                                            '--anonymous-pcap', hidden[1]))
                    tap.claim(text is not None and '192.0.2.' not in text,
                              '%s and %s under other names' % (name, side), said)
        next_boots(trip, corpus, scripts)
        refusals(trip, corpus)
        two_machines(trip, corpus)
        cut_frames(trip, corpus)
        pipes(trip, corpus)
        for name in sorted(set(cannot) - set(names)):
            tap.claim(False, '%s is listed, but not in the corpus' % name)
        late = os.path.join(folder, 'late.pcap')
        with_late_ack(os.path.join(corpus, 'ovmf-virtio-two.pcap'), late)
        text, said = trip.whole('late', [late])
        tap.claim(text is not None, 'an ACK that comes again after a transfer is the same', said)
        passed = [name for name in names if scripts.get(name) and 'damaged' not in name]
        tried = 0
        for name in passed[::max(1, len(passed) // SAMPLE)]:
            for pattern, text in changed(scripts[name]):
                code, out, said = trip.call('check', trip.write('changed', text),
                                            os.path.join(corpus, name + '.pcap'))
                tap.claim(code == 1, '%s with another %s is refused' % (name, pattern), out + said)
                if pattern.startswith('yiaddr'):
                    tap.claim(marked(out) == 'yiaddr=', '%s: check marks what differs' % name, out)
                tried += 1
        tap.claim(tried >= SAMPLE, 'changed scripts were tried')
        anonymous_trips(trip, corpus, passed[1::max(1, len(passed) // SAMPLE)])
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
