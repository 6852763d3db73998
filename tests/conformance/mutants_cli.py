#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig mutants`: defects are where they belong, each is killed, and survivors are told

	mutants_cli.py BIN MUTANTS [all]

BIN is the command, MUTANTS the build of it with defects. Method: nm and the octets of both;
the table of defects against the requirements; the verb with the scripts of bootrig, then with
scripts of our own that check next to nothing. With `all`, every defect is tried. Says TAP.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position
from tap import expect  # noqa: E402

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = MUTANTS = ''
ROW = re.compile(r'^\tX\((\w+), "([A-Z0-9-]+)", "([^"]+)"\)', re.MULTILINE)
BINDS = {'MUST', 'LC-MUST', 'DEFACTO'}
ROLES = {'dhcp6d', 'dhcpd', 'proxy', 'bootsrv', 'tftpd', 'httpd'}
SCRIPT = '''wire 1
scenario mine/one
net lan 10.77.0.0/24
node boot sut lan=10.77.0.2 role=tftp
node fw client lan=10.77.0.50 mac=52:54:00:12:34:56
file f size=700 seed=1
fw:$p -> boot:69 tftp rrq f octet
<=1s boot:$t -> fw:$p tftp data 1 len=%d @TFTP-RRQ-03
transfer boot:$t -> fw:$p f
'''


def mutants(*words, share=None, binary=None):
    env = {name: value for name, value in os.environ.items() if name != 'BR_DEFECT'}
    if share:
        env['BOOTRIG_SHARE'] = str(share)
    return subprocess.run([binary or MUTANTS, 'mutants', *words], capture_output=True, text=True,
                          check=False, timeout=tap.LIMIT_S, stdin=subprocess.DEVNULL, env=env, cwd=TOP)


def defects():
    return ROW.findall((TOP / 'core/defects.h').read_text(encoding='utf-8'))


def own_script(folder, size):
    scripts = pathlib.Path(folder, 'conformance/scripts/mine')
    scripts.mkdir(parents=True)
    (scripts / 'one.wire').write_text(SCRIPT % size, encoding='utf-8')


def the_command_has_no_defect_and_its_build_with_defects_has_all():
    symbols = {}
    for binary in (BIN, MUTANTS):
        done = subprocess.run(['nm', binary], capture_output=True, text=True, check=True)
        symbols[binary] = re.findall(r'\S*(?:br_defect|__wrap_)\S*', done.stdout)
    expect(not symbols[BIN], symbols[BIN])
    expect({'br_defect_is', 'br_defect_set', '__wrap_br_server_input'} <= set(symbols[MUTANTS]),
           symbols[MUTANTS])
    octets = {binary: pathlib.Path(binary).read_bytes() for binary in (BIN, MUTANTS)}
    for _, name, says in defects():
        expect(says.encode() not in octets[BIN], f'{name}: {says}')
        expect(says.encode() in octets[MUTANTS], f'{name}: {says}')


def each_requirement_that_binds_has_a_defect_or_a_reason():
    names = [name for _, name, _ in defects()]
    expect(names == sorted(set(names)), 'not sorted, or not once')
    expect(all(short.replace('_', '-') == name for short, name, _ in defects()), 'ids in C')
    rows = [line.split('\t') for line in
            (TOP / 'conformance/requirements.tsv').read_text(encoding='utf-8').splitlines()[1:]]
    without = dict(line.split('\t') for line in
                   (TOP / 'conformance/mutants/without.tsv').read_text(encoding='utf-8').splitlines()
                   if not line.startswith('#'))
    wanted = {row[0] for row in rows if row[2] in BINDS and ROLES & set(row[3].split(','))}
    expect(set(names) <= wanted, set(names) - wanted)
    expect(wanted == set(names) | set(without), wanted ^ (set(names) | set(without)))
    expect(not set(names) & set(without), set(names) & set(without))
    code = '\n'.join(path.read_text(encoding='utf-8') for path in (TOP / 'core').rglob('*.c'))
    unused = [short for short, _, _ in defects() if f'BR_DEFECT({short})' not in code]
    expect(not unused, unused)


def a_defect_is_killed_by_a_check_with_its_line():
    with tempfile.TemporaryDirectory() as folder:
        out = f'{folder}/out.json'
        # through the command itself, which hands the verb over
        done = mutants('--only', 'TFTP-ERR', '--json', out, '-j', '2', binary=BIN)
        said = json.loads(pathlib.Path(out).read_text(encoding='utf-8'))
    expect(done.returncode == 0 and done.stdout.endswith(' 0 failed, 0 skipped\n'), done)
    expect([row['requirement'] for row in said] ==
           [name for _, name, _ in defects() if name.startswith('TFTP-ERR-')], said)
    expect(all(row['killed'] and re.search(r':\d+$|^rule ', row['by']) for row in said), said)
    expect('tftp/read/error-ends-it-at-once:' in done.stdout, done.stdout)


def a_survivor_is_told_and_fails():
    with tempfile.TemporaryDirectory() as folder:
        own_script(folder, 512)
        done = mutants('--only', 'TFTP-RRQ', share=folder)
    expect(done.returncode == 1 and 'SURVIVED TFTP-RRQ-08' in done.stdout, done)
    expect(re.search(r'killed   TFTP-RRQ-03 .*\n +by mine/one:8\n', done.stdout), done.stdout)


def the_same_is_said_however_many_run_side_by_side():
    said = [mutants('--only', 'TFTP-ERR', '-j', n).stdout for n in ('1', '4')]
    expect(said[0] == said[1] and said[0], said)


def a_suite_that_fails_without_a_defect_is_refused_and_so_are_wrong_words():
    with tempfile.TemporaryDirectory() as folder:
        own_script(folder, 7)
        done = mutants('--only', 'TFTP-ERR', share=folder)
    expect(done.returncode == 2 and 'without a defect mine/one:8 fails' in done.stderr, done)
    done = mutants('--only', 'TFTP-NONE')
    expect(done.returncode == 2 and 'TFTP-NONE' in done.stderr and not done.stdout, done)
    expect(mutants('-j', '0').returncode == 2, 'no process')


def a_defect_can_be_looked_at_alone():
    env = {**os.environ, 'BR_DEFECT': 'TFTP-ERR-01'}
    words = ['run', 'tftp/read/missing-file']
    sound = subprocess.run([BIN, *words], capture_output=True, text=True, check=False, cwd=TOP)
    with tempfile.TemporaryDirectory() as folder:
        broken = subprocess.run([MUTANTS, *words, '--out', folder], capture_output=True, text=True,
                                check=False, cwd=TOP, env=env)
    expect(sound.returncode == 0 and broken.returncode == 1, (sound, broken))


def every_defect_is_killed():
    done = mutants()
    left = re.findall(r'^SURVIVED (\S+)', done.stdout, re.MULTILINE)
    expect(not left and done.returncode == 0, (left, done.stderr))
    print('\n'.join('# ' + line for line in done.stdout.splitlines()[-2:]))


TESTS = [the_command_has_no_defect_and_its_build_with_defects_has_all,
         each_requirement_that_binds_has_a_defect_or_a_reason,
         a_defect_is_killed_by_a_check_with_its_line,
         a_survivor_is_told_and_fails,
         the_same_is_said_however_many_run_side_by_side,
         a_suite_that_fails_without_a_defect_is_refused_and_so_are_wrong_words,
         a_defect_can_be_looked_at_alone]


def main():
    global BIN, MUTANTS
    BIN, MUTANTS = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
    os.environ.pop('BOOTRIG_SHARE', None)
    for test in [every_defect_is_killed] if sys.argv[3:] == ['all'] else TESTS:
        tap.run(test)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
