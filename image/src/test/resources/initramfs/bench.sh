# bench.sh CASE SLOT: runs CASE/root/init as it ships, in namespaces of its own, and keeps in CASE what it left.
set -eu
case=$1 slot=$2 root=$1/root
mount --bind "$root" "$root"
mount --bind "$slot" "$root/slot"
: >"$root/dev/null"
mount --bind /dev/null "$root/dev/null"
mount -t proc proc "$root/realproc"
ln -s /realproc/self/fd/2 "$root/dev/kmsg"
ln -s null "$root/dev/console"
chroot "$root" /bin/busybox sh -c '. /fakes.sh; . /init' 2>&1 | cat >"$case/said"

after=$root/mnt/root
[ -e "$after/run/evenkeel/boot" ] || after=$root
cp -r "$after/run/evenkeel" "$case/run"
sed -n "s|.* $root\(/[^ ]*\) [^-]*- \([^ ]*\) [^ ]* |\1 \2 |p" "$root/realproc/self/mountinfo" >"$case/mounts"
ls -ln "$after/var/log" >"$case/log-listing" 2>/dev/null || true
for file in etc/machine-id data/.evenkeel/machine-id var/log/.machine-id data/user; do
  [ ! -e "$after/$file" ] || cp "$after/$file" "$case/$(echo "$file" | tr / _)"
done
