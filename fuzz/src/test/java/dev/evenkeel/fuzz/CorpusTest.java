// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The kept corpus, replayed: every input that ever was a finding stays mended, and so do a few
/// hundred damaged copies of each, always the same ones.
class CorpusTest {
    private static final int DAMAGED_COPIES = 300;

    @TestFactory
    Stream<DynamicTest> whatever_it_is_given_a_parser_gives_a_value_or_its_own_refusal() {
        return Targets.all().stream()
                .map(target -> DynamicTest.dynamicTest(target.name(), () -> replay(target)));
    }

    private static void replay(Target target) {
        Map<String, byte[]> inputs = Targets.inputs(target);
        assertThat(inputs).as("something to start from").isNotEmpty();
        boolean isTaken = false;
        var random = new Random(1);
        for (Map.Entry<String, byte[]> input : inputs.entrySet()) {
            isTaken |= held(target, input.getKey(), input.getValue());
            for (int copy = 0; copy < DAMAGED_COPIES; copy++) {
                byte[] damaged = damaged(input.getValue(), random);
                held(target, input.getKey() + ", damaged " + copy, damaged);
            }
        }
        assertThat(isTaken).as("at least one input is a good one").isTrue();
    }

    private static boolean held(Target target, String input, byte[] bytes) {
        boolean[] isTaken = {false};
        assertThatCode(() -> isTaken[0] = target.check(bytes))
                .as(() -> input + ": " + HexFormat.of().formatHex(bytes))
                .doesNotThrowAnyException();
        return isTaken[0];
    }

    private static byte[] damaged(byte[] good, Random random) {
        if (good.length == 0) return new byte[] {(byte) random.nextInt()};
        int at = random.nextInt(good.length);
        byte[] bytes = good.clone();
        switch (random.nextInt(5)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> bytes = Arrays.copyOf(bytes, at);
            case 3 -> {
                // a number in its place becomes a huge or a negative one
                int end = Math.min(bytes.length, at + 4);
                Arrays.fill(bytes, at, end, random.nextBoolean() ? (byte) 0xff : 0x7f);
            }
            default -> {
                int from = random.nextInt(good.length);
                int count = Math.min(random.nextInt(1, 32), good.length - Math.max(at, from));
                System.arraycopy(good, from, bytes, at, count);
            }
        }
        return bytes;
    }

    @Test
    void every_folder_of_the_corpus_belongs_to_a_target() throws IOException {
        List<String> names = Targets.all().stream().map(Target::name).toList();
        assertThat(names).doesNotHaveDuplicates();
        try (Stream<Path> folders = Files.list(Targets.CORPUS)) {
            assertThat(folders.map(folder -> folder.getFileName().toString())).isSubsetOf(names);
        }
    }
}
