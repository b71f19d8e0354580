/// Every input of a build with size, digest and origin, and the store that keeps them. Start with
/// [Locker] and [Lock]; `docs/formats/lock.md` tells the file's format. The resolver is apt:
/// nothing here decides which version satisfies what.
@NullMarked
package dev.evenkeel.image.lock;

import org.jspecify.annotations.NullMarked;
