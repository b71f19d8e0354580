// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.blueprint;

import dev.evenkeel.core.MalformedInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads `[customizations]`.
final class CustomizationsReader {
    private CustomizationsReader() {}

    static Customizations read(Path file, Section section, Customizations before) {
        Optional<String> hostname =
                section.text("hostname", "a host name", Shapes::hostname).or(before::hostname);
        Optional<String> timezone =
                section.section("timezone")
                        .text("timezone", "a time zone such as Europe/Berlin", Shapes::zone)
                        .or(before::timezone);
        List<String> languages =
                section.section("locale")
                        .texts("languages", "a locale such as C.UTF-8", Shapes::locale);
        var accounts = new AccountsReader(file);
        return new Customizations(
                hostname,
                timezone,
                languages.stream().findFirst().or(before::locale),
                kernelArguments(section, before),
                accounts.users(section, before.users()),
                accounts.sshKeys(section, before.sshKeys()));
    }

    private static List<String> kernelArguments(Section section, Customizations before) {
        Optional<String> append = section.section("kernel").text("append");
        if (append.isEmpty()) return before.kernelArguments();
        var arguments = new ArrayList<String>();
        for (String word : append.get().strip().split("\\s+", -1)) {
            if (word.isEmpty()) continue;
            try {
                arguments.add(Shapes.kernelArgument(word));
            } catch (MalformedInput wrong) {
                section.mistake(
                        "kernel", "arguments without quotes or shell characters", "'" + word + "'");
            }
        }
        return arguments;
    }
}
