# Evenkeel boot script of the reference device: which slot boots, and what happens when it does not.
#
# Its decisions are those of BootTable (docs/formats/boot-record.md) and generated from it; what every device carries is this text with them.
#
# Runs in Debian's u-boot-qemu 2025.01, 32-bit qemu-x86 ROM (zboot; no setexpr, no itest, no environment of its own).
# Lives as boot.scr on the ESP and is never written by an update: what it reads and writes is fixed for the device's life.
# Built with: mkimage -A x86 -T script -C none -n evenkeel -d boot.cmd boot.scr
#
# GPT (fixed order): 1 esp, 2 env-0, 3 env-1, 4 state, 5 boot-a, 6 slot-a, 7 boot-b, 8 slot-b, 9 data, 10 log.
#
# The boot record: one CRC'd U-Boot environment of 8 KiB at the start of env-0 and of env-1. A writer always replaces the
# older or broken copy, so a torn write costs nothing. seq counts 0,1,2,0..: the newer copy is the one that is one ahead.
#   version=1  seq  first=a|b  a_left b_left=0..9  trial=none|a|b  orderly=0..3  other_ok=0|1  ext=(opaque, carried along)

# --- addresses: two copies of the record, slot.env, kernel, initramfs
setenv ek_rec0 0x3000000
setenv ek_rec1 0x3010000
setenv ek_text 0x3020000
setenv ek_kernel 0x5000000
setenv ek_initrd 0x8000000

# --- read both copies; a copy counts only with a good CRC and a sane seq
setenv ek_s0 x
setenv ek_s1 x
setenv ek_c0 x
setenv ek_c1 x
virtio dev 0
part start virtio 0 2 ek_at0
part start virtio 0 3 ek_at1
setenv seq
if virtio read ${ek_rec0} ${ek_at0} 0x10; then if env import -c ${ek_rec0} 0x2000 seq; then setenv ek_s0 "${seq}"; fi; fi
setenv seq
if virtio read ${ek_rec1} ${ek_at1} 0x10; then if env import -c ${ek_rec1} 0x2000 seq; then setenv ek_s1 "${seq}"; fi; fi
if test "${ek_s0}" = 0 || test "${ek_s0}" = 1 || test "${ek_s0}" = 2; then setenv ek_c0 0; else setenv ek_s0 x; fi
if test "${ek_s1}" = 0 || test "${ek_s1}" = 1 || test "${ek_s1}" = 2; then setenv ek_c1 1; else setenv ek_s1 x; fi

# --- which copy counts and which one is written over; with none, the default record. Generated from the table of copies.
setenv ek_newer no
if test ${ek_s0}${ek_s1} = 01 || test ${ek_s0}${ek_s1} = 12 || test ${ek_s0}${ek_s1} = 20; then setenv ek_newer yes; fi
if test ${ek_c0}${ek_c1} = 01 && test ${ek_newer} = yes; then setenv ek_use 1; setenv ek_to ${ek_at0}; fi
if test ${ek_c0}${ek_c1} = 01 && test ${ek_newer} = no; then setenv ek_use 0; setenv ek_to ${ek_at1}; fi
if test ${ek_c0}${ek_c1} = 0x; then setenv ek_use 0; setenv ek_to ${ek_at1}; fi
if test ${ek_c0}${ek_c1} = x1; then setenv ek_use 1; setenv ek_to ${ek_at0}; fi
if test ${ek_c0}${ek_c1} = xx; then setenv ek_use none; setenv ek_to ${ek_at0}; fi
setenv version 1
setenv seq 0
setenv first a
setenv a_left 3
setenv b_left 3
setenv trial none
setenv orderly 0
setenv other_ok 1
setenv ext
# -d: what the copy does not have must not stay at its default
if test ${ek_use} = 0; then env import -d -c ${ek_rec0} 0x2000 version seq first a_left b_left trial orderly other_ok ext; fi
if test ${ek_use} = 1; then env import -d -c ${ek_rec1} 0x2000 version seq first a_left b_left trial orderly other_ok ext; fi
if test "${first}" = b; then setenv first b; else setenv first a; fi

# --- decide: exactly one row of the decision table holds. Generated from it. Anything that is not 1..9 means "none left".
if test ${first} = a; then setenv ek_left "${a_left}"; else setenv ek_left "${b_left}"; fi
setenv ek_some no
if test "${ek_left}" = 1 || test "${ek_left}" = 2 || test "${ek_left}" = 3; then setenv ek_some yes; fi
if test "${ek_left}" = 4 || test "${ek_left}" = 5 || test "${ek_left}" = 6; then setenv ek_some yes; fi
if test "${ek_left}" = 7 || test "${ek_left}" = 8 || test "${ek_left}" = 9; then setenv ek_some yes; fi
setenv ek_other yes
if test "${other_ok}" = 0; then setenv ek_other no; fi
setenv ek_found ${first}
setenv ek_take no
# row boot: the first slot has one attempt fewer, at least 0
if test ${ek_some} = yes; then
  setenv ek_take yes
fi
# row fallback: the first slot has no attempt left; the other slot becomes the first; the first slot gets 3 attempts; the first slot has one attempt fewer, at least 0
if test ${ek_some} = no && test ${ek_other} = yes; then
  if test ${first} = a; then setenv a_left 0; else setenv b_left 0; fi
  if test ${first} = a; then setenv first b; else setenv first a; fi
  if test ${first} = a; then setenv a_left 3; else setenv b_left 3; fi
  setenv ek_take yes
fi
# row no way out: the first slot has one attempt fewer, at least 0
if test ${ek_some} = no && test ${ek_other} = no; then
  setenv ek_take yes
fi

# --- take the attempt. Counting is by a chain because this U-Boot has no arithmetic.
if test ${first} = a; then setenv ek_left "${a_left}"; else setenv ek_left "${b_left}"; fi
setenv ek_next 0
if test "${ek_left}" = 9; then setenv ek_next 8; fi
if test "${ek_left}" = 8; then setenv ek_next 7; fi
if test "${ek_left}" = 7; then setenv ek_next 6; fi
if test "${ek_left}" = 6; then setenv ek_next 5; fi
if test "${ek_left}" = 5; then setenv ek_next 4; fi
if test "${ek_left}" = 4; then setenv ek_next 3; fi
if test "${ek_left}" = 3; then setenv ek_next 2; fi
if test "${ek_left}" = 2; then setenv ek_next 1; fi
if test ${ek_take} = no; then setenv ek_next "${ek_left}"; fi
if test ${first} = a; then setenv a_left "${ek_next}"; else setenv b_left "${ek_next}"; fi
setenv ek_fallback 0
if test ${first} != ${ek_found}; then setenv ek_fallback 1; fi
setenv ek_trial 0
if test "${trial}" = ${first}; then setenv ek_trial 1; fi

# --- write the record before anything of the slot is touched, into the older or broken copy
setenv ek_seq 1
if test "${seq}" = 1; then setenv ek_seq 2; fi
if test "${seq}" = 2; then setenv ek_seq 0; fi
setenv seq ${ek_seq}
env export -c -s 0x2000 ${ek_rec0} version seq first a_left b_left trial orderly other_ok ext
if virtio write ${ek_rec0} ${ek_to} 0x10; then true; else echo EVENKEEL-BOOT cannot write the boot record; fi

echo EVENKEEL-BOOT slot=${first} left=${ek_next} trial=${ek_trial} fallback=${ek_fallback} copies=${ek_c0}${ek_c1} seq=${seq}

# --- boot. The slot's own facts come from slot.env on its boot partition: key=value lines, only these names are taken.
if test ${first} = a; then setenv ek_part 5; else setenv ek_part 7; fi
setenv verity_root
setenv verity_salt
setenv verity_blocks
setenv verity_hash_offset
setenv slot_args
if load virtio 0:${ek_part} ${ek_text} /slot.env; then
  env import -t ${ek_text} ${filesize} verity_root verity_salt verity_blocks verity_hash_offset slot_args
  # no_timer_check: on a busy host an emulated timer is late, and the kernel's check of it would panic and cost an attempt
  setenv bootargs "evenkeel.slot=${first} evenkeel.trial=${ek_trial} evenkeel.left=${ek_next} evenkeel.seq=${seq} evenkeel.copies=${ek_c0}${ek_c1} evenkeel.fallback=${ek_fallback} evenkeel.verity_root=${verity_root} evenkeel.verity_salt=${verity_salt} evenkeel.verity_blocks=${verity_blocks} evenkeel.verity_hash_offset=${verity_hash_offset} console=ttyS0 panic=5 no_timer_check quiet ${slot_args}"
  if load virtio 0:${ek_part} ${ek_kernel} /vmlinuz; then
    if load virtio 0:${ek_part} ${ek_initrd} /initrd; then
      zboot ${ek_kernel} 0 ${ek_initrd} ${filesize}
    fi
  fi
fi
# Only reached when the slot cannot be loaded: the next reset takes the next attempt.
echo EVENKEEL-BOOT cannot load slot ${first}, reset
reset
