# SPDX-License-Identifier: BSD-2-Clause
"""The same over IPv6: packets taken apart, what compare.py compares of them, and the tape

DHCP of IPv4 is looked at, too, where a boot by that stood before: nobody answered it. Not compared
is what is drawn at each boot: values of xid and IAID (but whether they are new), elapsed times (but
whether there is one). A tape's answer is made to fit the question's xid and IAID by play_tape.
"""
import ipaddress
import re
import struct

import wirefmt
from wirefmt import dhcp
from tape import Tape

DHCP6_TYPES = {1: 'solicit', 2: 'advertise', 3: 'request', 4: 'confirm', 5: 'renew', 6: 'rebind',
               7: 'reply', 8: 'release', 9: 'decline', 10: 'reconfigure', 11: 'information-request'}
ICMP6_TYPES = {1: 'unreachable', 2: 'too-big', 128: 'echo', 129: 'echo-reply', 130: 'query',
               131: 'report', 132: 'done', 133: 'rs', 134: 'ra', 135: 'ns', 136: 'na',
               143: 'report2'}
DHCP6_PORTS = (546, 547, 4011)
CLIENT_ID, IA_NA, ELAPSED, ARCHITECTURE = 1, 3, 8, 61
RA_WITHIN = 3 * 10**9


def text(octets):
    return str(ipaddress.IPv6Address(octets))


def parse(n, t, raw, size):
    """As wirefmt.parse(), of IPv6 and of DHCPv4; every other frame is of kind other."""
    p = wirefmt.parse(n, t, raw, size)
    if p.kind == 'udp' and p.sport == 68 and p.dport == 67 and dhcp(p):
        return p
    if p.kind != 'ipv6':
        p.kind, p.l4 = 'other', None
        return p
    at = 14 if p.vlan is None else 18
    if len(raw) < at + 40:
        p.kind = 'other'
        return p
    h, f = raw[at:], p.f
    length, following, hops = struct.unpack('>HBB', h[4:8])
    p.end = at + 40 + length
    p.src, p.dst = text(h[8:24]), text(h[24:40])
    f.update({'frame.size': size, 'ip.class-and-flow': h[:4].hex(), 'ip.hops': hops,
              'ip.src': p.src, 'ip.dst': p.dst, 'ip.first': following})
    body, headers = h[40:], []
    while following == 0 and len(body) >= 8:    # hop by hop: a listener's router alert
        headers.append(body[:8 * (body[1] + 1)].hex())
        following, body = body[0], body[8 * (body[1] + 1):]
    f['ip.headers'] = ' '.join(headers)
    p.iphl = len(raw) - len(body)
    left = p.end - p.iphl
    if following == 17 and len(body) >= 8:
        p.l4 = p.kind = 'udp'
        p.sport, p.dport, ulen, _ = struct.unpack('>HHHH', body[:8])
        p.payload, p.paylen = body[8:left], ulen - 8
        f['udp.paylen'] = p.paylen
    elif following == 6 and len(body) >= 20:
        p.l4 = p.kind = 'tcp'
        p.sport, p.dport, p.seq, p.ack, off, window = struct.unpack('>HHIIHH', body[:16])
        head = (off >> 12) * 4
        p.flags = off & 0x1ff
        p.payload, p.paylen = body[head:max(head, min(len(body), left))], left - head
        f['tcp.flags'] = ''.join(c for b, c in zip((2, 16, 8, 1, 4, 32), 'SAPFRU') if off & b)
        f['tcp.window'] = window
        f['tcp.options'] = body[20:head].hex()
    elif following == 58 and len(body) >= 8:
        p.l4 = p.kind = 'icmp6'
        p.payload = body[:left]
        p.extra['type'] = ICMP6_TYPES.get(body[0], str(body[0]))
        p.extra['target'] = text(body[8:24]) if len(body) >= 24 else ''
        f['icmp6.code'] = body[1]
        f['icmp6.body'] = body[4:left].hex()
    else:
        p.kind = 'other'
    if p.kind == 'udp' and p.sport in DHCP6_PORTS and p.dport in DHCP6_PORTS:
        dhcp6(p)
    elif p.kind == 'udp' and 53 not in (p.sport, p.dport):
        wirefmt.tftp(p)
    return p


def options(octets):
    at = 0
    while at + 4 <= len(octets):
        code, size = struct.unpack('>HH', octets[at:at + 4])
        yield code, octets[at + 4:at + 4 + size]
        at += 4 + size


def dhcp6(p):
    b, f = p.payload, p.f
    if len(b) < 4 or b[0] not in DHCP6_TYPES:
        return
    p.kind = 'dhcp6'
    found = list(options(b[4:]))
    p.extra.update({'type': DHCP6_TYPES[b[0]], 'xid': int.from_bytes(b[1:4], 'big'),
                    'iaid': None, 'duid': dict(found).get(CLIENT_ID, b'')})
    f['dhcp6.order'] = ' '.join(str(code) for code, _ in found)
    f['udp.sport'], f['udp.dport'] = p.sport, p.dport
    for code, value in found:
        if code == IA_NA:
            p.extra['iaid'] = value[:4]
            f['opt3'] = value[4:].hex()
        elif code == ELAPSED:
            f['opt8'] = 'zero' if not any(value) else 'counts'
        elif code == CLIENT_ID and value[:2] == b'\0\1':    # DUID-LLT: its time is the clock's
            f['opt1'] = value[:4].hex() + ' time ' + value[8:].hex()
        else:
            f['opt%d' % code] = value.hex()


class Relations:
    """Of numbers that are drawn: how they stand to those before."""
    def __init__(self):
        self.xid, self.iaids, self.boots = None, {}, set()

    def note(self, p):
        xid, iaid = p.extra['xid'], p.extra['iaid']
        little = int.from_bytes(xid.to_bytes(3, 'big'), 'little')
        step = None if self.xid is None else (little - self.xid) & 0xffffff
        p.f['dhcp6.xid.step'] = step if step in (None, 0, 1) else 'other'
        self.xid = little
        boots = 'opt%d' % ARCHITECTURE in p.f or iaid in self.boots
        if boots and iaid is not None:
            self.boots.add(iaid)
        p.extra['who'] = 'firmware' if boots else 'network'
        if iaid is not None:
            p.f['dhcp6.iaid'] = self.iaids.setdefault((boots, iaid), 'new' if not any(
                known[0] == boots for known in self.iaids) else 'another')


def item_of(p):
    """(key, words) of what compare.py does not know by itself."""
    kind = p.extra['type']
    if p.kind == 'dhcp6':
        return ('dhcp6', kind, p.dport, p.extra['who']), 'dhcp6 %s to port %d of the %s' % (
            kind, p.dport, p.extra['who'])
    if kind == 'na':    # the servers' doing, as of ARP
        return ('arp', 'reply', p.dst, p.extra['target']), 'na of ' + p.extra['target']
    where = p.extra['target'] if kind in ('ns', 'report', 'done') else ''
    return ('icmp6', kind, where), ('icmp6 %s %s' % (kind, where)).rstrip()


def hexed(address):
    return ipaddress.IPv6Address(address).packed.hex()


class Tape6(Tape):
    """What the servers said over IPv6; written by Tape.write()."""
    def __init__(self, path, content=None):
        self.content = content or {}
        self.packets = [parse(*record) for record in wirefmt.read_pcap(path)]
        self.client = next((p.eth_src for p in self.packets
                            if p.kind == 'dhcp6' and p.dport == 547), None)
        self.name = path.rsplit('/', 1)[-1].replace('.pcap', '')
        self.entries, self.order, self.session, self.counts = {}, [], {}, {}
        self.notes, self.http_conns, self.servers, self.listening = [], {}, {}, set()
        self.router = self.first_drop = None
        self.six, self.over_six = False, True    # nothing stands beside it
        self.build()

    def build(self):
        last, ns, rs, asked, by_session = None, {}, None, {}, {}
        self.drawn = Relations()
        sport_session, touched = {}, set()
        for p in self.packets:
            if p.eth_src == self.client and p.l4:
                k = self.key_of(p, sport_session, touched)
                if not k:
                    continue
                last = (k, p.t)
                if p.kind == 'dhcp6':
                    asked[p.extra['xid']] = last
                elif p.kind == 'icmp6':
                    if p.extra['type'] == 'rs':
                        rs = last
                    ns[p.extra['target']] = last
                elif p.kind == 'tftp' and p.sport in sport_session:
                    by_session[sport_session[p.sport]] = last
                continue
            draws, kind = self.drawn_by(p, last, ns, rs, asked, sport_session, by_session)
            if p.kind in ('tftp', 'tcp', 'udp') and p.src:
                self.servers.setdefault(p.src, p.eth_src)
                if p.kind == 'tcp' and p.flags & 2:
                    self.listening.add(p.src)
            if draws:
                self.entries[draws[0]].append((p.t - draws[1], p, kind))
        self.http = self.http_answers()

    def key_of(self, p, sport_session, touched):
        if p.kind == 'dhcp':
            return self.bump('dhcp:67:%d' % p.extra['opts'].get(53, b'\0')[0])
        if p.kind == 'dhcp6':
            self.drawn.note(p)
            return self.bump('dhcp6:%d:%d:%s' % (p.dport, p.payload[0], p.extra['who']))
        if p.kind == 'icmp6' and p.extra['type'] in ('rs', 'ns'):
            target = ':' + hexed(p.extra['target']) if p.extra['type'] == 'ns' else ''
            return self.bump(p.extra['type'] + target)
        if p.kind == 'tftp' and p.dport == 69 and p.extra['op'] == 1:
            k = self.bump('rrq:%s:%s' % (hexed(p.dst), p.f['tftp.file'].replace(' ', '_')))
            if sport_session.get(p.sport) is None or sport_session[p.sport] in touched:
                sport_session[p.sport] = len(self.session)
            self.session[k] = sport_session[p.sport]
            return k
        if p.kind == 'tftp' and p.sport in sport_session:
            s = sport_session[p.sport]
            touched.add(s)
            return self.bump('t%d:a%d' % (s, p.extra['block']) if p.extra['op'] == 4
                             else 't%d:e' % s)
        if p.kind == 'tcp':
            c = self.http_conns.setdefault((p.src, p.sport, p.dst, p.dport),
                                           dict(n=p.n, reqs=[]))
            if p.payload[:4] in (b'GET ', b'HEAD'):
                c['reqs'].append((p.t, p.payload, p.seq, p.n))
        return None

    def drawn_by(self, p, last, ns, rs, asked, sport_session, by_session):
        """The packet of the client that this one came of, and what has to fit; kinds as tape.h"""
        if p.kind == 'dhcp6' and p.eth_dst == self.client:
            return asked.get(p.extra['xid']), 5
        if p.kind == 'icmp6' and p.extra['type'] == 'na':
            return ns.get(p.extra['target']), 0
        if p.kind == 'icmp6' and p.extra['type'] == 'ra':
            return (rs if rs and p.t - rs[1] < RA_WITHIN else last), 0
        if p.kind == 'icmp6' and p.extra['type'] == 'ns' and \
                self.servers.get(p.src) is None:    # it looks for the client
            return last, 0
        if p.kind in ('tftp', 'udp') and p.dport in sport_session:
            return by_session.get(sport_session[p.dport]), 2
        return None, 0

    def uuid_asked_for(self):
        """Of its DUID, whose octets stand as in option 97 (NetworkPkg/Dhcp6Dxe/Dhcp6Utility.c)."""
        for p in self.packets:
            duid = p.extra['duid'] if p.kind == 'dhcp6' else b''
            if p.eth_src == self.client and duid[:2] == b'\0\4' and len(duid) == 18:
                return duid[2:]
        return bytes(16)


def boots_by(name, model):
    """The model that boots in the end: HTTP over IPv6 is tried behind HTTP over IPv4."""
    return re.sub(r'(2025-)?(\w+)-http4', r'\2-http6', model) if is_of(name) else model


def is_of(name):
    """Of captures whose boot is by IPv6; what uboot25 did was typed by hand, and by IPv4."""
    return re.search(r'(pxe|http)6|v6auto', name) is not None
