// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

/// A device under test did what no device may do, however its power was cut.
final class BrokenPromise extends RuntimeException {
    BrokenPromise(String message) {
        super(message);
    }
}
