// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

/// Decides at which operation of a disk the power fails. Asked under the disk's lock, so it must be
/// quick and must not use the disk.
@FunctionalInterface
interface PowerTrap {
    PowerTrap NEVER = _ -> false;

    /// Whether the power fails now: the disk has the write, or has begun to think about the flush,
    /// and will never answer.
    boolean springs(DiskOperation operation);
}
