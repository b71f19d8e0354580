// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/guides/threat-model.md names for each attack the tests that try it; each has to be there.
class ThreatModelTest {
    private static final Path PAGE = Path.of("../docs/guides/threat-model.md");
    private static final Pattern NAMED = Pattern.compile("`([A-Za-z]+Test)#([a-z0-9_]+)`");

    @Test
    void every_attack_of_the_threat_model_is_tried() throws IOException {
        Map<String, String> tests = tests();
        var named = NAMED.matcher(Files.readString(PAGE)).results().toList();
        assertThat(named).hasSizeGreaterThan(30);
        assertThat(named).allSatisfy(one -> assertThat(source(tests, one)).contains(method(one)));
    }

    private static String source(Map<String, String> tests, MatchResult named) {
        return tests.getOrDefault(named.group(1), "there is no " + named.group(1));
    }

    private static String method(MatchResult named) {
        return "void " + named.group(2) + "(";
    }

    private static Map<String, String> tests() throws IOException {
        var sources = new HashMap<String, String>();
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            for (Path module : modules.toList()) {
                Path root = module.resolve("src/test/java");
                if (!Files.isDirectory(root)) continue;
                try (Stream<Path> files = Files.walk(root)) {
                    for (Path file :
                            files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
                        String name = file.getFileName().toString().replace(".java", "");
                        sources.merge(name, Files.readString(file), String::concat);
                    }
                }
            }
        }
        return sources;
    }
}
