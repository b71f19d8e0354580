/// What lies where in the image of a filesystem (squashfs, ext4, erofs), read without mounting it
/// and without believing it. Start at [FilesystemLayout], then [FileTree]. Deliberately not here:
/// contents, owners, modes and links; a layout is good for cutting and comparing images, and a
/// wrong one costs bytes, never correctness.
package dev.evenkeel.content.filesystem;
