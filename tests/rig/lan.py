#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig lan` with a guest that is a socket: frames in, frames out, and how it ends

	lan.py BIN

Goal: what QEMU is plugged into works without QEMU. Method: a script connects to the socket as
-netdev stream does (u32 length, frame) and speaks ARP, DHCP and TFTP by hand. Says TAP.
"""
import contextlib
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position
from tap import expect  # noqa: E402

MAC, SERVER = bytes.fromhex('525400123456'), '10.77.0.2'
BROADCAST = b'\xff' * 6
BIN = ''


def checksum(octets):
    total = sum(struct.unpack(f'!{len(octets) // 2}H', octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return 0xffff & ~total


def udp(src, dst, sport, dport, payload, mac=BROADCAST):
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 28 + len(payload), 1, 0, 64, 17, 0,
                       socket.inet_aton(src), socket.inet_aton(dst))
    head = head[:10] + struct.pack('!H', checksum(head)) + head[12:]
    return (mac + MAC + b'\x08\0' + head +
            struct.pack('!HHHH', sport, dport, 8 + len(payload), 0) + payload)


def arp(who, sender):
    return (BROADCAST + MAC + b'\x08\x06' + struct.pack('!HHBBH', 1, 0x800, 6, 4, 1) + MAC +
            socket.inet_aton(sender) + bytes(6) + socket.inet_aton(who))


def discover(kind=1, options=b''):
    return (struct.pack('!BBBBIHH', 1, 1, 6, 0, 0x1234, 0, 0x8000) + bytes(16) +
            MAC.ljust(16, b'\0') + bytes(192) + bytes.fromhex('63825363') +
            bytes([53, 1, kind]) + options + b'\xff')


def solicit6():
    """A DHCPv6 Solicit with an IA_NA, from the link-local address of MAC to ff02::1:2"""
    payload = bytes([1, 0, 0, 7, 0, 1, 0, 10, 0, 3, 0, 1]) + MAC + bytes.fromhex('0003000c000000010000000000000000')
    ends = socket.inet_pton(socket.AF_INET6, 'fe80::5054:ff:fe12:3456') + socket.inet_pton(socket.AF_INET6, 'ff02::1:2')
    head = struct.pack('!HHH', 546, 547, 8 + len(payload))
    total = ends + struct.pack('!II', 8 + len(payload), 17) + head + b'\0\0' + payload
    return (bytes.fromhex('333300010002') + MAC + b'\x86\xdd' + struct.pack('!IHBB', 6 << 28, 8 + len(payload), 17, 1) +
            ends + head + struct.pack('!H', checksum(total + bytes(len(total) % 2))) + payload)


class Lan:
    """A running `bootrig lan` and a guest plugged into it."""

    def __init__(self, stack, *words, servers=None, net=(), run=(), cidr=('10.77.0.0/24',)):
        self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix='br')))
        (self.folder / 'root').mkdir()
        (self.folder / 'root/a.efi').write_bytes(bytes(range(256)) * 4)
        command = [*run, BIN, 'lan', '--pcap', self.folder / 'run.pcapng', '--notes',
                   self.folder / 'notes.log', '--name', '52:54:00:12:34:56', 'fw', *words,
                   '--net', 'lan', *cidr, f'socket={self.folder}/n', *net, *(servers or (
                       '--server', 'boot', f'lan={SERVER}', 'role=dhcp,tftp',
                       'pool=10.77.0.100-10.77.0.199', f'root={self.folder}/root'))]
        self.process = stack.enter_context(subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True))
        stack.callback(self.kill)
        self.said = self.process.stdout.readline()
        if self.said.startswith('listening'):
            self.guest = stack.enter_context(self.plug_in())

    def plug_in(self):
        guest = socket.socket(socket.AF_UNIX)
        guest.settimeout(tap.LIMIT_S)
        guest.connect(str(self.folder / 'n'))
        return guest

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()

    def send(self, frame):
        self.guest.sendall(struct.pack('!I', len(frame)) + frame)

    def exactly(self, size):
        octets = b''
        while len(octets) < size:
            more = self.guest.recv(size - len(octets))
            if not more:
                raise EOFError('the wire went away')
            octets += more
        return octets

    def frame(self, wanted):
        """The next frame for which wanted(frame) holds."""
        while True:
            frame = self.exactly(struct.unpack('!I', self.exactly(4))[0])
            if wanted(frame):
                return frame

    def payload(self, sport):
        frame = self.frame(lambda f: f[12:14] == b'\x08\0' and f[23] == 17 and
                           (sport is None or f[34:36] == struct.pack('!H', sport)))
        return frame[42:], struct.unpack('!H', frame[34:36])[0]

    def settle(self):
        """All that was sent has been seen once this is answered."""
        self.send(arp(SERVER, '10.77.0.100'))
        self.frame(lambda f: f[12:14] == b'\x08\x06' and f[20:22] == b'\0\2')

    def end(self):
        """Close its standard input; what it still says and its exit code."""
        self.process.stdin.close()
        text = self.process.stdout.read()
        return text, self.process.wait(tap.LIMIT_S)


def a_guest_is_answered(stack):
    lan = Lan(stack)
    expect(lan.said == f'listening on {lan.folder}/n\n', lan.said)
    lan.send(arp(SERVER, '10.77.0.100'))
    reply = lan.frame(lambda f: f[12:14] == b'\x08\x06')
    expect(reply[20:22] == b'\0\2' and reply[28:32] == socket.inet_aton(SERVER), reply.hex())
    lan.send(udp('0.0.0.0', '255.255.255.255', 68, 67, discover()))
    offer, _ = lan.payload(67)
    expect(offer[0] == 2 and socket.inet_ntoa(offer[16:20]) == '10.77.0.100', offer.hex())
    text, code = lan.end()
    expect(code == 0, code)
    expect('fw:68 -> *:67' in text and 'dhcp offer yiaddr=10.77.0.100' in text, text)


def a_file_goes_out_of_the_root(stack):
    lan = Lan(stack)
    lan.send(arp(SERVER, '10.77.0.100'))
    server = lan.frame(lambda f: f[12:14] == b'\x08\x06')[6:12]
    lan.send(udp('10.77.0.100', SERVER, 2000, 69, b'\0\1a.efi\0octet\0', server))
    got, block = b'', 0
    while len(got) == 512 * block:
        data, tid = lan.payload(None)
        block += 1
        expect(data[:4] == struct.pack('!HH', 3, block), data[:4].hex())
        got += data[4:]
        lan.send(udp('10.77.0.100', SERVER, 2000, tid, struct.pack('!HH', 4, block), server))
    expect(got == bytes(range(256)) * 4)
    text, _ = lan.end()
    expect('tftp data a.efi 3 blocks of 512, 3 acks, 1024 octets' in text, text)
    expect((lan.folder / 'run.pcapng').read_bytes()[:4] == b'\x0a\x0d\x0d\x0a')
    notes = (lan.folder / 'notes.log').read_text()
    expect('machine: plugged in' in notes and 'boot tftp.completed' in notes, notes)


def it_ends_when_its_input_is_closed(stack):
    lan = Lan(stack)
    expect(lan.end() == ('', 0))
    expect(not (lan.folder / 'n').exists(), 'the socket is still there')


def it_ends_when_told_by_a_signal_with_all_it_has_recorded(stack):
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        lan = Lan(stack)
        lan.send(udp('0.0.0.0', '255.255.255.255', 68, 67, discover()))
        lan.settle()
        lan.process.send_signal(sign)
        text, code = lan.process.stdout.read(), lan.process.wait(tap.LIMIT_S)
        expect(code == 0 and 'dhcp offer' in text, (sign, code, text))
        expect(not (lan.folder / 'n').exists(), f'{sign}: the socket is still there')
        done = subprocess.run([BIN, 'explain', lan.folder / 'run.pcapng'], capture_output=True,
                              text=True, check=False)
        expect('4 frames' in done.stdout and not done.stderr, done)


def what_a_killed_one_leaves_stops_no_next_one(stack):
    lan = Lan(stack)
    lan.send(udp('0.0.0.0', '255.255.255.255', 68, 67, discover()))
    lan.payload(67)
    tap.wait_until(lambda: (lan.folder / 'run.pcapng').stat().st_size > 600, 'what is recorded')
    lan.process.kill()
    lan.process.wait(tap.LIMIT_S)
    expect((lan.folder / 'n').is_socket(), 'this test tries nothing')
    words = [BIN, 'lan', '--net', 'lan', '10.77.0.0/24', f'socket={lan.folder}/n',
             '--limit', '1']
    done = subprocess.run(words, capture_output=True, text=True, check=False,
                          stdin=subprocess.PIPE, timeout=tap.LIMIT_S)
    expect(done.returncode == 0 and done.stdout.startswith('listening on '), done)
    expect(not (lan.folder / 'n').exists(), 'the socket is still there')
    done = subprocess.run([BIN, 'explain', lan.folder / 'run.pcapng'], capture_output=True,
                          text=True, check=False)
    expect('2 frames' in done.stdout, f'what was recorded is lost: {done}')


def a_full_disk_is_one_line_and_ends_no_boot(stack):
    lan = Lan(stack, run=('sh', '-c', 'trap "" XFSZ; ulimit -f 0; exec "$@"', 'sh'))
    lan.send(udp('0.0.0.0', '255.255.255.255', 68, 67, discover()))
    expect(lan.payload(67)[0][0] == 2, 'no answer any more')
    text, code = lan.end()
    lines = [line for line in text.splitlines() if line.startswith('bootrig lan: ')]
    expect(code == 2 and lines and all('File too large' in line for line in lines), (code, text))
    expect('dhcp offer' in text and not (lan.folder / 'n').exists(), text)


def it_ends_when_its_time_is_over(stack):
    lan = Lan(stack, '--limit', '1')
    expect(lan.process.wait(tap.LIMIT_S) == 0)


def a_guest_that_breaks_the_framing_does_no_harm(stack):
    lan = Lan(stack)
    lan.guest.sendall(b'\xff' * 64)
    expect(lan.guest.recv(1) == b'', 'it is not hung up on')
    with lan.plug_in() as lan.guest:
        lan.send(arp(SERVER, '10.77.0.100'))
        lan.frame(lambda f: f[12:14] == b'\x08\x06')
    expect(lan.end()[1] == 0)


def what_goes_wrong_on_a_net_is_said_with_it(stack):
    lost = Lan(stack, net=('loss=100%',))
    lost.send(udp('0.0.0.0', '255.255.255.255', 68, 67, discover()))
    text, code = lost.end()
    expect(code == 0 and 'offer' not in text, text)
    twice = Lan(stack, net=('dup=100%', 'delay=200ms'))
    start = time.monotonic()
    twice.send(udp('0.0.0.0', '255.255.255.255', 68, 67, discover()))
    first, second = twice.payload(67)[0], twice.payload(67)[0]
    expect(first == second and first[0] == 2, (first, second))
    expect(time.monotonic() - start >= 0.4, 'no delay each way')
    for word, wanted in (('loss=5', 'loss=5: expected a rate'), ('mtu=9', 'mtu=9: expected'),
                         ('speed=1', 'speed=1: expected socket=PATH')):
        wrong = Lan(stack, net=(word,))
        expect(wanted in wrong.said and wrong.process.wait(tap.LIMIT_S) == 2, wrong.said)


def a_fault_hits_the_frames_that_it_is_aimed_at(stack):
    lan = Lan(stack, '--fault', 'lan drop boot -> * dhcp offer nth=2')
    for _ in range(3):
        lan.send(udp('0.0.0.0', '255.255.255.255', 68, 67, discover()))
    lan.settle()
    text, code = lan.end()
    expect(code == 0 and text.count('dhcp discover') == 3, text)
    expect(text.count('dhcp offer') == 2 and 'never hit' not in text, text)


def a_fault_can_be_aimed_in_a_net_of_ipv6_or_of_both_families(stack):
    six = ('--server', 'boot', 'lan=2001:db8:1::1', 'role=dhcp6,tftp')
    both = ('--server', 'boot', f'lan={SERVER}', 'lan=2001:db8:1::1', 'role=dhcp6,tftp')
    nets = ('10.77.0.0/24', '2001:db8:1::/64')
    for cidr, servers in ((nets[1:], six), (nets, six), (nets, both)):
        lan = Lan(stack, '--fault', 'lan drop boot -> fw dhcp6 reply', servers=servers, cidr=cidr)
        text, code = lan.end()
        expect(code == 0 and text == 'never hit a frame: fault lan drop boot -> fw dhcp6 reply\n',
               (cidr, lan.said, text))


def servers_whose_addresses_end_alike_are_two(stack):
    lan = Lan(stack, cidr=('10.77.0.0/16', '2001:db8:1::/64'), servers=(
        '--server', 'a', 'lan=10.77.0.2', 'role=dhcp', '--server', 'b', 'lan=10.77.1.2', 'role=tftp',
        '--server', 'c', 'lan=2001:db8:1::2', 'role=http'))
    macs = []
    for address in (SERVER, '10.77.1.2'):
        lan.send(arp(address, '10.77.0.100'))
        macs.append(lan.frame(lambda f: f[12:14] == b'\x08\x06' and f[20:22] == b'\0\2')[22:28])
    expect(macs[0] == bytes([2, 0, 0, 0, 0, 2]) and macs[1] == bytes([2, 0, 0, 1, 0, 2]), macs)


def a_server_has_the_mac_that_is_said(stack):
    lan = Lan(stack, servers=('--server', 'a', f'lan={SERVER}', 'role=dhcp', 'mac=06:00:00:00:00:07'))
    lan.send(arp(SERVER, '10.77.0.100'))
    answer = lan.frame(lambda f: f[12:14] == b'\x08\x06' and f[20:22] == b'\0\2')
    expect(answer[6:12] == answer[22:28] == bytes([6, 0, 0, 0, 0, 7]), answer.hex())


def a_relay_stands_between_a_machine_and_its_server(stack):
    lan = Lan(stack, cidr=('10.77.0.0/24', '2001:db8:1::/64'), net=(
        '--net', 'far', '10.78.0.0/24', '2001:db8:2::/64', '--relay', 'gw', 'lan=10.77.0.254', 'lan=2001:db8:1::fe',
        'far=10.78.0.254', 'far=2001:db8:2::fe', 'to=10.78.0.1', 'to=2001:db8:2::1', 'interface-id=port7'), servers=(
        '--server', 'boot', 'far=10.78.0.1', 'far=2001:db8:2::1', 'role=dhcp,dhcp6,tftp',
        'subnet=10.77.0.0/24,pool=10.77.0.100-10.77.0.199', 'subnet6=2001:db8:1::/64,pool=2001:db8:1::100-2001:db8:1::1ff'))
    expect(lan.said.startswith('listening'), lan.said)
    lan.send(udp('0.0.0.0', '255.255.255.255', 68, 67, discover()))
    offer, _ = lan.payload(67)
    expect(socket.inet_ntoa(offer[16:20]) == '10.77.0.100' and socket.inet_ntoa(offer[24:28]) == '10.77.0.254', offer.hex())
    lan.send(solicit6())
    for _ in range(5):
        lan.send(arp('10.77.0.254', '10.77.0.100'))
        gw = lan.frame(lambda f: f[12:14] == b'\x08\x06' and f[20:22] == b'\0\2')[22:28]
    # and it routes: a file that is nowhere is asked for beyond it, and the answer finds its way back
    lan.send(udp('10.77.0.100', '10.78.0.1', 1069, 69, b'\0\1nowhere\0octet\0', gw))
    answer = lan.frame(lambda f: f[12:14] == b'\x08\0' and f[23] == 17 and f[36:38] == struct.pack('!H', 1069))
    expect(answer[6:12] == gw and answer[26:30] == socket.inet_aton('10.78.0.1') and
           answer[42:46] == b'\0\5\0\1', answer.hex())
    text, code = lan.end()
    expect(text.count('tftp rrq nowhere') == 1, text)  # told where the machine is, not beyond as well
    expect(b'\0\x12\0\5port7' in (lan.folder / 'run.pcapng').read_bytes(), 'its Interface-Id')
    expect(text.count('dhcp offer') == 2, text)  # by the relay's two nets; of what it routes one is told
    expect(code == 0 and 'dhcp6 relay-forw inner=solicit hops=0 link=2001:db8:1::fe' in text and
           'dhcp6 relay-repl inner=advertise hops=0 addr=2001:db8:1::100 link=2001:db8:1::fe' in text, text)


def wrong_words_of_a_relay_are_told(stack):
    for words, named in ((('gw', 'lan=10.77.0.254', 'role=dhcp'), 'role=dhcp: expected NET=ADDRESS, to=ADDRESS'),
                         (('gw', 'lan=10.77.0.254', 'to=nowhere'), 'to=nowhere: expected'),
                         (('gw', 'to=10.77.0.1'), 'expected NET=ADDRESS behind it')):
        lan = Lan(stack, net=('--relay', *words))
        expect(named in lan.said and lan.process.wait(tap.LIMIT_S) == 2, lan.said)


def a_message_can_be_held_back(stack):
    lan = Lan(stack, '--fault', 'lan delay 700ms boot -> * dhcp offer once')
    start = time.monotonic()
    lan.send(udp('0.0.0.0', '255.255.255.255', 68, 67, discover()))
    lan.payload(67)
    expect(time.monotonic() - start >= 0.7, 'it came at once')


def a_port_can_be_blocked_for_a_while(stack):
    lan = Lan(stack, '--fault', 'lan block fw for=500ms')
    lan.send(arp(SERVER, '10.77.0.100'))
    end = time.monotonic() + tap.LIMIT_S
    lan.guest.settimeout(0.1)
    while time.monotonic() < end:
        try:
            lan.frame(lambda f: f[12:14] == b'\x08\x06')
            break
        except TimeoutError:
            lan.send(arp(SERVER, '10.77.0.100'))
    text, code = lan.end()
    expect(code == 0 and 'never hit' not in text, text)
    expect(time.monotonic() < end, 'it is blocked for ever')


def a_server_can_have_a_tag_and_ports_that_hear_nothing(stack):
    tagged = Lan(stack, servers=('--server', 'boot', f'lan={SERVER}', 'role=dhcp,tftp',
                                 'pool=10.77.0.100-10.77.0.199', 'vlan=10'))
    frame = udp('0.0.0.0', '255.255.255.255', 68, 67, discover())
    tagged.send(frame[:12] + b'\x81\0\0\x0a' + frame[12:])
    offer = tagged.frame(lambda f: f[12:14] == b'\x81\0')
    expect(offer[14:18] == b'\0\x0a\x08\0', offer[:18].hex())
    tagged.send(frame)
    tagged.send(frame[:12] + b'\x81\0\0\x0a' + frame[12:])
    tagged.frame(lambda f: f[12:14] == b'\x81\0')
    expect(tagged.end()[0].count('dhcp offer') == 2, 'what has no tag is for it too')
    deaf = Lan(stack, servers=('--server', 'boot', f'lan={SERVER}', 'role=dhcp,tftp',
                               'pool=10.77.0.100-10.77.0.199', 'blocked=67'))
    deaf.send(frame)
    deaf.settle()
    text, _ = deaf.end()
    expect('dhcp discover' in text and 'dhcp offer' not in text, text)


def a_fault_that_never_hit_is_said_and_one_that_is_none_is_refused(stack):
    text, code = Lan(stack, '--fault', 'lan drop boot -> fw tftp data nth=3').end()
    expect(code == 0 and text == 'never hit a frame: fault lan drop boot -> fw tftp data nth=3\n',
           text)
    for fault, wanted in (('lan drp boot -> fw', "found 'drp'; did you mean 'drop'?"),
                          ('lan drop boot -> fx', "there is no node 'fx'; did you mean 'fw'?"),
                          ('dmz drop', "no net 'dmz'"),
                          ('lan drop boot -> fw tftp dat', "tftp has no message 'dat'")):
        lan = Lan(stack, '--fault', fault)
        said = lan.said + lan.process.stdout.read()
        expect(lan.process.wait(tap.LIMIT_S) == 2 and wanted in said, (fault, said))


def wrong_words_are_told(stack):
    for words, wanted in (
            (('--server', 'boot', 'lan=10.78.0.2'), 'expected an address of that net'),
            (('--server', 'boot', f'lan={SERVER}', 'windowsize=maybe'), 'windowsize=maybe'),
            (('--server', 'boot', f'lan={SERVER}', 'rule=dhcp'), 'no such key'),
            (('--server', 'boot', f'lan={SERVER}', 'role=dhcp', 'pool=10.99.0.1-10.99.0.9'),
             "pool 10.99.0.1-10.99.0.9 lies in none of the server's nets 10.77.0.0/24"),
            (('--server', 'boot', f'lan={SERVER}', 'vlan=4095'), 'a number from 1 to 4094'),
            (('--server', 'boot', 'role=dhcp'), '--server'),
            (('--what',), '--what')):
        lan = Lan(stack, servers=words)
        said = lan.said + lan.process.stdout.read()
        expect(lan.process.wait(tap.LIMIT_S) == 2 and wanted in said, (words, said))


TESTS = [a_guest_is_answered, a_file_goes_out_of_the_root, it_ends_when_its_input_is_closed,
         it_ends_when_told_by_a_signal_with_all_it_has_recorded, it_ends_when_its_time_is_over,
         what_a_killed_one_leaves_stops_no_next_one, a_full_disk_is_one_line_and_ends_no_boot,
         a_guest_that_breaks_the_framing_does_no_harm, what_goes_wrong_on_a_net_is_said_with_it,
         a_fault_hits_the_frames_that_it_is_aimed_at,
         a_fault_can_be_aimed_in_a_net_of_ipv6_or_of_both_families,
         servers_whose_addresses_end_alike_are_two,
         a_server_has_the_mac_that_is_said, a_relay_stands_between_a_machine_and_its_server,
         wrong_words_of_a_relay_are_told, a_message_can_be_held_back,
         a_port_can_be_blocked_for_a_while, a_server_can_have_a_tag_and_ports_that_hear_nothing,
         a_fault_that_never_hit_is_said_and_one_that_is_none_is_refused, wrong_words_are_told]


def main():
    global BIN
    BIN = sys.argv[1]
    for test in TESTS:
        with contextlib.ExitStack() as stack:
            tap.run(test, stack)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
