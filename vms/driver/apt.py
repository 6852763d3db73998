# SPDX-License-Identifier: BSD-2-Clause
"""Debian packages that nobody installs: downloaded by apt, unpacked into a cache"""
import contextlib
import fcntl
import os
import re
import shutil
import subprocess

from . import Trouble


class Apt:
    """apt as an ordinary user: the system's package lists, or own ones if those do not do.

    Packages of an @architecture that this machine is not are always looked for in own lists, so
    that neither the system's lists nor its dpkg learn of that architecture.
    """

    def __init__(self, cache, tell, architecture=''):
        self.tell, self.architecture = tell, architecture
        self.home = cache / (f'apt-{architecture}' if architecture else 'apt')
        self.options = ['-o', 'APT::Sandbox::User=root'] if os.geteuid() == 0 else []
        self.private, self.refusal = False, ''
        if architecture:
            self.use_own_lists()
            self.options += ['-o', f'APT::Architecture={architecture}',
                             '-o', f'APT::Architectures::={architecture}',
                             '-o', 'Dir::State::status=/dev/null']

    def use_own_lists(self):
        for folder in ('lists/partial', 'cache/archives/partial'):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        self.options += ['-o', f'Dir::State::lists={self.home}/lists',
                         '-o', f'Dir::Cache={self.home}/cache', '-o', 'Acquire::Languages=none']

    def refresh(self):
        """Own package lists below the cache; no privileges needed. Only once."""
        if self.private:
            return False
        self.private = True
        if not self.architecture:
            self.use_own_lists()
        whose = f' of {self.architecture}' if self.architecture else ''
        self.tell(f'package lists{whose}: none that will do, fetching them into the cache')
        # one list of many may be lacking: what counts is whether the packages are found then
        done = subprocess.run(['apt-get', '-q', *self.options, 'update'], capture_output=True,
                              text=True, errors='replace', check=False)
        refusals = [line[3:] for line in done.stderr.splitlines() if line.startswith('E: ')]
        self.refusal = f'; apt-get update: {refusals[-1]}' if done.returncode and refusals else ''
        return True

    def show(self, package):
        """The candidate's fields, {} if there is none."""
        done = subprocess.run(['apt-cache', *self.options, 'show', '--no-all-versions', package],
                              capture_output=True, text=True, check=False)
        return dict(re.findall(r'^([A-Z][A-Za-z-]*): (.*)$', done.stdout.partition('\n\n')[0],
                               re.MULTILINE))

    def candidates(self, packages):
        """{package: fields} of each; Trouble names the one that nobody has."""
        rows = {package: self.show(package) for package in packages}
        missing = [package for package, row in rows.items() if not row]
        if missing and self.refresh():
            return self.candidates(packages)
        if missing:
            raise Trouble(f'no package {missing[0]} here: Debian packages of '
                          f'{self.architecture or "amd64"} are needed{self.refusal}')
        return rows

    def download(self, names, folder):
        """Into the folder; apt checks size and hash against its signed lists."""
        folder.mkdir(parents=True, exist_ok=True)
        with subprocess.Popen(['apt-get', '-q', *self.options, 'download', *names], cwd=folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors='replace') as apt:
            said = []
            for line in apt.stdout:
                said.append(line.rstrip())
                got = re.match(r'Get:\d+ \S+ \S+ \S+ (\S+) \S+ (\S+) \[(.*)\]', line)
                if got:
                    self.tell(f'download: {got[1]} {got[2]}, {got[3]}')
        if apt.returncode:
            raise Trouble('apt-get download failed: ' + '; '.join(said[-3:]))


@contextlib.contextmanager
def locked(folder):
    """One at a time: two runs may share a cache."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / 'lock', 'w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def unpacked(cache, tell, names, architecture=''):
    """Packages, each unpacked into a folder of its own, once; the caller holds the cache.

    Return: {package: its folder}. The version stands in a file beside it, FOLDER.version.
    """
    home = cache / 'packages' / (architecture or 'host')
    folders = {name: home / name for name in names}
    lacking = [name for name in names if not version_file(folders[name]).exists()]
    if lacking:
        apt = Apt(cache, tell, architecture)
        rows = apt.candidates(lacking)
        try:
            apt.download([f'{name}={rows[name]["Version"]}' for name in lacking], home / 'deb')
        except Trouble:
            if not apt.refresh():
                raise
            rows = apt.candidates(lacking)  # the lists were stale
            apt.download([f'{name}={rows[name]["Version"]}' for name in lacking], home / 'deb')
        for name in lacking:
            version = rows[name]['Version']
            deb = next((home / 'deb').glob(f'{name}_{version.replace(":", "%3a")}_*.deb'))
            shutil.rmtree(folders[name], ignore_errors=True)
            subprocess.run(['dpkg-deb', '-x', deb, folders[name]], check=True)
            deb.unlink()
            version_file(folders[name]).write_text(version, encoding='utf-8')
    return folders


def version_file(folder):
    return folder.with_name(folder.name + '.version')


def find_missing(cache, tell, missing):
    """Files of packages that are not installed, out of the cache. @missing: {file: package}.

    Return: {file: where it is}; a file that no package has is left out.
    """
    wanted = {thing: package for thing, package in missing.items() if thing.startswith('/usr/')}
    with locked(cache):
        folders = unpacked(cache, tell, sorted(set(filter(None, wanted.values()))))
    found = {thing: folders[package] / thing.lstrip('/') for thing, package in wanted.items()
             if package}
    return {thing: str(path) for thing, path in found.items() if path.exists()}
