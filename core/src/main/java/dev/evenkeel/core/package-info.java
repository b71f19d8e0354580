/// The vocabulary as values. Start with [Manifest], which says what a release is, and [Digest], by
/// which everything is named. Deliberately not here: I/O (only the [Disk] port), keys and
/// signatures (module trust), anything that a device or a server decides.
package dev.evenkeel.core;
