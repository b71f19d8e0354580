/// Blueprint to lock to root tree to slot, disk image and release: a build is a page of steps.
/// Start with [Builder]; [blueprint][dev.evenkeel.image.blueprint],
/// [lock][dev.evenkeel.image.lock], [tool][dev.evenkeel.image.tool] and
/// [tree][dev.evenkeel.image.tree] are what it stands on. Signing and publishing are not here.
@NullMarked
package dev.evenkeel.image;

import org.jspecify.annotations.NullMarked;
