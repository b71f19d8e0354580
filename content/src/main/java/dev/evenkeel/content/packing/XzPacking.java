// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import dev.evenkeel.linux.Liblzma;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One xz stream as liblzma makes it: a kernel module, a block of squashfs, a file of the xz tool.
///
/// @param version of liblzma
/// @param preset 0 to 9; beside the dictionary, 6 to 9 are the same
/// @param x86 whether jumps were made absolute first
/// @param dictionaryBytes of LZMA2, as the stream's own header tells it
public record XzPacking(
        String version,
        int preset,
        boolean extreme,
        boolean x86,
        Check check,
        int dictionaryBytes,
        Liblzma.Layout layout)
        implements Packing {
    private static final int MAX_PRESET = 9;

    /// What a liblzma encoder takes is ten times its dictionary.
    private static final int MAX_DICTIONARY_BYTES = 64 << 20;

    private static final int MIN_DICTIONARY_BYTES = 4096;
    private static final int MIN_BLOCK_BYTES = 1 << 20;

    private static final Pattern PARAMETERS =
            Pattern.compile("([0-9])(e?)(,x86)?,([a-z0-9]+),dict=([1-9][0-9]{0,8}),([a-z]+)");

    /// What the stream proves itself by; the number is the format's.
    public enum Check {
        NONE(0),
        CRC32(1),
        CRC64(4),
        SHA256(10);

        private final int number;

        Check(int number) {
            this.number = number;
        }

        static Optional<Check> numbered(int number) {
            for (Check check : values()) {
                if (check.number == number) return Optional.of(check);
            }
            return Optional.empty();
        }
    }

    public XzPacking {
        if (preset < 0 || preset > MAX_PRESET)
            throw new IllegalArgumentException("preset " + preset);
        if (!isPossible(dictionaryBytes)) {
            throw new IllegalArgumentException("dictionary of " + dictionaryBytes + " bytes");
        }
    }

    static boolean isPossible(long dictionaryBytes) {
        return dictionaryBytes >= MIN_DICTIONARY_BYTES && dictionaryBytes <= MAX_DICTIONARY_BYTES;
    }

    static XzPacking parse(String text, String encoder, String parameters) {
        Liblzma library = Encoders.liblzma(text, encoder);
        Matcher matcher = PARAMETERS.matcher(parameters);
        if (!matcher.matches() || !isPossible(Integer.parseInt(matcher.group(5)))) {
            throw new PackingFault.Unavailable(
                    text,
                    "expected preset, check, a dictionary of "
                            + MIN_DICTIONARY_BYTES
                            + " to "
                            + MAX_DICTIONARY_BYTES
                            + " bytes, and a layout");
        }
        return new XzPacking(
                library.version(),
                Integer.parseInt(matcher.group(1)),
                !matcher.group(2).isEmpty(),
                matcher.group(3) != null,
                named(Check.values(), text, matcher.group(4)),
                Integer.parseInt(matcher.group(5)),
                named(Liblzma.Layout.values(), text, matcher.group(6)));
    }

    private static <T extends Enum<T>> T named(T[] values, String text, String name) {
        for (T value : values) {
            if (name(value).equals(name)) return value;
        }
        throw new PackingFault.Unavailable(text, "xz has no '" + name + "'");
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public PackedKind kind() {
        return PackedKind.XZ;
    }

    @Override
    public String text() {
        return encoder()
                + ":"
                + preset
                + (extreme ? "e" : "")
                + (x86 ? ",x86" : "")
                + ","
                + name(check)
                + ",dict="
                + dictionaryBytes
                + ","
                + name(layout);
    }

    private String encoder() {
        return "xz-" + version;
    }

    private Liblzma library() {
        return Encoders.liblzma(text(), encoder());
    }

    private Liblzma.Options options() {
        return new Liblzma.Options(preset, extreme, x86, check.number, dictionaryBytes, layout);
    }

    @Override
    public byte[] pack(byte[] plain) {
        var packed = new ByteArrayOutputStream(plain.length / 4);
        library()
                .encode(
                        plain,
                        options(),
                        (piece, bytes) -> {
                            packed.write(piece, 0, bytes);
                            return true;
                        });
        return packed.toByteArray();
    }

    /// Stops at the first piece that is another.
    @Override
    public boolean gives(byte[] packed, byte[] plain) {
        var compared = new ComparedPieces(packed);
        library().encode(plain, options(), compared::more);
        return compared.isWhole();
    }

    @Override
    public long memoryBytes(int plainBytes, int packedBytes) {
        long encoder = library().memoryBytes(options());
        return switch (layout) {
            case STREAM -> encoder;
            // a block and what it becomes wait for each other
            case BLOCKS -> encoder + 2L * Math.max(MIN_BLOCK_BYTES, 3L * dictionaryBytes);
            case BUFFER -> encoder + 2L * plainBytes;
        };
    }
}
