// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

/// New bytes that come from old ones: `length` of them at `to`, nearly equal to those at `from`.
record Copy(int to, int from, int length) {}
