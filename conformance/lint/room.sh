# SPDX-License-Identifier: BSD-2-Clause
# A room for a server whose configuration is not to be changed (captures/lint/room.h): run by sh as
# root in a lab, where mounts and the network are the lab's own. What the system has is bound
# read-only; of etc there is what programs need; all other folders are empty, and the server may write there.
room=/mnt
mount -t tmpfs -o mode=755 room $room || exit 77
for path in /*; do
	name=${path#/}
	case $name in
	usr | bin | sbin | lib*)
		if [ -L "$path" ]; then
			cp -P "$path" "$room/$name"
		else
			mkdir "$room/$name"
			mount --bind "$path" "$room/$name" && mount -o remount,bind,ro "$room/$name"
		fi
		;;
	*) [ ! -d "$path" ] || mkdir "$room/$name" ;;
	esac
done
mkdir -p $room/dev $room/proc $room/state $room/here $room/tmp $room/run/kea $room/run/lock \
	$room/var/lib/misc $room/var/lib/kea $room/var/lib/dhcp $room/var/log/kea $room/srv $room/mnt
ln -s /run $room/var/run
for name in passwd group nsswitch.conf hosts services protocols ld.so.cache localtime; do
	[ ! -e /etc/$name ] || cp /etc/$name $room/etc/$name
done
chmod 1777 $room/tmp $room/run $room/var/lib/* $room/var/log $room/var/log/kea $room/run/kea $room/run/lock
mount --rbind /dev $room/dev
mount -t proc proc $room/proc
mount --bind "$STATE" $room/state
mount --bind "$HERE" $room/here
if [ -n "${BOOTRIG_SERVERS:-}" ] && [ -d "$BOOTRIG_SERVERS" ]; then
	mkdir $room/servers
	mount --bind "$BOOTRIG_SERVERS" $room/servers
fi
cp "$LINT_CONFIG" $room/etc/lint.conf

# folders it names are there; users too
grep -oE '/[A-Za-z0-9_./+-]+' $room/etc/lint.conf | while read -r path; do
	case $path in */..* | //* | /usr/* | /bin/* | /lib* | /proc/* | /dev/*) continue ;; esac
	mkdir -p "$room${path%/*}" 2>/dev/null
done
if [ "$LINT_KIND" = dnsmasq ]; then
	sed -n 's/^conf-dir=\([^,]*\).*/\1/p' $room/etc/lint.conf | while read -r path; do
		case $path in */..*) ;; /*) mkdir -p "$room$path" ;; esac
	done
	sed -n 's/^user=\(.*\)/\1/p' $room/etc/lint.conf | while read -r user; do
		grep -q "^$user:" $room/etc/passwd || echo "$user:x:64999:65534::/:/bin/false" >>$room/etc/passwd
	done
	sed -n 's/^group=\(.*\)/\1/p' $room/etc/lint.conf | while read -r group; do
		grep -q "^$group:" $room/etc/group || echo "$group:x:64999:" >>$room/etc/group
	done
fi

# --root stands for the folder of TFTP, or for / if it has that folder in it
root=${LINT_ROOT:-/srv/tftp}
root=${root%/}
case $root in */..*) root=/srv/tftp ;; '' | /*) ;; *) root=/srv/tftp ;; esac	# only below the room
web=$root
mkdir -p "$room$root"
if [ -z "$root" ]; then # all of /: what DIR has lies beside what programs need, and in place of none of it
	root=/ web=/
	for path in "$LINT_FILES"/*; do
		name=${path##*/}
		case $name in
		usr | bin | sbin | lib* | dev | proc | etc | run | tmp | var | state | here | servers)
			echo "lint: /$name of --root is not there: the server's machine has its own"
			continue
			;;
		esac
		[ -e "$path" ] || continue
		if [ -d "$path" ]; then mkdir -p "$room/$name"; else : >"$room/$name"; fi
		mount --bind "$path" "$room/$name"
	done
elif [ -n "$LINT_FILES" ] && [ -d "$LINT_FILES$root" ]; then
	mount --bind "$LINT_FILES$root" "$room$root"
	for path in /var/www/html /srv/www/htdocs /srv/http; do
		[ -d "$LINT_FILES$path" ] || continue
		web=$path
		mkdir -p "$room$path"
		mount --bind "$LINT_FILES$path" "$room$path"
	done
elif [ -n "$LINT_FILES" ]; then
	mount --bind "$LINT_FILES" "$room$root"
fi

# the interface by the name that the configuration knows
echo 0 2>/dev/null >/proc/sys/net/ipv6/conf/eth0/accept_dad
ip addr flush dev eth0
ip link set eth0 down
[ "$LINT_DEVICE" = eth0 ] || ip link set eth0 name "$LINT_DEVICE" || exit 126
ip link set "$LINT_DEVICE" up
ip addr add "$ADDRESS/$LINT_BITS" brd + dev "$LINT_DEVICE"
[ -z "$LINT_ADDRESS6" ] || ip addr add "$LINT_ADDRESS6/64" dev "$LINT_DEVICE" nodad
export LINT_TFTP="$root" LINT_WEB="$web" LINT_SERVERS="${BOOTRIG_SERVERS:+/servers}"
exec chroot $room /bin/sh /here/inside.sh
