// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

/// A promise that did not hold, and how.
record Broken(Promise promise, String how) {}
