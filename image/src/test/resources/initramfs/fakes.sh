# Sourced before the initramfs script as it ships, in a root of its own. Shell functions stand for what would touch the machine:
# modules, devices, the real filesystems of the disk, time and the reboot. Memory filesystems, overlays, binds, moves, chroot and
# the programs of the slot (e2fsck, mkfs.ext4) are the real ones. Each call is kept in /calls; /case/ tells what goes wrong.
record() { echo "$*" >>/calls; }
wrong() { [ -e "/case/$1" ]; }
last() { eval "echo \"\${$#}\""; }

insmod() {
  record insmod "$@"
  wrong "no-module" && return 1
  case $1 in */i6300esb.ko) wrong no-watchdog || { : >/dev/watchdog0; /bin/busybox mount --bind /dev/null /dev/watchdog0; };; esac
}
printf() { [ "$1" = . ] && record pet; }
sleep() { record sleep "$@"; /bin/busybox sleep 0.01; }
reboot() { record reboot "$@"; }
dd() { /bin/busybox dd conv=notrunc "$@"; } # a device is not cut short by it, a file would be

mount() {
  record mount "$@"
  case $2 in
    proc|sysfs|devtmpfs) /bin/busybox mount --rbind "$(last "$@")" "$(last "$@")" ;;
    squashfs|erofs)
      wrong "no-$2" && return 255
      rm -rf /changed && cp -a /slot /changed
      for file in /case/replaced-*; do [ ! -e "$file" ] || cp -a "$file" "/changed/usr/sbin/${file##*replaced-}"; done
      /bin/busybox mount --bind /changed /mnt/lower ;;
    ext4) mount_ext4 "$5" "$6" ;;
    *) /bin/busybox mount "$@" ;;
  esac
}
# What a kernel would show of the filesystem: its content, read by debugfs of the slot.
mount_ext4() { # mount_ext4 DEVICE FOLDER
  name=${2##*/}
  if wrong "unmountable-$name" || { wrong "unmountable-$name-once" && rm "/case/unmountable-$name-once"; }; then echo "mount: mounting $1 on $2 failed: Structure needs cleaning" >&2; return 255; fi
  mkdir -p "/dev/shown/$name"
  chroot /mnt/lower /usr/sbin/debugfs -R "rdump / /dev/shown/$name" "$1" >/dev/null 2>&1
  [ -d "/dev/shown/$name/lost+found" ] || { echo "mount: mounting $1 on $2 failed: Invalid argument" >&2; return 255; }
  /bin/busybox mount --bind "/dev/shown/$name" "$2"
  ! wrong "full-$name" || /bin/busybox mount -t tmpfs -o nr_inodes=1 full "$2"
}
