// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

/// Locking or fetching a locked input failed for a reason of the caller's world: an archive that
/// does not answer, a package that does not exist, bytes that are not what was signed.
public final class LockFault extends RuntimeException {
    public LockFault(String message) {
        super(message);
    }

    public LockFault(String message, Throwable cause) {
        super(message, cause);
    }
}
