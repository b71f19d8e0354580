// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Habits that no compiler holds: words, links, sizes, introductions.
class TidyTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Set<String> SKIPPED =
            Set.of("target", ".git", ".mvn", "node_modules", ".evenkeel");
    private static final Pattern BAD_TYPE_NAME =
            Pattern.compile(
                    "(class|record|interface|enum) (?!EndlessData\\b)\\w+(Manager|Helper|Util|Utils|Impl|Data|Info|Base)\\b");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
    private static final long BINARY_LIMIT_BYTES = 200_000;

    @Test
    void types_are_named_by_what_they_are() {
        assertThat(linesOf(".java", (file, line) -> BAD_TYPE_NAME.matcher(line).find())).isEmpty();
    }

    @Test
    void a_todo_names_its_issue() {
        assertThat(
                        linesOf(
                                ".java",
                                (file, line) ->
                                        line.contains("TODO")
                                                && !line.matches(".*TODO\\(#\\d+\\).*")
                                                && !file.endsWith("TidyTest.java")))
                .isEmpty();
    }

    @Test
    void every_package_is_introduced() {
        assertThat(
                        files(".java")
                                .filter(f ->
                                        f.toString().contains("/src/main/java/")
                                                && !f.endsWith("module-info.java"))
                                .map(Path::getParent)
                                .distinct()
                                .filter(folder ->
                                        !Files.exists(folder.resolve("package-info.java"))))
                .isEmpty();
    }

    @Test
    void links_in_documents_lead_somewhere() {
        var broken = new ArrayList<String>();
        files(".md")
                .forEach(file -> {
                    Matcher links = LINK.matcher(read(file));
                    while (links.find()) {
                        String target = links.group(1);
                        if (!target.contains("://")
                                && !target.startsWith("mailto:")
                                && !Files.exists(file.resolveSibling(target).normalize())) {
                            broken.add(ROOT.relativize(file) + " -> " + target);
                        }
                    }
                });
        assertThat(broken).isEmpty();
    }

    @Test
    void no_file_names_a_path_of_one_machine() {
        assertThat(
                        Stream.of(".java", ".md", ".sh", ".toml", ".xml", ".html", ".jte")
                                .flatMap(kind ->
                                        linesOf(
                                                kind,
                                                (file, line) ->
                                                        line.matches(
                                                                        ".*(?<![\\w.])/(root|work|home/\\w+)/.*")
                                                                && !file.endsWith("TidyTest.java"))
                                                .stream()))
                .isEmpty();
    }

    @Test
    void binaries_stay_small_enough_to_keep() {
        assertThat(
                        files("")
                                .filter(f -> !f.toString().contains("/src/main/resources/golden"))
                                .filter(f ->
                                        size(f) > BINARY_LIMIT_BYTES
                                                && !f.toString().endsWith(".md")))
                .isEmpty();
    }

    private interface LineRule {
        boolean breaks(Path file, String line);
    }

    private static List<String> linesOf(String suffix, LineRule rule) {
        var found = new ArrayList<String>();
        files(suffix)
                .forEach(file -> {
                    int number = 0;
                    for (String line : read(file).split("\n", -1)) {
                        number++;
                        if (rule.breaks(file, line))
                            found.add(ROOT.relativize(file) + ":" + number + ": " + line.strip());
                    }
                });
        return found;
    }

    private static Stream<Path> files(String suffix) {
        var found = new ArrayList<Path>();
        collect(ROOT, suffix, found);
        return found.stream();
    }

    private static void collect(Path folder, String suffix, List<Path> found) {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.sorted().toList()) {
                if (SKIPPED.contains(entry.getFileName().toString())) continue;
                if (Files.isDirectory(entry)) collect(entry, suffix, found);
                else if (entry.toString().endsWith(suffix)) found.add(entry);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
