// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.blueprint;

import dev.evenkeel.core.MalformedInput;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The shapes of a blueprint's texts; each refuses with [MalformedInput].
final class Shapes {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([KMG])");
    private static final Pattern PACKAGE = Pattern.compile("[a-z0-9][a-z0-9+.-]+");
    private static final Pattern PACKAGE_VERSION =
            Pattern.compile("\\*|[0-9][A-Za-z0-9.+:~-]*\\*?");
    private static final Pattern SUITE = Pattern.compile("[a-z0-9][a-z0-9./-]*");
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?");
    private static final Pattern HOSTNAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9+_-]+(?:/[A-Za-z0-9+_-]+){0,2}");
    private static final Pattern LOCALE = Pattern.compile("[A-Za-z0-9_.@-]{1,40}");
    private static final Pattern URI = Pattern.compile("(?:https?://|file:///)[^\\s'\"]+");
    private static final Pattern MODE = Pattern.compile("0?[0-7]{3,4}");
    private static final Pattern TREE_PATH = Pattern.compile("(?:/[^/\\p{Cntrl}]+)+");
    private static final Pattern KERNEL_ARGUMENT = Pattern.compile("[A-Za-z0-9_.,:/=@+-]+");
    private static final Pattern USER = Pattern.compile("[a-z_][a-z0-9_-]{0,31}");
    private static final Pattern ACCOUNT_FIELD = Pattern.compile("[^:\\p{Cntrl}]*");
    // crypt(5): yescrypt, gost-yescrypt, scrypt, SHA-512, SHA-256, bcrypt
    private static final Pattern PASSWORD_HASH =
            Pattern.compile("\\$(?:y|gy|7|6|5|2[aby])\\$[A-Za-z0-9./=,$]{20,200}");

    private Shapes() {}

    static long size(String text) {
        Matcher shape = match(SIZE, text);
        int shift =
                switch (shape.group(2)) {
                    case "K" -> 10;
                    case "M" -> 20;
                    default -> 30;
                };
        return Long.parseLong(shape.group(1)) << shift;
    }

    /// A size that tmpfs understands, kept as text.
    static String sizeText(String text) {
        size(text);
        return text;
    }

    static String name(String text) {
        return match(NAME, text).group();
    }

    static String packageName(String text) {
        return match(PACKAGE, text).group();
    }

    static String packageVersion(String text) {
        return match(PACKAGE_VERSION, text).group();
    }

    static String suite(String text) {
        return match(SUITE, text).group();
    }

    static String hostname(String text) {
        return match(HOSTNAME, text).group();
    }

    static String zone(String text) {
        return match(ZONE, text).group();
    }

    static String locale(String text) {
        return match(LOCALE, text).group();
    }

    static String uri(String text) {
        String uri = match(URI, text).group();
        return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }

    static int mode(String text) {
        return Integer.parseInt(match(MODE, text).group(), 8);
    }

    static String treePath(String text) {
        String path = match(TREE_PATH, text).group();
        for (String part : path.split("/", -1)) {
            if (part.equals(".") || part.equals("..")) {
                throw new MalformedInput("a path without . and ..: " + text);
            }
        }
        return path;
    }

    static String kernelArgument(String text) {
        return match(KERNEL_ARGUMENT, text).group();
    }

    static String user(String text) {
        return match(USER, text).group();
    }

    static String accountField(String text) {
        return match(ACCOUNT_FIELD, text).group();
    }

    /// The message says nothing of the text: somebody may have written the password itself.
    static String passwordHash(String text) {
        if (!PASSWORD_HASH.matcher(text).matches()) throw new MalformedInput("not a hash");
        return text;
    }

    static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException wrong) {
            throw new MalformedInput("not a time: " + text, wrong);
        }
    }

    static <E extends Enum<E>> E word(Class<E> words, String text) {
        for (E word : words.getEnumConstants()) {
            if (word.name().toLowerCase(Locale.ROOT).equals(text)) return word;
        }
        throw new MalformedInput("not one of the words: " + text);
    }

    private static Matcher match(Pattern shape, String text) {
        Matcher matcher = shape.matcher(text);
        if (!matcher.matches()) throw new MalformedInput("not of shape " + shape + ": " + text);
        return matcher;
    }
}
