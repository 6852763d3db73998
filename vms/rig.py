#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Real machines on the rig's wire: `bootrig demo` and `bootrig vm`

Exit code: 0 all booted, 1 one did not, 2 bad usage, the rig cannot run here, or something that
was to be kept could not be written (the verdict is said all the same).
"""
import argparse
import contextlib
import fcntl
import os
import pathlib
import shutil
import signal
import sys
import time

from driver import Trouble, apt, machine, nbp, probe, snapshot
from driver.boot import Boot, Options
from driver.process import ENDINGS
from driver.profile import Profile, read_setup
from driver.report import Report
from driver.results import Results
from driver.screen import Screen

TOP = pathlib.Path(__file__).resolve().parent.parent
EXIT_FAILED, EXIT_USAGE, EXIT_SKIPPED = 1, 2, 77


OWN_EFI_STEP = 'NBP loaded'  # which is far enough for a file nobody knows


def boot(args, screen, profile, name):
    """Boot once by the named path. Return: the Verdict."""
    path = profile.path(name)
    setup = read_setup(path.setup, args.server)
    names = [step.name for step in path.steps]
    until = args.until or (OWN_EFI_STEP if args.efi and OWN_EFI_STEP in names else '')
    if until and until not in names:
        raise Trouble(f'no step "{until}" in {name}, only {", ".join(names)}')
    out = args.out / name
    with served(args, path, setup, out, screen) as root:
        screen.line()
        screen.line(f'== {name}: {profile.says}; {path.says}')
        screen.line(f'   {setup.says}')
        if profile.rom:
            screen.line(f'   {profile.rom} is for PCI device '
                        f'{", ".join(machine.rom_is_for(profile.rom))}: on another card no firmware '
                        'runs it')
        home = None
        if args.start == 'snapshot':
            home = snapshot.find(args.cache, profile, path, args.clock,
                                 lambda text: screen.line(f'   {text}'))
        one = Boot(profile, path, setup,
                   Options(args.bin, out, root, args.clock, until, args.limit, args.keep,
                           args.console, args.screenshot, home, net=tuple(args.net),
                           fault=tuple(args.fault)), screen)
        verdict = one.run()
    if verdict.good:
        screen.line(f'{name}: {until or path.wanted()[-1]} after {verdict.took_s:.1f} s, '
                    f'{len(verdict.reached)} steps of {len(path.steps)} seen')
    else:
        one.explain(verdict)
    view = verdict.opinion
    screen.line(f'{name}: {view.judged} rules judged, broken by the firmware or by a server: '
                f'{", ".join(breach.rule for breach in view.breaches) or "none"}')
    files = ', '.join(entry.name for entry in sorted(out.iterdir()) if entry.is_file())
    screen.line(f'{name}: {shown(out)}: {files}')
    return verdict


@contextlib.contextmanager
def served(args, path, setup, out, screen):
    """The root of the boot servers: a payload, the caller's own files over it, or these alone."""
    own = dict(args.file)
    if args.efi:
        own[args.efi.name] = args.efi
    else:
        root = nbp.prepare(args.cache, lambda text: screen.line(f'   {text}'), path.payload)
        if path.payload in probe.NAMES:
            own.setdefault(probe.MANIFEST, write_manifest(out, setup))
        if not own:
            yield root
            return
        own = {**{str(file.relative_to(root)): file for file in root.rglob('*') if file.is_file()},
               **own}
    mixed = out / 'root'
    try:
        for name, file in own.items():
            target = mixed / name
            if mixed not in target.resolve().parents:
                raise Trouble(f'--file {name}={file}: {name} lies outside of the root')
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            place(file, target)
        yield mixed
    finally:
        if not args.keep:
            shutil.rmtree(mixed, ignore_errors=True)


def write_manifest(out, setup):
    out.mkdir(parents=True, exist_ok=True)
    path = out / probe.MANIFEST
    path.write_text(probe.manifest(setup), encoding='utf-8')
    return path


def place(source, target):
    """A hard link, or a copy where that cannot be."""
    try:
        os.link(source.resolve(), target)
    except OSError:
        shutil.copyfile(source, target)


def shown(path):
    """As short as it can be said from here."""
    try:
        return path.resolve().relative_to(pathlib.Path.cwd())
    except ValueError:
        return path


def own_changes(args):
    """What the caller has in the place of something of the profile."""
    changes = {key: getattr(args, key)
               for key in ('code', 'vars', 'bios', 'kernel', 'rom', 'qemu', 'nic', 'accel')}
    if args.efi:
        changes['words'] = {'nbp': args.efi.name}
    return changes


def find_profile(args, screen):
    """The profile with all its files, out of packages in the cache if need be. None: not here."""
    profile = Profile(args.profile, own_changes(args))
    missing = find_files(args.cache, screen, profile)
    for thing, package in missing.items():
        screen.line(f'missing: {thing}' + (f' (Debian package {package})' if package else ''))
    return None if missing else profile


def find_files(folder, screen, profile):
    """Return: {thing: Debian package} of what is neither on this machine nor in a package."""
    missing = profile.missing()
    if missing and any(thing.startswith('/usr/') for thing in missing):
        try:
            profile.use(apt.find_missing(folder, lambda text: screen.line(f'   {text}'),
                                         missing))
        except Trouble as trouble:
            screen.line(f'   {trouble}')
        missing = profile.missing()
    return missing


def check_payloads(args, screen, profile):
    """Downloads come before the first boot. Return: whether all is there."""
    try:
        for name in args.path:
            path = profile.path(name)
            if not args.efi:
                nbp.prepare(args.cache, lambda text: screen.line(f'   {text}'), path.payload)
    except Trouble as trouble:
        if not args.skip:
            raise
        screen.line(f'no payload: {trouble}')
        return False
    return True


def run(args, screen):
    start = time.monotonic()
    profile = find_profile(args, screen)
    if not profile:
        return EXIT_SKIPPED if args.skip else EXIT_USAGE
    if not check_payloads(args, screen, profile):
        return EXIT_SKIPPED
    results = Results(profile, args.path, {form: getattr(args, form)
                                           for form in ('junit', 'tap', 'json', 'html')},
                      Report(args.bin, args.html, profile.name) if args.html else None)
    verdicts = []
    try:
        results.write()
        for name in args.path:
            verdicts.append(boot(args, screen, profile, name))
            results.add(name, verdicts[-1], shown(args.out / name))
    finally:  # what ran is told, however it ended
        good = sum(verdict.good for verdict in verdicts)
        screen.line()
        screen.line(f'{time.monotonic() - start:.0f} s in all')
        screen.line(f'{good} passed, {len(verdicts) - good} failed, '
                    f'{len(args.path) - len(verdicts)} skipped')
    lost = next((verdict.lost for verdict in verdicts if verdict.lost), '')
    if lost:
        raise Trouble(lost)
    return 0 if good == len(verdicts) else EXIT_FAILED


@contextlib.contextmanager
def claim(args, name='.lock'):
    """The folder for captures and logs is ours until we end: two runs at once mix nothing."""
    named, number = args.out is not None, 1
    base = args.out or (TOP if is_source_tree() else pathlib.Path.cwd()) / 'out' / args.verb
    while True:
        args.out = (base if number == 1 else base.with_name(f'{base.name}-{number}')).resolve()
        args.out.mkdir(parents=True, exist_ok=True)
        with open(args.out / name, 'w', encoding='utf-8') as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if named:
                    raise Trouble(f'{args.out}: another run is using it') from None
                number += 1
                continue
            yield
            return


def existing(text):
    """A file of the caller's; its absence is told before anything is started."""
    path = pathlib.Path(text)
    if not path.is_file():
        raise Trouble(f'{text}: {"a file is expected" if path.exists() else "no such file"}')
    return path.absolute()


def named_file(text):
    """NAME=PATH: a file that boot servers have under that name."""
    name, _, path = text.partition('=')
    if not name.strip('/') or not path:
        raise Trouble(f'--file {text}: expected NAME=PATH')
    return name.lstrip('/'), existing(path)


def read_arguments():
    """What `bootrig demo` and `bootrig vm` let through, which have help and messages: vms/driven.c.

    Options and operands in any order, as there.
    """
    parser = argparse.ArgumentParser(prog='bootrig', add_help=False, allow_abbrev=False)
    parser.add_argument('--bin', type=pathlib.Path, default=TOP / 'build' / 'bootrig-bin')
    parser.add_argument('--cache', type=pathlib.Path, default=None)
    parser.add_argument('verb', choices=('demo', 'vm'))
    parser.add_argument('rest', nargs=argparse.REMAINDER)
    args = parser.parse_args()
    verb = argparse.ArgumentParser(prog=f'bootrig {args.verb}', add_help=False, allow_abbrev=False)
    if args.verb == 'vm':
        verb.add_argument('profile', nargs='?')
        verb.add_argument('path', nargs='*')
    verb.add_argument('--out', type=pathlib.Path)
    verb.add_argument('--server', action='append', default=[])
    verb.add_argument('--net', action='append', default=[])
    verb.add_argument('--fault', action='append', default=[])
    verb.add_argument('--clock', choices=('counted', 'real'), default='real')
    verb.add_argument('--start', choices=('power-on', 'snapshot'), default='power-on')
    verb.add_argument('--until', default='')
    verb.add_argument('--limit', type=float, default=0)
    verb.add_argument('--code', type=existing)
    verb.add_argument('--vars', type=existing)
    verb.add_argument('--bios', type=existing)
    verb.add_argument('--kernel', type=existing)
    verb.add_argument('--rom', type=existing)
    verb.add_argument('--efi', type=existing)
    verb.add_argument('--file', action='append', default=[], type=named_file)
    verb.add_argument('--qemu', default='')
    verb.add_argument('--nic', default='')
    verb.add_argument('--accel', default='')
    verb.add_argument('--junit', type=pathlib.Path)
    verb.add_argument('--tap', type=pathlib.Path)
    verb.add_argument('--json', type=pathlib.Path)
    verb.add_argument('--html', type=pathlib.Path)
    verb.add_argument('--keep', action='store_true')
    verb.add_argument('--console', action='store_true')
    verb.add_argument('--screenshot', action='store_true')
    verb.add_argument('--skip', action='store_true')
    verb.add_argument('--list', action='store_true')
    return verb.parse_intermixed_args(args.rest, args)


def complete(args):
    """Fill in what was left out."""
    if args.start == 'snapshot' and args.screenshot:
        raise Trouble('--screenshot: a machine of a snapshot has no screen')
    args.bin, args.cache = args.bin.resolve(), (args.cache or cache()).resolve()
    if args.verb == 'demo':
        args.profile, args.path = 'ovmf-x64', ['pxe4', 'http4']
    profile = Profile(args.profile, own_changes(args))  # one that is wrong leaves no folder behind
    if profile.rom:
        machine.rom_is_for(profile.rom)
    args.path = [profile.path(name).name for name in args.path or
                 [name for name, path in profile.paths.items() if not path.on_request]]


def is_source_tree():
    """Or installed, where nothing is to be written?"""
    return (TOP / 'bootrig.c').exists()


def cache():
    """Where downloads are kept, for as long as their owner likes."""
    if os.environ.get('BOOTRIG_CACHE'):
        return pathlib.Path(os.environ['BOOTRIG_CACHE'])
    if is_source_tree():
        return TOP / '.cache'
    return pathlib.Path(os.environ.get('XDG_CACHE_HOME') or pathlib.Path.home() / '.cache') / 'bootrig'


def list_profiles():
    """Each firmware: its packages, network cards, paths with what they cost, and its quirks."""
    for entry in sorted((TOP / 'vms' / 'profiles').glob('*.toml')):
        profile = Profile(entry.stem)
        missing = profile.missing()
        print(f'{profile.name}\n    {profile.says}')
        packages = dict.fromkeys(filter(None, profile.packages.values()))
        qemu = profile.packages[profile.qemu]
        print('    packages: ' + ', '.join(
            f'{package} (not installed)' if profile.qemu in missing and package == qemu
            else package for package in packages))
        if profile.nics:
            print(f'    nics: {", ".join(profile.nics)}')
        for name, path in profile.paths.items():
            cost = f', {path.cost_s:g} s to "{path.wanted()[-1]}"' if path.cost_s else ''
            print(f'    path {name}: {path.says}{cost}')
        for quirk in profile.quirks:
            print(f'    quirk: {quirk}')
    return 0


def world(error):
    """What the system would not do, in words: which file, and why."""
    return ': '.join(filter(None, [str(error.filename or ''), error.strerror or str(error)]))


def tell(text):
    with contextlib.suppress(OSError):
        print(f'bootrig: {text}', file=sys.stderr, flush=True)


def end(number, _):
    """What a word to end does, the first time: one more would cut off what cleans up.

    There is more than one: each thread of a killed parent sends its own (PR_SET_PDEATHSIG).
    """
    for sign in ENDINGS:
        if signal.getsignal(sign) != signal.SIG_IGN:
            signal.signal(sign, lambda *_: None)
    raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)


def ended(work):
    """The exit code of @work, however it ends: what it started is stopped on the way out."""
    for sign in ENDINGS:
        if signal.getsignal(sign) != signal.SIG_IGN:
            signal.signal(sign, end)
    try:
        return work()
    except Trouble as trouble:
        tell(trouble)
        return EXIT_USAGE
    except OSError as error:
        tell(world(error))
        return EXIT_USAGE
    except KeyboardInterrupt:
        tell('interrupted')
        return 128 + signal.SIGINT
    finally:
        try:
            sys.stdout.flush()
        except OSError:  # nobody reads any more, or there is no room: said once is enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main():
    screen = Screen()
    args = read_arguments()
    if args.list:
        return list_profiles()
    complete(args)
    with claim(args):
        return run(args, screen)


if __name__ == '__main__':
    sys.exit(ended(main))
