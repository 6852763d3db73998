#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The driver of real machines, with a wire and a machine that only play their part

Goal: it judges by console and wire, says how far a failed boot came, keeps its time limits
and leaves no process behind. Method: shell scripts stand for QEMU and `bootrig lan`; the
profile is a small one of our own. Says TAP.
"""
import gzip
import io
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / 'vms'), str(TOP / 'tests')]
# pylint: disable=wrong-import-position
import tap  # noqa: E402
from tap import expect  # noqa: E402
from driver import Trouble, boot, payload, profile  # noqa: E402
from driver.console import Console  # noqa: E402
from driver.screen import Screen  # noqa: E402

PROFILE = """
says = "a machine that plays its part"
[machine]
qemu = "{folder}/machine"
package = "qemu"
mac = "52:54:00:12:34:56"
arguments = ["{{socket}}", "{{vars}}"]
[machine.clock]
real = []
[firmware]
package = "ovmf"
code = "{folder}/code"
vars = "{folder}/code"
[[failure]]
console = 'PXE-E.*'
says = "the firmware gave up"
[path.pxe4]
says = "PXE"
setup = "one"
limit_s = 600
fw_cfg = []
[[path.pxe4.step]]
name = "start"
console = 'Start PXE'
[[path.pxe4.step]]
name = "lease"
wire = 'dhcp ack'
[[path.pxe4.step]]
name = "BOOT-OK"
console = 'BOOT-OK'
"""
SETUP = """
says = "one server"
[net]
name = "lan"
cidr = "10.77.0.0/24"
[[server]]
name = "boot"
lan = "10.77.0.1"
role = "dhcp"
root = "{root}"
"""
WIRE = """if [ "$1" = explain ]; then cat {folder}/explain.json; exit; fi
echo "$*" >{folder}/wire-words; echo $$ >{folder}/wire-pid
touch {folder}/out/run.pcapng; echo "boot: server.note, said" >{folder}/out/notes.log
echo "listening on somewhere"; {more}
while read -r line; do :; done
echo "    9.999  last line"
"""


BREACH = {'id': 'D4S-DISC-04', 'ip': '10.77.0.1', 'frames': [7], 'seen': 'option 51 is absent',
          'fails': True}


class Stage:
    """A folder with a profile, a wire and a machine in it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        for name in ('profiles', 'setups', 'out'):
            (self.folder / name).mkdir()
        (self.folder / 'code').write_text('code')
        (self.folder / 'profiles/p.toml').write_text(PROFILE.format(folder=folder))
        (self.folder / 'setups/one.toml').write_text(SETUP)
        profile.HOME = self.folder
        self.said = io.StringIO()
        self.machine('exit 0')
        self.rules()
        self.wire('echo "    0.001  dhcp ack"')

    def script(self, name, body):
        path = self.folder / name
        path.write_text(f'#!/bin/sh\n{body}\n')
        path.chmod(0o755)

    def machine(self, body):
        self.script('machine', f'echo $$ >{self.folder}/machine-pid\n{body}')

    def wire(self, more):
        self.script('wire', WIRE.format(folder=self.folder, more=more))

    def rules(self, **breach):
        """What explain says: one breach, changed by these words, or none."""
        breaches = [BREACH | breach] if breach else []
        report = {'clients': [{'findings': [{'text': 'the offer came late'}]}],
                  'rules': {'breaches': breaches, 'states': {}}}
        (self.folder / 'explain.json').write_text(json.dumps(report))

    def boot(self, changes=(), **options):
        what = profile.Profile('p')
        path = what.path('pxe4')
        one = boot.Boot(what, path, profile.read_setup(path.setup, changes),
                        boot.Options(self.folder / 'wire', self.folder / 'out',
                                     self.folder / 'root', **options), Screen(self.said))
        verdict = one.run()
        if not verdict.good:
            one.explain(verdict)
        return verdict

    def has_begun(self, name):
        path = self.folder / f'{name}-pid'
        return path.exists() and path.read_text().endswith('\n')

    def is_gone(self, name):
        pid = int((self.folder / f'{name}-pid').read_text())
        return not pathlib.Path(f'/proc/{pid}').exists()


def console_lines_come_without_escape_codes():
    console = Console()
    lines = console.feed(b'\x1b[2J\x1b[01;01H\x1b[=3h\r\n>>Start PXE over IPv4.\r\n  Stat')
    expect(lines == ['>>Start PXE over IPv4.'], lines)
    expect(console.pending() == '  Stat', console.pending())
    expect(console.feed(b'ion\r\nold\rnew\xff\n') == ['  Station', 'new'])


def an_initrd_is_the_same_octets_each_time():
    with tempfile.TemporaryDirectory() as folder:
        busybox = pathlib.Path(folder) / 'busybox'
        busybox.write_bytes(b'ELF' * 1001)
        first = payload.make_initrd(busybox)
        os.utime(busybox, (1, 1))
        expect(payload.make_initrd(busybox) == first)
        unpack = subprocess.run(['busybox', 'cpio', '-t'], input=gzip.decompress(first),
                                capture_output=True, check=False)
        names = unpack.stdout.decode().split()
        expect(names == ['bin', 'dev', 'proc', 'sys', 'bin/busybox', 'dev/console', 'init'],
               unpack)


def own_package_lists_serve_where_the_systems_do_not():
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        for name, body in (
                ('apt-cache', 'case "$*" in *Dir::State::lists*) echo "Package: $4"; '
                              'echo "Version: 1"; ;; esac'),
                ('apt-get', f'echo "$*" >>{home}/calls')):
            (home / name).write_text(f'#!/bin/sh\n{body}\n')
            (home / name).chmod(0o755)
        path, os.environ['PATH'] = os.environ['PATH'], f'{home}:{os.environ["PATH"]}'
        try:
            apt = payload.Apt(home / 'cache', lambda text: None)
            rows = apt.candidates(['one', 'two'])
        finally:
            os.environ['PATH'] = path
        calls = (home / 'calls').read_text().splitlines()
        expect(set(rows) == {'one', 'two'} and rows['one']['Version'] == '1', rows)
        expect(len(calls) == 1 and calls[0].endswith('update'), calls)


def a_machine_that_boots_passes(stage):
    stage.machine('echo ">>Start PXE"; sleep 0.2; echo BOOT-OK; exit 0')
    verdict = stage.boot()
    expect(verdict.good and set(verdict.reached) == {'start', 'lease', 'BOOT-OK'}, verdict)
    expect('fw| BOOT-OK' in stage.said.getvalue() and '9.999  last line' in stage.said.getvalue(),
           stage.said.getvalue())
    expect((stage.folder / 'out/serial.log').read_text() == '>>Start PXE\nBOOT-OK\n')
    expect(stage.is_gone('machine') and stage.is_gone('wire'))


def servers_are_set_up_as_the_setup_says(stage):
    stage.machine('echo ">>Start PXE"; echo BOOT-OK')
    expect(stage.boot(changes=['boot:windowsize=on', 'boot:role=tftp']).good)
    words = (stage.folder / 'wire-words').read_text()
    expect(f'--server boot lan=10.77.0.1 role=tftp root={stage.folder}/root windowsize=on'
           in words, words)
    try:
        stage.boot(changes=['other:role=tftp'])
    except Trouble as trouble:
        expect('other:role=tftp' in str(trouble), trouble)
    else:
        expect(False, 'a server that is not there was taken')


def the_firmwares_own_error_ends_a_boot(stage):
    stage.machine('echo ">>Start PXE"; echo "PXE-E16: No valid offer received."; sleep 1000')
    verdict = stage.boot()
    expect(not verdict.good, verdict)
    expect('the firmware gave up: PXE-E16: No valid offer' in verdict.says, verdict)
    expect(stage.is_gone('machine') and stage.is_gone('wire'))


def an_error_is_told_to_the_end_of_its_line(stage):
    stage.machine('echo ">>Start PXE"; printf PXE-E; sleep 0.1; '
                  'echo "16: No valid offer received."; exit 1')
    grace_s, boot.GRACE_S = boot.GRACE_S, tap.LIMIT_S  # or as long as a loaded machine takes
    try:
        verdict = stage.boot()
    finally:
        boot.GRACE_S = grace_s
    expect('the firmware gave up: PXE-E16: No valid offer' in verdict.says, verdict)


def a_failure_says_how_far_it_came(stage):
    stage.machine('echo ">>Start PXE"; echo "no such device" >&2; exit 3')
    verdict = stage.boot()
    said = stage.said.getvalue()
    expect(not verdict.good and 'exit code 3: no such device' in verdict.says, verdict)
    for wanted in (' s  start', '-  BOOT-OK', '    >>Start PXE', 'boot: server.note, said'):
        expect(wanted in said, said)


def a_server_that_breaks_a_rule_fails_the_boot(stage):
    stage.machine('echo ">>Start PXE"; echo BOOT-OK')
    stage.rules(id='D4S-DISC-05')
    verdict = stage.boot()
    expect(not verdict.good and '10.77.0.1 broke D4S-DISC-05 in frame 7' in verdict.says, verdict)
    expect('on the wire: the offer came late' in stage.said.getvalue(), stage.said.getvalue())
    for harmless in ({'fails': False}, {'ip': '10.77.0.100'}):
        stage.rules(**harmless)
        expect(stage.boot().good, harmless)


def a_machine_that_hangs_is_stopped(stage):
    stage.machine('trap "" TERM; echo ">>Start PXE"; sleep 1000 & wait; wait')
    verdict = stage.boot(limit_s=1)
    expect(not verdict.good and 'time limit of 1 s' in verdict.says, verdict)
    expect(stage.is_gone('machine') and stage.is_gone('wire'))


def a_boot_that_skipped_a_step_fails(stage):
    stage.wire(':')
    stage.machine('echo ">>Start PXE"; echo BOOT-OK')
    verdict = stage.boot()
    expect(not verdict.good and 'never seen: lease' in verdict.says, verdict)


def a_boot_can_stop_at_a_step(stage):
    stage.wire('sleep 0.5; echo "    0.001  dhcp ack"')
    stage.machine('echo ">>Start PXE"; sleep 1000')
    verdict = stage.boot(until='lease')
    expect(verdict.good, verdict)
    expect(stage.is_gone('machine') and stage.is_gone('wire'))


def a_wire_that_does_not_start_is_trouble(stage):
    stage.script('wire', 'echo "bootrig lan: no such thing"; exit 2')
    try:
        stage.boot()
    except Trouble as trouble:
        expect('no such thing' in str(trouble), trouble)
    else:
        expect(False, 'no trouble')


def a_killed_driver_takes_its_children_along(stage):
    stage.machine('echo ">>Start PXE"; exec sleep 1000')
    program = ('import sys; sys.path[:0] = [sys.argv[1], sys.argv[2]]; import driver as tests; '
               'stage = tests.Stage.__new__(tests.Stage); import pathlib, io; '
               'stage.folder = pathlib.Path(sys.argv[3]); stage.said = io.StringIO(); '
               'tests.profile.HOME = stage.folder; stage.boot()')
    program = program.replace('import driver as tests',
                              'import importlib.util as u; '
                              's = u.spec_from_file_location("tests", sys.argv[4]); '
                              'tests = u.module_from_spec(s); s.loader.exec_module(tests)')
    with subprocess.Popen([sys.executable, '-c', program, TOP / 'vms', TOP / 'tests',
                           stage.folder, __file__]) as child:
        tap.wait_until(lambda: stage.has_begun('machine') and stage.has_begun('wire'))
        child.send_signal(signal.SIGKILL)
    tap.wait_until(lambda: stage.is_gone('machine') and stage.is_gone('wire'), 'their end')


def one_line_of(action):
    """The Trouble that it ends in."""
    try:
        action()
    except Trouble as trouble:
        expect('\n' not in str(trouble), trouble)
        return str(trouble)
    raise AssertionError('no trouble')


def a_profile_that_is_wrong_is_one_line_that_says_where(stage):
    good = PROFILE.format(folder=stage.folder)
    for old, new, wanted in (
            ('[machine]', '[machine', 'p.toml:3:9: no TOML'),
            ('says = "PXE"\n', '', '[path.pxe4]: no "says", a text is expected'),
            ('[firmware]\n', '[other]\n', 'no "firmware", a table [firmware] is expected'),
            ('limit_s = 600', 'limit_s = "20"', '[path.pxe4]: "limit_s" is \'20\', a number'),
            ("'PXE-E.*'", "'PXE-E(.*'", '[[failure]] 1: "console" is no regular expression'),
            ("wire = 'dhcp ack'", "wire = '*'", '[[path.pxe4.step]] 2: "wire" is no regular'),
            ('"{vars}"', '"{store}"', '[machine]: "{store}" wants something filled in'),
            ('fw_cfg = []', 'fw_cfg = [1]', '"fw_cfg" is [1], a list of texts is expected')):
        expect(good.count(old) >= 1, old)
        (stage.folder / 'profiles/p.toml').write_text(good.replace(old, new, 1))
        said = one_line_of(lambda: profile.Profile('p'))
        expect(wanted in said, said)
    (stage.folder / 'profiles/p.toml').write_bytes(b'says = "\xff"')
    expect('no UTF-8' in one_line_of(lambda: profile.Profile('p')))
    expect('no q in vms/profiles, only p' in one_line_of(lambda: profile.Profile('q')))


def a_setup_that_is_wrong_is_one_line_that_says_where(stage):
    for old, new, wanted in (('[net]', '[nets]', 'no "net"'),
                             ('name = "boot"', '', '[[server]] 1: no "name"')):
        (stage.folder / 'setups/one.toml').write_text(SETUP.replace(old, new, 1))
        said = one_line_of(lambda: profile.read_setup('one'))
        expect(wanted in said, said)


def a_log_that_cannot_be_written_costs_no_verdict(stage):
    stage.machine('prlimit --pid $PPID --fsize=8:; echo ">>Start PXE"; sleep 0.2; echo BOOT-OK')
    before = resource.getrlimit(resource.RLIMIT_FSIZE)  # the ninth octet is one too many
    try:
        verdict = stage.boot()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    expect(verdict.good and set(verdict.reached) == {'start', 'lease', 'BOOT-OK'}, verdict)
    expect(verdict.lost == f'{stage.folder}/out/serial.log: File too large', verdict)


def a_wire_that_cannot_keep_its_capture_costs_no_verdict(stage):
    stage.wire('echo "    0.001  dhcp ack"; trap \'echo "bootrig lan: run.pcapng: No space left"; '
               'exit 2\' EXIT')
    stage.machine('echo ">>Start PXE"; sleep 0.2; echo BOOT-OK; exit 0')
    verdict = stage.boot()
    expect(verdict.good and verdict.lost == 'run.pcapng: No space left', verdict)


class Rig:
    """The command itself, on the profile of a stage; its cache looks as if all was made."""

    def __init__(self, stage):
        self.stage = stage
        text = (stage.folder / 'profiles/p.toml').read_text()
        self.profile = stage.folder / 'mine.toml'
        self.profile.write_text(text.replace('"one"', f'"{stage.folder}/setups/one.toml"'))
        tree = stage.folder / 'cache/boot' / payload.inputs_of()
        tree.mkdir(parents=True)
        (tree / 'made').touch()
        (stage.folder / 'cache/packages.json').write_text(json.dumps(
            {'shim-signed': '1', 'grub-common': '2', 'linux-image-3': '3'}))
        (stage.folder / 'tmp').mkdir()

    def start(self, *words, out='kept', **changes):
        command = [sys.executable, TOP / 'vms/rig.py', '--bin', self.stage.folder / 'wire',
                   '--cache', self.stage.folder / 'cache', 'vm', self.profile,
                   '--out', self.stage.folder / out, *words]
        return subprocess.Popen(list(map(str, command)), text=True, **{
            'env': dict(os.environ, TMPDIR=str(self.stage.folder / 'tmp')),
            'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE, **changes})

    def run(self, *words, **changes):
        with self.start(*words, **changes) as child:
            out, err = child.communicate(timeout=tap.LIMIT_S)
        return child.returncode, out, err

    def await_machine(self):
        tap.wait_until(lambda: self.stage.has_begun('machine'), 'the start of the machine')

    def is_clean(self):
        return (self.stage.is_gone('machine') and self.stage.is_gone('wire')
                and not list((self.stage.folder / 'tmp').iterdir()))


def what_the_system_refuses_is_one_line_and_exit_2(stage):
    stage.machine('echo ">>Start PXE"; sleep 0.2; echo BOOT-OK; exit 0')
    rig = Rig(stage)
    (stage.folder / 'file').touch()
    for words, wanted in (({'out': 'file'}, 'file: File exists'),
                          ({'out': 'file/below'}, 'file/below: Not a directory')):
        code, _, err = rig.run(**words)
        expect(code == 2 and err == f'bootrig: {stage.folder}/{wanted}\n', (code, err))
    with open('/dev/full', 'w', encoding='utf-8') as full:
        code, _, err = rig.run(stdout=full)
    expect(code == 2 and err == 'bootrig: No space left on device\n', (code, err))
    (stage.folder / 'cache/packages.json').unlink()
    (stage.folder / 'cache/packages.json').mkdir()
    code, _, err = rig.run()
    expect(code == 2 and err == f'bootrig: {stage.folder}/cache/packages.json: Is a directory\n',
           (code, err))


def a_path_out_of_the_tree_names_a_profile(stage):
    stage.machine('echo ">>Start PXE"; sleep 0.2; echo BOOT-OK; exit 0')
    code, out, err = Rig(stage).run()
    expect(code == 0 and out.endswith('\n1 passed, 0 failed, 0 skipped\n'), (code, out, err))


def two_runs_never_share_a_folder(stage):
    stage.machine('echo ">>Start PXE"; exec sleep 1000')
    rig = Rig(stage)
    with rig.start() as first:
        rig.await_machine()
        code, _, err = rig.run()
        expect(code == 2 and err == f'bootrig: {stage.folder}/kept: another run is using it\n',
               (code, err))
        first.terminate()
        first.communicate(timeout=tap.LIMIT_S)


def a_signal_leaves_nothing_behind_and_tells_what_ran(stage):
    stage.machine('echo ">>Start PXE"; exec sleep 1000')
    rig = Rig(stage)
    for sign, wanted in ((signal.SIGHUP, 129), (signal.SIGTERM, 143), (signal.SIGINT, 130)):
        (stage.folder / 'machine-pid').unlink(missing_ok=True)
        with rig.start() as child:
            rig.await_machine()
            child.send_signal(sign)
            out, err = child.communicate(timeout=tap.LIMIT_S)
        expect(child.returncode == wanted and 'Traceback' not in err, (child.returncode, err))
        expect(out.endswith('\n0 passed, 0 failed, 1 skipped\n'), out)
        expect(rig.is_clean(), list((stage.folder / 'tmp').iterdir()))


def every_profile_and_setup_can_be_read(_stage):
    profile.HOME = TOP / 'vms'
    names = [entry.stem for entry in (TOP / 'vms/profiles').glob('*.toml')]
    expect(names)
    for name in names:
        for path in profile.Profile(name).paths.values():
            setup = profile.read_setup(path.setup)
            expect(setup.servers and path.steps, name)


TESTS = [value for name, value in list(globals().items())
         if callable(value) and getattr(value, '__module__', '') == __name__
         and name[0].islower() and name not in ('main', 'one_line_of')]


def main():
    for test in TESTS:
        with tempfile.TemporaryDirectory() as folder:
            tap.run(test, *([Stage(folder)] if test.__code__.co_argcount else []))
    return tap.end()


if __name__ == '__main__':
    if not shutil.which('busybox'):
        tap.skip_all('no busybox here')
    sys.exit(main())
