# SPDX-License-Identifier: BSD-2-Clause
"""A child process that cannot outlive us, and whose output comes as events"""
import contextlib
import ctypes
import os
import select
import signal
import subprocess
import threading

PR_SET_PDEATHSIG = 1  # prctl(2)
LIBC = ctypes.CDLL(None, use_errno=True)


ENDINGS = {signal.SIGHUP, signal.SIGINT, signal.SIGTERM}  # by which a person ends us


@contextlib.contextmanager
def no_ending():
    """A word to end waits: a child is started and known to whoever stops it, or neither."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def die_with_parent(sign):
    """In the child, before exec: ended when the driver is, even by SIGKILL."""
    LIBC.prctl(PR_SET_PDEATHSIG, sign)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)


class Leftovers:
    """Removes folders after us, however we end: a shell outlives a driver that SIGKILL ends."""

    def __init__(self, *folders):
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            ['/bin/sh', '-c', 'trap "" HUP INT TERM; read _; sleep 0.2; rm -rf "$@"', 'sh', *folders],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Who comes so far removes them himself."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()


class Typist:
    """Gives a child what is typed at our own standard input, line by line."""

    def __init__(self, child):
        self.child, self.ends = child, os.pipe()
        self.thread = threading.Thread(target=self.work, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def work(self):
        while True:
            ready, _, _ = select.select([0, self.ends[0]], [], [])
            octets = os.read(0, 4096) if 0 in ready else b''
            if self.ends[0] in ready or not octets:
                return
            self.child.type(octets.decode('utf-8', 'replace'))

    def __exit__(self, *_):
        os.close(self.ends[1])
        self.thread.join(1)
        os.close(self.ends[0])


class Child:
    """A process in a group of its own; readers put (name, octets) into a queue, b'' at the end.

    @orphan: the signal that it gets when the driver is killed.
    """

    def __init__(self, name, command, events, stdin=subprocess.DEVNULL,
                 stderr=subprocess.STDOUT, orphan=signal.SIGKILL, inherit=()):
        self.name, self.events = name, events
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr,
            start_new_session=True, preexec_fn=lambda: die_with_parent(orphan),
            pass_fds=inherit)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while octets := os.read(self.process.stdout.fileno(), 1 << 16):
            self.events.put((self.name, octets))
        self.events.put((self.name, b''))

    def type(self, text):
        """At its standard input; what it no longer reads is lost."""
        with contextlib.suppress(OSError):
            os.write(self.process.stdin.fileno(), text.encode())

    def wait(self, limit_s):
        """The exit code, or None if it runs on."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.process.wait(limit_s)
        return None

    def stop(self, limit_s=3):
        """Ask, then insist. Only this process and what it started."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process.pid, sign)
                self.wait(limit_s)
        self.reader.join(limit_s)
        if not self.reader.is_alive():
            self.process.stdout.close()
        if self.process.stdin:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
