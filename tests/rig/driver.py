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
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / 'vms'), str(TOP / 'tests')]
# pylint: disable=wrong-import-position
import tap  # noqa: E402
from tap import expect  # noqa: E402
from driver import Trouble, apt as packages, boot, payload, plug, profile  # noqa: E402
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
            apt = packages.Apt(home / 'cache', lambda text: None)
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
            ('vars = ', 'vars = 3 #', '[firmware]: "vars" is 3, a text is expected'),
            ('says = "a', 'base = "p"\nsays = "a', '"base" is "p", which stands on itself'),
            ('limit_s = 600', 'limit_s = "20"', '[path.pxe4]: "limit_s" is \'20\', a number'),
            ('[machine]', '[machines]\n[machine]', 'p.toml: nothing is called "machines", only base'),
            ('mac = ', 'disk = 1\nmac = ', '[machine]: nothing is called "disk", only arguments,'),
            ('limit_s = 600', 'limits = 1\nlimit_s = 6', '[path.pxe4]: nothing is called "limits"'),
            ('wire =', 'after_ = "x"\nwire =', '[[path.pxe4.step]] 2: nothing is called "after_"'),
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
    for old, new, wanted in (('[net]', '[nets]', 'nothing is called "nets", only beside'),
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
        typed = changes.pop('typed', None)
        with self.start(*words, **changes) as child:
            out, err = child.communicate(typed, timeout=tap.LIMIT_S)
        return child.returncode, out, err

    def await_machine(self):
        tap.wait_until(lambda: self.stage.has_begun('machine'), 'the start of the machine')

    def is_clean(self):
        return (self.stage.is_gone('machine') and self.stage.is_gone('wire')
                and not list((self.stage.folder / 'tmp').iterdir()))


def options_and_paths_come_in_any_order(stage):
    stage.machine('echo ">>Start PXE"; sleep 0.2; echo BOOT-OK; exit 0')
    rig = Rig(stage)
    text = rig.profile.read_text()
    rig.profile.write_text(text + text[text.index('[path.pxe4]'):].replace('pxe4', 'http4'))
    for words, passed in ((('--code', stage.folder / 'code', 'pxe4', 'http4'), 2),
                          (('pxe4', '--limit', '30', 'http4'), 2), (('http4', '--keep'), 1)):
        code, out, err = rig.run(*words)
        expect(code == 0 and out.endswith(f'\n{passed} passed, 0 failed, 0 skipped\n'), (out, err))


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


def a_second_word_to_end_does_not_cut_off_the_cleaning_up():
    program = ('import os, sys; sys.path.insert(0, sys.argv[1]); from rig import ended\n'
               'first, second = map(int, sys.argv[2:])\n'
               'def work():\n'
               '    try:\n'
               '        os.kill(os.getpid(), first)\n'
               '    finally:\n'
               '        os.kill(os.getpid(), second)\n'
               '        print("cleaned up")\n'
               'sys.exit(ended(work))\n')
    for first, code in ((signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)):
        for second in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            done = subprocess.run([sys.executable, '-B', '-c', program, TOP / 'vms',
                                   str(int(first)), str(int(second))], capture_output=True,
                                  text=True, check=False)
            expect((done.returncode, done.stdout) == (code, 'cleaned up\n'), (first, second, done))


def own_firmware_is_what_qemu_gets(stage):
    stage.machine(f'echo "$*" >{stage.folder}/words; echo ">>Start PXE"; sleep 0.2; echo BOOT-OK')
    rig = Rig(stage)
    for name in ('OVMF_CODE.fd', 'OVMF_VARS.fd', 'my,bios', 'kernel'):
        (stage.folder / name).write_text(name)
    (stage.folder / 'rom').write_bytes(OPTION_ROM)
    text = rig.profile.read_text().replace('"{socket}", "{vars}"', '"-x"').replace(
        'mac =', 'nic = "e1000"\nnic_with = "romfile=,bootindex=1"\nmac =')
    rig.profile.write_text(text)
    for words, wanted, unwanted in (
            (('--code', 'OVMF_CODE.fd'), ('unit=0,format=raw,readonly=on,file={}/OVMF_CODE.fd',
                                          'unit=1,format=raw,file='), ('-bios', '-kernel')),
            (('--bios', 'my,bios', '--kernel', 'kernel'), ('-bios {}/my,bios', '-kernel {}/kernel'),
             ('pflash',)),
            (('--rom', 'rom', '--nic', 'rtl8139'), (
                '-device rtl8139,netdev=n0,mac=52:54:00:12:34:56,bootindex=1,romfile={}/rom',),
             ('e1000', 'romfile=,'))):
        code, out, err = rig.run(*words, cwd=stage.folder)
        expect(code == 0, (words, out, err))
        called = (stage.folder / 'words').read_text()
        expect(code == 0 and all(text.format(stage.folder) in called for text in wanted) and
               not any(text in called for text in unwanted), (words, called, out, err))
    expect('rom is for PCI device 1af4:1041: on another card' in out, out)
    rig.profile.write_text(text.replace('vars = ', 'bios = "" #'))
    code, out, err = rig.run()
    called = (stage.folder / 'words').read_text()
    expect(code == 0 and 'unit=0' in called and 'unit=1' not in called, (called, out, err))
    code, _, err = rig.run('--code', 'none', cwd=stage.folder)
    expect(code == 2 and err == 'bootrig: none: no such file\n', err)


def what_cannot_be_the_firmware_is_told_before_anything_starts(stage):
    stage.machine('echo "machine: no such card" >&2; exit 1')
    rig = Rig(stage)
    mine = stage.folder / 'MY_CODE.fd'
    (stage.folder / 'qemu-x86').symlink_to('machine')
    rig.profile.write_text(rig.profile.read_text().replace('/machine"', '/qemu-x86"'))
    mine.write_text('of another size')
    for words, wanted in (
            (('--code', mine), f'{mine}: 15 octets, {stage.folder}/code has 4: it needs a variable '
                               'store of its own, by --vars or as MY_VARS.fd beside it'),
            (('--code', mine, '--bios', mine), '--bios and --code: a whole firmware is in one or the '
                                               'other'),
            (('--json', '/no/where.json'), '/no/where.json: No such file or directory'),
            (('--rom', mine), f'{mine}: no option ROM of a PCI card'),
            (('--nic', 'e1000'), '[machine]: no "nic", which --nic would replace'),
            ((), 'machine: no such card')):
        code, _, err = rig.run(*words)
        expect(code == 2 and err.startswith('bootrig: ') and err.endswith(f'{wanted}\n') and
               err.count('\n') == 1, (words, code, err))
    code, out, err = rig.run('--code', mine, '--vars', mine)
    expect(code == 2 and 'no such card' in err, (out, err))  # it got as far as QEMU


def an_own_file_is_all_that_is_served_and_needs_to_be_loaded(stage):
    stage.machine('echo ">>Start PXE"; exec sleep 1000')
    stage.wire('echo "    0.001  dhcp ack"; echo "   0.002 tftp data my.efi 1 block"; '
               f'find {stage.folder}/kept -name "*.efi" -o -name second >{stage.folder}/served')
    rig = Rig(stage)
    rig.profile.write_text(rig.profile.read_text().replace(
        '[[path.pxe4.step]]\nname = "BOOT-OK"',
        "[[path.pxe4.step]]\nname = 'NBP loaded'\nwire = 'tftp data {nbp} '\n"
        '[[path.pxe4.step]]\nname = "BOOT-OK"'))
    shutil.rmtree(stage.folder / 'cache')  # nothing is downloaded either
    for name in ('my.efi', 'other'):
        (stage.folder / name).write_text(name)
    code, out, err = rig.run('--efi', 'my.efi', '--file', 'sub/second=other', cwd=stage.folder)
    expect(code == 0 and 'pxe4: NBP loaded after' in out, (out, err))
    served = {pathlib.Path(line).relative_to(stage.folder / 'kept/pxe4').as_posix()
              for line in (stage.folder / 'served').read_text().split()}
    expect(served == {'root/my.efi', 'root/sub/second'}, served)
    expect(not (stage.folder / 'kept/pxe4/root').exists(), 'the root is still there')
    code, _, err = rig.run('--efi', 'my.efi', '--file', '../../out=other', cwd=stage.folder)
    expect(code == 2 and 'lies outside of the root' in err, err)
    expect(not (stage.folder / 'kept/out').exists())


def results_for_machines_are_whole_after_each_boot(stage):
    stage.machine(f'test -e {stage.folder}/second && exec sleep 1000; touch {stage.folder}/second; '
                  'echo ">>Start PXE"; echo "PXE-E16: <no> offer & nothing"; sleep 0.2')
    rig = Rig(stage)
    text = rig.profile.read_text()
    again = text[text.index('[path.pxe4]'):].replace('pxe4', 'http4')
    rig.profile.write_text(text + again)
    names = {form: stage.folder / f'out.{form}' for form in ('junit', 'tap', 'json')}
    with rig.start(*[word for form, path in names.items() for word in (f'--{form}', path)]) as child:
        tap.wait_until((stage.folder / 'second').exists, 'the first boot')
        # one after the other they take their places, each whole
        tap.wait_until(lambda: all(path.exists() and 'PXE-E16' in path.read_text() for path in names.values()), 'its result')
        child.send_signal(signal.SIGKILL)
        child.communicate(timeout=tap.LIMIT_S)
    tree = xml.etree.ElementTree.parse(names['junit']).getroot()
    expect(tree.get('tests') == '2' and tree.get('failures') == '1' and
           tree.find('testcase/failure').get('message').endswith('PXE-E16: <no> offer & nothing'))
    told = json.loads(names['json'].read_text())
    expect([row['passed'] for row in told['boots']] == [False] and told['not_run'] == ['http4'] and
           'start' in told['boots'][0]['steps'], told)
    expect(names['tap'].read_text().splitlines()[1:] == [
        '1..2', 'not ok 1 - pxe4', '  # the firmware gave up: PXE-E16: <no> offer & nothing',
        'ok 2 - http4 # SKIP it was not run'], names['tap'].read_text())


def a_step_counts_after_another_and_only_where_it_is_wanted(stage):
    text = (stage.folder / 'profiles/p.toml').read_text()
    (stage.folder / 'profiles/p.toml').write_text(text.replace(
        "wire = 'dhcp ack'", "wire = 'dhcp ack'\nafter = 'start'\noptional = true"))
    stage.machine('echo ">>Start PXE"; echo BOOT-OK')
    stage.wire('echo "    0.001  dhcp ack"; sleep 0.3')
    verdict = stage.boot()
    expect(verdict.good and 'lease' not in verdict.reached, verdict)
    stage.machine('sleep 0.2; echo ">>Start PXE"; sleep 0.5; exec sleep 1000')
    stage.wire('echo "    0.001  dhcp ack"; (sleep 0.6; echo "    0.600  dhcp ack") &')
    verdict = stage.boot(until='lease')
    expect(verdict.good and verdict.reached['lease'] > verdict.reached['start'], verdict)


def failures_count_from_a_step_on(stage):
    path = stage.folder / 'profiles/p.toml'
    path.write_text(path.read_text().replace('fw_cfg = []', 'powers_off = false\nfails_after = "start"'))
    stage.machine('echo "PXE-E16: the first of the menu"; echo ">>Start PXE"; echo BOOT-OK; exec sleep 1000')
    verdict = stage.boot()
    expect(verdict.good, verdict)
    stage.machine('echo ">>Start PXE"; echo "PXE-E16: this one"; exec sleep 1000')
    verdict = stage.boot()
    expect(not verdict.good and 'this one' in verdict.says, verdict)


def a_path_is_like_another_whole_and_without_steps(stage):
    name = stage.folder / 'profiles/p.toml'
    text = name.read_text()
    more = '[path.less]\nlike = "pxe4"\nwhole = true\nwithout = ["lease"]\nsays = "less"\n'
    name.write_text(text + '[[path.pxe4.then]]\nname = "end"\nconsole = "END"\n' + more)
    expect([step.name for step in profile.Profile('p').path('less').steps] == ['start', 'BOOT-OK', 'end'])
    for bad, named in ((more.replace('"lease"', '"nothing"'), 'no step of pxe4'),
                       (more + 'fails_after = "lease"\n', 'which is no step')):
        name.write_text(text + bad)
        try:
            profile.Profile('p')
            expect(False, bad)
        except Trouble as trouble:
            expect(named in str(trouble), trouble)


def a_path_that_does_not_power_off_ends_at_its_last_step(stage):
    path = stage.folder / 'profiles/p.toml'
    path.write_text(path.read_text().replace('fw_cfg = []', 'powers_off = false'))
    stage.machine('echo ">>Start PXE"; echo BOOT-OK; exec sleep 1000')
    verdict = stage.boot()
    expect(verdict.good and stage.is_gone('machine'), verdict)


def a_profile_stands_on_another(stage):
    (stage.folder / 'families').mkdir()
    family = PROFILE.format(folder=stage.folder)
    (stage.folder / 'families/f.toml').write_text(
        family.replace("'Start PXE'", "'Start {what}'").replace('says = "PXE"', 'says = "of all"'))
    (stage.folder / 'profiles/q.toml').write_text(
        'base = "f"\nsays = "q"\n[words]\nwhat = "P.E"\n[path.pxe4]\nlimit_s = 5\n'
        '[[path.pxe4.then]]\nname = "more"\nconsole = "x"\n')
    what = profile.Profile('q')
    path = what.path('pxe4')
    expect(what.says == 'q' and path.says == 'of all' and path.limit_s == 5 and
           [step.name for step in path.steps] == ['start', 'lease', 'BOOT-OK', 'more'], path)
    expect(path.steps[0].pattern.search('Start P.E') and not path.steps[0].pattern.search('Start PXE'))


def what_is_typed_goes_to_the_machine(stage):
    stage.machine('echo ">>Start PXE"; read -r line; echo "$line-OK"; sleep 0.2')
    code, out, err = Rig(stage).run('--console', stdin=subprocess.PIPE, typed='BOOT\n')
    expect(code == 0 and 'fw| BOOT-OK' in out, (out, err))
    path = stage.folder / 'profiles/p.toml'
    path.write_text(path.read_text().replace("console = 'Start PXE'",
                                             "console = 'Start PXE'\nsend = \"BOOT\\n\""))
    expect(stage.boot().good, 'a step types nothing')


def a_driver_that_is_killed_leaves_no_folder_and_a_wire_that_ends(stage):
    stage.machine('echo ">>Start PXE"; exec sleep 1000')
    stage.wire(f'echo "    0.001  dhcp ack"; trap "touch {stage.folder}/ended; exit" TERM; '
               'exec 3<&0; while :; do sleep 0.05; done')
    rig = Rig(stage)
    with rig.start() as child:
        rig.await_machine()
        tap.wait_until(lambda: list((stage.folder / 'tmp').iterdir()), 'its folder')
        child.kill()
        child.communicate(timeout=tap.LIMIT_S)
    tap.wait_until(rig.is_clean, 'the end of all it started')
    tap.wait_until((stage.folder / 'ended').exists, 'the orderly end of the wire')


OPTION_ROM = struct.pack('<2s22xH4x4sHH2xH4xH2xBB', b'\x55\xaa', 30, b'PCIR', 0x1af4, 0x1041, 24, 1,
                         0, 0x80)
FAKE_QEMU = """#!{python}
import json, re, socket, subprocess, sys, time
words = ' '.join(sys.argv)
open('{folder}/starts', 'a').write(words.partition('-incoming ')[2] + chr(10))
open('{folder}/machine-pid', 'w').write(str(__import__('os').getpid()) + chr(10))
ears = socket.socket(socket.AF_UNIX)
ears.bind(re.search('-qmp unix:(.*?),', words)[1])
ears.listen(1)
state = subprocess.getoutput(words.partition('exec:')[2]) if '-incoming' in words else ''
if state not in ('', 'as it was'):
    sys.exit('bad state')
if not state:
    wire = socket.socket(socket.AF_UNIX)
    wire.connect(re.search('addr.path=([^,]*)', words)[1].split()[0])
    print('>>Start PXE', flush=True)
    wire.sendall(bytes.fromhex('{early}') + bytes.fromhex('{asks}'))
talk, _ = ears.accept()
talk.sendall(b'{{}}' + bytes([10]))
for line in talk.makefile():
    said = json.loads(line)
    answer = {{'status': 'paused' if state else 'completed'}}
    if said['execute'] == 'migrate':
        subprocess.run(said['arguments']['uri'][5:], shell=True, input=b'as it was')
    if said['execute'] == 'cont' and state == 'as it was':
        print('BOOT-OK', flush=True)
    talk.sendall(json.dumps({{'return': answer}}).encode() + bytes([10]))
    if said['execute'] in ('quit', 'cont'):
        sys.exit()
"""
FAKE_WIRE = """#!{python}
import socket, subprocess, sys
if sys.argv[1] == 'explain':
    sys.exit(subprocess.call(['cat', '{folder}/explain.json']))
for name in ('run.pcapng', 'notes.log'):
    open('{folder}/kept/pxe4/' + name, 'w').close()
ears = socket.socket(socket.AF_UNIX)
ears.bind(next(word for word in sys.argv if word.startswith('socket='))[7:])
ears.listen(1)
print('listening on it', flush=True)
guest, _ = ears.accept()
with open('{folder}/heard', 'wb') as heard:
    heard.write(guest.recv(4096))
print('    0.001  dhcp ack', flush=True)
sys.stdin.read()
"""


def a_snapshot_is_made_once_for_each_machine_and_asks_again(stage):
    frames = []
    for kind, port in (('86dd', '0000'), ('0800', '0043')):  # one on the way, then a DISCOVER
        frame = 'ff' * 12 + kind + '00' * 9 + '11' + '00' * 12 + port + '00' * 20
        frames.append(f'{len(frame) // 2:08x}' + frame)
    rig = Rig(stage)
    names = {'python': sys.executable, 'folder': stage.folder, 'early': frames[0], 'asks': frames[1]}
    for name, text in (('machine', FAKE_QEMU), ('wire', FAKE_WIRE)):
        (stage.folder / name).write_text(text.format(**names))
    rig.profile.write_text(rig.profile.read_text().replace('["{socket}", "{vars}"]', '["-x"]'))
    starts = stage.folder / 'starts'
    for run, changed in ((1, False), (2, False), (3, True)):
        if changed:
            (stage.folder / 'code').write_text('other code')
        starts.unlink(missing_ok=True)
        code, out, err = rig.run('--start', 'snapshot')
        expect(code == 0 and 'fw| BOOT-OK' in out and 'fw| >>Start PXE' in out, (run, out, err))
        expect((stage.folder / 'heard').read_bytes().hex() == ''.join(frames), run)
        made = starts.read_text().splitlines()
        expect(len(made) == (1 if run == 2 else 2) and made[-1], (run, made))
    kept = list((stage.folder / 'cache/snapshots').glob('*/state'))
    expect(len(kept) == 2 and not list((stage.folder / 'tmp').iterdir()), kept)
    for spoil in (lambda state: state.write_text('as it'), lambda state: state.unlink()):
        for state in kept:
            spoil(state)
        starts.unlink()
        code, out, err = rig.run('--start', 'snapshot')
        expect(code == 0 and len(starts.read_text().splitlines()) == 2, ('made anew', out, err))
    for state in kept:
        state.write_text('as it is!')  # of the same size: only QEMU sees it
    code, out, err = rig.run('--start', 'snapshot')
    expect(code == 2 and 'which is removed; bad state' in err, (out, err))
    code, out, err = rig.run('--start', 'snapshot')
    expect(code == 0, (out, err))


def a_snapshot_that_is_not_finished_leaves_nothing(stage):
    """Neither the machine nor a draft, which the next run would take for one."""
    stage.machine('exec sleep 1000')
    rig = Rig(stage)
    rig.profile.write_text(rig.profile.read_text().replace('["{socket}", "{vars}"]', '["-x"]'))
    snapshots = stage.folder / 'cache/snapshots'
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL):
        (stage.folder / 'machine-pid').unlink(missing_ok=True)
        with rig.start('--start', 'snapshot') as child:
            rig.await_machine()
            expect([path for path in snapshots.iterdir() if path.is_dir()], 'no draft')
            child.send_signal(sign)
            out, err = child.communicate(timeout=tap.LIMIT_S)
        expect(child.returncode != 0 and 'Traceback' not in err, (sign, out, err))
        tap.wait_until(lambda: stage.is_gone('machine') and
                       not list((stage.folder / 'tmp').iterdir()), f'{sign}: no machine')
        tap.wait_until(lambda: not [path for path in snapshots.iterdir() if path.is_dir()],
                       f'{sign}: no draft')


def every_profile_and_setup_can_be_read(_stage):
    profile.HOME = TOP / 'vms'
    names = [entry.stem for entry in (TOP / 'vms/profiles').glob('*.toml')]
    expect(names)
    for name in names:
        for path in profile.Profile(name).paths.values():
            setup = profile.read_setup(path.setup)
            expect(setup.servers and path.steps, name)


def each_model_that_a_profile_says_it_is_has_paths_that_are_there(_stage):
    profile.HOME = TOP / 'vms'
    models = [entry.stem for entry in (TOP / 'sim/models').glob('*.model')]
    for name, own in profile.own_models():
        for model, paths in own.items():
            expect(model in models, f'{name}: no model {model}')
            expect(paths and all(profile.Profile(name).path(path) for path in paths), name)


def the_machine_that_fits_is_of_that_model_and_trusts_as_it_does(_stage):
    profile.HOME = TOP / 'vms'
    for words, want in ((('edk2-x64-pxe4', False), 'ovmf-x64/pxe4'),
                        (('edk2-aa64-pxe4', False), 'aavmf64/pxe4'),
                        (('edk2-x64-http4', False), 'ovmf-x64/http4'),
                        (('edk2-x64-http4', True), 'ovmf-x64/https4'),
                        (('edk2-x64-http4', True, 'none'), 'ovmf-x64/https4-no-ca'),
                        (('edk2-x64-http6', True), 'ovmf-x64/https6'),
                        (('ipxe-bios', False), 'seabios-ipxe/pxe4'),
                        (('pxe-rom-bios', False), 'seabios-ipxe/pxe4'),
                        (('edk2-aa64-pxe4', False, '', '', True), 'aavmf64/menu'),
                        (('ipxe-bios', False, '', '', True), 'seabios-ipxe/pxe4')):
        found, path = plug.fitting(*words)
        expect(f'{found.name}/{path}' == want, (words, found.name, path))
    for words in (('edk2-x64-http4', True, 'other'), ('edk2-x64-http4', True, '', 'ipxe'),
                  ('rpi3-rom', False), ('', False)):
        expect('no machine fits' in one_line_of(lambda words=words: plug.fitting(*words)), words)


def each_script_with_a_model_says_what_a_machine_did_with_it(_stage):
    profile.HOME = TOP / 'vms'
    scripts = TOP / 'conformance/scripts'
    modelled = {str(path.relative_to(scripts).with_suffix('')) for path in scripts.rglob('*.wire')
                if re.search(r'^node .* as=', path.read_text(), re.MULTILINE)}
    lines = (TOP / 'vms/faults/scripts.tsv').read_text().splitlines()
    head = '\n'.join(line for line in lines if line[0] == '#')
    rows = [line.split('\t') for line in lines if line[0] != '#'][1:]
    expect({row[0] for row in rows} == modelled, {row[0] for row in rows} ^ modelled)
    expect(rows == sorted(rows, key=lambda row: row[:2]) and
           len({tuple(row[:2]) for row in rows}) == len(rows), 'sorted, and each once')
    reasons = dict(re.findall(r'#   (\w+) +\S.*?\((\d+)\)$', re.sub(r'\n#    {4,}', ' ', head), re.MULTILINE))
    for _, machine, result, why, missed in rows:
        expect(result in ('pass', 'fail', 'unsupported'), result)
        expect((not why and not missed) if result == 'pass' else why in reasons and missed, (machine, why))
        if result != 'unsupported':
            name, _, path = machine.partition('/')
            profile.Profile(name).path(path)
    for why, count in reasons.items():
        expect(sum(row[3] == why for row in rows) == int(count), (why, count))
    passed = sum(row[2] == 'pass' for row in rows)
    expect(f'{passed} of {len(rows)}\n# rows pass' in head, (passed, len(rows)))


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
