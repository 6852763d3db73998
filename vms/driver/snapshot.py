# SPDX-License-Identifier: BSD-2-Clause
"""A machine as it was when it first asked for an address: a boot need not start at power-on

The machine runs until it sends that frame, is stopped there, and written down as QEMU
migrates one; the frames it had sent until then are kept beside it. A boot from there gives them to
a new wire first, and then the machine, which sees their answers. Kept in the cache under a hash
of all that makes the machine what it is: words for QEMU, QEMU itself, each file of firmware.
"""
import hashlib
import pathlib
import queue
import shutil
import socket
import struct
import subprocess
import tempfile
import time

from . import Trouble, machine
from .apt import locked
from .process import Child, Leftovers, no_ending
from .qmp import Qmp

LAYOUT = 3  # changes when what is kept does
SIZES = 'sizes'  # of all the files that were written down: one that is short is known by it
QUIET_S = 0.1  # for which a stopped machine sends nothing more


def qmp_words(folder):
    return ['-qmp', f'unix:{machine.escaped(folder / "q")},server=on,wait=off']


def key(profile, path, clock):
    """What the machine is, as one word."""
    digest = hashlib.sha256(f'{LAYOUT}'.encode())
    words = [*profile.clock_of(clock), *profile.arguments, profile.nic, profile.nic_with,
             profile.mac, *path.fw_cfg, *path.arguments, *sorted(profile.files)]
    digest.update('\0'.join(words).encode())
    for name in [shutil.which(profile.qemu) or profile.qemu, profile.rom,
                 *(profile.files[part] for part in sorted(profile.files)), *profile.needs]:
        if name:
            digest.update(hashlib.sha256(pathlib.Path(name).read_bytes()).digest())
    return digest.hexdigest()[:32]


def find(cache, profile, path, clock, tell):
    """Return: the folder with the snapshot, which is made if there is none."""
    if any('{socket}' in word for word in profile.arguments):
        raise Trouble(f'{profile.name} plugs itself in, by {{socket}}: it has no snapshot')
    home = cache / 'snapshots' / key(profile, path, clock)
    with locked(home.parent):
        if not is_whole(home):
            shutil.rmtree(home, ignore_errors=True)
            tell('snapshot: none of this machine, running it until it asks for an address')
            draft = pathlib.Path(tempfile.mkdtemp(prefix='.', dir=home.parent))
            try:
                with no_ending():
                    guard = Leftovers(draft)
                with guard:
                    make(draft, profile, path, clock)
                    (draft / SIZES).write_text(sizes_of(draft), encoding='utf-8')
                    draft.rename(home)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    return home


def sizes_of(home):
    return ''.join(f'{file.name} {file.stat().st_size}\n' for file in sorted(home.iterdir())
                   if file.name != SIZES)


def is_whole(home):
    sizes = home / SIZES
    return sizes.is_file() and sizes.read_text(encoding='utf-8', errors='replace') == sizes_of(home)


def make(target, profile, path, clock):
    events = queue.Queue()
    with tempfile.TemporaryDirectory(prefix='br') as name, \
            socket.socket(socket.AF_UNIX) as listener:
        folder = pathlib.Path(name)
        listener.bind(str(folder / 'n'))
        listener.listen(1)
        with no_ending(), open(folder / 'stderr', 'w+', encoding='utf-8') as stderr:
            guard = Leftovers(folder)
            child = Child('console', machine.command(profile, path, clock, folder, folder / 'n',
                                                     more=qmp_words(folder)),
                          events, stdin=subprocess.PIPE, stderr=stderr)
        with guard:
            try:
                qmp = Qmp(folder / 'q', child)
                (target / 'frames').write_bytes(
                    until_it_asks(accepted(listener, child, path.limit_s), qmp, path.limit_s))
                qmp.say('migrate-set-parameters', **{'max-bandwidth': 1 << 34})
                write_down(qmp, target / 'state')
                qmp.close()
            except (Trouble, TimeoutError) as trouble:
                said = machine.last_words(folder / 'stderr')
                if not said or child.process.poll() is None:
                    said.insert(0, str(trouble) if isinstance(trouble, Trouble) else
                                f'{profile.name} asks for no address in {path.limit_s:.0f} s')
                raise Trouble('; '.join(said)) from None
            finally:
                child.stop()
        if (folder / 'vars.fd').exists():
            shutil.copyfile(folder / 'vars.fd', target / 'vars.fd')
    (target / 'console').write_bytes(b''.join(
        octets for _, octets in iter(lambda: events.get(timeout=1), ('console', b''))))


def asks_for_an_address(frame):
    """A UDP datagram to a DHCP server: RFC 2131 4.1, or over IPv6 RFC 8415 7.2."""
    if frame[12:14] == b'\x08\0':
        return frame[23:24] == b'\x11' and frame[36:38] == b'\0\x43'
    return frame[12:14] == b'\x86\xdd' and frame[20:21] == b'\x11' and frame[56:58] == b'\x02\x23'


def accepted(listener, child, limit_s):
    """Return: the machine's end of the wire, to which QEMU connects as soon as it begins."""
    end = time.monotonic() + limit_s
    listener.settimeout(0.2)
    while True:
        try:
            return listener.accept()[0]
        except TimeoutError:
            if child.process.poll() is not None or time.monotonic() > end:
                raise


def until_it_asks(wire, qmp, limit_s):
    """Stop the machine there. Return: the octets on the socket, which are whole frames."""
    end = time.monotonic() + limit_s
    octets, at, stopped = b'', 0, False
    with wire:
        while True:
            wire.settimeout(QUIET_S if stopped else max(0.01, end - time.monotonic()))
            try:
                more = wire.recv(1 << 16)
            except TimeoutError:
                if not stopped:
                    raise
                break
            octets += more
            if not more:
                break
            while at + 4 <= len(octets):
                size = struct.unpack_from('>I', octets, at)[0]
                if at + 4 + size > len(octets):
                    break
                if not stopped and asks_for_an_address(octets[at + 4:at + 4 + size]):
                    qmp.say('stop')
                    stopped = True
                at += 4 + size
    if not stopped or at != len(octets):
        raise Trouble('a machine ended before it asked for an address')
    return octets


def write_down(qmp, path):
    quoted = "'" + str(path).replace("'", "'\\''") + "'"
    qmp.say('migrate', uri=f'exec:cat >{quoted}')
    while (told := qmp.say('query-migrate'))['status'] not in ('completed', 'failed'):
        time.sleep(0.05)
    if told['status'] == 'failed':
        raise Trouble(f'QEMU cannot write this machine down: {told.get("error-desc", "")}')
    qmp.say('quit')


class Restored:
    """A machine out of a snapshot: the words to start it with, and its first frames on the wire."""

    def __init__(self, home, profile, path, clock, folder, wire):
        self.home, self.folder = home, folder
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(wire))
        self.frames = (home / 'frames').read_bytes()
        number = self.socket.fileno()
        network = f'stream,id=n0,server=off,addr.type=fd,addr.str={number}'
        state = "'" + str(home / 'state').replace("'", "'\\''") + "'"
        self.words = machine.command(
            profile, path, clock, folder, wire, network,
            [*qmp_words(folder), '-incoming', f'exec:cat {state}'])
        if (home / 'vars.fd').exists():
            shutil.copyfile(home / 'vars.fd', folder / 'vars.fd')
        self.inherit = (number,)
        self.console = (home / 'console').read_bytes()

    def go_on(self, child):
        """Once QEMU, our @child, runs: as soon as it has read the machine.

        What it had sent goes on the wire no sooner, for its clock goes on from there.
        """
        try:
            qmp = Qmp(self.folder / 'q', child)
            while qmp.say('query-status')['status'] == 'inmigrate':
                time.sleep(0.02)
        except Trouble as trouble:
            if not child.wait(1):
                raise
            shutil.rmtree(self.home, ignore_errors=True)
            raise Trouble('; '.join([f'{self.home}: QEMU cannot read this snapshot, which is removed',
                                     *machine.last_words(self.folder / 'stderr')])) from trouble
        self.socket.sendall(self.frames)
        self.socket.close()
        qmp.say('cont')
        qmp.close()
