#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What tshark finds in the recording of a real boot: a second opinion on our frames

Goal: nothing we put on the wire is malformed or has a wrong checksum, and the boot went
over the wire as a firmware of this kind does it. Method: tshark dissects the capture once,
what it read is compared; no code of the rig takes part. Says TAP.

	demo_pcap_check.py PCAP PATH [--until STEP] [--windowsize N] [--cut] [--cpu x64|aa64]

PATH: pxe4, http4, pxe6, http6, pxe6-no-ra, http6-no-ra, pxe6-relay. --until: the boot was stopped
there, later things are not asked for. --cut: payloads in the capture are cut, so checksums cannot
be right. --cpu: whose firmware and loaders they are, over IPv6.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

FIELDS = """frame.number frame.time_relative ip.src ip.dst udp.srcport udp.dstport
    dhcp.option.dhcp dhcp.ip.your dhcp.ip.server dhcp.option.vendor_class_id dhcp.option.type
    dhcp.option.value dhcp.file dhcp.option.bootfile_name dhcp.option.dhcp_server_id
    tftp.opcode tftp.source_file tftp.option.name tftp.option.value tftp.block tftp.error.code
    tcp.stream http.request.method http.request.uri http.response.code http.content_length
    http.user_agent _ws.malformed
    ip.checksum.status udp.checksum.status tcp.checksum.status icmp.checksum.status
    tcp.checksum eth.src icmpv6.checksum.status
    icmpv6.type icmpv6.nd.ra.flag.m icmpv6.opt.prefix dhcpv6.msgtype dhcpv6.vendorclass.enterprise
    dhcpv6.vendorclass.data dhcpv6.iaaddr.ip udp.payload http.host ipv6.src""".split()
BAD = '0'  # of a checksum status: 1 is good, 2 not checked, 3 not there
DISCOVER, OFFER, REQUEST, ACK = '1', '2', '3', '5'
RRQ, DATA, TFTP_ACK, ERROR, OACK = '1', '3', '4', '5', '6'
CLIENT = '52:54:00:12:34:56'
STEPS = {'pxe4': ('NBP loaded', 'grub.cfg', 'BOOT-OK'), 'http4': ('NBP loaded', 'GRUB', 'BOOT-OK'),
         'pxe6': ('NBP loaded', 'grub.cfg', 'BOOT-OK'), 'http6': ('NBP loaded', 'GRUB', 'BOOT-OK')}
STEPS.update({'pxe6-no-ra': STEPS['pxe6'], 'pxe6-relay': STEPS['pxe6'], 'http6-no-ra': STEPS['http6']})
CPUS = {'x64': {'PXEClient': 7, 'HTTPClient': 16}, 'aa64': {'PXEClient': 11, 'HTTPClient': 19}}
RELAY_FORWARD, RELAY_REPLY = 12, 13
RELAY_LINK = bytes.fromhex('20010db800010000') + bytes(7) + b'\xfe'  # of vms/setups/pxe6-relay.toml
SOLICIT, ADVERTISE, REQUEST6, REPLY, RELEASE = '1', '2', '3', '7', '8'
ROUTER = '134'  # an advertisement of one


class Packet(dict):
    """The fields of one frame by name, '' if absent; several values stand in a list."""

    def many(self, name):
        return self[name].split(',') if self[name] else []

    def arch(self):
        """Option 93, which tshark shows in the list of all option values."""
        values = dict(zip(self.many('dhcp.option.type'), self.many('dhcp.option.value')))
        return int(values['93'], 16) if values.get('93') else None

    def is_dhcp(self, kind, port=67):
        return self['dhcp.option.dhcp'] == kind and str(port) in (
            self['udp.srcport'], self['udp.dstport'])

    def option6(self, code):
        """Of a DHCPv6 message, in octets: tshark 4.0 has no fields for 59, 61 and 62."""
        rest = bytes.fromhex(self['udp.payload'])[4:]
        while len(rest) >= 4:
            size = int.from_bytes(rest[2:4], 'big')
            if int.from_bytes(rest[:2], 'big') == code:
                return rest[4:4 + size]
            rest = rest[4 + size:]
        return b''

    def url(self):
        return self.option6(59).decode('ascii', 'replace')

    def options(self):
        return dict(zip(self.many('tftp.option.name'), self.many('tftp.option.value')))


def dissect(path, cut):
    command = ['tshark', '-n', '-r', path, '-T', 'fields', '-E', 'separator=/t',
               '-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE',
               '-o', 'tcp.check_checksum:TRUE']
    if cut:
        command += ['-o', 'http.desegment_body:FALSE']  # a body that never ends hides its head
    for field in FIELDS:
        command += ['-e', field]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f'tshark: {done.stderr.strip()}')
    return [Packet(zip(FIELDS, line.split('\t'))) for line in done.stdout.splitlines()]


def claim(good, sentence, detail=''):
    """What holds it up is said even where it holds."""
    if tap.claim(good, sentence, detail):
        tap.comment(detail)


def first(packets, **wanted):
    """The first packet for which every condition holds, else None."""
    return next((p for p in packets if all(p[k.replace('__', '.')] == v
                                           for k, v in wanted.items())), None)


def is_grubs_zero(packet):
    """GRUB puts 0xffff in the place of 0 into TCP too (grub-core/net/ip.c), as RFC 768 has it
    for UDP alone. It adds up, but tshark calls it wrong; one segment in 65536 is like that.
    """
    return packet['eth.src'] == CLIENT and packet['tcp.checksum'] == '0xffff'


def check_frames(packets, cut):
    claim(packets, 'there are frames', f'{len(packets)}')
    malformed = [p['frame.number'] for p in packets if p['_ws.malformed']]
    claim(not malformed, 'tshark finds no frame malformed', ' '.join(malformed[:5]))
    for layer in () if cut else ('ip', 'udp', 'tcp', 'icmp', 'icmpv6'):
        bad = [p['frame.number'] for p in packets
               if BAD in p.many(f'{layer}.checksum.status') and not is_grubs_zero(p)]
        seen = sum(bool(p[f'{layer}.checksum.status']) for p in packets)
        claim(not bad, f'every {layer} checksum is right',
                     f'{seen} seen, wrong: {" ".join(bad[:5]) or "none"}')


def check_offers(packets):
    """Return: (address server, boot server), as server identifiers."""
    discover = next((p for p in packets if p.is_dhcp(DISCOVER)), None)
    claim(discover and discover.arch() == 7, 'DISCOVER says architecture 7',
                 discover and discover.arch())
    offers = [p for p in packets if p.is_dhcp(OFFER)]
    plain = [p for p in offers if p['dhcp.ip.your'] != '0.0.0.0']
    proxy = [p for p in offers if p['dhcp.ip.your'] == '0.0.0.0']
    claim(plain and not any(p['dhcp.option.vendor_class_id'] for p in plain),
                 'one server offers an address and no option 60',
                 plain and plain[0]['dhcp.option.dhcp_server_id'])
    claim(proxy and all(p['dhcp.option.vendor_class_id'] == 'PXEClient' for p in proxy),
                 'another offers no address but PXEClient',
                 proxy and proxy[0]['dhcp.option.dhcp_server_id'])
    servers = [{p['dhcp.option.dhcp_server_id'] for p in kind} for kind in (plain, proxy)]
    claim(len(servers[0]) == len(servers[1]) == 1 and servers[0] != servers[1],
                 'they are two servers', f'{servers}')
    return (servers[0] | {''}).pop() or max(servers[0], default=''), max(servers[1], default='')


def check_lease(packets, address_server, boot_server):
    requests = [p for p in packets if p.is_dhcp(REQUEST)]
    acks = [p for p in packets if p.is_dhcp(ACK)]
    claim(requests and all(p['dhcp.option.dhcp_server_id'] == address_server
                                  for p in requests[:1]),
                 'REQUEST names the address server', requests and requests[0]['frame.number'])
    claim(acks and all(p['ip.src'] == address_server for p in acks),
                 'ACK on port 67 comes from the address server alone',
                 acks and acks[0]['dhcp.ip.your'])
    asked = [p for p in packets if p.is_dhcp(REQUEST, 4011)]
    claim(asked and all(p['udp.srcport'] == p['udp.dstport'] == '4011'
                               and p['ip.dst'] == boot_server for p in asked),
                 'a request goes from 4011 to 4011', asked and asked[0]['frame.number'])
    answers = [p for p in packets if p.is_dhcp(ACK, 4011)]
    claim(answers and all(p['ip.src'] == boot_server and p['udp.srcport'] == '4011'
                                 for p in answers)
                 and 'shimx64.efi' in (answers[0]['dhcp.file'],
                                       answers[0]['dhcp.option.bootfile_name']),
                 'the boot server answers it with the boot file',
                 answers and answers[0]['dhcp.file'])


def transfers(packets):
    """{client port: its packets} for every request, in order: (RRQ, packets of it)."""
    found, current = [], {}
    for p in packets:
        if p['tftp.opcode'] == RRQ:
            current[p['udp.srcport']] = (p, [])
            found.append(current[p['udp.srcport']])
        elif p['tftp.opcode']:
            for port in (p['udp.srcport'], p['udp.dstport']):
                if port in current:
                    current[port][1].append(p)
    return found


def count(packets, opcode):
    return sum(p['tftp.opcode'] == opcode for p in packets)


def check_probe(found, windowsize):
    shims = [one for one in found if one[0]['tftp.source_file'] == 'shimx64.efi']
    claim(len(shims) == 2, 'shimx64.efi is asked for twice', len(shims))
    if len(shims) != 2:
        return
    (probe, after), (_, load) = shims
    claim(probe.options() == {'tsize': '0', 'blksize': '1468', 'windowsize': '4'},
                 'the first RRQ has tsize, blksize 1468, windowsize 4', probe.options())
    oack = next((p for p in after if p['tftp.opcode'] == OACK), Packet.fromkeys(FIELDS, ''))
    granted = oack.options().get('windowsize')
    claim(oack.options().get('tsize', '0') != '0' and
                 granted == (windowsize and str(windowsize)),
                 f'its OACK grants windowsize {windowsize}' if windowsize else
                 'its OACK has tsize and leaves windowsize out', oack.options())
    claim(any(p['tftp.error.code'] == '8' for p in after) and not count(after, DATA),
                 'the client ends the probe with ERROR 8')
    data, acks = count(load, DATA), count(load, TFTP_ACK) - 1  # one is for the OACK
    again = data - len({p['tftp.block'] for p in load if p['tftp.opcode'] == DATA})
    if windowsize:
        claim(0 < acks <= data / windowsize + 2 + again,
                     f'one ACK for {windowsize} DATA', f'{data} DATA, {acks} ACK')
    else:
        claim(0 < data <= acks + again, 'one ACK for each DATA',
                     f'{data} DATA, {acks} ACK, {again} sent again')


def check_pxe4(packets, args):
    address_server, boot_server = check_offers(packets)
    check_lease(packets, address_server, boot_server)
    found = transfers(packets)
    check_probe(found, args.windowsize)
    stop = STEPS['pxe4'].index(args.until)
    loaded = [one[0]['tftp.source_file'].lstrip('/') for one in found
              if any(p['tftp.opcode'] == DATA for p in one[1])]
    wanted = ['shimx64.efi', 'grubx64.efi', 'grub/grub.cfg'][:1 if stop == 0 else 3]
    claim([name for name in loaded if name in wanted] == wanted,
                 f'{", ".join(wanted)} come over TFTP', f'{len(loaded)} files')
    if stop == 2:
        check_http_files(packets, ['/vmlinuz', '/initrd.img'])


def check_router(packets, path):
    ra = first(packets, icmpv6__type=ROUTER)
    if path.endswith('-no-ra'):
        claim(not ra, 'no router says anything', ra and ra['frame.number'])
        return
    claim(ra and ra['icmpv6.nd.ra.flag.m'] in ('1', 'True') and ra['icmpv6.opt.prefix'],
          'a router advertises a prefix, and M', ra and ra['icmpv6.opt.prefix'])


def has_class(packet, name):
    return packet['dhcpv6.vendorclass.data'].startswith(name)


def check_relay(packets):
    """RFC 8415 19: what one says around the messages, octet by octet: tshark 4.0 has no one field for it."""
    for kind, port, says in ((RELAY_FORWARD, 'udp.srcport', 'Relay-forward'),
                             (RELAY_REPLY, 'udp.dstport', 'Relay-reply')):
        around = [bytes.fromhex(p['udp.payload']) for p in packets
                  if p[port] == '547' and p['dhcpv6.msgtype'].startswith(f'{kind},')]
        claim(around and all(octets[1] == 0 and octets[2:18] == RELAY_LINK and octets[18:20] == b'\xfe\x80' and
                             b'\0\x12\0\5port7' in octets for octets in around),
              f'{says} has no hops, the relay\'s link, the machine\'s address, and its interface',
              len(around))
    claim(len([p for p in packets if p['dhcpv6.msgtype'] in (ADVERTISE, REPLY) and
               p['ipv6.src'].startswith('fe80:')]) > 1, 'the relay passes the answers on', '')


def check_lease6(packets, cpu, name, scheme):
    """Solicit to Reply of the boot, whose client says its class; that of the stack says none."""
    arch = CPUS[cpu][name]
    solicit = next((p for p in packets if p['dhcpv6.msgtype'] == SOLICIT and has_class(p, name)), None)
    claim(solicit and int.from_bytes(solicit.option6(61), 'big') == arch and
          solicit.option6(62) == bytes([1, 3, 0]) and
          solicit['dhcpv6.vendorclass.enterprise'] == '343',
          f'Solicit has 61, architecture {arch}, and 62, and the class {name} of Intel in 16',
          solicit and solicit['dhcpv6.vendorclass.data'])
    with_url = [p for p in packets if p['dhcpv6.msgtype'] and p['dhcpv6.iaaddr.ip'] and p.url()]
    for kind, said in ((ADVERTISE, 'Advertise'), (REPLY, 'Reply')):
        p = next((p for p in with_url if p['dhcpv6.msgtype'] == kind), None)
        classes = scheme == 'http'
        claim(p and p.url().startswith(f'{scheme}://[2001:db8:1::') and
              p.url().endswith(f']/shim{cpu}.efi') and
              bool(p['dhcpv6.vendorclass.data']) == classes,
              f'{said} has 59, a literal in brackets, and {"16" if classes else "no 16"}',
              p and p.url())
    asked = [p for p in packets if p['dhcpv6.msgtype'] == REQUEST6]
    claim(any(has_class(p, name) for p in asked), 'Request says the class too', len(asked))


def check_release(packets, path):
    """Where a router says M the stack has an address of its own, and gives it back."""
    if not path.endswith('-no-ra'):
        claim(first(packets, dhcpv6__msgtype=RELEASE), 'an address is given back on the way')


def check_probe6(found, cpu):
    shims = [one for one in found if one[0]['tftp.source_file'] == f'shim{cpu}.efi']
    claim(len(shims) >= 2, f'shim{cpu}.efi is asked for twice', len(shims))
    if len(shims) < 2:
        return
    claim(shims[0][0].options() == {'tsize': '0', 'blksize': '1228', 'windowsize': '4'},
          'the first RRQ has tsize, blksize 1228, windowsize 4', shims[0][0].options())
    claim(any(p['tftp.error.code'] == '8' for p in shims[0][1]) and not count(shims[0][1], DATA),
          'the client ends the probe with ERROR 8')
    claim(count(shims[-1][1], DATA) > 800, 'the file comes in blocks of 1228', count(shims[-1][1], DATA))


def check_pxe6(packets, args):
    check_router(packets, args.path)
    check_lease6(packets, args.cpu, 'PXEClient', 'tftp')
    check_release(packets, args.path)
    if args.path == 'pxe6-relay':
        check_relay(packets)
    check_probe6(transfers(packets), args.cpu)
    if STEPS['pxe6'].index(args.until) == 2:
        check_http_files(packets, ['/vmlinuz', '/initrd.img'])


def check_http6(packets, args):
    check_router(packets, args.path)
    check_lease6(packets, args.cpu, 'HTTPClient', 'http')
    check_release(packets, args.path)
    shim = f'/shim{args.cpu}.efi'
    head = first(packets, http__request__method='HEAD', http__request__uri=shim)
    get = first(packets, http__request__method='GET', http__request__uri=shim)
    claim(head and get and head['http.host'] == get['http.host'] and
          head['http.host'].startswith('[2001:db8:1::'),
          'HEAD, then GET, of a literal in brackets', head and head['http.host'])
    stop = STEPS['http6'].index(args.until)
    if stop >= 1:
        check_http_files(packets, [f'//grub{args.cpu}.efi'])
    if stop == 2:
        check_http_files(packets, ['/grub/grub.cfg', '/vmlinuz', '/initrd.img'])


def check_http_files(packets, names):
    """GET of each and a 200 behind it on the same connection."""
    for name in names:
        asked = first(packets, http__request__method='GET', http__request__uri=name)
        answer = asked and first(packets[packets.index(asked):], http__response__code='200',
                                 tcp__stream=asked['tcp.stream'])
        claim(answer, f'{name} comes by HTTP',
                     answer and f'{answer["http.content_length"]} octets')


def check_http4(packets, args):
    discover = next((p for p in packets if p.is_dhcp(DISCOVER)), None)
    claim(discover and discover['dhcp.option.vendor_class_id'].startswith('HTTPClient')
                 and discover.arch() == 16, 'DISCOVER says HTTPClient and architecture 16',
                 discover and discover.arch())
    offers = [p for p in packets if p.is_dhcp(OFFER)
              and p['dhcp.option.vendor_class_id'] == 'HTTPClient']
    urls = {p['dhcp.file'] or p['dhcp.option.bootfile_name'] for p in offers}
    claim(offers and all(url.startswith('http://') and url.endswith('/shimx64.efi')
                                for url in urls),
                 'an OFFER says HTTPClient and the URL', ' '.join(urls))
    head = first(packets, http__request__method='HEAD', http__request__uri='/shimx64.efi')
    get = first(packets, http__request__method='GET', http__request__uri='/shimx64.efi')
    claim(head and get and head['tcp.stream'] == get['tcp.stream'] and
                 int(head['frame.number']) < int(get['frame.number']),
                 'HEAD, then GET, on one connection', head and head['tcp.stream'])
    sizes = [p['http.content_length'] for p in packets
             if head and p['tcp.stream'] == head['tcp.stream'] and p['http.response.code']]
    claim(len(sizes) == 2 and len(set(sizes)) == 1 and sizes[0],
                 'both answers say the same Content-Length', ' '.join(sizes))
    stop = STEPS['http4'].index(args.until)
    if stop >= 1:
        check_http_files(packets, ['//grubx64.efi'])
    if stop == 2:
        check_http_files(packets, ['/grub/grub.cfg', '/vmlinuz', '/initrd.img'])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('pcap')
    parser.add_argument('path', choices=STEPS)
    parser.add_argument('--until', default='BOOT-OK')
    parser.add_argument('--windowsize', type=int, default=None)
    parser.add_argument('--cut', action='store_true')
    parser.add_argument('--cpu', choices=CPUS, default='x64')
    args = parser.parse_args()
    if args.until not in STEPS[args.path]:
        parser.error(f'--until is one of {", ".join(STEPS[args.path])}')
    if not shutil.which('tshark'):
        tap.skip_all('no tshark here')
    packets = dissect(args.pcap, args.cut)
    check_frames(packets, args.cut)
    check = {'pxe4': check_pxe4, 'http4': check_http4, 'pxe6': check_pxe6, 'http6': check_http6}
    check[args.path.partition('-')[0]](packets, args)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
