// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.util.ArrayList;
import java.util.List;

/// A TUF path pattern (TUF 4.5), matched as a shell matches file names: `*` is any text, `?` any
/// character, `[abc]`, `[a-c]` and `[!a-c]` one of a set, and none of them is ever a `/`. Letters
/// differ by case. A `[` that nothing closes is an ordinary character.
record PathPattern(String text) {
    private sealed interface Token {
        record One(int character) implements Token {}

        record AnyOne() implements Token {}

        record AnyText() implements Token {}

        /// Pairs of first and last.
        record OneOf(boolean negated, List<Integer> ranges) implements Token {}
    }

    boolean matches(String path) {
        String[] patterns = text.split("/", -1);
        String[] parts = path.split("/", -1);
        if (patterns.length != parts.length) return false;
        for (int i = 0; i < parts.length; i++) {
            if (!matches(tokens(patterns[i].codePoints().toArray()), parts[i])) return false;
        }
        return true;
    }

    // Greedy with one place to return to: linear memory, at worst pattern times text steps
    private static boolean matches(List<Token> pattern, String part) {
        int[] text = part.codePoints().toArray();
        int p = 0;
        int star = -1;
        int resume = 0;
        for (int t = 0; t < text.length; ) {
            if (p < pattern.size() && pattern.get(p) instanceof Token.AnyText) {
                star = p++;
                resume = t;
            } else if (p < pattern.size() && takes(pattern.get(p), text[t])) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.size() && pattern.get(p) instanceof Token.AnyText) p++;
        return p == pattern.size();
    }

    private static boolean takes(Token token, int character) {
        return switch (token) {
            case Token.One(int same) -> same == character;
            case Token.AnyOne _ -> true;
            case Token.AnyText _ -> false;
            case Token.OneOf(boolean negated, List<Integer> ranges) ->
                    negated != isIn(ranges, character);
        };
    }

    private static boolean isIn(List<Integer> ranges, int character) {
        for (int i = 0; i < ranges.size(); i += 2) {
            if (ranges.get(i) <= character && character <= ranges.get(i + 1)) return true;
        }
        return false;
    }

    private static List<Token> tokens(int[] pattern) {
        var tokens = new ArrayList<Token>();
        for (int at = 0; at < pattern.length; at++) {
            int end = pattern[at] == '[' ? endOfSet(pattern, at) : -1;
            if (end >= 0) {
                tokens.add(set(pattern, at + 1, end));
                at = end;
            } else {
                tokens.add(single(pattern[at]));
            }
        }
        return tokens;
    }

    private static Token single(int character) {
        return switch (character) {
            case '*' -> new Token.AnyText();
            case '?' -> new Token.AnyOne();
            default -> new Token.One(character);
        };
    }

    /// A `]` straight behind the opening is a member of the set, as in every shell.
    private static int endOfSet(int[] pattern, int open) {
        int at = open + 1;
        if (at < pattern.length && pattern[at] == '!') at++;
        if (at < pattern.length && pattern[at] == ']') at++;
        while (at < pattern.length && pattern[at] != ']') at++;
        return at < pattern.length ? at : -1;
    }

    private static Token set(int[] pattern, int from, int end) {
        boolean negated = pattern[from] == '!';
        var ranges = new ArrayList<Integer>();
        for (int at = negated ? from + 1 : from; at < end; at++) {
            boolean isRange = at + 2 < end && pattern[at + 1] == '-';
            ranges.add(pattern[at]);
            if (isRange) at += 2;
            ranges.add(pattern[at]);
        }
        return new Token.OneOf(negated, ranges);
    }
}
