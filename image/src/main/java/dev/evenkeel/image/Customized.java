// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.image.blueprint.Customizations;
import dev.evenkeel.image.tree.Content;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.time.Instant;
import java.util.List;

/// Host name, time zone and locale. Refuses what the tree could not do on the device.
final class Customized {
    private static final List<String> BUILT_IN_LOCALES = List.of("C.UTF-8", "C", "POSIX");

    private Customized() {}

    static void putInto(Tree tree, Customizations customizations, Instant time) {
        customizations
                .hostname()
                .ifPresent(name -> {
                    put(tree, "etc/hostname", name + "\n", time);
                    put(
                            tree,
                            "etc/hosts",
                            "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 " + name + "\n",
                            time);
                });
        customizations
                .timezone()
                .ifPresent(zone -> {
                    if (tree.file("usr/share/zoneinfo/" + zone).isEmpty()) {
                        throw new BuildFault.WrongTree(
                                "customizations.timezone: no /usr/share/zoneinfo/"
                                        + zone
                                        + " in the image; add the package tzdata, or correct the zone");
                    }
                    tree.put(
                            "etc/localtime",
                            new Node.Link("/usr/share/zoneinfo/" + zone, 0, 0, Times.FIXED));
                    put(tree, "etc/timezone", zone + "\n", time);
                });
        customizations
                .locale()
                .ifPresent(locale -> {
                    if (!BUILT_IN_LOCALES.contains(locale)
                            && tree.find("usr/lib/locale/" + locale.replace("UTF-8", "utf8"))
                                    .isEmpty()
                            && tree.find("usr/lib/locale/locale-archive").isEmpty()) {
                        throw new BuildFault.WrongTree(
                                "customizations.locale: the image has no locale "
                                        + locale
                                        + "; add the package locales-all, or use C.UTF-8");
                    }
                    put(tree, "etc/locale.conf", "LANG=" + locale + "\n", time);
                });
    }

    private static void put(Tree tree, String path, String text, Instant time) {
        tree.put(path, new Node.File(new Content.Bytes(text.getBytes(UTF_8)), 0644, 0, 0, time));
    }
}
