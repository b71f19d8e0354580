// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;

/// A TUF path pattern: `*` is any text and `?` any character, and neither is ever a `/`.
record PathPattern(String text) {
    PathPattern {
        // fnmatch's sets: read as plain text they would mean something else to another client
        if (text.isEmpty() || text.indexOf('[') >= 0) {
            throw new MalformedInput("a path pattern is not empty and has no '['");
        }
    }

    boolean matches(String path) {
        String[] patterns = text.split("/", -1);
        String[] parts = path.split("/", -1);
        if (patterns.length != parts.length) return false;
        for (int i = 0; i < parts.length; i++) {
            if (!partMatches(patterns[i], parts[i])) return false;
        }
        return true;
    }

    // Greedy with one place to return to: linear memory, at worst pattern times text steps
    private static boolean partMatches(String pattern, String text) {
        int p = 0;
        int star = -1;
        int resume = 0;
        for (int t = 0; t < text.length(); ) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length()
                    && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') p++;
        return p == pattern.length();
    }
}
