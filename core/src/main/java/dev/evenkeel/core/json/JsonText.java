// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.json;

/// A JSON string.
public record JsonText(String text) implements Json {}
