// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/// Words of the user as parts of a URL.
final class Paths {
    private Paths() {}

    static String segment(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
