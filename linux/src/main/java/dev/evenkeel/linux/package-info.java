/// Block devices, mounts and the facts of /proc and /sys: what only Linux knows; and the native
/// encoders, whose exact bytes only they can give ([dev.evenkeel.linux.Liblzma],
/// [dev.evenkeel.linux.Liblz4]). Start from [dev.evenkeel.linux.BlockDevice], through which every
/// write on a device goes, and [dev.evenkeel.linux.Partitions]. Everything takes the root folder,
/// so that tests lay out their own. Deliberately not here: what the facts mean for an update
/// (module agent).
package dev.evenkeel.linux;
