#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Scripts with a machine in the place of a client, without QEMU: `bootrig run --firmware`

	guest.py BIN

Goal: what a machine sends is expected, its console and its end can be checked, and nothing of it
is left behind. Method: a profile of our own names a program that plays QEMU: it plugs itself in
and speaks DHCP and TFTP by hand. The driver of real machines is the real one. Says TAP.
"""
import contextlib
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
# pylint: disable=wrong-import-position
import lan  # noqa: E402
import tap  # noqa: E402
from tap import expect  # noqa: E402

BIN = ''
VMS = HERE.parent.parent / 'vms'
PROFILE = """
says = "a machine that plays its part"
[machine]
qemu = "{folder}/qemu"
package = "qemu"
mac = "52:54:00:00:00:01"
arguments = ["{{socket}}", "{{mac}}", "-uuid", "00000000-0000-0000-0000-000000000000"]
[machine.clock]
real = []
[firmware]
package = "ovmf"
code = "{folder}/qemu"
[[failure]]
console = 'PXE-E.*'
says = "the firmware gave up"
[[failure]]
console = 'Exception Type.*'
says = "the firmware crashed"
[path.pxe4]
says = "PXE"
setup = "one"
limit_s = 600
[[path.pxe4.step]]
name = "start"
console = 'Start PXE'
"""
QEMU = """#!{python}
import os, pathlib, socket, struct, sys, time
sys.path[:0] = {path!r}
import lan
pathlib.Path('{folder}/pid').write_text(str(os.getpid()))
pathlib.Path('{folder}/words').write_text(' '.join(sys.argv[1:]))
wire = socket.socket(socket.AF_UNIX)
wire.connect(sys.argv[1])
lan.MAC = bytes.fromhex(sys.argv[2].replace(':', ''))
kept = b''


def send(frame):
    wire.sendall(struct.pack('>I', len(frame)) + frame)


def receive(port, source=None):
    global kept
    while True:
        while len(kept) < 4 or len(kept) < 4 + struct.unpack('>I', kept[:4])[0]:
            kept += wire.recv(65536) or sys.exit(0)
        size = struct.unpack('>I', kept[:4])[0]
        frame, kept = kept[4:4 + size], kept[4 + size:]
        if frame[12:14] == b'\\x08\\x06' and frame[20:22] == b'\\0\\x01':
            send(frame[6:12] + lan.MAC + frame[12:20] + b'\\0\\x02' + lan.MAC + frame[38:42] +
                 frame[22:32])
        elif frame[12:14] == b'\\x08\\0' and frame[23] == 17 and \\
                frame[36:38] == struct.pack('>H', port):
            return frame


def discover(kind=1, options=b''):
    return lan.discover(kind, options).replace(bytes.fromhex('525400123456'), lan.MAC)


print('>>Start PXE over IPv4', flush=True)
{body}
time.sleep(600)
"""
ASK = """
send(lan.udp('0.0.0.0', '255.255.255.255', 68, 67, discover()))
offer = receive(68)
address = socket.inet_ntoa(offer[58:62])
"""
READ = ASK + """
send(lan.udp('0.0.0.0', '255.255.255.255', 68, 67, discover(3, bytes([50, 4]) + offer[58:62] +
     bytes([54, 4, 10, 77, 0, 2]))))
receive(68)
send(lan.udp(address, '10.77.0.2', 2000, 69, b'\\0\\1boot.efi\\0octet\\0', mac=offer[6:12]))
while True:
    data = receive(2000)
    send(lan.udp(address, '10.77.0.2', 2000, struct.unpack('>H', data[34:36])[0],
                 b'\\0\\4' + data[44:46], mac=data[6:12]))
    if len(data) < 42 + 4 + 512:
        break
"""
TLS = ASK + """
import tls_guest
send(lan.udp('0.0.0.0', '255.255.255.255', 68, 67, discover(3, bytes([50, 4]) + offer[58:62] +
     bytes([54, 4, 10, 77, 0, 2]))))
receive(68)
print(tls_guest.Connection(wire, address, offer[6:12]).ask('{method}', {size}), flush=True)
sys.exit(0)
"""
HEAD = """wire 1
net  lan 10.77.0.0/24
node boot sut lan=10.77.0.2 role=dhcp,tftp
node fw client lan mac=52:54:00:12:34:56 as=edk2-x64-pxe4
file boot.efi size=1300
"""
LINES = HEAD + """
     fw:68    -> *:67    dhcp discover xid=$x
<=1s boot:67  -> *:68    dhcp offer xid=$x yiaddr=$ip
     fw:68    -> *:67    dhcp request xid=$x opt50=$ip
<=1s boot:67  -> *:68    dhcp ack xid=$x
     fw:$p    -> boot:69 tftp rrq boot.efi octet
<=1s boot:$t  -> fw:$p   tftp data 1
transfer boot:$t -> fw:$p boot.efi
check fw.received boot.efi == file
check fw.console ~ "Start PXE"
check fw.address == $ip
"""
BOOT = HEAD + 'boot fw\ncheck fw.outcome == {}\n'


class Stage:
    def __init__(self, stack, body):
        self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix='br')))
        self.tmp = self.folder / 'tmp'  # where the driver's folders would be left
        self.tmp.mkdir()
        qemu = self.folder / 'qemu'
        qemu.write_text(QEMU.format(python=sys.executable, path=sys.path[:2], folder=self.folder,
                                    body=body))
        qemu.chmod(0o755)
        (self.folder / 'p.toml').write_text(PROFILE.format(folder=self.folder))
        self.process = None

    def command(self, text, *words, node='fw', profile=''):
        (self.folder / 's.wire').write_text(text)
        return [BIN, 'run', self.folder / 's.wire', '--firmware',
                profile or f'{node}={self.folder}/p.toml',
                '--out', self.folder / 'out', '--json', self.folder / 'r.json', *words]

    def run(self, text, *words, node='fw', profile='', **more):
        """@more: of the environment."""
        done = subprocess.run(self.command(text, *words, node=node, profile=profile),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False, env={**os.environ, 'TMPDIR': str(self.tmp), **more},
                              timeout=tap.LIMIT_S)
        return done.returncode, done.stdout

    def is_clean(self):
        """Neither the machine nor a folder of the driver's."""
        pid = self.folder / 'pid'
        end = time.monotonic() + 20
        while time.monotonic() < end:
            gone = not pid.exists() or not pathlib.Path(f'/proc/{pid.read_text()}').exists()
            if gone and not list(self.tmp.iterdir()):
                return True
            time.sleep(0.05)
        return False


@contextlib.contextmanager
def stage(body):
    with contextlib.ExitStack() as stack:
        yield Stage(stack, body)


def what_a_machine_sends_is_expected_and_a_run_leaves_its_files():
    with stage(READ) as s:
        code, said = s.run(LINES)
        expect(code == 0, said)
        out = next((s.folder / 'out').rglob('run.pcapng')).parent
        names = sorted(entry.name for entry in out.iterdir())
        expect(names == ['explain.txt', 'notes.log', 'results.json', 'run.pcapng', 'serial.log'],
               names)
        expect('Start PXE' in (out / 'serial.log').read_text())
        expect('tftp.completed' in (out / 'notes.log').read_text())
        expect('boot.efi' in (out / 'explain.txt').read_text())
        row = json.loads((out / 'results.json').read_text())[0]
        expect(row['result'] == 'pass' and row['firmware'] == f'{s.folder}/p.toml', row)
        expect('52:54:00:12:34:56' in (s.folder / 'words').read_text(), 'its mac is not the node\'s')
        expect('525400123456' in (s.folder / 'words').read_text().split('-uuid')[1])
        expect(s.is_clean(), 'something is left')


def numbers_that_it_draws_itself_are_not_expected_of_it():
    drawn = LINES.replace('xid=$x', 'xid=1').replace('fw:$p', 'fw:3000')
    with stage(READ) as s:
        code, said = s.run(drawn)
        expect(code == 0, said)
        code, said = s.run(drawn.replace('dhcp ack xid=1', 'dhcp ack xid=7'))
        expect(code == 1 and 'xid=7' in said, 'what only the server is to say is as it stands there')


def a_packet_that_it_does_not_send_as_the_line_says_fails():
    with stage(READ) as s:
        code, said = s.run(LINES.replace('octet\n', 'octet blksize=1468\n'))
        expect(code == 1 and 'blksize' in said, said)
        expect(s.is_clean(), 'something is left')


def the_same_script_plays_the_client_without_the_option():
    with stage(READ) as s:
        (s.folder / 's.wire').write_text(LINES.replace('check fw.console ~ "Start PXE"\n', ''))
        done = subprocess.run([BIN, 'run', s.folder / 's.wire'], stdout=subprocess.PIPE,
                              text=True, check=False)
        expect(done.returncode == 0, done.stdout)


def a_fault_of_the_script_acts_on_it():
    with stage(READ.replace('boot.efi\\0octet', 'none.efi\\0octet')) as s:
        code, said = s.run(HEAD + 'fault lan drop boot -> fw tftp error\nboot fw\n'
                           'fw -> boot:69 tftp rrq none.efi octet\n'
                           'never boot -> fw tftp error\nwait 2s\n'
                           'check boot.metric tftp_misses_total == 1\n')
        expect(code == 0, said)


def for_how_long_its_port_is_silent_counts_from_its_first_frame():
    body = """
time.sleep(2)  # as long as a machine may take that is restored
wire.settimeout(0.2)
begun, offer = time.monotonic(), None
while not offer:
    send(lan.udp('0.0.0.0', '255.255.255.255', 68, 67, discover()))
    try:
        offer = receive(68)
    except TimeoutError:
        pass
print(f'silent {time.monotonic() - begun >= 1.4}', flush=True)
sys.exit(0)
"""
    with stage(body) as s:
        code, said = s.run(HEAD + 'fault lan block fw for=1500ms\nboot fw\n'
                           'check fw.outcome == off\ncheck fw.console ~ "silent True"\n')
        expect(code == 0, said)


def how_a_boot_ends_can_be_checked():
    ends = {'booted': READ, 'failed': 'print("PXE-E18: no answer", flush=True)',
            'crashed': 'print("!!!! X64 Exception Type - 0D", flush=True)', 'off': 'sys.exit(0)'}
    for outcome, body in ends.items():
        with stage(body) as s:
            code, said = s.run(BOOT.format(outcome))
            expect(code == 0, f'{outcome}: {said}')
            expect(s.is_clean(), f'{outcome}: something is left')
    with stage('print("Downloading...100%\\nPXE-E18: of the next option", flush=True)') as s:
        text = (s.folder / 'p.toml').read_text()
        (s.folder / 'p.toml').write_text(
            text + '[[path.pxe4.step]]\nname = "NBP loaded"\nconsole = "100%"\n')
        code, said = s.run(BOOT.format('booted'))
        expect(code == 0, said)
    with stage(ends['failed']) as s:
        code, said = s.run(BOOT.format('booted') + 'check fw.console !~ "E18"\n')
        expect(code == 1 and 'PXE-E18' in said, said)


def what_fails_before_the_paths_own_boot_option_is_no_failure():
    body = 'print("PXE-E18: no answer\\nStart HTTP", flush=True)\n{}\nsys.exit(0)'
    own = '[[path.pxe4.step]]\nname = "own"\nconsole = "Start HTTP"\n'
    for more, outcome in (('', 'off'), ('print("PXE-E16: no offer", flush=True)', 'failed')):
        with stage(body.format(more)) as s:
            text = (s.folder / 'p.toml').read_text()
            (s.folder / 'p.toml').write_text(text.replace(
                'limit_s = 600\n', 'limit_s = 600\nfails_after = "own"\n') + own)
            code, said = s.run(BOOT.format(outcome))
            expect(code == 0, said)


def a_client_with_an_address_is_given_it_and_its_file():
    find = """
send(lan.arp('10.77.0.3', address))
while kept[16:18] != b'\\x08\\x06':  # its answer lies behind its size
    kept = wire.recv(65536)
offer = offer[:6] + kept[10:16] + offer[12:]
send(lan.udp(address, '10.77.0.3', 2000, 69,"""
    body = READ.replace('54, 4, 10, 77, 0, 2', '54, 4, 10, 77, 0, 254').replace(
        "\nsend(lan.udp(address, '10.77.0.2', 2000, 69,", find).replace('10.77.0.2', '10.77.0.3')
    with stage(body) as s:
        text = LINES[LINES.index('     fw:$p'):].replace('== $ip', '== 10.77.0.9')
        code, said = s.run(HEAD.replace('lan=10.77.0.2 role=dhcp,tftp', 'lan=10.77.0.3 role=tftp')
                           .replace('client lan ', 'client lan=10.77.0.9 ') + text)
        expect(code == 0, said)
        told = subprocess.run([BIN, 'explain', next((s.folder / 'out').rglob('run.pcapng'))],
                              stdout=subprocess.PIPE, text=True, check=False).stdout
        expect('offer 10.77.0.9  file boot.efi  next server 10.77.0.3' in told, told)


def a_script_without_that_client_is_skipped_and_says_so():
    with stage(READ) as s:
        code, said = s.run(LINES, node='other')
        expect(code == 77 and 'no client or firmware of the name other' in said, said)


def a_machine_that_cannot_be_had_skips_the_script_with_the_reason():
    with stage(READ) as s:
        text = (s.folder / 'p.toml').read_text().replace(f'code = "{s.folder}/qemu"',
                                                         'code = "/nowhere/OVMF.fd"')
        (s.folder / 'p.toml').write_text(text)
        code, said = s.run(LINES)
        expect(code == 77 and '/nowhere/OVMF.fd (Debian package ovmf)' in said, said)
        expect(s.is_clean(), 'something is left')


def a_question_for_the_size_is_not_the_read_that_a_line_is_about():
    probe = """
send(lan.udp(address, '10.77.0.2', 1999, 69, b'\\0\\1boot.efi\\0octet\\0TSIZE\\0' b'0\\0',
             mac=offer[6:12]))
oack = receive(1999)
send(lan.udp(address, '10.77.0.2', 1999, struct.unpack('>H', oack[34:36])[0],
             b'\\0\\5\\0\\x08\\0', mac=oack[6:12]))
"""
    at = READ.index('send(lan.udp(address')
    with stage(READ[:at] + probe + READ[at:]) as s:
        code, said = s.run(LINES)
        expect(code == 0, said)
        code, said = s.run(LINES.replace('octet\n', 'octet tsize=0\n').replace(
            'tftp data 1\n', 'tftp oack tsize=1300\n').partition('transfer')[0])
        expect(code == 0, said)


def what_a_fault_takes_from_it_was_sent_all_the_same():
    twice = ASK.replace('offer = receive(68)', ASK.strip().partition('\n')[0] + '\noffer = receive(68)')
    with stage(twice) as s:
        code, said = s.run(HEAD + 'fault lan drop fw -> * dhcp discover once\n'
                           '     fw:68   -> *:67 dhcp discover\n'
                           '     fw:68   -> *:67 dhcp discover xid=$x\n'
                           '<=1s boot:67 -> *:68 dhcp offer xid=$x\n'
                           'check boot.metric dhcp_discovers_total == 1\n')
        expect(code == 0, said)


def what_comes_to_it_by_tls_is_seen_as_received():
    text = HEAD.replace('role=dhcp,tftp', 'role=dhcp,http tls=on').replace('1300', '150000')
    for method, size, outcome, came in (('GET', 150000, 'booted', 'file'), ('HEAD', 0, 'off', 'nothing')):
        with stage(TLS.replace('{method}', method).replace('{size}', str(size))) as s:
            code, said = s.run(text + f'boot fw\ncheck fw.outcome == {outcome}\ncheck fw.received boot.efi == {came}\n'
                               'check fw.console ~ "200 OK"\n')
            expect(code == 0, said)


def share_with_one_machine(s, models):
    """A tree of the driver's that has no profile but this one."""
    share = s.folder / 'share'
    shutil.rmtree(share, ignore_errors=True)
    shutil.copytree(VMS / 'driver', share / 'vms' / 'driver')
    for name in ('plug.py', 'rig.py'):
        shutil.copy(VMS / name, share / 'vms')
    (share / 'vms' / 'profiles').mkdir()
    text = (s.folder / 'p.toml').read_text()
    (share / 'vms' / 'profiles' / 'own.toml').write_text(
        text.replace('[machine]', f'[models]\n{models}\n[machine]', 1))
    return share


def the_machine_that_fits_is_found_by_the_model():
    with stage(READ) as s:
        share = share_with_one_machine(s, 'edk2-x64-pxe4 = ["pxe4"]')
        fit = {'profile': 'fit', 'BOOTRIG_SHARE': str(share), 'XDG_CACHE_HOME': str(s.folder)}
        code, said = s.run(LINES, **fit)
        expect(code == 0, said)
        row = json.loads(next((s.folder / 'out').rglob('results.json')).read_text())[0]
        expect(row['firmware'] == 'own/pxe4', row)
        code, said = s.run(LINES.replace('edk2-x64-pxe4', 'edk2-aa64-pxe4'), **fit)
        expect(code == 77 and 'of edk2-aa64-pxe4 none is here' in said, said)
        code, said = s.run(LINES.replace('role=dhcp,tftp', 'role=dhcp,tftp,http tls=on'), **fit)
        expect(code == 77 and 'by HTTPS' in said, said)
        other = 'node other client lan=10.77.0.60 mac=02:00:00:00:00:60 as=rpi3-rom\nfile'
        asks = '\n     other:$q -> boot:69 tftp rrq none.efi octet\n<=1s boot -> other:$q tftp error 1\n'
        code, said = s.run(LINES.replace('file', other, 1) + asks, **fit)
        expect(code == 0, said)
        code, said = s.run(LINES.replace(' as=edk2-x64-pxe4', ''), **fit)
        expect(code == 77 and 'no client or firmware with as=' in said, said)
        expect(s.is_clean(), 'something is left')


def a_script_says_the_date_its_machine_begins_with():
    with stage('sys.exit(0)') as s:
        code, said = s.run(BOOT.format('off').replace('client lan', 'firmware lan clock=2000-01-01'))
        expect(code == 0, said)
        expect('-rtc base=2000-01-01' in (s.folder / 'words').read_text())


def the_line_that_repeats_a_run_has_its_machine_and_its_faults():
    with stage(ASK) as s:
        fault = "lan drop boot -> fw tftp error"
        code, said = s.run(HEAD + 'never boot -> * dhcp offer\nboot fw\nfw:68 -> *:67 dhcp discover\n'
                           'wait 1s\n', '--fault', fault)
        again = next(line for line in said.splitlines() if 'again ' in line)
        words = shlex.split(again.partition(' run ')[2], comments=True)
        expect(code == 1 and f'fw={s.folder}/p.toml' in words and fault in words, again)


def a_firmware_node_names_its_profile_itself():
    with stage(READ) as s:
        (s.folder / 's.wire').write_text(BOOT.format('booted').replace(
            'client lan', 'firmware lan').replace('as=edk2-x64-pxe4',
                                                  f'profile={s.folder}/p.toml/pxe4'))
        done = subprocess.run([BIN, 'run', s.folder / 's.wire', '--out', s.folder / 'out'],
                              stdout=subprocess.PIPE, text=True, check=False)
        expect(done.returncode == 0, done.stdout)


def nothing_is_left_whichever_way_a_run_ends():
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with stage('') as s:
            with subprocess.Popen(s.command(BOOT.format('booted')), stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True,
                                  env={**os.environ, 'TMPDIR': str(s.tmp)}) as process:
                end = time.monotonic() + tap.LIMIT_S
                while not (s.folder / 'pid').exists() and time.monotonic() < end:
                    time.sleep(0.02)
                process.send_signal(sign)
                said = process.communicate(timeout=tap.LIMIT_S)[0]
            expect(s.is_clean(), f'{sign}: something is left: {said}')
            expect(process.returncode != 0, f'{sign}: {process.returncode}')


def a_full_disk_costs_no_verdict_and_leaves_nothing():
    with stage(READ) as s:
        s.run(LINES)  # all that is written is there already, so that it could be lost
        out = next((s.folder / 'out').rglob('results.json'))
        before = out.read_text()
        done = subprocess.run(['sh', '-c', 'ulimit -f 0; exec "$@"', 'sh',
                               *map(str, s.command(LINES))], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False,
                              env={**os.environ, 'TMPDIR': str(s.tmp)})
        expect(done.returncode == 2 and 'ok 1' in done.stdout, done.stdout)
        expect(out.read_text() == before, 'the results of before are lost')
        expect(s.is_clean(), 'something is left')


def what_the_system_refuses_the_driver_is_said_in_a_line():
    with stage(READ) as s:
        kept = next((s.folder / 'out').rglob('serial.log'), None) if s.run(LINES)[0] == 0 else None
        expect(kept)
        kept.unlink()
        kept.mkdir()
        code, said = s.run(LINES)
        expect(code != 0 and f'{kept}: Is a directory' in said and 'Traceback' not in said, said)


def the_driver_may_be_killed_too():
    with stage('') as s:
        with subprocess.Popen(s.command(BOOT.format('off')), stdout=subprocess.PIPE, text=True,
                              env={**os.environ, 'TMPDIR': str(s.tmp)}) as process:
            while not (s.folder / 'pid').exists():
                time.sleep(0.02)
            machine = (s.folder / 'pid')
            while not machine.read_text():
                time.sleep(0.02)
            stat = pathlib.Path(f'/proc/{machine.read_text()}/stat').read_text()
            os.kill(int(stat.rpartition(')')[2].split()[1]), signal.SIGKILL)
            said = process.communicate(timeout=tap.LIMIT_S)[0]
        expect(process.returncode == 0, said)
        expect(s.is_clean(), 'something is left')


def main():
    global BIN
    BIN = sys.argv[1]
    for test in (what_a_machine_sends_is_expected_and_a_run_leaves_its_files,
                 numbers_that_it_draws_itself_are_not_expected_of_it,
                 a_packet_that_it_does_not_send_as_the_line_says_fails,
                 the_same_script_plays_the_client_without_the_option,
                 a_fault_of_the_script_acts_on_it,
                 for_how_long_its_port_is_silent_counts_from_its_first_frame,
                 how_a_boot_ends_can_be_checked,
                 what_fails_before_the_paths_own_boot_option_is_no_failure,
                 a_client_with_an_address_is_given_it_and_its_file,
                 a_script_without_that_client_is_skipped_and_says_so,
                 a_machine_that_cannot_be_had_skips_the_script_with_the_reason,
                 a_question_for_the_size_is_not_the_read_that_a_line_is_about,
                 what_a_fault_takes_from_it_was_sent_all_the_same,
                 what_comes_to_it_by_tls_is_seen_as_received,
                 the_machine_that_fits_is_found_by_the_model,
                 a_script_says_the_date_its_machine_begins_with,
                 the_line_that_repeats_a_run_has_its_machine_and_its_faults,
                 a_firmware_node_names_its_profile_itself,
                 nothing_is_left_whichever_way_a_run_ends,
                 a_full_disk_costs_no_verdict_and_leaves_nothing,
                 what_the_system_refuses_the_driver_is_said_in_a_line,
                 the_driver_may_be_killed_too):
        tap.run(test)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
