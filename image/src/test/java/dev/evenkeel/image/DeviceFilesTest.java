// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceFilesTest {
    private static final Path RESOURCES = Path.of("src/main/resources/dev/evenkeel/image/device");

    @ParameterizedTest
    @ValueSource(strings = {"root", "ssh"})
    void the_list_names_every_file_that_lies_there_and_no_other(String part) throws IOException {
        var listed = new TreeSet<String>();
        for (String line : DeviceFiles.lines(part + ".list")) {
            if (line.startsWith("file ")) listed.add(line.split(" ", 3)[2]);
        }
        var found = new TreeSet<String>();
        Path folder = RESOURCES.resolve(part);
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> found.add(folder.relativize(file).toString()));
        }
        assertThat(listed).isEqualTo(found);
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "ssh"})
    void units_that_are_switched_on_exist(String part) throws IOException {
        var tree = new Tree(Times.FIXED);
        DeviceFiles.putInto(tree, part, Times.FIXED);
        tree.below("etc/systemd/system")
                .forEach((path, node) -> {
                    if (node instanceof Node.Link link && link.to().contains("/evenkeel-")) {
                        assertThat(tree.file(link.to().substring(1))).as(path).isPresent();
                    }
                });
    }
}
