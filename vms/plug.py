#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A machine for the wire of a script; `bootrig run --firmware` starts it: sim/script/guest.h"""
import argparse
import pathlib
import sys

from driver import Trouble, plug, snapshot
from driver.profile import Profile
from driver.screen import Screen
from rig import EXIT_SKIPPED, EXIT_USAGE, cache, find_files, world


def read_words():
    parser = argparse.ArgumentParser(prog='bootrig run', add_help=False, allow_abbrev=False)
    parser.add_argument('profile')
    parser.add_argument('--mac', required=True)
    parser.add_argument('--uuid', required=True)
    parser.add_argument('--start', choices=('power-on', 'snapshot'), default='power-on')
    parser.add_argument('--http', action='store_true')
    parser.add_argument('--tls', action='store_true')
    parser.add_argument('--menu', action='store_true')
    parser.add_argument('--model', default='')
    parser.add_argument('--trust', default='')
    parser.add_argument('--https', default='')
    parser.add_argument('--date', default='')
    parser.add_argument('--out', type=pathlib.Path)
    return parser.parse_args()


def split(text):
    """PROFILE/PATH, or FILE.toml/PATH; the path may be left out."""
    file, suffix, path = text.partition('.toml')
    name, _, rest = text.partition('/')
    return (file + suffix, path.lstrip('/')) if suffix else (name, rest)


def choose(args):
    """Return: the profile and its path, '': the first. None: no machine fits, which was said."""
    name, way = split(args.profile)
    if name != plug.FIT:
        return Profile(name), way
    try:
        return plug.fitting(args.model, args.tls, args.trust, args.https, args.menu)
    except Trouble as trouble:
        plug.say('missing', str(trouble))
        return None


def main():
    args = read_words()
    screen, folder = Screen(sys.stderr), cache().resolve()
    try:
        chosen = choose(args)
        if not chosen:
            return EXIT_SKIPPED
        profile, way = chosen
        missing = find_files(folder, screen, profile)
        if missing:
            plug.say('missing', ', '.join(f'{thing} (Debian package {package})'
                                          for thing, package in missing.items()))
            return EXIT_SKIPPED
        plug.change(profile, args.mac, args.uuid, args.date)
        path, home = plug.choose_path(profile, way, args.http), None
        if args.start == 'snapshot':
            home = snapshot.find(folder, profile, path, 'real',
                                 lambda text: screen.line(f'   {text}'))
        plug.Plugged(profile, path, 'real', args.out).run(home)
    except Trouble as trouble:
        plug.say('trouble', str(trouble))
        return EXIT_USAGE
    except OSError as error:  # as of a full disk
        plug.say('trouble', world(error))
        return EXIT_USAGE
    return 0


if __name__ == '__main__':
    sys.exit(main())
