# SPDX-License-Identifier: BSD-2-Clause
"""What vms/profiles and vms/setups say, read and checked"""
import dataclasses
import os
import pathlib
import re
import shutil
import tomllib

from . import Trouble

HOME = pathlib.Path(__file__).resolve().parent.parent
FILLED_IN = ('code', 'vars', 'bios', 'kernel', 'socket', 'mac')  # {NAME} in words for QEMU
FIRMWARE = ('code', 'vars', 'bios', 'kernel')  # files it may consist of
TLS_SETUPS = ('https4', 'https6')  # whose servers speak TLS


@dataclasses.dataclass
class Step:
    """How far a boot came: a line of the wire or of the console shows it."""
    name: str
    source: str  # 'wire' or 'console'
    pattern: re.Pattern
    after: str = ''  # the step without which this one does not count
    optional: bool = False  # only wanted where --until names it
    send: str = ''  # typed at the console when it is reached


@dataclasses.dataclass
class Failure:
    pattern: re.Pattern
    says: str


@dataclasses.dataclass
class Path:
    """One way to boot: PXE or HTTP."""
    name: str
    says: str
    setup: str
    limit_s: float
    fw_cfg: list
    steps: list
    payload: str = ''  # NAME or NAME/TREE of driver/payload.py
    words: dict = dataclasses.field(default_factory=dict)  # {NAME} in steps and in the setup
    powers_off: bool = True  # what was booted ends the machine
    cost_s: float = 0  # to its last step, as measured; 0: not
    arguments: list = dataclasses.field(default_factory=list)  # for QEMU, this path's
    on_request: bool = False  # only where it is named, not among all paths
    trust: str = ''  # whose authority is enrolled, where its servers speak TLS: rig or none
    fails_after: str = ''  # the step before which other boot options fail, as they are to

    def wanted(self, until=''):
        """The names of the steps that a boot must take to reach @until, or the last one."""
        names = [step.name for step in self.steps]
        if until:
            names = names[:names.index(until) + 1]
        optional = {step.name for step in self.steps if step.optional and step.name != until}
        return [name for name in names if name not in optional]


@dataclasses.dataclass
class Server:
    """A host of the setup: its words are those of `bootrig lan`."""
    name: str
    words: list
    settings: dict


@dataclasses.dataclass
class Setup:
    """What the machine finds on its network."""
    name: str
    says: str
    net: str
    cidr: str
    servers: list
    beside: list = dataclasses.field(default_factory=list)  # words of nets that no machine is in
    relays: list = dataclasses.field(default_factory=list)  # words of each


class Table:
    """A table of a TOML file that says where it stands when something of it is wrong."""

    def __init__(self, path, rows, where=''):
        self.path, self.rows, self.where = path, rows, where

    def trouble(self, text):
        return Trouble(f'{self.path}: {self.where + ": " if self.where else ""}{text}')

    def get(self, key, kind, says, default=None):
        if key not in self.rows and default is not None:
            return default
        if key not in self.rows:
            raise self.trouble(f'no "{key}", {says} is expected')
        value = self.rows[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.trouble(f'"{key}" is {value!r}, {says} is expected')
        return value

    def text(self, key, default=None):
        return self.get(key, str, 'a text', default)

    def texts(self, key, default=None):
        value = self.get(key, list, 'a list of texts', default)
        if not all(isinstance(word, str) for word in value):
            raise self.trouble(f'"{key}" is {value!r}, a list of texts is expected')
        return value

    def number(self, key, default=None):
        return self.get(key, (int, float), 'a number', default)

    def flag(self, key, default):
        value = self.rows.get(key, default)
        if not isinstance(value, bool):
            raise self.trouble(f'"{key}" is {value!r}, true or false is expected')
        return value

    def regex(self, key, words=()):
        """@words: what {NAME} in it stands for, as it is."""
        text = self.text(key)
        for name in words:
            text = text.replace('{' + name + '}', re.escape(words[name]))
        try:
            return re.compile(text)
        except re.error as error:
            raise self.trouble(f'"{key}" is no regular expression: {error}') from None

    def table(self, key, default=None):
        return Table(self.path, self.get(key, dict, f'a table [{self.inside(key)}]', default),
                     f'[{self.inside(key)}]')

    def tables(self, key, default=None):
        """The rows of an array of tables, each under a name with its number."""
        rows = self.get(key, list, f'[[{self.inside(key)}]]', default)
        if not all(isinstance(row, dict) for row in rows):
            raise self.trouble(f'"{key}" is no list of tables')
        return [Table(self.path, row, f'[[{self.inside(key)}]] {number}')
                for number, row in enumerate(rows, 1)]

    def inside(self, key):
        return f'{self.where.strip("[]")}.{key}' if self.where else key

    def only(self, known):
        """What it holds beside the @known, parted by blanks, is a slip of somebody's pen."""
        for key in self.rows:
            if key not in known.split():
                raise self.trouble(f'nothing is called "{key}", only {", ".join(sorted(known.split()))}')


# What may stand in a file, table by table
OF_PROFILE = 'base says quirks paths machine firmware models words failure path'
OF_MACHINE = 'qemu package arguments mac other_macs nic nics nic_with screen clock'
OF_FIRMWARE = f'package needs {" ".join(FIRMWARE)}'
OF_FAILURE = 'console says'
OF_PATH = ('says setup limit_s powers_off fw_cfg step then payload words cost_s arguments on_request '
           'trust fails_after like whole without')
OF_STEP = 'name wire console after optional send'
OF_SETUP = 'says net beside relay server'


class Profile:
    """One firmware and the machine it runs on. @name: of a profile here, or a path.

    @changes: what the caller has of his own, for keys of [firmware] and [machine], and the
    words of [words].
    """

    def __init__(self, name, changes=()):
        changes = dict(changes)
        self.table = load_with_base(name)
        table, machine = self.table, self.table.table('machine')
        table.only(OF_PROFILE)
        machine.only(OF_MACHINE)
        table.table('firmware', {}).only(OF_FIRMWARE)
        own = table.table('firmware', {})
        firmware = self.firmware_of(own, changes)
        if 'x86' in machine.text('qemu') and changes.get('code') and \
                firmware.get('vars') == own.rows.get('vars', ''):
            check_size(firmware['code'], own.text('code', ''))
        self.name, self.says = pathlib.Path(name).stem, table.text('says')
        self.qemu = str(changes.get('qemu') or machine.text('qemu'))
        self.mac = machine.text('mac')
        self.macs = [self.mac, *machine.texts('other_macs', [])]  # all that it may send from
        self.arguments = machine.texts('arguments')
        self.nic = changes.get('nic') or machine.text('nic', '')
        self.nics = machine.texts('nics', [self.nic] if self.nic else [])
        self.nic_with = machine.text('nic_with', '')
        self.screen = machine.texts('screen', [])
        if changes.get('nic') and not machine.text('nic', ''):
            raise machine.trouble('no "nic", which --nic would replace')
        self.files = {key: firmware[key] for key in FIRMWARE if key in firmware}
        self.rom = str(changes.get('rom') or '')
        check_words(machine, self.arguments)
        clocks = machine.table('clock')
        self.clock = {key: clocks.texts(key) for key in clocks.rows}
        if changes.get('accel'):
            self.clock = {'real': ['-accel', changes['accel']]}
        package = table.table('firmware', {}).text('package', '')
        self.packages = {self.qemu: '' if changes.get('qemu') else machine.text('package')}
        for thing in self.files.values():
            self.packages[thing] = package
        self.needs = []  # what QEMU looks for by itself: "FILE" or "FILE of PACKAGE"
        for text in table.table('firmware', {}).texts('needs', []):
            thing, _, other = text.partition(' of ')
            self.needs.append(thing)
            self.packages[thing] = other or package
        self.quirks = table.texts('quirks', [])
        for row in table.tables('failure'):
            row.only(OF_FAILURE)
        self.failures = [Failure(row.regex('console'), row.text('says'))
                         for row in table.tables('failure')]
        self.paths = self.read_paths(table, changes)

    @staticmethod
    def firmware_of(firmware, changes):
        """{key: file}; one whole image in the place of another: code or bios, not both."""
        files = {key: firmware.text(key, '') for key in FIRMWARE}
        given = {key: str(changes[key]) for key in FIRMWARE if changes.get(key)}
        if 'bios' in given and 'code' in given:
            raise Trouble('--bios and --code: a whole firmware is in one or the other')
        if 'bios' in given:
            files = {key: value for key, value in files.items() if key == 'kernel'}
        if 'code' in given:
            files.pop('bios', None)
            beside = store_beside(given['code'])
            if 'vars' not in given and beside:
                files['vars'] = beside
        return {key: value for key, value in {**files, **given}.items() if value}

    @staticmethod
    def read_paths(table, changes):
        words = {**table.table('words', {}).rows, **changes.get('words', {})}
        paths = table.table('path')
        names = table.texts('paths', list(paths.rows))
        return {key: read_path(key, like_another(paths, key), words) for key in names}

    def path(self, name):
        if name not in self.paths:
            raise Trouble(f'{self.name} has no path {name}, only {", ".join(self.paths)}')
        return self.paths[name]

    def clock_of(self, name):
        if name not in self.clock:
            raise Trouble(f'{self.name} has no clock {name}, only {", ".join(self.clock)}')
        return self.clock[name]

    def missing(self):
        """What of it is not on this machine: {thing: Debian package}."""
        return {thing: package for thing, package in self.packages.items()
                if not (os.path.exists(thing) if '/' in thing else shutil.which(thing))}

    def use(self, found):
        """{file: where it is instead} of those that are missing where they belong."""
        self.files = {key: str(found.get(name, name)) for key, name in self.files.items()}
        self.packages = {thing if thing in self.needs else found.get(thing, thing): package
                         for thing, package in self.packages.items()}


def store_beside(code):
    """The variable store that EDK2's build leaves beside its code: OVMF_VARS.fd, OVMF_CODE.fd."""
    path = pathlib.Path(code)
    beside = path.with_name(path.name.replace('CODE', 'VARS'))
    return str(beside) if beside != path and beside.exists() else ''


def check_size(code, other):
    """On a PC code and store lie one upon the other below 4 GiB: code of another size than the
    @other, whose store it is to have, looks for it where it is not, and crashes.
    """
    path, other = pathlib.Path(code), pathlib.Path(other)
    sizes = path.stat().st_size, other.stat().st_size if other.is_file() else 0
    if sizes[1] and sizes[0] != sizes[1]:
        beside = f' or as {path.name.replace("CODE", "VARS")} beside it' if 'CODE' in path.name else ''
        raise Trouble(f'{code}: {sizes[0]} octets, {other} has {sizes[1]}: it needs a variable store '
                      f'of its own, by --vars{beside}')


def merged(base, more):
    """A table over another: tables of both are one, anything else of @more holds."""
    both = dict(base)
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            value = merged(base[key], value)
        both[key] = value
    return both


def load_with_base(name, folder='profiles', seen=()):
    """A profile over the one or the family that its "base" names, and that over its own."""
    table = load(folder, name)
    base = table.text('base', '')
    if not base:
        return table
    if base in seen:
        raise table.trouble(f'"base" is "{base}", which stands on itself')
    below = 'profiles' if (HOME / 'profiles' / f'{base}.toml').exists() else 'families'
    rows = load_with_base(base, below, (*seen, base)).rows
    return Table(table.path, merged(rows, {key: value for key, value in table.rows.items()
                                           if key != 'base'}))


def own_models():
    """[(profile, {model of the rig: paths that it is of})] of those here, as each says itself."""
    found = []
    for entry in sorted((HOME / 'profiles').glob('*.toml')):
        models = load('profiles', entry.stem).table('models', {})
        found.append((entry.stem, {model: models.texts(model) for model in models.rows}))
    return found


def like_another(paths, name):
    """A path that is as the one its "like" names, up to where that one's payload takes over; with
    "whole" to its end. "without" names steps of the other that it has not.
    """
    table = paths.table(name)
    other = table.text('like', '')
    if not other:
        return table
    if other == name or 'like' in paths.table(other).rows:
        raise table.trouble(f'"like" is "{other}", which is no path by itself')
    own = () if table.flag('whole', False) else ('then', 'payload', 'cost_s')
    rows = {key: value for key, value in paths.table(other).rows.items() if key not in own}
    without = set(table.texts('without', []))
    rows['step'] = [step for step in rows.get('step', []) if step.get('name') not in without]
    if len(rows['step']) + len(without) != len(paths.table(other).rows.get('step', [])):
        raise table.trouble(f'"without" names what is no step of {other}')
    return Table(table.path, merged(rows, table.rows), table.where)


def check_words(machine, words):
    """What QEMU is called with names only what the driver fills in."""
    for word in words:
        try:
            word.format(**dict.fromkeys(FILLED_IN, ''))
        except (KeyError, IndexError, ValueError):
            raise machine.trouble(f'"{word}" wants something filled in that is none of '
                                  f'{", ".join(FILLED_IN)}') from None


def load(folder, name):
    """@name: one of the files in @folder, or a path with a slash or .toml in it."""
    if '/' in name or name.endswith('.toml'):
        path = pathlib.Path(name)
    else:
        path = HOME / folder / f'{name}.toml'
    if not path.exists():
        known = sorted(entry.stem for entry in (HOME / folder).glob('*.toml'))
        raise Trouble(f'no {name} in vms/{folder}, only {", ".join(known)}')
    try:
        return Table(path, tomllib.loads(path.read_text(encoding='utf-8')))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r' \(at line (\d+), column (\d+)\)', str(error))
        where = f'{path}:{place[1]}:{place[2]}' if place else f'{path}'
        raise Trouble(f'{where}: no TOML: {str(error).partition(" (at ")[0]}') from None
    except UnicodeDecodeError as error:
        raise Trouble(f'{path}: no TOML: octet {error.start} is no UTF-8') from None


def read_path(name, table, words):
    """Steps of "step", which a family has, then those of "then", which is the payload's part."""
    words = {**words, **table.table('words', {}).rows}
    table.only(OF_PATH)
    steps = []
    for step in [*table.tables('step'), *table.tables('then', [])]:
        step.only(OF_STEP)
        source = 'wire' if 'wire' in step.rows else 'console'
        steps.append(Step(step.text('name'), source, step.regex(source, words),
                          step.text('after', ''), step.flag('optional', False),
                          step.text('send', '')))
    if not steps:
        raise table.trouble('no step: a path is judged by its steps')
    setup = table.text('setup')
    payload = table.text('payload', 'linux-x64/' + (setup if setup in ('http4', 'http6') else 'pxe4'))
    for word, value in words.items():
        payload = payload.replace('{' + word + '}', value)
    fails_after = table.text('fails_after', '')
    if fails_after and fails_after not in [step.name for step in steps]:
        raise table.trouble(f'"fails_after" is "{fails_after}", which is no step')
    return Path(name, table.text('says'), setup, table.number('limit_s'),
                table.texts('fw_cfg', []), steps, payload, words,
                table.flag('powers_off', True), table.number('cost_s', 0),
                table.texts('arguments', []), table.flag('on_request', False),
                table.text('trust', ''), fails_after)


def read_setup(name, changes=()):
    """changes: SERVER:KEY=VALUE, each replacing what the file says."""
    table = load('setups', name)
    table.only(OF_SETUP)
    words = {row.text('name'): row.texts('words', []) for row in table.tables('server')}
    servers = {row.text('name'): {key: value for key, value in row.rows.items()
                                  if key not in ('name', 'words')}
               for row in table.tables('server')}
    for change in changes:
        match = re.fullmatch(r'([^:=]+):([^=]+)=(.*)', change)
        if not match or match[1] not in servers:
            raise Trouble(f'"{change}" is not SERVER:KEY=VALUE with one of {", ".join(servers)}')
        servers[match[1]][match[2]] = match[3]
    net = table.table('net')
    return Setup(name, table.text('says'), net.text('name'), net.text('cidr'),
                 [Server(key, words[key], settings) for key, settings in servers.items()],
                 [[row.text('name'), *row.text('cidr').split()] for row in table.tables('beside', [])],
                 [[row.text('name'), *row.texts('words')] for row in table.tables('relay', [])])
