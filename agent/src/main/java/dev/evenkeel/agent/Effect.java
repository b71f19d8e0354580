// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

/// What has to be done after a stage was journaled. Each may be cut off anywhere and done again.
enum Effect {
    /// Work out and log what is reused and what is fetched, before the first byte.
    MAKE_PLAN,
    WRITE_SLOT,
    VERIFY_SLOT,
    ARM_SLOT,
    ASK_REBOOT,
    AWAIT_HEALTH,
    /// Remember the release for later chunk reuse, then make its slot the one to boot.
    COMMIT_BOOT,
    /// Tell the trial deadline that it is met.
    MARK_COMMITTED,
    /// Queue the signed boot report that settles the update.
    REPORT
}
