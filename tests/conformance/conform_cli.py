#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig conform`: exit codes, files, baselines, and the line that repeats a failure

	conform_cli.py BIN

Goal: a gate for other people's CI says neither more nor less than was seen. Method: its own
server is checked; then scripts of our own, one of which asks for what no server does. Says TAP.
"""
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position
from tap import expect  # noqa: E402

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = ''
WRONG = '''wire 1
scenario mine/wrong
net lan 10.77.0.0/24
node boot sut lan=10.77.0.2 role=tftp
node fw client lan=10.77.0.50 mac=52:54:00:12:34:56
file f size=700 seed=1
fw:$p -> boot:69 tftp rrq f octet
<=1s boot:$t -> fw:$p tftp data 1 len=7 @TFTP-WIN-03
'''
ODD_ROUTER = '''wire 1
scenario mine/router
net lan 10.77.0.0/24
node boot sut lan=10.77.0.2 role=dhcp opt3=hex:01
node fw client lan mac=52:54:00:12:34:56
fw:68 -> *:67 dhcp discover xid=$x opt55=[1,3] opt93=7 opt60="PXEClient:Arch:00007:UNDI:003000"
<=1s boot:67 -> fw:68 dhcp offer xid=$x
'''


def conform(*words, share=None, cwd=TOP):
    env = {**os.environ, 'BOOTRIG_COMMAND': BIN}
    if share:
        env['BOOTRIG_SHARE'] = str(share)
    return subprocess.run([BIN, 'conform', *words], capture_output=True, text=True, check=False,
                          timeout=tap.LIMIT_S, stdin=subprocess.DEVNULL, env=env, cwd=cwd)


def bootrig(*words, cwd=TOP):
    return subprocess.run([BIN, *words], capture_output=True, text=True, check=False,
                          timeout=tap.LIMIT_S, stdin=subprocess.DEVNULL, cwd=cwd)


def own_scripts(folder, text):
    scripts = pathlib.Path(folder, 'conformance/scripts/mine')
    scripts.mkdir(parents=True)
    (scripts / 'wrong.wire').write_text(text, encoding='utf-8')


def no_requirement_that_binds_is_broken_by_the_server_of_bootrig():
    before = os.times()
    done = conform()
    spent = os.times().children_user - before.children_user
    expect(done.returncode == 0 and ' 0 failed, 0 warned, ' in done.stdout, done.stdout)
    expect(spent < 10, f'{spent} s of processor time, 10 were promised')
    last = done.stdout.splitlines()[-1]
    expect(last.endswith(' skipped') and ' 0 failed' in last, last)


def json_has_each_requirement_once_and_junit_counts_the_same():
    rows = (TOP / 'conformance/requirements.tsv').read_text(encoding='utf-8').splitlines()[1:]
    with tempfile.TemporaryDirectory() as folder:
        files = [f'{folder}/out.json', f'{folder}/out.xml']
        done = conform('--json', files[0], '--junit', files[1])
        expect(done.returncode == 0, done)
        said = json.loads(pathlib.Path(files[0]).read_text(encoding='utf-8'))
        suite = xml.etree.ElementTree.parse(files[1]).getroot()
    expect([row['requirement'] for row in said] == [row.split('\t')[0] for row in rows], 'ids')
    passed = [row for row in said if row['verdict'] == 'pass']
    expect(len(passed) > 200 and all(row['held'] > 0 and row['broken'] == 0 for row in passed),
           len(passed))
    expect(all(row['rule'] or row['scripts'] for row in passed), 'a pass that nothing showed')
    skipped = sum(row['verdict'] in ('unchecked', 'unsupported', 'known') for row in said)
    expect([int(suite.get(name)) for name in ('tests', 'failures', 'errors', 'skipped')] ==
           [len(said), 0, 0, skipped], suite.attrib)
    expect(len(suite.findall('testcase')) == len(said), 'test cases')


def a_part_is_judged_alone_and_nothing_checked_is_no_success():
    done = conform('--only', 'TFTP-WIN', '--all')
    expect(done.returncode == 0 and 'pass TFTP-WIN-03 MUST' in done.stdout, done)
    expect('HTTP' not in done.stdout, done.stdout)
    done = conform('--only', 'D6-CLI')
    expect(done.returncode == 3 and done.stdout.endswith('0 passed, 0 failed, 3 skipped\n'), done)


def a_failure_says_its_rule_what_came_and_how_to_see_it_again():
    with tempfile.TemporaryDirectory() as folder:
        own_scripts(folder, WRONG)
        done = conform(share=folder, cwd=folder)
        expect(done.returncode == 1, done)
        for part in ('fail TFTP-WIN-03 MUST', 'The sender sends windowsize consecutive blocks',
                     'RFC 7440', 'tftp data 1 len=7', 'tftp data 1 len=512', ' 1 failed,'):
            expect(part in done.stdout, f'{part} is not in\n{done.stdout}')
        again = next(line for line in done.stdout.splitlines() if line.strip().startswith('again'))
        words = shlex.split(again)[1:]
        expect(words[:2] == [BIN, 'run'], words)
        shown = subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder,
                               timeout=tap.LIMIT_S)
        expect(shown.returncode == 1 and '0 passed, 1 failed' in shown.stdout, shown)


def a_baseline_makes_known_what_fails_and_tells_what_is_mended():
    with tempfile.TemporaryDirectory() as folder:
        own_scripts(folder, WRONG)
        known = pathlib.Path(folder, 'known.txt')
        known.write_text('# of old\n\nTFTP-WIN-03  our blocks are longer\n', encoding='utf-8')
        done = conform('--baseline', str(known), '--junit', f'{folder}/out.xml', share=folder)
        expect(done.returncode == 0 and 'known TFTP-WIN-03' in done.stdout, done)
        expect('our blocks are longer' in done.stdout, done.stdout)
        expect('our blocks are longer' in pathlib.Path(folder, 'out.xml').read_text(encoding='utf-8'),
               'the reason is not in the JUnit file')
        done = conform('--baseline', str(known))
        expect(done.returncode == 0 and 'stale TFTP-WIN-03' in done.stdout, done)
        expect(conform('--baseline', str(known), '--strict').returncode == 1, 'stale and strict')


def a_baseline_with_mistakes_is_refused_with_its_place():
    for text, said in (('TFTP-WIN-03\n', ':1:12: expected the reason'),
                       ('\n TFTP-WIN-3 x\n', ":2:2: expected a requirement or the name of a script, "
                        "not 'TFTP-WIN-3'; did you mean 'TFTP-WIN-03'?"),
                       ('TFTP-WIN-03 a\nTFTP-WIN-03 b\n', ':2:1: expected each name once')):
        with tempfile.TemporaryDirectory() as folder:
            known = pathlib.Path(folder, 'known.txt')
            known.write_text(text, encoding='utf-8')
            done = conform('--baseline', str(known))
            expect(done.returncode == 2 and said in done.stderr and not done.stdout, done)
            out = pathlib.Path(folder, 'known.txt')
            expect(conform('--json', str(out), '--baseline', str(known)).returncode == 2, 'over input')
            expect(out.read_text(encoding='utf-8') == text, 'an input was written over')
    expect(conform('--baseline', '/nowhere/known.txt').returncode == 2, 'a missing file')
    done = conform('--only', 'TFTP-WINDOW')
    expect(done.returncode == 2 and 'TFTP-WINDOW' in done.stderr, done)


def a_gate_makes_a_broken_rule_a_failure_of_explain_and_of_run():
    capture = str(TOP / 'captures/corpus/seabios-virtio-ipxehttp.pcap')
    codes = [bootrig('explain', capture, *words).returncode
             for words in ([], ['--fail-on', 'MUST'], ['--fail-on', 'SHOULD'])]
    expect(codes == [0, 1, 1], codes)
    capture = str(TOP / 'captures/corpus/s390-ccw-noopts.pcap')
    codes = [bootrig('explain', capture, *words).returncode
             for words in ([], ['--fail-on', 'MUST'], ['--fail-on', 'SHOULD'])]
    expect(codes == [0, 0, 1], codes)
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder, 'router.wire')
        script.write_text(ODD_ROUTER, encoding='utf-8')
        for words, code in (([], 0), (['--fail-on', 'MUST'], 0), (['--fail-on', 'SHOULD'], 1)):
            done = bootrig('run', str(script), '--out', folder, *words)
            expect(done.returncode == code, done)
        expect('D4C-OPT-03' in done.stdout, done.stdout)


def explain_judges_one_server_alone():
    capture = str(TOP / 'captures/corpus/ovmf-virtio-no4011.pcap')
    with tempfile.TemporaryDirectory() as folder:
        junit = pathlib.Path(folder, 'out.xml')
        told = {}
        for server in ('192.0.2.1', '192.0.2.2'):
            done = bootrig('explain', '--server', server, '--fail-on', 'SHOULD', '--json', '--junit', str(junit), capture)
            told[server] = json.loads(done.stdout)['rules']
            suite = xml.etree.ElementTree.parse(junit).getroot()
            expect(done.returncode == 0, done)  # the boot failed, but neither broke what fails
            expect(int(suite.get('tests')) == len(list(suite)) == len(told[server]['states']), suite.attrib)
        bootrig('explain', '--junit', str(junit), capture)
        suite = xml.etree.ElementTree.parse(junit).getroot()
    expect(not told['192.0.2.1']['breaches'], told)
    expect([(row['id'], row['ip']) for row in told['192.0.2.2']['breaches']] == [('PXE-PRX-07', '192.0.2.2')], told)
    expect(any(case.get('classname') == 'bootrig.boot' and case.find('failure') is not None for case in suite),
           'the boot that failed')
    capture = str(TOP / 'captures/corpus/seabios-virtio-ipxehttp.pcap')
    rows = json.loads(bootrig('explain', '--json', capture).stdout)['rules']['breaches']
    broken = {row['ip'] for row in rows if row['fails']}
    for address in {row['ip'] for row in rows} | {'10.9.9.9'}:
        done = bootrig('explain', '--server', address, capture)
        expect(done.returncode == (3 if address == '10.9.9.9' else 1 if address in broken else 0), done)
    done = bootrig('explain', '--server', 'localhost', capture)
    expect(done.returncode == 2 and 'localhost' in done.stderr and not done.stdout, done)


def results_of_passes_name_their_requirements_once():
    with tempfile.TemporaryDirectory() as folder:
        done = bootrig('run', 'tftp/read/each-ack-twice', '--json', f'{folder}/out.json', cwd=TOP)
        rows = json.loads(pathlib.Path(folder, 'out.json').read_text(encoding='utf-8'))
    expect(done.returncode == 0 and rows[0]['requirements'] == ['TFTP-LCK-02'], rows)


def names_that_reports_use_are_explained():
    done = bootrig('rule', 'TFTP-WIN-03')
    expect(done.returncode == 0 and 'RFC 7440' in done.stdout, done)
    expect('tftp/options/window-sends-four-then-waits' in done.stdout, done.stdout)
    expect(bootrig('rule', 'HBD').stdout.count('must hold') == 13, 'the group HBD')
    done = bootrig('rule', 'TFTP-WN-03')
    expect(done.returncode == 2 and "did you mean 'TFTP-WIN-03'" in done.stderr, done)
    done = bootrig('quirk', 'edk2-binl-4011')
    expect(done.returncode == 0 and 'quirks/edk2-binl-4011' in done.stdout, done)
    done = bootrig('quirk', 'edk2-binl-411')
    expect(done.returncode == 2 and "did you mean 'edk2-binl-4011'" in done.stderr, done)


def coverage_counts_each_requirement_once_and_says_why_there_is_no_check():
    done = bootrig('coverage')
    *rows, last = done.stdout.splitlines()
    numbers = [int(word) for word in last.replace(':', '').split() if word.isdigit()]
    expect(done.returncode == 0 and len(rows) == numbers[0] == sum(numbers[1:5]), last)
    missing = bootrig('coverage', '--missing').stdout.splitlines()[:-1]
    expect(len(missing) == numbers[4] and all('no check: ' in row for row in missing), missing)


def coverage_has_the_last_verdict_of_each_server():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, 'out.json')
        conform('--only', 'TFTP-BLK', '--json', str(path))
        other = pathlib.Path(folder, 'other.json')
        text = path.read_text(encoding='utf-8')
        other.write_text(text.replace('"server":"bootrig"', '"server":"other"').replace(
            '"verdict":"pass"', '"verdict":"fail"', 1), encoding='utf-8')
        done = bootrig('coverage', 'TFTP-BLK', '--results', str(path), '--results', str(other))
        said = [line.strip() for line in done.stdout.splitlines() if 'last run:' in line]
        expect(done.returncode == 0 and said[0] == 'last run: bootrig pass, other fail', done.stdout)
        expect(set(said[1:]) == {'last run: bootrig pass, other pass'} and len(said) == 6, said)
        expect('\nother: 5 pass, 1 fail\n' in done.stdout, done.stdout)
        for bad, place in ((text[:-3], ':8:1: '), (text.replace('"server"', 'server', 1), ':2:2: '),
                           (text.replace('TFTP-BLK-02', 'TFTP-BLK-99', 1), ':3:1: '), ('', ':1:1: ')):
            other.write_text(bad, encoding='utf-8')
            done = bootrig('coverage', '--results', str(other))
            expect(done.returncode == 2 and place in done.stderr and not done.stdout, (place, done.stderr))


TESTS = [explain_judges_one_server_alone, coverage_has_the_last_verdict_of_each_server,
         a_gate_makes_a_broken_rule_a_failure_of_explain_and_of_run,
         results_of_passes_name_their_requirements_once, names_that_reports_use_are_explained,
         coverage_counts_each_requirement_once_and_says_why_there_is_no_check,
         no_requirement_that_binds_is_broken_by_the_server_of_bootrig,
         json_has_each_requirement_once_and_junit_counts_the_same,
         a_part_is_judged_alone_and_nothing_checked_is_no_success,
         a_failure_says_its_rule_what_came_and_how_to_see_it_again,
         a_baseline_makes_known_what_fails_and_tells_what_is_mended,
         a_baseline_with_mistakes_is_refused_with_its_place]


def main():
    global BIN
    BIN = str(pathlib.Path(sys.argv[1]).resolve())
    os.environ.pop('BOOTRIG_SHARE', None)
    for test in TESTS:
        tap.run(test)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
