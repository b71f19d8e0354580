// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.json;

/// JSON's true or false.
public record JsonFlag(boolean flag) implements Json {}
