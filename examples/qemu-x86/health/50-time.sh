#!/bin/sh
# Wanted: a device without the right time works, but its logs are hard to read.
if [ -e /run/systemd/timesync/synchronized ]; then echo "the clock is synchronized"; exit 0; fi
echo "the clock is not synchronized yet"
exit 1
