#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""One cell of the matrix whose server is not the rig's own; vms/driver/cells.py starts it

Says what `bootrig run` would say of it, and exits as that does.
"""
import argparse
import json
import pathlib
import subprocess
import sys

from driver import Trouble, plug, servers
from driver.profile import Profile
from driver.results import write_whole
from driver.screen import Screen
from plug import split
from rig import EXIT_FAILED, EXIT_SKIPPED, cache, ended, find_files


def read_words():
    words = argparse.ArgumentParser(prog='bootrig matrix', add_help=False, allow_abbrev=False)
    words.add_argument('server', choices=servers.NAMES[1:])
    words.add_argument('script', type=pathlib.Path)
    words.add_argument('--bin', type=pathlib.Path, required=True)
    words.add_argument('--firmware', required=True)
    words.add_argument('--start', required=True)
    words.add_argument('--out', type=pathlib.Path, required=True)
    words.add_argument('--json', type=pathlib.Path, required=True)
    return words.parse_args()


def boot_by_slirp(args, screen):
    """A boot inside of QEMU, judged by its recording."""
    name, way = split(args.firmware.partition('=')[2])
    profile = Profile(name)
    if find_files(cache().resolve(), screen, profile):
        return EXIT_SKIPPED
    text = args.script.read_text(encoding='utf-8')
    one = servers.Slirp(profile, plug.choose_path(profile, way, False), text, args.out)

    def is_whole():
        done = subprocess.run([args.bin, 'explain', '--json', args.out / 'run.pcap'],
                              capture_output=True, text=True, check=False)
        try:
            return servers.came_whole(json.loads(done.stdout), text)
        except (ValueError, KeyError):
            return False

    took_s = one.run(is_whole)
    good = is_whole()
    why = '' if good else one.failed or 'the boot file did not come whole'
    write_whole(args.json, json.dumps([{'result': 'pass' if good else 'fail', 'reason': why,
                                        'simulated_ns': round(took_s * 1e9)}]))
    screen.line(f'{"ok" if good else "not ok"} 1 - {args.script.stem} with slirp')
    if why:
        screen.line(f'why {why}')
    return 0 if good else EXIT_FAILED


def main():
    args = read_words()
    args.out.mkdir(parents=True, exist_ok=True)
    try:
        if args.server == servers.SLIRP:
            return boot_by_slirp(args, Screen())
        return servers.play(args.script, [
            args.bin, 'run', '--firmware', args.firmware, '--start', args.start, '--out', args.out,
            '--json', args.json], args.out)
    except Trouble as trouble:
        print(f'why {trouble}')
        raise


if __name__ == '__main__':
    sys.exit(ended(main))
