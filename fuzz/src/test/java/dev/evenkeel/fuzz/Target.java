// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One parser of bytes that a stranger may have written, and what is known of it: whatever it is
/// given, it gives a value or one of its own refusals, in bounded memory; and where a writer
/// exists, what it read it writes so that it reads it again the same.
///
/// @param refusals what the parser may throw; anything else is a finding
/// @param golden files of other modules to start from, relative to the folder of this module
public record Target(
        String name,
        Parser parser,
        Set<Class<? extends RuntimeException>> refusals,
        List<String> golden) {
    /// What a parse may allocate beside a multiple of its input: a short input that makes a parser
    /// reserve what only its length fields promise is a finding.
    private static final long MEMORY_BYTES = 24L << 20;

    private static final long MEMORY_PER_BYTE = 4_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Reads `input`; gives what the writer makes of it, or nothing where there is no writer.
    public interface Parser {
        Optional<byte[]> read(byte[] input);
    }

    /// An input that broke the rules above.
    static final class Finding extends AssertionError {
        Finding(String message) {
            super(message);
        }
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    public static Target of(
            String name, Parser parser, Class<? extends RuntimeException>... refusals) {
        return new Target(name, parser, Set.of(refusals), List.of());
    }

    /// The same, starting from these golden files.
    public Target from(String... files) {
        return new Target(name, parser, refusals, List.of(files));
    }

    /// Holds the rules for one input. True when the parser took it.
    boolean check(byte[] input) {
        long most = MEMORY_BYTES + MEMORY_PER_BYTE * input.length;
        Measured measured = measured(input);
        // the first time a class is loaded, and instrumented: that is not the parser's memory
        for (int again = 0; again < 3 && measured.bytes() > most; again++) {
            measured = measured(input);
        }
        if (measured.bytes() > most) {
            throw new Finding(
                    name
                            + ": "
                            + measured.bytes()
                            + " bytes allocated for an input of "
                            + input.length);
        }
        if (measured.read().isEmpty()) return false;
        Optional<byte[]> written = measured.read().get();
        if (written.isPresent()) requireSame(written.get());
        return true;
    }

    /// @param read empty when the input was refused, else what the writer made of it
    private record Measured(Optional<Optional<byte[]>> read, long bytes) {}

    private Measured measured(byte[] input) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Optional<Optional<byte[]>> read = attempt(input.clone());
        return new Measured(read, THREADS.getCurrentThreadAllocatedBytes() - before);
    }

    private void requireSame(byte[] written) {
        Optional<Optional<byte[]>> again = attempt(written.clone());
        if (again.isEmpty()) throw new Finding(name + ": refuses what it wrote itself");
        if (!Arrays.equals(written, again.get().orElseThrow())) {
            throw new Finding(name + ": writes another thing when it reads what it wrote");
        }
    }

    private Optional<Optional<byte[]>> attempt(byte[] input) {
        try {
            return Optional.of(parser.read(input));
        } catch (RuntimeException refused) {
            if (refusals.stream().noneMatch(kind -> kind.isInstance(refused))) throw refused;
            if (refused.getMessage() == null || refused.getMessage().isBlank()) {
                throw new Finding(name + ": refuses without a word");
            }
            return Optional.empty();
        }
    }
}
