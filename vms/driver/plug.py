# SPDX-License-Identifier: BSD-2-Clause
"""A machine for the wire of a script: `bootrig run --firmware` is our parent

What is said on both pipes stands in sim/script/guest.h. The machine is switched on by a word of
the parent's, and ended when the parent's end closes.
"""
import contextlib
import os
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading

from . import Trouble, machine as qemu, snapshot
from .console import Console
from .process import Child, Leftovers, no_ending
from .profile import TLS_SETUPS, Profile, own_models

FIT = 'fit'  # in the place of a profile: which one, says the model
OWN_TLS = 'edk2-2022.11'  # of the clients of sim/tls/clients.c the one that machines here are
LINE_MAX = 4000  # octets of a line of the console: the rest says nothing more
MENU = 'menu'  # the path of a profile that leaves all boot options on
LOADED = 'NBP loaded'  # the step of a path whose wire is sealed, so that only the console shows it
CRASHED = 'crashed'  # in the sentence of a profile's failure


def say(word, text=''):
    sys.stdout.write(f'{word} {text[:LINE_MAX]}\n')
    sys.stdout.flush()


def fitting(model, tls, trust='', https='', menu=False):
    """(profile, path) of the machine that a model of the rig is of. Trouble says why there is none.

    @tls: its servers speak TLS; @trust: whose authority it has enrolled; @https: the model's TLS;
    @menu: it goes on with its next boot options, where a path of the profile leaves them all on.
    """
    if not model:
        raise Trouble('no machine fits: the node has no as=')
    if https not in ('', OWN_TLS):
        raise Trouble(f'no machine fits: none here has the TLS of {https}')
    for name, models in own_models():
        if model not in models:
            continue
        profile = Profile(name)
        for way in models[model]:
            way = MENU if menu and MENU in profile.paths else way
            path = profile.path(way)
            if (path.setup in TLS_SETUPS) == tls and (not tls or path.trust == (trust or 'rig')):
                return profile, way
    how = f' with an authority of {trust or "rig"}, by HTTPS' if tls else ''
    raise Trouble(f'no machine fits: of {model} none is here{how}')


def change(profile, mac, uuid, date=''):
    """The machine of a script has the hardware address and the UUID that stand there, and the date.
    """
    if date:
        profile.arguments += ['-rtc', f'base={date}']
    profile.mac, profile.macs = mac, [mac]
    words = profile.arguments
    if '-uuid' in words:
        at = words.index('-uuid') + 1
        words[at] = '-'.join([uuid[:8], uuid[8:12], uuid[12:16], uuid[16:20], uuid[20:]])


def choose_path(profile, name, http):
    """@name: one of its paths; '': that by HTTP, or the first."""
    if name:
        return profile.path(name)
    names = list(profile.paths)
    return profile.path('http4' if http and 'http4' in names else names[0])


class Parent:
    """The words of the parent, as events beside those of the machine."""

    def __init__(self, events):
        self.events = events
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while octets := os.read(0, 256):
            self.events.put(('parent', octets))
        self.events.put(('parent', b''))


class Plugged:
    def __init__(self, profile, path, clock, out):
        self.name = f'{profile.name}/{path.name}'
        self.profile, self.path, self.clock, self.out = profile, path, clock, out
        self.events = queue.Queue()
        self.console, self.open = Console(), ''
        self.told, self.reached = set(), set()
        self.child = None

    def type(self, line):
        """What the path's steps would type at this line: U-Boot's prompt wants a word."""
        for step in self.path.steps:
            if step.source == 'console' and step.name not in self.reached and \
                    (not step.after or step.after in self.reached) and step.pattern.search(line):
                self.reached.add(step.name)
                if step.name == LOADED:
                    say('loaded', line)
                if step.send and self.child:
                    self.child.type(step.send)

    def judge(self, line):
        self.type(line)
        if self.path.fails_after and self.path.fails_after not in self.reached:
            return  # a boot option before this path's fails, as it is to
        for failure in self.profile.failures:
            match = failure.pattern.search(line)
            if match and failure.says not in self.told:
                self.told.add(failure.says)
                say('crash' if CRASHED in failure.says else 'failure',
                    f'{failure.says}: {match[0]}')

    def on_console(self, octets, serial):
        with contextlib.suppress(OSError):  # a full disk ends no boot
            serial.write(octets)
            serial.flush()
        for line in self.console.feed(octets):
            say('console', line)
            self.judge(line)
        if self.console.pending() != self.open:
            self.open = self.console.pending()
            say('open', self.open)
            self.judge(self.open)

    def start(self, folder, home, stderr):
        restored, inherit, words = None, (), None
        if home:
            restored = snapshot.Restored(home, self.profile, self.path, self.clock, folder,
                                         folder / 'n')
            words, inherit = restored.words, restored.inherit
        else:
            words = qemu.command(self.profile, self.path, self.clock, folder, folder / 'n')
        with no_ending():
            child = Child('console', words, self.events, stdin=subprocess.PIPE, stderr=stderr,
                          inherit=inherit)
        return child, restored

    def await_word(self):
        """Return: whether the machine is to be switched on."""
        _, octets = self.events.get()
        return b'on' in octets

    def live(self, child, serial):
        """Until the machine ends, or the parent's patience."""
        while True:
            name, octets = self.events.get()
            if name == 'parent' and not octets:
                return
            if name == 'console' and not octets:
                say('ended', f'exit code {child.wait(5)}')
                while name != 'parent' or octets:
                    name, octets = self.events.get()
                return
            if name == 'console':
                self.on_console(octets, serial)

    def run(self, home):
        Parent(self.events)
        with contextlib.ExitStack() as stack:
            with no_ending():
                folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix='br')))
                stack.enter_context(Leftovers(folder))
            serial = stack.enter_context(open(self.out / 'serial.log' if self.out else os.devnull,
                                              'wb'))
            stderr = stack.enter_context(open(folder / 'stderr', 'w+', encoding='utf-8'))
            say('ready', str(folder / 'n'))
            say('machine', self.name)
            if not self.await_word():
                return
            self.child, restored = self.start(folder, home, stderr)
            stack.callback(self.child.stop)
            if restored:
                self.on_console(restored.console, serial)
                restored.go_on(self.child)
            self.live(self.child, serial)

