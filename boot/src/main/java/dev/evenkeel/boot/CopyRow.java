// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

/// One row of the table of copies: which of the two copies of the boot record counts, and which is
/// written over.
///
/// @param first the copy in env-0
/// @param second the copy in env-1
/// @param newer which one is newer, when both are good
public record CopyRow(Copy first, Copy second, Newer newer, Source reads, Target writes) {
    public enum Copy {
        GOOD,
        BROKEN;

        boolean covers(boolean isGood) {
            return (this == GOOD) == isGood;
        }

        private String words() {
            return this == GOOD ? "good" : "broken";
        }
    }

    public enum Newer {
        SECOND("env-1"),
        NOT_SECOND("env-0, or both equal"),
        ANY("");

        private final String words;

        Newer(String words) {
            this.words = words;
        }

        boolean covers(boolean isSecond) {
            return this == ANY || (this == SECOND) == isSecond;
        }
    }

    public enum Source {
        ENV_0("env-0"),
        ENV_1("env-1"),
        DEFAULT("the default record");

        private final String words;

        Source(String words) {
            this.words = words;
        }
    }

    public enum Target {
        ENV_0,
        ENV_1
    }

    public CopyRow withTarget(Target other) {
        return new CopyRow(first, second, newer, reads, other);
    }

    public CopyRow withSource(Source other) {
        return new CopyRow(first, second, newer, other, writes);
    }

    boolean covers(boolean firstIsGood, boolean secondIsGood, boolean secondIsNewer) {
        return first.covers(firstIsGood)
                && second.covers(secondIsGood)
                && newer.covers(secondIsNewer);
    }

    /// As a row of a Markdown table.
    public String words() {
        return String.format(
                "| %s | %s | %s | %s | %s |",
                first.words(),
                second.words(),
                newer.words,
                reads.words,
                writes == Target.ENV_0 ? "env-0" : "env-1");
    }
}
