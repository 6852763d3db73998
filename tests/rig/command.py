#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The command: help, man pages and completion say what each verb takes, and no more

	command.py BIN

Goal: no verb without help, no option that is accepted and not explained or the other way round,
errors that lead on. Method: each verb and each option that its help shows is tried; for what
python reads, its parser is read; bash completes with what we print. Says TAP.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position
from tap import expect  # noqa: E402

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = ''
HIDDEN = {'--bin', '--cache', '--build'}  # what the command and the launcher say to python


def run(*words, **more):
    return subprocess.run([BIN, *words], capture_output=True, text=True, check=False,
                          timeout=tap.LIMIT_S, stdin=subprocess.DEVNULL, **more)


def verbs():
    return re.findall(r'^  bootrig (\S+)', run('help').stdout, re.MULTILINE)


def options(verb):
    """Return: {name: whether a value stands behind it}"""
    shown = run('help', verb).stdout
    of = {}
    for line in shown[shown.index('Options:'):].splitlines():
        match = re.match(r'  (--?[\w-]+)( \S+)?', line)
        if match and match[1] != '-h':
            of[match[1]] = bool(match[2])
    return of


def every_verb_explains_itself():
    known = verbs()
    expect(len(known) > 10, known)
    for verb in known:
        whole = run('help', verb)
        expect(whole.returncode == 0 and whole.stdout.startswith(f'Usage:\n    bootrig {verb}'), whole)
        for word in ('--help', '-h'):
            done = run(verb, word)
            expect(done.returncode == 0 and done.stdout == whole.stdout and not done.stderr, done)
        wide = [line for line in whole.stdout.splitlines() if len(line) > 80 and
                not line.startswith(('    bootrig', '    ip link'))] # to be pasted whole
        expect('Exit status:' in whole.stdout and not wide, whole.stdout)


def every_option_that_is_explained_is_taken():
    for verb in verbs():
        for name, value in options(verb).items():
            said = run(verb, name if value else f'{name}=1').stderr
            wanted = f'{name}: expected ' if value else f'nothing goes with {name};'
            expect(wanted in said and said.count('\n') == 1, (verb, name, said))
            near = run(verb, name + 'x').stderr
            expect(f"there is no option '{name}x'; did you mean '{name}'? 'bootrig {verb} --help'"
                   in near, (verb, name, near))


def what_python_takes_is_what_is_explained():
    for script, names in (('vms/rig.py', ('demo', 'vm')), ('tests/run_all.py', ('test',))):
        text = (TOP / script).read_text(encoding='utf-8')
        taken = set(re.findall(r"add_argument\('(--[\w-]+)'", text)) - HIDDEN
        for verb in names:
            expect(taken == set(options(verb)), (verb, taken ^ set(options(verb))))


def a_wrong_verb_leads_on():
    for words in (('explian',), ('help', 'explian')):
        done = run(*words)
        expect(done.returncode == 2 and not done.stdout and done.stderr ==
               "bootrig: there is no verb 'explian'; did you mean 'explain'? 'bootrig help' lists them\n",
               done)
    done = run('coffee')
    expect(done.returncode == 2 and done.stderr ==
           "bootrig: there is no verb 'coffee'; 'bootrig help' lists them\n", done)
    done = run()
    expect(done.returncode == 2 and not done.stdout and 'bootrig VERB' in done.stderr, done)


def the_version_has_the_commit():
    said = re.fullmatch(r'bootrig \d+\.\d+\S* \((\S+)\)\n', run('--version').stdout)
    expect(said, run('--version'))
    if not (TOP / '.git').exists() or not shutil.which('git'):
        return 'no checkout'
    # not HEAD: somebody may commit while the tests run
    known = subprocess.run(['git', '-C', TOP, 'describe', '--always', '--tags', '--abbrev=12', said[1]],
                           capture_output=True, text=True, check=False).stdout
    expect(known == said[1] + '\n', (known, said[1]))
    return ''


def man_pages_are_sound():
    if not shutil.which('groff'):
        return 'no groff'
    for verb in [None, *verbs()]:
        page = run('help', '--man', *([verb] if verb else [])).stdout
        done = subprocess.run(['groff', '-man', '-ww', '-Tascii', '-rLL=80n'], input=page, text=True,
                              capture_output=True, check=False)
        expect(done.returncode == 0 and not done.stderr, (verb, done.stderr))
        plain = re.sub(r'.\x08|\x1b\[[\d;]*m', '', done.stdout)
        expect(plain.strip() and f'bootrig{"-" + verb if verb else ""} - ' in plain, plain[:300])
        for name in options(verb) if verb else verbs():
            expect(name in plain, (verb, name))
    return ''


def bash(script, *words, folder):
    """What bash offers for the last of @words."""
    text = f'''source {script}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() {{ :; }}
               _bootrig; printf '%s\\n' "${{COMPREPLY[@]}}"'''
    done = subprocess.run(['bash', '-c', text, 'bash', BIN, *words], capture_output=True, text=True,
                          check=True, cwd=folder)
    expect(not done.stderr, done.stderr)
    return done.stdout.split()


def bash_completes():
    if not shutil.which('bash'):
        return 'no bash'
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder, 'completion')
        script.write_text(run('completion', 'bash').stdout, encoding='utf-8')
        pathlib.Path(folder, 'boot.pcap').touch()
        pathlib.Path(folder, 'below').mkdir()
        for words, wanted in ((('ex',), ['explain']), (('',), [*verbs(), '--help', '--version']),
                              (('explain', 'bo'), ['boot.pcap']),
                              (('run', 'tftp/read/broad'), ['tftp/read/broadcast-is-ignored']),
                              (('run', 'x', '--pcap', 'boot'), ['boot.pcap']),
                              (('run', '--out', 'b'), ['below']),
                              (('run', '--seed', ''), []),
                              (('vm', 'sea'), ['seabios-ipxe']), (('vm', '--clock', ''), ['counted', 'real']),
                              (('help', 'from'), ['from-pcap']), (('completion', ''), ['bash', 'zsh'])):
            offered = bash(script, *words, folder=folder)
            expect(sorted(offered) == sorted(wanted), (words, offered))
        for verb in verbs():
            offered = bash(script, verb, '-', folder=folder)
            expect(sorted(offered) == sorted([*options(verb), '--help']), (verb, offered))
    return ''


def zsh_can_read_its_completion():
    if not shutil.which('zsh'):
        return 'no zsh'
    done = subprocess.run(['zsh', '-n'], input=run('completion', 'zsh').stdout, text=True,
                          capture_output=True, check=False)
    expect(done.returncode == 0 and not done.stderr, done.stderr)
    return ''


def names_work_from_any_folder():
    with tempfile.TemporaryDirectory() as folder:
        listed = run('list', '--names', cwd=folder).stdout.split()
        expect('tftp/read/broadcast-is-ignored' in listed and listed == run(
            'list', '--names', cwd=TOP).stdout.split(), listed)
        for name in ('TFTP-ACC-02', 'tftp/read/broadcast-is-ignored', 'tftp/read/'):
            done = run('run', name, cwd=folder)
            expect(done.returncode == 0, done)
        expect(not list(pathlib.Path(folder).iterdir()))
        path = run('list', 'tftp/read/broadcast-is-ignored', cwd=folder).stdout.split('\n')[1].split()[0]
        expect(run('list', path, cwd=folder).returncode == 0, path)


def the_environment_says_where_scripts_lie():
    with tempfile.TemporaryDirectory() as folder:
        scripts = pathlib.Path(folder, 'conformance/scripts/mine')
        scripts.mkdir(parents=True)
        source = TOP / 'conformance/scripts/tftp/read/broadcast-is-ignored.wire'
        (scripts / 'own.wire').write_text(source.read_text(encoding='utf-8').replace(
            'tftp/read/broadcast-is-ignored', 'mine/own'), encoding='utf-8')
        for cwd in ('/', folder):
            done = run('list', '--names', cwd=cwd, env={**os.environ, 'BOOTRIG_SHARE': folder})
            expect(done.stdout == 'mine/own\n', done)


TESTS = [every_verb_explains_itself, every_option_that_is_explained_is_taken,
         what_python_takes_is_what_is_explained, a_wrong_verb_leads_on, the_version_has_the_commit,
         man_pages_are_sound, bash_completes, zsh_can_read_its_completion, names_work_from_any_folder,
         the_environment_says_where_scripts_lie]


def main():
    global BIN
    BIN = str(pathlib.Path(sys.argv[1]).resolve())
    os.environ.pop('BOOTRIG_SHARE', None)
    for test in TESTS:
        tap.run(test)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
