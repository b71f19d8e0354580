// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.image.tree.Content;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// One of the files passwd(5), shadow(5), group(5) and gshadow(5) of a tree: lines of fields that
/// ':' separates, the name first.
final class AccountTable {
    private final String path;
    private final Node.File file;
    private final List<List<String>> rows = new ArrayList<>();

    private AccountTable(String path, Node.File file) {
        this.path = path;
        this.file = file;
    }

    static AccountTable read(Tree tree, String path) throws IOException {
        Node.File file =
                tree.file(path)
                        .orElseThrow(
                                () -> new BuildFault.WrongTree("the packages bring no /" + path));
        var table = new AccountTable(path, file);
        new String(file.content().bytes(), UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> table.rows.add(List.of(line.split(":", -1))));
        return table;
    }

    Optional<List<String>> find(String name) {
        return rows.stream().filter(row -> row.getFirst().equals(name)).findFirst();
    }

    /// The row whose third field, the id, is `id`.
    Optional<List<String>> findId(int id) {
        return rows.stream()
                .filter(row -> row.size() > 2 && row.get(2).equals(Integer.toString(id)))
                .findFirst();
    }

    void add(String... fields) {
        rows.add(List.of(fields));
    }

    void change(String name, int field, String value) {
        change(name, field, _ -> value);
    }

    /// Adds `member` to the comma-separated last field of `name`.
    void addMember(String name, String member) {
        int last = find(name).orElseThrow().size() - 1;
        change(
                name,
                last,
                before -> {
                    if (List.of(before.split(",", -1)).contains(member)) return before;
                    return before.isEmpty() ? member : before + "," + member;
                });
    }

    void writeInto(Tree tree, java.time.Instant time) {
        var text = new StringBuilder();
        rows.forEach(row -> text.append(String.join(":", row)).append('\n'));
        tree.put(
                path,
                new Node.File(
                        new Content.Bytes(text.toString().getBytes(UTF_8)),
                        file.mode(),
                        file.user(),
                        file.group(),
                        time));
    }

    private void change(String name, int field, UnaryOperator<String> value) {
        rows.replaceAll(row -> {
            if (!row.getFirst().equals(name)) return row;
            var changed = new ArrayList<>(row);
            changed.set(field, value.apply(row.get(field)));
            return List.copyOf(changed);
        });
    }
}
