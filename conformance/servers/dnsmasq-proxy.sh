# SPDX-License-Identifier: BSD-2-Clause
# dnsmasq beside an address server: says what to boot, and has it
. "$HERE/settings.sh"
takes boot subnet
set -- -k --port=0 --conf-file=/dev/null --user=root --pid-file= --log-dhcp --log-facility=- \
	--interface=eth0 --bind-interfaces --enable-tftp "--tftp-root=$FILES" \
	"--dhcp-leasefile=$STATE/leases" "--dhcp-range=$net.0,proxy"
for subnet in $(values subnet); do # those behind relays
	[ "${subnet%%/*}" = "$net.0" ] || set -- "$@" "--dhcp-range=${subnet%%/*},proxy,255.255.255.0"
done
for rule in $(values boot); do
	[ -z "$(conditions "$rule")" ] || cannot "boot=$rule"
	for client in x86PC IA32_EFI X86-64_EFI BC_EFI ARM64_EFI; do
		set -- "$@" "--pxe-service=$client,Boot,$rule"
	done
done
