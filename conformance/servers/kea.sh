# SPDX-License-Identifier: BSD-2-Clause
# Kea's configuration out of $SETTINGS
. "$HERE/settings.sh"
takes pool subnet boot url lease dns router reserve known-only

lease=$(values lease)
known=
[ "$(values known-only)" != on ] || known='"client-class": "KNOWN", '
number=0

# $1: CIDR,pool=,router=
say_subnet() {
	number=$((number + 1))
	pool=$(member pool "$1")
	router=$(member router "$1")
	echo "  {\"id\": $number, \"subnet\": \"${1%%,*}\","
	[ -z "$pool" ] || echo "   \"pools\": [{$known\"pool\": \"${pool%-*} - ${pool#*-}\"}],"
	[ -z "$router" ] || echo "   \"option-data\": [{\"name\": \"routers\", \"data\": \"$router\"}],"
	echo '   "reservations": ['
	comma=
	values reserve | while read -r who; do
		cidr=${1%%/*}
		case ${who##*,} in "${cidr%.*}".*) ;; *) continue ;; esac
		case $who in
		circuit-id:*) key="\"circuit-id\": \"'$(expr "$who" : 'circuit-id:\([^,]*\)')'\"" ;;
		??:??:??:??:??:??,*) key="\"hw-address\": \"${who%,*}\"" ;;
		*) cannot "reserve=$who" ;;
		esac
		echo "    $comma{$key, \"ip-address\": \"${who##*,}\"}"
		comma=,
	done || exit 77
	echo '   ]}'
}

# $1: FILE@CONDITIONS, $2: classes that are not to fit as well
say_class() {
	all=$2
	case $1 in
	http*@*user-class:*) ;;
	http*) cannot "boot=$1" ;;
	esac
	next=$ADDRESS
	for condition in $(conditions "$1"); do
		case $condition in
		arch:*[!0-9]*) cannot "boot=$1" ;;
		arch:*)
			one=
			for type in $(types_of "${condition#*:}"); do
				type=$(printf '0x%04x' "$type")
				one="${one:+$one or }substring(option[93].hex,0,2) == $type or substring(option[93].hex,2,2) == $type"
			done
			;;
		vendor-class:*\*)
			class=${condition#*:}
			class=${class%\*}
			one="substring(option[60].hex,0,${#class}) == '$class'"
			;;
		vendor-class:*) one="option[60].hex == '${condition#*:}'" ;;
		user-class:*) one="option[77].hex == '${condition#*:}'" ;;
		server:*)
			next=${condition#*:}
			continue
			;;
		*) cannot "boot=$1" ;;
		esac
		all="${all:+$all and }($one)"
	done
	number=$((number + 1))
	echo "  {\"name\": \"boot$number\", \"test\": \"${all:-member('ALL')}\","
	echo "   \"next-server\": \"$next\", \"boot-file-name\": \"${1%%@*}\"},"
}

{
	echo '{"Dhcp4": {"interfaces-config": {"interfaces": ["eth0"]}, "authoritative": true,'
	echo " \"valid-lifetime\": ${lease:-3600}, \"renew-timer\": $((${lease:-3600} / 2)), \"rebind-timer\": $((${lease:-3600} * 7 / 8)),"
	echo ' "lease-database": {"type": "memfile", "persist": false},'
	echo ' "host-reservation-identifiers": ["circuit-id", "hw-address", "client-id"],'
	echo ' "loggers": [{"name": "kea-dhcp4", "severity": "DEBUG", "debuglevel": 40,'
	echo '   "output_options": [{"output": "stdout", "flush": true}]}],'
	echo ' "client-classes": ['
	url=$(values url)
	others=
	if [ -n "$url" ]; then
		echo "  {\"name\": \"http\", \"test\": \"substring(option[60].hex,0,10) == 'HTTPClient'\","
		echo '   "option-data": [{"name": "vendor-class-identifier", "data": "HTTPClient", "always-send": true},'
		echo "    {\"name\": \"boot-file-name\", \"data\": \"$url\", \"always-send\": true}]},"
		others="not member('http')"
	fi
	values boot | {
		while read -r rule; do
			say_class "$rule" "$others" || exit 77
			others="${others:+$others and }not member('boot$number')"
		done
		exit 0
	} || exit 77
	echo '  {"name": "nobody", "test": "not member('"'ALL'"')"}],'
	dns=$(values dns)
	router=$(values router)
	echo ' "option-data": ['
	[ -z "$dns" ] || echo "  {\"name\": \"domain-name-servers\", \"data\": \"$dns\"}${router:+,}"
	[ -z "$router" ] || echo "  {\"name\": \"routers\", \"data\": \"$router\"}"
	echo ' ], "subnet4": ['
	pool=$(values pool)
	local=$net.0/24
	case "$(values subnet)" in
	*"$local"*) first=yes ;;
	'') say_subnet "$local,pool=${pool:-$net.100-$net.199}" ;;
	*) say_subnet "$local${pool:+,pool=$pool}" ;;
	esac
	values subnet | {
		[ -n "${first:-}" ] || number=1
		while read -r subnet; do
			[ "$number" = 0 ] || echo '  ,'
			say_subnet "$subnet" || exit 77
		done
		exit 0
	} || exit 77
	echo ']}}'
} >"$STATE/kea.json" || {
	tail -n 1 "$STATE/kea.json"
	exit 77
}
rm -f "$STATE"/*.pid
export KEA_PIDFILE_DIR="$STATE" KEA_LOCKFILE_DIR="$STATE"
