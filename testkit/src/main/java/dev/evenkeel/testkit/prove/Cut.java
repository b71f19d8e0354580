// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

/// A power cut: after which operation of a power-on, and what becomes of each unit that was not
/// flushed then.
///
/// @param operation how many operations were complete
/// @param outcomes one sign of [Unit] for each
record Cut(int operation, String outcomes) {
    /// As it stands in a seed.
    String text() {
        return operation + ":" + outcomes;
    }

    static Cut parse(String text) {
        int colon = text.indexOf(':');
        return new Cut(Integer.parseInt(text.substring(0, colon)), text.substring(colon + 1));
    }

    /// In plain words, for a failing trace.
    String words() {
        if (outcomes.isEmpty()) return "POWER CUT, everything before was flushed";
        long kept = outcomes.chars().filter(sign -> sign == Unit.NEW).count();
        long torn = outcomes.chars().filter(sign -> sign == Unit.TORN).count();
        long lost = outcomes.chars().filter(sign -> sign == Unit.ERASED).count();
        return "POWER CUT, of "
                + outcomes.length()
                + " unflushed units "
                + kept
                + " arrived"
                + (torn > 0 ? ", " + torn + " torn" : "")
                + (lost > 0 ? ", an erase block was lost" : "");
    }
}
