// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.json;

/// JSON's null. No format of ours writes it; it is kept where an unknown member holds it.
public enum JsonNull implements Json {
    NULL
}
