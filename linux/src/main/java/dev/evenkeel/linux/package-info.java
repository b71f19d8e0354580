/// Block devices, mounts and the facts of /proc and /sys: what only Linux knows.
package dev.evenkeel.linux;
