# SPDX-License-Identifier: BSD-2-Clause
# dnsmasq's options out of $SETTINGS, into the arguments of the shell
. "$HERE/settings.sh"
takes pool subnet boot url lease dns router reserve known-only probe always-broadcast
set -- -k --port=0 --conf-file=/dev/null --user=root --pid-file= --log-dhcp --log-facility=- \
	--interface=eth0 --bind-interfaces --dhcp-authoritative --enable-tftp "--tftp-root=$FILES" \
	"--dhcp-leasefile=$STATE/leases"
rm -f "$STATE/leases"
[ -n "$(values probe)" ] || set -- "$@" --no-ping
[ "$(values always-broadcast)" != on ] || set -- "$@" --dhcp-broadcast
[ "$(values known-only)" != on ] || set -- "$@" --dhcp-ignore=tag:!known
lease=$(values lease)
lease=${lease:-3600}

# $1: A-B, $2: of the net of a relay, its router
pool=$(values pool)
case "$(values subnet)" in
*"$net.0/24"*) ;;
'') set -- "$@" "--dhcp-range=${pool:=$net.100-$net.199},255.255.255.0,$lease" ;;
*) [ -z "$pool" ] || set -- "$@" "--dhcp-range=$pool,255.255.255.0,$lease" ;;
esac
number=0
for subnet in $(values subnet); do
	number=$((number + 1))
	pool=$(member pool "$subnet")
	router=$(member router "$subnet")
	[ -n "$pool" ] || pool=${subnet%%/*}-static
	set -- "$@" "--dhcp-range=set:net$number,$pool,255.255.255.0,$lease"
	[ -z "$router" ] || set -- "$@" "--dhcp-option=tag:net$number,option:router,$router"
done
dns=$(values dns)
[ -z "$dns" ] || set -- "$@" "--dhcp-option=option:dns-server,$dns"
router=$(values router)
[ -z "$router" ] || set -- "$@" "--dhcp-option=option:router,$router"
for who in $(values reserve); do
	case $who in
	??:??:??:??:??:??,*) set -- "$@" "--dhcp-host=$who" ;;
	*) cannot "reserve=$who" ;;
	esac
done
number=0
before=
url=$(values url)
if [ -n "$url" ]; then
	set -- "$@" --dhcp-vendorclass=set:http,HTTPClient "--dhcp-boot=tag:http,$url" \
		--dhcp-option-force=tag:http,60,HTTPClient
	before=tag:!http,
fi
for rule in $(values boot); do
	number=$((number + 1))
	tags=
	next=$ADDRESS
	for condition in $(conditions "$rule"); do
		case $condition in
		arch:*[!0-9]*) cannot "boot=$rule" ;;
		arch:*)
			for type in $(types_of "${condition#*:}"); do
				set -- "$@" "--dhcp-match=set:arch${condition#*:},option:client-arch,$type"
			done
			tags=${tags}tag:arch${condition#*:},
			;;
		user-class:*)
			set -- "$@" "--dhcp-userclass=set:user$number,${condition#*:}"
			tags=${tags}tag:user$number,
			;;
		vendor-class:*\*)
			class=${condition#*:}
			set -- "$@" "--dhcp-vendorclass=set:class$number,${class%\*}"
			tags=${tags}tag:class$number,
			;;
		server:*) next=${condition#*:} ;;
		*) cannot "boot=$rule" ;;
		esac
	done
	set -- "$@" "--dhcp-boot=$before$tags${rule%%@*},,$next"
	[ -z "$tags" ] || case $tags in *,*,) ;; *) before=${before}tag:!${tags#tag:} ;; esac
done
# a range is FIRST,LAST
for word; do
	shift
	case $word in
	--dhcp-range=*)
		ends=$(printf '%s' "$word" | sed -E 's/([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)-/\1,/')
		set -- "$@" "$ends"
		;;
	*) set -- "$@" "$word" ;;
	esac
done
