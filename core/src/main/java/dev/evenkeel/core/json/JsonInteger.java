// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.json;

/// A whole JSON number.
public record JsonInteger(long number) implements Json {}
