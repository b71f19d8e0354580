/// Blueprint to lock to root tree to slots, disk image and release.
@org.jspecify.annotations.NullMarked
package dev.evenkeel.image;
