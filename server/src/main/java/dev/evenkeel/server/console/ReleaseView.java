// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

/// One release, in words.
public record ReleaseView(
        String release,
        String name,
        String type,
        String channels,
        String manifest,
        String image,
        String pack,
        String published) {}
