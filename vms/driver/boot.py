# SPDX-License-Identifier: BSD-2-Clause
"""One boot: the wire with its servers, a machine plugged into it, and the verdict

The machine is judged by what its console says, by what passed on the wire, and by the
payload's last words. A boot that fails says how far it came.
"""
import contextlib
import dataclasses
import pathlib
import queue
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

from . import Trouble, machine as qemu, probe, snapshot
from .console import Console
from .opinion import Opinion, form
from .process import Child, Leftovers, Typist, no_ending
from .qmp import Qmp

GROWING = '~ '  # how `bootrig lan --progress` marks a line that it will say again
LISTENS = 'listening on '
CONSOLE_TAIL = 15  # lines shown of a boot that failed
NOTES_TAIL = 15
GRACE_S = 0.3
KEPT = ('run.pcapng', 'serial.log', 'notes.log', 'explain.txt', 'screen.png', 'qemu.txt', 'vars.fd')
WIRE_LOST = 2  # how `bootrig lan` ends when it could not write what it was to keep


@dataclasses.dataclass
class Options:
    """What the caller wants different."""
    binary: pathlib.Path
    out: pathlib.Path
    root: pathlib.Path  # of the boot servers: a tree of the payload
    clock: str = 'real'
    until: str = ''  # name of the step that is enough
    limit_s: float = 0  # 0: the path's
    keep: bool = False  # the variable store, and how QEMU was called
    console: bool = False  # what is typed here goes to the machine
    screenshot: bool = False
    snapshot: pathlib.Path = None  # of snapshot.find(): the machine starts there
    net: tuple = ()  # KEY=VALUE of the net: what goes wrong on it
    fault: tuple = ()  # and with certain frames, as in a script


@dataclasses.dataclass
class Verdict:
    good: bool
    says: str
    took_s: float
    reached: dict  # {step name: seconds after the start of the machine}
    missing: list  # names of steps that were wanted and not seen
    opinion: Opinion = None
    lost: str = ''  # what could not be kept, and why
    start: str = 'power-on'
    report: probe.Report = None  # of a payload that makes one
    console: list = dataclasses.field(default_factory=list)  # (seconds since 1970, line)


class Boot:
    def __init__(self, profile, path, setup, options, screen):
        self.profile, self.path, self.setup = profile, path, setup
        self.options, self.screen = options, screen
        self.events = queue.Queue()
        self.console, self.console_lines, self.console_at = Console(), [], []
        self.wire_rest, self.wire_said = '', ''
        self.reached, self.started = {}, 0.0
        self.failure = ''
        self.machine_said = []  # by QEMU itself, not on the console
        self.gone = set()  # names of children whose output ended
        self.serial = None
        self.lost = ''
        self.machine = None

    # what is kept

    def keep(self, name, write):
        """A file that cannot be written ends no boot: it is told with the verdict, once."""
        try:
            write()
        except OSError as error:
            self.lost = self.lost or f'{self.options.out / name}: {error.strerror}'

    def keep_serial(self, octets):
        def write():
            self.serial.write(octets)
            self.serial.flush()
        if not self.lost:
            self.keep('serial.log', write)

    def close_serial(self):
        self.keep('serial.log', self.serial.close)

    # the wire

    def wire_command(self, socket):
        options = self.options
        command = [options.binary, 'lan', '--pcap', options.out / 'run.pcapng', '--notes',
                   options.out / 'notes.log', '--limit', str(int(self.limit_s()) + 30),
                   *[word for mac in self.profile.macs for word in ('--name', mac, 'fw')]]
        for fault in options.fault:
            command += ['--fault', fault]
        if self.screen.live:
            command.append('--progress')
        command += ['--net', self.setup.net, *self.setup.cidr.split(), f'socket={socket}', *self.options.net]
        for words in self.setup.beside:
            command += ['--net', *words]
        for words in self.setup.relays:
            command += ['--relay', *words]
        for server in self.setup.servers:
            command += ['--server', server.name]
            command += [f'{key}={self.fill(str(value))}' for key, value in server.settings.items()]
            command += [self.fill(word) for word in server.words]
        return [str(word) for word in command]

    def fill(self, text):
        for name, word in {**self.path.words, 'root': self.options.root}.items():
            text = text.replace('{' + name + '}', str(word))
        return text

    def await_wire(self):
        said = ''
        end = time.monotonic() + 20
        while LISTENS not in said:
            try:
                name, octets = self.events.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                octets = b''
            if not octets:
                raise Trouble(f'the wire does not start: {said.strip() or "it says nothing"}')
            assert name == 'wire'
            said += octets.decode('utf-8', 'replace')
        rest = said[said.index(LISTENS):].partition('\n')[2]
        if rest:
            self.events.put(('wire', rest.encode()))

    # the machine

    def machine_command(self, folder, socket):
        more = []
        if self.options.screenshot:
            more = [*self.profile.screen, *snapshot.qmp_words(folder)]
        return qemu.command(self.profile, self.path, self.options.clock, folder, socket, more=more)

    def take_screenshot(self, folder):
        """What stands on the screen now; a machine that went before has none."""
        try:
            qmp = Qmp(folder / 'q', self.machine)
            qmp.say('screendump', filename=str(self.options.out / 'screen.png'), format='png')
            qmp.close()
        except (Trouble, OSError) as trouble:
            self.screen.line(f'   no screenshot: {trouble}')

    def keep_machine(self, folder, command):
        """So that it can be started once more by hand."""
        line = shlex.join(map(str, command))
        self.keep('qemu.txt', lambda: (self.options.out / 'qemu.txt').write_text(line + '\n'))
        if (folder / 'vars.fd').exists():
            self.keep('vars.fd', lambda: shutil.copyfile(folder / 'vars.fd',
                                                         self.options.out / 'vars.fd'))

    def limit_s(self):
        return self.options.limit_s or self.path.limit_s

    # what happens

    def since(self):
        return time.monotonic() - self.started

    def reach(self, source, line):
        for step in self.path.steps:
            if step.source == source and step.name not in self.reached and \
                    (not step.after or step.after in self.reached) and step.pattern.search(line):
                self.reached[step.name] = self.since()
                if step.send and self.machine:
                    self.machine.type(step.send)

    def on_wire(self, octets):
        *lines, self.wire_rest = (self.wire_rest + octets.decode('utf-8', 'replace')).split('\n')
        for line in lines:
            if line.startswith(GROWING):
                self.screen.status(line[len(GROWING):])
            else:
                self.screen.line(line)
                if line.startswith('bootrig lan: '):
                    self.wire_said = line.partition(': ')[2]
                self.reach('wire', line)

    def on_console(self, octets):
        self.keep_serial(octets)
        for line in self.console.feed(octets):
            self.console_lines.append(line)
            self.console_at.append((time.time(), line))
            self.screen.line(f'{"fw|":>10} {line}')
            self.judge_console(line)
        self.judge_console(self.console.pending())

    def judge_console(self, line):
        self.reach('console', line)
        if self.path.fails_after and self.path.fails_after not in self.reached:
            return
        for failure in self.profile.failures:
            match = failure.pattern.search(line)
            if not match:
                continue
            says = f'{failure.says}: {match[0]}'
            if not self.failure or says.startswith(self.failure):  # more of the line is there
                self.failure = says

    def take(self, timeout_s):
        """Handle what came, if it came in time."""
        try:
            name, octets = self.events.get(timeout=max(0.01, timeout_s))
        except queue.Empty:
            return
        if not octets:
            self.gone.add(name)
        elif name == 'wire':
            self.on_wire(octets)
        else:
            self.on_console(octets)

    def is_over(self):
        return self.wanted()[-1] in self.reached or self.failure or self.gone

    def watch(self):
        while not self.is_over() and self.since() < self.limit_s():
            self.take(min(1.0, self.limit_s() - self.since()))
        if self.failure:
            self.drain('console', GRACE_S)  # the rest of the line
        elif any(name not in self.reached for name in self.wanted()):
            self.drain('wire', GRACE_S)  # what was said at the same time

    def drain(self, name, limit_s):
        """Until that child says no more."""
        end = time.monotonic() + limit_s
        while name not in self.gone and time.monotonic() < end:
            self.take(end - time.monotonic())

    def start_machine(self, folder, socket, stderr, stack):
        """Return: the process, and what it was called with."""
        home, restored, inherit = self.options.snapshot, None, ()
        if home:
            restored = snapshot.Restored(home, self.profile, self.path, self.options.clock, folder,
                                         socket)
            command, inherit = restored.words, restored.inherit
        else:
            command = self.machine_command(folder, socket)
        with no_ending():
            machine = Child('console', command, self.events, stdin=subprocess.PIPE, stderr=stderr,
                            inherit=inherit)
            stack.callback(machine.stop)
        self.machine, self.started = machine, time.monotonic()
        if restored:
            self.on_console(restored.console)
            restored.go_on(machine)
        if self.options.console:
            stack.enter_context(Typist(machine))
        return machine, command

    def run(self):
        """Boot once. Return: a Verdict; Trouble if the rig itself does not work."""
        self.options.out.mkdir(parents=True, exist_ok=True)
        for name in KEPT:
            (self.options.out / name).unlink(missing_ok=True)
        with contextlib.ExitStack() as stack:
            with no_ending():
                folder = pathlib.Path(stack.enter_context(
                    tempfile.TemporaryDirectory(prefix='br')))
                stack.enter_context(Leftovers(folder))
            self.serial = open(self.options.out / 'serial.log', 'wb')  # pylint: disable=consider-using-with
            stack.callback(self.close_serial)
            socket = folder / 'n'  # short: a path of a socket has 107 octets
            with no_ending():
                wire = Child('wire', self.wire_command(socket), self.events,
                             stdin=subprocess.PIPE,
                             orphan=signal.SIGTERM)  # it has a capture to end
                stack.callback(wire.stop)
            self.await_wire()
            stderr = stack.enter_context(open(folder / 'stderr', 'w+', encoding='utf-8'))
            machine, command = self.start_machine(folder, socket, stderr, stack)
            self.watch()
            took_s = self.since()
            if self.options.screenshot:
                self.take_screenshot(folder)
            if self.is_to_power_off() and self.wanted()[-1] in self.reached:
                self.drain('console', 10)  # the payload powers the machine off
            exit_code = machine.wait(5) if 'console' in self.gone else None
            machine.stop()
            self.drain('console', 3)
            self.machine_said = qemu.last_words(folder / 'stderr')
            if exit_code and exit_code > 0 and self.machine_said and not self.console_at:
                raise Trouble('; '.join(self.machine_said))  # it never began: QEMU was called wrongly
            wire.process.stdin.close()  # its word to end: it says what is left and writes all
            self.drain('wire', 10)
            wire_code = wire.wait(5)
            if self.options.keep:
                self.keep_machine(folder, command)
            if wire_code == WIRE_LOST:
                self.lost = self.lost or self.wire_said
        view = self.opinion()
        self.keep('explain.txt', lambda: (self.options.out / 'explain.txt').write_text(view.text))
        return self.judge(took_s, exit_code, wire_code, view)

    def opinion(self):
        try:
            return form(self.options.binary, self.options.out / 'run.pcapng')
        except Trouble as trouble:
            if not self.lost:
                raise
            return Opinion(f'{trouble}\n', [], 0, [])  # the recording is what was lost

    def servers(self):
        return {str(server.settings.get(self.setup.net)) for server in self.setup.servers}

    def wanted(self):
        return self.path.wanted(self.options.until)

    def is_to_power_off(self):
        return self.path.powers_off and not self.options.until

    def judge(self, took_s, exit_code, wire_code, view):
        missing = [name for name in self.wanted() if name not in self.reached]
        why = self.failure
        if not why and wire_code not in (0, WIRE_LOST):
            why = f'the wire ended with {wire_code}'
        if not why and missing and self.wanted()[-1] in self.reached:
            why = f'it came to the end, but never seen: {", ".join(missing)}'
        if not why and missing and exit_code is not None:
            why = f'the machine ended by itself, exit code {exit_code}'
            why = ': '.join([why, *self.machine_said[-1:]])
        if not why and missing and took_s >= self.limit_s():
            why = f'time limit of {self.limit_s():.0f} s'
        if not why and self.is_to_power_off() and exit_code != 0:
            why = f'the machine did not power off (exit code {exit_code})'
        broken = view.against(self.servers())
        if not why and broken:
            why = str(broken[0])
        report = self.report()
        if report and not why and report.said is not None:
            why = next(iter(probe.faults(report, self.options.root)), '')
        return Verdict(not why, why, took_s, self.reached, missing, view, self.lost,
                       'snapshot' if self.options.snapshot else 'power-on', report, self.console_at)

    def report(self):
        """Of the payload, if it makes one; its packets are looked for in the recording."""
        if self.path.payload not in probe.NAMES:
            return None
        report = probe.read_report([*self.console_lines, self.console.pending()])
        recording = self.options.out / 'run.pcapng'
        frames = probe.find_packets(report, recording.read_bytes()) if recording.exists() else {}
        for text in probe.sentences(report, frames):
            self.screen.line(f'{self.path.name}: {text}')
        return report

    def explain(self, verdict):
        """What a person needs to see of a boot that failed."""
        say = self.screen.line
        say(f'{self.path.name}: FAILED: {verdict.says}')
        for name in self.wanted():
            at = self.reached.get(name)
            say(f'    {"-" if at is None else f"{at:.1f} s":>8}  {name}')
        for text in verdict.opinion.verdicts:
            say(f'  on the wire: {text}')
        for breach in verdict.opinion.against(self.servers()):
            say(f'  {breach}')
        for line in self.machine_said[-CONSOLE_TAIL:]:
            say(f'  QEMU: {line}')
        say(f'  the console\'s last lines ({self.options.out / "serial.log"}):')
        for line in self.console_lines[-CONSOLE_TAIL:] or ['(nothing)']:
            say(f'    {line}')
        say(f'  what the servers noted last ({self.options.out / "notes.log"}):')
        notes = self.options.out / 'notes.log'
        lines = notes.read_text(errors='replace').splitlines() if notes.exists() else []
        for line in lines[-NOTES_TAIL:] or ['(nothing)']:
            say(f'    {line}')
