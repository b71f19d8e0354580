// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/// The checkout that this distribution was built from, where the examples are.
final class Checkout {
    private Checkout() {}

    static Path examples() {
        String home = System.getProperty("evenkeel.home", "cli/target/evenkeel");
        // cli/target/evenkeel -> the checkout
        Path examples = Path.of(home, "..", "..", "..", "examples").normalize();
        if (!Files.isDirectory(examples)) {
            throw new CommandFault(
                    3,
                    "the examples are not at "
                            + examples
                            + "; start through the launcher ./evenkeel of a checkout");
        }
        return examples;
    }
}
