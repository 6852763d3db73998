# SPDX-License-Identifier: BSD-2-Clause
# Read by the start lines of servers that are configured for each script: what is in $SETTINGS, a
# line each in the words of a node, "pool=10.77.0.100-10.77.0.199".

# $1: a key; its values, a line each
values() {
	printf '%s\n' "$SETTINGS" | sed -n "s/^$1=//p"
}

# There is no way to say that to this server.
cannot() {
	echo "not to be had from this server: $*"
	exit 77
}

# $@: the keys that this server can be told
takes() {
	for key in $(printf '%s\n' "$SETTINGS" | sed -n 's/=.*//p'); do
		case " gw mtu $* " in
		*" $key "*) ;;
		*) cannot "$key=" ;;
		esac
	done
}

# $1: a member "KEY=VALUE" of what is behind the comma of $2, "10.77.0.0/24,pool=A-B,router=C"
member() {
	printf '%s\n' "$2" | tr , '\n' | sed -n "s/^$1=//p"
}

# Conditions of "FILE@arch:7,vendor-class:PXEClient*"; a value has no comma.
conditions() {
	case $1 in
	*@*) printf '%s\n' "${1#*@}" | tr , '\n' ;;
	esac
}

# $1: of "arch:7". Types 7 and 9 were exchanged by early firmware: 7 is meant for both, unless 9 has
# a rule of its own
types_of() {
	echo "$1"
	[ "$1" != 7 ] || printf '%s\n' "$SETTINGS" | grep -q '^boot=.*arch:9' || echo 9
}

# What makes a URL of a file's name, for the types of HTTP Boot, is bootrig's own server.
for rule in $(values boot); do
	case $rule in
	*://*) ;;
	*@arch:1[5-9] | *@arch:20 | *@arch:2[3468]) cannot "a URL made of the name ${rule%%@*}" ;;
	esac
done

mtu=$(values mtu)
[ -z "$mtu" ] || ip link set eth0 mtu "$mtu"
gw=$(values gw)
[ -z "$gw" ] || ip route add default via "$gw"
net=${ADDRESS%.*}
