#!/bin/sh
# After Buildroot filled the root (its path is the first word) and before it is packed: what packages brought for a system
# that starts them by scripts. Ours has one rcS and one rcK, from the overlay, and the appliance role starts the rest.
set -eu
target=$1
rm -f "$target"/etc/init.d/S[0-9]*
rm -rf "$target/etc/network" "$target/etc/dnsmasq.conf" "$target/etc/nftables.conf" "$target/usr/share/nftables"
test -x "$target/usr/bin/mahalo" || { echo 'post-build: no usr/bin/mahalo in the root' >&2; exit 1; }
test -x "$target/etc/init.d/rcS" || { echo 'post-build: no etc/init.d/rcS in the root' >&2; exit 1; }
mkdir -p "$target/data"
