# SPDX-License-Identifier: BSD-2-Clause
# dhcpd.conf(5) out of $SETTINGS
. "$HERE/settings.sh"
takes pool subnet boot url lease dns router reserve known-only probe always-broadcast next-server

lease=$(values lease)
lease=${lease:-3600}
if [ "$lease" = 4294967295 ]; then lease=-1; fi

# $1: router, or nothing
say_router() {
	[ -z "$1" ] || echo "  option routers $1;"
}

# $1: CIDR,pool=,router=
say_subnet() {
	cidr=${1%%,*}
	case $cidr in
	*/24) ;;
	*) cannot "subnet=$1" ;;
	esac
	pool=$(member pool "$1")
	echo "subnet ${cidr%/*} netmask 255.255.255.0 {"
	say_router "$(member router "$1")"
	[ -z "$pool" ] || echo "  pool { $guard deny dynamic bootp clients; range ${pool%-*} ${pool#*-}; }"
	echo '}'
}

# $1: FILE@CONDITIONS. An expression that holds if all do
test_of() {
	all=
	case $1 in
	http*@*user-class:*) ;;
	http*) cannot "boot=$1" ;;
	esac
	for condition in $(conditions "$1"); do
		case $condition in
		arch:*[!0-9]*) cannot "boot=$1" ;;
		arch:*)
			one=
			for type in $(types_of "${condition#*:}"); do
				type=$(printf '%02x:%02x' $((type / 256)) $((type % 256)))
				one="${one:+$one or }substring(option arch, 0, 2) = $type or substring(option arch, 2, 2) = $type"
			done
			one="($one)"
			;;
		vendor-class:*\*)
			class=${condition#*:}
			class=${class%\*}
			one="substring(option vendor-class-identifier, 0, ${#class}) = \"$class\""
			;;
		vendor-class:*) one="option vendor-class-identifier = \"${condition#*:}\"" ;;
		user-class:*) one="option user-class = \"${condition#*:}\"" ;;
		server:*) continue ;;
		*) cannot "boot=$1" ;;
		esac
		all="${all:+$all and }$one"
	done
	echo "${all:-0 = 0}"
}

say_boot() {
	word=if
	values boot | {
		while read -r rule; do
			next=$ADDRESS
			for condition in $(conditions "$rule"); do
				case $condition in server:*) next=${condition#server:} ;; esac
			done
			test=$(test_of "$rule") || exit 77
			echo "$word $test { filename \"${rule%%@*}\"; next-server $next; }"
			word=elsif
		done
		exit 0
	} || exit 77
}

guard=
[ "$(values known-only)" != on ] || guard='deny unknown-clients;'
if [ -n "$(values probe)" ]; then probe=true; else probe=false; fi
{
	echo "authoritative; default-lease-time $lease; max-lease-time 86400; min-lease-time 1;"
	echo "ping-check $probe; ping-timeout 1; server-id-check true; echo-client-id true;"
	echo 'option arch code 93 = string;'
	[ "$(values always-broadcast)" != on ] || echo 'always-broadcast on;'
	dns=$(values dns)
	[ -z "$dns" ] || echo "option domain-name-servers $dns;"
	say_router "$(values router)"
	url=$(values url)
	say_boot || exit 77
	if [ -n "$url" ]; then
		echo 'if substring(option vendor-class-identifier, 0, 10) = "HTTPClient" {'
		echo "  filename \"$url\"; option vendor-class-identifier \"HTTPClient\"; }"
	fi
	pool=$(values pool)
	local=$net.0/24
	case "$(values subnet)" in
	*"$local"*) ;;
	'') say_subnet "$local,pool=${pool:-$net.100-$net.199}" ;;
	*) say_subnet "$local${pool:+,pool=$pool}" ;;
	esac
	values subnet | while read -r subnet; do say_subnet "$subnet" || exit 77; done || exit 77
	values reserve | {
		number=0
		while read -r who; do
			number=$((number + 1))
			case $who in
			client-id:hex:*) cannot "reserve=$who" ;;
			circuit-id:*)
				echo "host h$number { host-identifier option agent.circuit-id" \
					"\"$(expr "$who" : 'circuit-id:\([^,]*\)')\"; fixed-address ${who##*,}; }"
				;;
			??:??:??:??:??:??,*) echo "host h$number { hardware ethernet ${who%,*}; fixed-address ${who##*,}; }" ;;
			*) cannot "reserve=$who" ;;
			esac
		done
		exit 0
	} || exit 77
} >"$STATE/dhcpd.conf" || {
	tail -n 1 "$STATE/dhcpd.conf"
	exit 77
}
: >"$STATE/leases"
