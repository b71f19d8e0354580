// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
    // The first six are the specification's own examples
    @ParameterizedTest
    @CsvSource({
        "targets/*.tgz, targets/foo.tgz, true",
        "targets/*.tgz, targets/foo.txt, false",
        "foo-version-?.tgz, foo-version-a.tgz, true",
        "foo-version-?.tgz, foo-version-alpha.tgz, false",
        "*.tgz, targets/foo.tgz, false",
        "foo.tgz, foo.tgz, true",
        "channels/prod/*/*, channels/prod/qemu-x86/1.1.json, true",
        "channels/prod/*/*, channels/prod/qemu-x86/deep/1.1.json, false",
        "channels/prod/*/*, channels/prod/1.1.json, false",
        "channels/prod/*/*, channels/dev/qemu-x86/1.1.json, false",
        "channels/prod/*/*, channels/prod2/qemu-x86/1.1.json, false",
        "a?b, a/b, false",
        "*, a/b, false",
        "a*b*c, aXbYbZc, true",
        "a*b*c, aXbYbZ, false",
        "**, anything, true",
        "a*, a, true",
        "?, '', false",
        "a.c, abc, false",
    })
    void wildcards_never_cross_a_slash(String pattern, String path, boolean matches) {
        assertThat(new PathPattern(pattern).matches(path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "a[bc], ab, true",
        "a[bc], ad, false",
        "a[b-d]e, ace, true",
        "a[b-d]e, aee, false",
        "a[!b-d], ae, true",
        "a[!b-d], ac, false",
        "a[]], a], true",
        "a[!]], ab, true",
        "a[b, a[b, true",
        "a[], a[], true",
        "a[b/c]d, abd, false",
        "a[b/c]d, a[b/c]d, true",
        "[a-]x, -x, true",
        "[z-a], m, false",
        "*[0-9].img, release7.img, true",
        "[A], a, false",
        "'', '', true",
        "'', a, false",
        "?, 😀, true",
        "[😀-😂], 😁, true",
    })
    void sets_are_read_as_a_shell_reads_them(String pattern, String path, boolean matches) {
        assertThat(new PathPattern(pattern).matches(path)).isEqualTo(matches);
    }

    @Test
    void a_hostile_pattern_does_not_take_for_ever() {
        var pattern = new PathPattern("*a".repeat(500) + "b");
        assertThat(pattern.matches("a".repeat(2000))).isFalse();
    }
}
