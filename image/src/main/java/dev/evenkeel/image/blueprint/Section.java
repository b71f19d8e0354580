// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.blueprint;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.image.blueprint.BlueprintFault.Mistake;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/// One table of a blueprint while it is read: hands out values, writes down every mistake with its
/// place, and at the end every key that nobody asked for.
final class Section {
    private final Path file;
    private final String path;
    private final TomlPosition position;
    private final @Nullable TomlTable table;
    private final List<Mistake> mistakes;
    private final Set<String> known = new LinkedHashSet<>();
    private final List<Section> inner = new ArrayList<>();

    Section(
            Path file,
            String path,
            TomlPosition position,
            @Nullable TomlTable table,
            List<Mistake> mistakes) {
        this.file = file;
        this.path = path;
        this.position = position;
        this.table = table;
        this.mistakes = mistakes;
    }

    boolean has(String key) {
        return table != null && table.contains(List.of(key));
    }

    int line() {
        return position.line();
    }

    <T> Optional<T> text(String key, String expected, Function<String, T> parse) {
        return value(key, expected, String.class)
                .flatMap(text -> parsed(key, expected, text, parse));
    }

    Optional<String> text(String key) {
        return value(key, "a text", String.class);
    }

    /// A text that must be there unless `inherited` holds one already.
    <T> Optional<T> needed(
            String key, String expected, Function<String, T> parse, Optional<T> inherited) {
        if (has(key)) return text(key, expected, parse);
        known.add(key);
        if (inherited.isEmpty()) mistake(key, position, expected, "nothing: the key is missing");
        return inherited;
    }

    Optional<Boolean> flag(String key) {
        return value(key, "true or false", Boolean.class);
    }

    Optional<Integer> number(String key, int min, int max) {
        String expected = "a whole number from " + min + " to " + max;
        return value(key, expected, Long.class)
                .flatMap(number -> {
                    if (number >= min && number <= max) return Optional.of((int) (long) number);
                    mistake(key, at(key), expected, number.toString());
                    return Optional.empty();
                });
    }

    <T> List<T> texts(String key, String expected, Function<String, T> parse) {
        String list = "a list, each " + expected;
        var values = new ArrayList<T>();
        value(key, list, TomlArray.class)
                .ifPresent(array -> {
                    for (int i = 0; i < array.size(); i++) {
                        if (!(array.get(i) instanceof String text)) {
                            mistake(
                                    key + "[" + i + "]",
                                    array.inputPositionOf(i),
                                    expected,
                                    describe(array.get(i)));
                            continue;
                        }
                        try {
                            values.add(parse.apply(text));
                        } catch (MalformedInput wrong) {
                            mistake(
                                    key + "[" + i + "]",
                                    array.inputPositionOf(i),
                                    expected,
                                    "'" + text + "'");
                        }
                    }
                });
        return values;
    }

    /// A pair of whole numbers `[min, max]`.
    Optional<int[]> range(String key) {
        String expected = "two whole numbers [min, max] with 0 <= min <= max";
        return value(key, expected, TomlArray.class)
                .flatMap(array -> {
                    if (array.size() == 2
                            && array.get(0) instanceof Long min
                            && array.get(1) instanceof Long max
                            && 0 <= min
                            && min <= max
                            && max <= Integer.MAX_VALUE) {
                        return Optional.of(new int[] {(int) (long) min, (int) (long) max});
                    }
                    mistake(key, at(key), expected, array.toJson());
                    return Optional.empty();
                });
    }

    /// The inner table `key`; one without keys when it is absent.
    Section section(String key) {
        Optional<TomlTable> found = value(key, "a table", TomlTable.class);
        var section = new Section(file, qualified(key), at(key), found.orElse(null), mistakes);
        inner.add(section);
        return section;
    }

    /// The tables of `[[key]]`.
    List<Section> sections(String key) {
        var sections = new ArrayList<Section>();
        String expected = "tables, each written as [[" + qualified(key) + "]]";
        value(key, expected, TomlArray.class)
                .ifPresent(array -> {
                    for (int i = 0; i < array.size(); i++) {
                        TomlPosition place = array.inputPositionOf(i);
                        if (array.get(i) instanceof TomlTable entry) {
                            sections.add(
                                    new Section(
                                            file,
                                            qualified(key) + "[" + i + "]",
                                            place,
                                            entry,
                                            mistakes));
                        } else {
                            mistake(key, place, expected, describe(array.get(i)));
                        }
                    }
                });
        inner.addAll(sections);
        return sections;
    }

    /// Writes down every key that was not asked for.
    void finish() {
        inner.forEach(Section::finish);
        if (table == null) return;
        for (String key : table.keySet()) {
            if (known.contains(key)) continue;
            String expected =
                    Spelling.closest(key, known)
                            .map(near -> "a known key; did you mean '" + near + "'?")
                            .orElse("one of " + String.join(", ", known));
            mistake(key, at(key), expected, "the unknown key '" + key + "'");
        }
    }

    /// Writes down that the value of `key` is wrong.
    void mistake(String key, String expected, String found) {
        mistake(key, at(key), expected, found);
    }

    private void mistake(String key, TomlPosition place, String expected, String found) {
        mistakes.add(
                new Mistake(file, place.line(), place.column(), qualified(key), expected, found));
    }

    private <T> Optional<T> parsed(
            String key, String expected, String text, Function<String, T> parse) {
        try {
            return Optional.of(parse.apply(text));
        } catch (MalformedInput wrong) {
            mistake(key, at(key), expected, "'" + text + "'");
            return Optional.empty();
        }
    }

    private <T> Optional<T> value(String key, String expected, Class<T> type) {
        known.add(key);
        Object value = table == null ? null : table.get(List.of(key));
        if (value == null) return Optional.empty();
        if (type.isInstance(value)) return Optional.of(type.cast(value));
        mistake(key, at(key), expected, describe(value));
        return Optional.empty();
    }

    private TomlPosition at(String key) {
        TomlPosition place = table == null ? null : table.inputPositionOf(List.of(key));
        return place == null ? position : place;
    }

    private String qualified(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String describe(Object value) {
        return switch (value) {
            case String text -> "the text '" + text + "'";
            case Long number -> "the number " + number;
            case Boolean flag -> flag.toString();
            case TomlArray _ -> "a list";
            case TomlTable _ -> "a table";
            default -> value.toString();
        };
    }
}
