// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import java.util.HexFormat;

/// Lower-case hexadecimal, and no second spelling of the same bytes.
final class LowerHex {
    private LowerHex() {}

    static byte[] parse(String text) {
        boolean lower =
                text.length() % 2 == 0
                        && text.chars()
                                .allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        if (!lower) {
            throw new MalformedInput(
                    "expected pairs of lower-case hexadecimal digits, found "
                            + text.length()
                            + " characters that are not");
        }
        return HexFormat.of().parseHex(text);
    }
}
