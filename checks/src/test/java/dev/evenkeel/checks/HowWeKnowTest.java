// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// docs/how-we-know.md promises stories to readers; each has to be a test, and each test a story.
class HowWeKnowTest {
    private static final Path PAGE = Path.of("../docs/how-we-know.md");

    @ParameterizedTest
    @ValueSource(classes = {FieldStoriesTest.class, LongFieldStoriesTest.class})
    void the_page_tells_the_stories_that_are_tested(Class<?> tests) throws IOException {
        List<String> told = told(tests.getSimpleName());
        List<String> tested =
                Arrays.stream(tests.getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .map(method -> words(method.getName()))
                        .toList();

        assertThat(tested)
                .allSatisfy(name -> assertThat(told).anySatisfy(story -> begins(name, story)));
        assertThat(told)
                .allSatisfy(story -> assertThat(tested).anySatisfy(name -> begins(name, story)));
    }

    private static void begins(String name, String story) {
        assertThat(name + " ").startsWith(story + " ");
    }

    /// The first column of the table whose first header names the class.
    private static List<String> told(String tests) throws IOException {
        return Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.startsWith("| Story (`" + tests + "`)"))
                .skip(2)
                .takeWhile(line -> line.startsWith("| "))
                .map(line -> words(line.split("\\|", -1)[1]))
                .toList();
    }

    private static String words(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", " ").strip();
    }
}
