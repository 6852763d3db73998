# SPDX-License-Identifier: BSD-2-Clause
"""TCP by hand, for a wire that loses nothing, and Python's TLS over it: what guest.py's machine asks by"""
import socket
import ssl
import struct
import sys

import lan

FIN, SYN, PSH, ACK = 1, 2, 8, 16


class Connection:
    """From @address to 10.77.0.2:443; @wire is QEMU's socket, @peer the server's card"""

    def __init__(self, wire, address, peer):
        self.wire, self.peer, self.kept = wire, peer, b''
        self.ends = socket.inet_aton(address) + socket.inet_aton('10.77.0.2')
        self.next, self.heard = 1000, 0
        self.came, self.goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.tls = context.wrap_bio(self.came, self.goes)
        self.send(lan.arp('10.77.0.2', address))
        self.segment(SYN)
        self.hear()
        self.segment(ACK)
        self.until(lambda: self.tls.do_handshake() or True)

    def send(self, frame):
        self.wire.sendall(struct.pack('>I', len(frame)) + frame)

    def segment(self, flags, payload=b''):
        tcp = struct.pack('!HHIIBBHHH', 2000, 443, self.next, self.heard, 0x50, flags, 65535, 0, 0) + payload
        total = self.ends + struct.pack('!HH', 6, len(tcp)) + tcp
        tcp = tcp[:16] + struct.pack('!H', lan.checksum(total + bytes(len(total) % 2))) + tcp[18:]
        head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + self.ends
        head = head[:10] + struct.pack('!H', lan.checksum(head)) + head[12:]
        self.send(self.peer + lan.MAC + b'\x08\0' + head + tcp)
        self.next += len(payload) + (flags & SYN != 0)

    def frame(self):
        while len(self.kept) < 4 or len(self.kept) < 4 + struct.unpack('>I', self.kept[:4])[0]:
            self.kept += self.wire.recv(65536) or sys.exit(0)
        size = struct.unpack('>I', self.kept[:4])[0]
        frame, self.kept = self.kept[4:4 + size], self.kept[4 + size:]
        return frame

    def hear(self):
        """The next octets of the server's; it is told that they came"""
        while True:
            frame = self.frame()
            if frame[12:14] == b'\x08\x06' and frame[20:22] == b'\0\1':
                self.send(frame[6:12] + lan.MAC + frame[12:20] + b'\0\2' + lan.MAC + frame[38:42] + frame[22:32])
            if frame[12:14] != b'\x08\0' or frame[23] != 6:
                continue
            at = struct.unpack('!I', frame[38:42])[0]
            octets = frame[34 + (frame[46] >> 4) * 4:14 + struct.unpack('!H', frame[16:18])[0]]
            if frame[47] & SYN:
                self.heard = at + 1
                return b''
            if octets and at == self.heard:
                self.heard += len(octets)
                self.segment(ACK)
                return octets

    def until(self, step):
        while True:
            try:
                done = step()
            except ssl.SSLWantReadError:
                done = None
            for octets in iter(lambda: self.goes.read(1400), b''):
                self.segment(PSH | ACK, octets)
            if done is not None:
                return done
            self.came.write(self.hear())

    def ask(self, method, size):
        """Return: the first line of the answer, once @size octets of its body are there"""
        self.tls.write(f'{method} /boot.efi HTTP/1.1\r\nHost: 10.77.0.2\r\n\r\n'.encode())
        head, end, body = b'', b'', b''
        while not end or len(body) < size:
            head, end, body = (head + end + body + self.until(lambda: self.tls.read(65536))).partition(b'\r\n\r\n')
        return head.decode().partition('\r\n')[0]
