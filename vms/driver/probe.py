# SPDX-License-Identifier: BSD-2-Clause
"""A payload of our own: it tests the firmware that loaded it, and reports over the console

vms/payload/probe has its source; clang and lld make it, for each kind of machine. The rig serves
files and a manifest of them. What the probe says of what it was handed over is held against the
recording, what it says of the files against the files: its word alone convinces nobody.
"""
import dataclasses
import functools
import hashlib
import pathlib
import re
import struct
import subprocess
import tempfile

from . import Trouble

HOME = pathlib.Path(__file__).resolve().parent.parent
SOURCE, TOP = HOME / 'payload' / 'probe', HOME.parent
HASH = TOP / 'sim/net/sha256.c'
MANIFEST = 'manifest'
MISSING = 'nothing.bin'  # on no server
# One octet; whole blocks of 512 and of 1468, so that an empty one ends it; and one that takes long
# enough to be measured.
FILES = {'small.bin': 1, 'blocks.bin': 128 * 1468, 'large.bin': 1 << 20}
COMMON = ['-std=c11', '-ffreestanding', '-fno-builtin', '-fno-stack-protector', '-fno-ident',
          '-Wall', '-Wextra', '-Wconversion', '-Wshadow', '-Werror']
EVERY = ('plan', 'report', 'freestanding')
EFI = ('efi_main', 'efi_http', 'efi_pxe', 'efi_clock', *EVERY)
BIOS = ('bios_main', *EVERY)


@dataclasses.dataclass
class Target:
    """How clang is told of a machine, and what PE calls it."""
    triple: str
    words: list
    machine: int = 0  # of the PE header, where clang's is not UEFI's


TARGETS = {
    'x64': Target('x86_64-unknown-windows-msvc', ['-mgeneral-regs-only', '-mno-red-zone']),
    'ia32': Target('i686-unknown-windows-msvc', ['-mgeneral-regs-only']),
    'arm64': Target('aarch64-unknown-windows-msvc', ['-mgeneral-regs-only']),
    # UEFI 2.10 2.1.1: EFI_IMAGE_MACHINE_ARMTHUMB_MIXED
    'arm': Target('thumbv7-unknown-windows-msvc', ['-mfpu=none'], 0x1c2),
}
NAMES = tuple(f'probe-{name}' for name in (*TARGETS, 'bios'))


def call(words):
    try:
        done = subprocess.run(words, capture_output=True, text=True, errors='replace', check=False)
    except FileNotFoundError:
        raise Trouble(f'{words[0]} is missing, which makes the payload (Debian packages clang, '
                      'lld)') from None
    if done.returncode:
        raise Trouble(f'{words[0]}: {(done.stderr or done.stdout).strip()}')
    return done.stdout


def compile_into(folder, names, words):
    """Return: the objects. The folder's name gets into none of them."""
    objects = []
    for source in [*(SOURCE / name for name in names), HASH]:
        objects.append(folder / f'{source.stem}.o')
        call(['clang', *words, *COMMON, f'-I{SOURCE / "include"}', f'-I{SOURCE}', f'-I{TOP}',
              '-c', source, '-o', objects[-1]])
    return objects


def build_efi(what, folder, target):
    objects = compile_into(folder, [f'{name}.c' for name in EFI], [
        f'--target={what.triple}', *what.words, '-O2', '-fshort-wchar', '-mno-stack-arg-probe'])
    call(['lld-link', '-subsystem:efi_application', '-entry:efi_main', '-nodefaultlib',
          '-timestamp:0', f'-out:{target}', *objects])
    if what.machine:
        octets = bytearray(target.read_bytes())
        at = struct.unpack_from('<I', octets, 60)[0] + 4
        struct.pack_into('<H', octets, at, what.machine)
        target.write_bytes(octets)


def build_bios(folder, target):
    """16-bit code; of the processors that have a counter of time, for the first."""
    objects = compile_into(folder, ['bios_start.S', *(f'{name}.c' for name in BIOS)], [
        '--target=i686-unknown-none-elf', '-m16', '-march=i586', '-mgeneral-regs-only', '-fno-pic',
        '-Os', '-ffunction-sections', '-fno-asynchronous-unwind-tables'])
    call(['ld.lld', '-m', 'elf_i386', '--gc-sections', '--oformat', 'binary',
          '-T', SOURCE / 'bios.ld', '-o', target, *objects])


def build(name, target):
    """The program for @name of NAMES, at @target: the same octets whenever and wherever."""
    what = name.partition('-')[2]
    with tempfile.TemporaryDirectory(prefix='br') as folder:
        if what == 'bios':
            build_bios(pathlib.Path(folder), target)
        else:
            build_efi(TARGETS[what], pathlib.Path(folder), target)


def compilers():
    """What the program depends on besides its source."""
    return call(['clang', '--version']) + call(['ld.lld', '--version'])


def sources():
    return [*sorted(file for file in SOURCE.rglob('*') if file.is_file()), HASH,
            HASH.with_suffix('.h')]


@functools.cache
def contents(name, size):
    return hashlib.shake_256(name.encode()).digest(size)


def make(name, target, _cache, _tell):
    """The root of a boot server, but for the manifest, which depends on the servers."""
    build(name, target / ('probe.0' if name == 'probe-bios' else 'probe.efi'))
    for file, size in FILES.items():
        (target / file).write_bytes(contents(file, size))


def manifest(setup):
    """What the probe is to read from each server of the setup: vms/payload/probe/plan.h."""
    lines = ['bootrig-manifest 1']
    for server in setup.servers:
        roles = str(server.settings.get('role', '')).split(',')
        address = server.settings.get(setup.net)
        if 'tftp' in roles:
            window = 4 if server.settings.get('windowsize') == 'on' else 1
            lines.append(f'tftp {address} {window}')
        if 'http' in roles:
            lines.append(f'http {address}')
    for name, size in FILES.items():
        lines.append(f'file {name} {size} {hashlib.sha256(contents(name, size)).hexdigest()}')
    return '\n'.join([*lines, f'missing {MISSING}', 'end', ''])


@dataclasses.dataclass
class Read:
    """A file that was asked for, and what came of it."""
    way: str
    server: str
    name: str
    window: int = 1
    missing: bool = False  # it is on no server
    size: int = None
    microseconds: int = 0
    digest: str = ''
    word: str = ''  # of the probe: same, differs, failed, refused; '' until it said one
    status: str = ''
    code: int = 0  # TFTP's error, HTTP's status

    def rate(self):
        """Octets a second, or None."""
        return self.size * 1e6 / self.microseconds if self.size and self.microseconds else None


@dataclasses.dataclass
class Report:
    machine: str = ''
    station: tuple = ()
    path: str = ''
    mode: dict = dataclasses.field(default_factory=dict)
    packets: dict = dataclasses.field(default_factory=dict)  # {name: octets}
    none: dict = dataclasses.field(default_factory=dict)  # {what there is not: why}
    reads: dict = dataclasses.field(default_factory=dict)  # {number: Read}
    wrong: list = dataclasses.field(default_factory=list)  # lines nobody understands
    lines: int = 0
    said: int = None  # how many lines there were, by its own count

    def as_json(self):
        rows = []
        for read in self.reads.values():
            row = dataclasses.asdict(read)
            row['octets_a_second'] = read.rate() and round(read.rate())
            rows.append(row)
        return {'machine': self.machine, 'station': list(self.station), 'device_path': self.path,
                'mode': self.mode, 'none': self.none, 'reads': rows,
                'packets': {name: octets.hex() for name, octets in self.packets.items()}}


def device_path(octets):
    """UEFI 2.10 10.3: the nodes that a network boot has, in the words of its 10.6."""
    said, at = [], 0
    while at + 4 <= len(octets):
        kind, size = tuple(octets[at:at + 2]), struct.unpack_from('<H', octets, at + 2)[0]
        node = octets[at + 4:at + max(4, size)]
        if kind == (3, 11) and len(node) >= 6:
            said.append(f'MAC({node[:6].hex()})')
        elif kind == (3, 12) and len(node) >= 8:
            said.append(f'IPv4({".".join(map(str, node[4:8]))},local '
                        f'{".".join(map(str, node[:4]))})')
        elif kind == (3, 24):
            said.append(f'Uri({node.decode("ascii", "replace")})')
        else:
            said.append(f'Path({kind[0]},{kind[1]})')
        at += max(4, size)
    return '/'.join(said)


def take_octets(report, name, offset, digits):
    octets = report.packets.setdefault(name, b'')
    if len(octets) != int(offset, 16):
        raise ValueError('a line of octets is missing')
    report.packets[name] = octets + bytes.fromhex(digits)


def take_fate(report, number, size, microseconds):
    report.reads[int(number)].size = int(size)
    report.reads[int(number)].microseconds = int(microseconds)


def take_digest(report, number, digest):
    report.reads[int(number)].digest = digest


def take_word(report, number, word):
    report.reads[int(number)].word = word


def take_end(report, number, word, status, code, microseconds):
    read = report.reads[int(number)]
    read.word, read.status, read.code = word, status, int(code)
    read.microseconds = int(microseconds)


def take_read(report, number, way, server, window, name):
    report.reads[int(number)] = Read(way, server, name, int(window))


def take_miss(report, number, way, server, name):
    report.reads[int(number)] = Read(way, server, name, missing=True)


# Every line the probe says, after "BR ".
LINES = [(re.compile(pattern), take) for pattern, take in (
    (r'probe 1 (\S+)', lambda report, machine: setattr(report, 'machine', machine)),
    (r'clock \d+', lambda report: None),
    (r'octets (\S+) ([0-9a-f]{4}) ((?:[0-9a-f]{2})+)', take_octets),
    (r'mode (.*)', lambda report, text: report.mode.update(
        (key, int(value)) for key, value in (word.split('=') for word in text.split()))),
    (r'none (\S+) (.*)', lambda report, what, why: report.none.update({what: why})),
    (r'station (\S+) (\S+)', lambda report, *words: setattr(report, 'station', words)),
    (r'(\d+) read (\S+) (\S+) (\d+) (\S+)', take_read),
    (r'(\d+) miss (\S+) (\S+) (\S+)', take_miss),
    (r'(\d+) got (\d+) us (\d+)', take_fate),
    (r'(\d+) sha256 ([0-9a-f]{64})', take_digest),
    (r'(\d+) (same|differs)', take_word),
    (r'(\d+) (failed|refused) ([0-9a-f]{8}) code (\d+) us (\d+)', take_end),
    (r'end (\d+)', lambda report, count: setattr(report, 'said', int(count))),
)]


def read_report(lines):
    """Return: the Report in lines of a console, whatever else stands there."""
    report = Report()
    for line in lines:
        if not line.startswith('BR '):
            continue
        text = line[3:]
        for pattern, take in LINES:
            match = pattern.fullmatch(text)
            if match:
                try:
                    take(report, *match.groups())
                except (ValueError, KeyError):
                    report.wrong.append(line)
                break
        else:
            report.wrong.append(line)
        report.lines += text.partition(' ')[0] != 'end'
    report.path = device_path(report.packets.pop('device-path', b''))
    return report


def datagrams(recording):
    """(frame number, octets) of each DHCP message over IPv4 in a pcapng that the rig wrote."""
    at, number = 0, 0
    while at + 12 <= len(recording):
        kind, size = struct.unpack_from('<II', recording, at)
        if kind == 6:  # an enhanced packet block
            number += 1
            length = struct.unpack_from('<I', recording, at + 20)[0]
            frame = recording[at + 28:at + 28 + length]
            ports = frame[34:38]
            if frame[12:15] == b'\x08\0\x45' and frame[23:24] == b'\x11' and \
                    any(port in (67, 4011) for port in struct.unpack('>2H', ports.ljust(4, b'\0'))):
                yield number, frame[42:38 + struct.unpack_from('>H', frame, 38)[0] - 4]
        at += max(12, size)


def find_packets(report, recording):
    """{name of a cached packet: the frame that it is, octet by octet, or None}."""
    found = {}
    sent = [(number, octets.rstrip(b'\0')) for number, octets in datagrams(recording)]
    for name, octets in report.packets.items():
        found[name] = next((number for number, other in sent if other == octets.rstrip(b'\0')),
                           None)
    return found


def faults(report, root):
    """What is wrong, a sentence each. @root: the folder that the servers had."""
    found = []
    if report.wrong:
        found.append(f'the payload said "{report.wrong[0]}", which is none of its lines')
    if report.said != report.lines:
        found.append(f'the payload counts {report.said} lines, {report.lines} came')
    if 'manifest' in report.none:
        found.append(f'the payload has no manifest: {report.none["manifest"]}')
    for read in report.reads.values():
        what = f'{read.way} {read.server} {read.name}'
        if read.missing:
            if read.word != 'refused':
                found.append(f'{what}: a file that is nowhere was read, {read.size} octets')
        elif read.word == 'failed':
            found.append(f'{what}: the firmware failed, status {read.status}, code {read.code}')
        elif read.word not in ('same', 'differs'):
            found.append(f'{what}: the payload never said what came of it')
        else:
            wanted = (root / read.name).read_bytes()
            same = read.size == len(wanted) and read.digest == hashlib.sha256(wanted).hexdigest()
            if not same:
                found.append(f'{what}: {read.size} octets of SHA-256 {read.digest} came, '
                             f'{len(wanted)} others were sent')
            elif read.word != 'same':
                found.append(f'{what}: the payload takes what came for something else')
    if not any(read.word == 'same' for read in report.reads.values()):
        found.append('the payload read no file at all')
    return found


def sentences(report, frames):
    """What a person wants to know of it."""
    yield f'{report.machine}, station {" ".join(report.station)}, {report.path}'
    for name, frame in frames.items():
        where = f'as in frame {frame}' if frame else 'as in no frame of the recording'
        yield f'cached {name}: {len(report.packets[name])} octets, {where}'
    for what, why in report.none.items():
        yield f'no {what}: {why}'
    for read in report.reads.values():
        way = f'{read.way} {read.server}' + (f' window {read.window}' if read.way == 'tftp' and
                                             not read.missing else '')
        if read.rate() and read.name == 'large.bin':
            yield (f'{way}: {read.size} octets in {read.microseconds / 1e6:.3f} s, '
                   f'{read.rate() / 1e6:.2f} MB/s')
        elif read.missing and read.word == 'refused':
            yield f'{way}: {read.name} is refused, status {read.status}, code {read.code}'


def largest(report):
    """{way: octets a second} of the file that is measured, for a table."""
    return {f'{read.way} window {read.window}' if read.way == 'tftp' else read.way:
            round(read.rate()) for read in report.reads.values()
            if read.name == 'large.bin' and read.rate()}
