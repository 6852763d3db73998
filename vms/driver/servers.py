# SPDX-License-Identifier: BSD-2-Clause
"""Servers of others that a firmware of the matrix boots from, in the place of the rig's own

dnsmasq stands behind an interface of a network namespace that is this process's alone: nothing of
it has a name that could be left behind. QEMU's own DHCP and TFTP (slirp) is no wire of ours at all:
the machine is judged by what QEMU itself recorded.
"""
import ctypes
import os
import pathlib
import queue
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time

from . import Trouble, machine
from .console import Console
from .process import LIBC, Child, Leftovers, die_with_parent, no_ending

CORE, DNSMASQ, SLIRP = NAMES = ('core', 'dnsmasq', 'slirp')
NODE = re.compile(r'^node +\w+ +sut +lan=(\S+) +role=dhcp,tftp *$', re.MULTILINE)
NODES = re.compile(r'^node +\w+ +(?:sut|peer|relay|iface)\b.*$', re.MULTILINE)
FILE = re.compile(r'^file +(\S+) +size=(\d+) +seed=(\d+) *$', re.MULTILINE)
MTU = re.compile(r'^net .*\bmtu=(\d+)', re.MULTILINE)
CLONE_NEWNET = 0x40000000
DEVICE = 'wire'  # our end of the cable: no other namespace sees its name
QUIET_S = 40  # without a frame, after the first: such a machine has ended its try
PAUSE_S = 3  # in which a boot file that came is noticed
LOG_READY = 'TFTP root is'


def lacking(server):
    """Why it cannot be had here; '': it can."""
    if server == DNSMASQ and not shutil.which('dnsmasq'):
        return 'dnsmasq (Debian package dnsmasq-base)'
    if server == DNSMASQ and os.geteuid() != 0:
        return 'root, for a network namespace'
    return ''


def takes(server, text):
    """Whether a condition can be had with it.

    One server for everything, and lines that speak of no node but the machine and its net. slirp
    has no wire on which anything could go wrong.
    """
    nodes = NODES.findall(text)
    if server == CORE:
        return True
    if len(nodes) != 1 or not NODE.search(text) or not FILE.search(text):
        return False
    return server == DNSMASQ or not re.search(r'^fault |^net .*=', text, re.MULTILINE)


def write_files(text, folder):
    """What the script's server would have, of octets that are the same in each run."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, size, seed in FILE.findall(text):
        (folder / name).write_bytes(random.Random(int(seed)).randbytes(int(size)))


def moved(text, folder):
    """The script, whose server is behind our interface. Return: text, its address, its MTU"""
    address = NODE.search(text)[1]
    text = NODE.sub(lambda match: re.sub(r'\bsut\b(.*) role=.*', rf'iface\1 dev={DEVICE}',
                                         match[0]), text)
    text = FILE.sub(lambda match: f'file {match[1]} from={folder / match[1]}', text)
    mtu = MTU.search(text)
    return text, address, int(mtu[1]) if mtu else 1500


def ip(*words):
    done = subprocess.run(['ip', *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f'ip {" ".join(map(str, words))}: {done.stderr.strip()}')


def enter_a_network(address, mtu):
    """From here on we are alone on a cable, whose other end has the address."""
    if LIBC.unshare(CLONE_NEWNET) != 0:
        raise Trouble(f'a network namespace: {os.strerror(ctypes.get_errno())}')
    ip('link', 'add', DEVICE, 'mtu', mtu, 'type', 'veth', 'peer', 'name', 'eth0', 'mtu', mtu)
    ip('address', 'add', f'{address}/24', 'dev', 'eth0')
    for device in ('lo', DEVICE, 'eth0'):
        ip('link', 'set', device, 'up')


def start_dnsmasq(files, state, log):
    """Return: the process, which serves by now

    Neither user nor group change, for with that Linux forgets the signal of die_with_parent().
    """
    words = ['dnsmasq', '-k', '--port=0', '--conf-file=/dev/null', '--user=root', '--group=root',
             '--pid-file=', '--log-dhcp', '--log-facility=-', '--interface=eth0', '--bind-interfaces',
             '--no-ping', '--dhcp-range=10.77.0.100,10.77.0.199,1h', '--dhcp-boot=boot.efi',
             '--enable-tftp', f'--tftp-root={files}', f'--dhcp-leasefile={state / "leases"}']
    with open(log, 'wb') as said:
        child = subprocess.Popen(  # pylint: disable=consider-using-with
            words, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            preexec_fn=lambda: die_with_parent(signal.SIGKILL))
    end = time.monotonic() + 10
    while LOG_READY not in log.read_text(errors='replace'):
        if child.poll() is not None or time.monotonic() > end:
            child.kill()
            raise Trouble(f'dnsmasq does not start: {log.read_text(errors="replace")[-300:]}')
        time.sleep(0.05)
    return child


def play(script, words, out):
    """The run of that script with dnsmasq in the place of its server. Return: its exit code

    @words: what begins `bootrig run`, without the script; @out: folder of the cell
    """
    text = script.read_text(encoding='utf-8')
    with tempfile.TemporaryDirectory(prefix='br') as name:
        folder = pathlib.Path(name)
        with no_ending():
            guard = Leftovers(folder)
        with guard:
            write_files(text, folder / 'files')
            text, address, mtu = moved(text, folder / 'files')
            copy = folder / script.name
            copy.write_text(text, encoding='utf-8')
            enter_a_network(address, mtu)
            server = start_dnsmasq(folder / 'files', folder, out / 'server.log')
            child = None
            try:
                with no_ending():
                    child = subprocess.Popen(  # pylint: disable=consider-using-with
                        [*words[:2], copy, *words[2:]],
                        preexec_fn=lambda: die_with_parent(signal.SIGTERM))
                return child.wait()
            finally:
                if child and child.poll() is None:
                    child.terminate()
                    child.wait()
                server.kill()
                server.wait()


class Slirp:
    """A machine on the network that is inside of QEMU."""

    def __init__(self, profile, path, text, out):
        self.profile, self.path, self.out = profile, path, out
        self.address, self.files = NODE.search(text)[1], FILE.findall(text)
        self.text, self.events, self.console = text, queue.Queue(), Console()
        self.failed, self.ended = '', False

    def network(self, files):
        net = self.address.rpartition('.')[0]
        return (f'user,id=n0,ipv6=off,restrict=on,net={net}.0/24,host={self.address},'
                f'dhcpstart={net}.100,tftp={machine.escaped(files)},bootfile={self.files[0][0]}')

    def hear(self, octets, serial):
        self.ended = self.ended or not octets
        serial.write(octets)
        for line in [*self.console.feed(octets), self.console.pending()]:
            for failure in self.profile.failures:
                match = failure.pattern.search(line)
                if match:
                    self.failed = self.failed or f'{failure.says}: {match[0]}'
            self.type(line)

    def type(self, line):
        for step in self.path.steps:
            if step.source == 'console' and step.send and step.pattern.search(line):
                self.child.type(step.send)

    def live(self, recording, serial, is_whole):
        """Until the machine ends, says that it failed, sends no more, or is_whole()."""
        start = heard = time.monotonic()
        size = asked = 0
        while time.monotonic() - start < self.path.limit_s and not (self.ended or self.failed):
            try:
                self.hear(self.events.get(timeout=0.5)[1], serial)
            except queue.Empty:
                pass
            now = recording.stat().st_size if recording.exists() else 0
            if now != size:
                size, heard = now, time.monotonic()
            quiet_s = time.monotonic() - heard
            if size > 24 and quiet_s > QUIET_S:
                return
            if size > asked and quiet_s > PAUSE_S:
                asked = size
                if is_whole():
                    return

    def run(self, is_whole):
        """@is_whole: says whether all came, by the recording so far. Return: seconds it took"""
        recording, start = self.out / 'run.pcap', time.monotonic()
        recording.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(prefix='br') as name:
            folder = pathlib.Path(name)
            with no_ending():
                guard = Leftovers(folder)
            with guard, open(self.out / 'serial.log', 'wb') as serial, \
                    open(folder / 'stderr', 'w+', encoding='utf-8') as stderr:
                write_files(self.text, folder / 'files')
                words = machine.command(
                    self.profile, self.path, 'real', folder, '', self.network(folder / 'files'),
                    ['-object', f'filter-dump,id=d0,netdev=n0,file={machine.escaped(recording)}'])
                with no_ending():
                    self.child = Child('console', words, self.events, stdin=subprocess.PIPE,
                                       stderr=stderr)
                try:
                    self.live(recording, serial, is_whole)
                finally:
                    self.child.stop()
                stderr.seek(0)
                if not recording.exists():
                    raise Trouble(f'QEMU recorded nothing: {stderr.read().strip()[-300:]}')
        return time.monotonic() - start


def came_whole(told, text):
    """Whether a story that `explain` told says so of each file of the script."""
    lines = [line['text'] for client in told['clients'] for attempt in client['attempts']
             for line in attempt['lines']]
    return all(any(line.startswith(f'TFTP read {name} ') and f' {size} octets' in line and
                   ' complete' in line for line in lines) for name, size, _ in FILE.findall(text))
