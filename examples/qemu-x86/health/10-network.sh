#!/bin/sh
# Required: a release that cannot reach the network is not healthy, because nobody could update it again.
set -eu
# by the clock: on a busy device fifty rounds last longer than the minute that a check has
uptime() { cut -d. -f1 /proc/uptime; }
end=$(($(uptime) + 50))
while [ "$(uptime)" -lt $end ]; do
  # systemd-networkd keeps this file; networkctl would need D-Bus, which the device does without
  if grep -qs '^OPER_STATE=routable' /run/systemd/netif/state; then
    echo "the network is up"
    exit 0
  fi
  sleep 1
done
echo "no network interface became routable within 50 seconds"
exit 1
