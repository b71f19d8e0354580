// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.tree;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/// A root tree: paths without a leading slash, sorted so that a folder comes before what is in it
/// and the order is the same everywhere.
public final class Tree {
    private static final int MAX_LINKS = 16;
    private static final Comparator<String> ORDER =
            Comparator.comparing(path -> path.replace('/', '\0'));

    private final TreeMap<String, Node> nodes = new TreeMap<>(ORDER);
    private final Instant folderTime;

    /// @param folderTime time of folders that are made because something is put into them
    public Tree(Instant folderTime) {
        this.folderTime = folderTime;
    }

    /// Puts a node at `path`; links of folders on the way are followed (`lib/x` goes to
    /// `usr/lib/x`), missing folders are made.
    public void put(String path, Node node) {
        String place = placeOf(path, 0);
        if (node instanceof Node.Folder && nodes.get(place) instanceof Node.Link) {
            place = resolve(place, 0);
        }
        if (!(node instanceof Node.Folder)) remove(place);
        nodes.put(place, node);
    }

    public Optional<Node> find(String path) {
        return Optional.ofNullable(nodes.get(resolve(path, 0)));
    }

    /// The regular file at `path`, through links.
    public Optional<Node.File> file(String path) {
        return find(path).filter(Node.File.class::isInstance).map(Node.File.class::cast);
    }

    /// Removes `path` and everything below it.
    public void remove(String path) {
        nodes.remove(path);
        clear(path);
    }

    /// Removes everything below `path`, which stays.
    public void clear(String path) {
        nodes.keySet().removeAll(List.copyOf(below(path).keySet()));
    }

    public void removeIf(BiPredicate<String, Node> unwanted) {
        nodes.entrySet().removeIf(entry -> unwanted.test(entry.getKey(), entry.getValue()));
    }

    /// Every node below `path`, in order; not a copy.
    public Map<String, Node> below(String path) {
        return nodes.subMap(path + "/", true, path + "/\uffff", true);
    }

    /// Every node in order; not a copy.
    public Map<String, Node> nodes() {
        return nodes;
    }

    /// `path` with every link of a folder on the way followed, and the last part as well.
    public String resolve(String path, int depth) {
        String place = placeOf(path, depth);
        if (nodes.get(place) instanceof Node.Link(String to, int _, int _, Instant _)) {
            if (depth > MAX_LINKS) throw new IllegalArgumentException("links without end: " + path);
            return resolve(target(place, to), depth + 1);
        }
        return place;
    }

    private String placeOf(String path, int depth) {
        int slash = path.lastIndexOf('/');
        if (slash < 0) return path;
        String parent = resolve(path.substring(0, slash), depth);
        nodes.computeIfAbsent(parent, _ -> new Node.Folder(0755, 0, 0, folderTime));
        return parent + path.substring(slash);
    }

    /// Plain text, not a path of the host: the host's locale may not know every name in a tree.
    private static String target(String link, String to) {
        var parts = new ArrayDeque<String>();
        if (!to.startsWith("/") && link.contains("/")) {
            parts.addAll(List.of(link.substring(0, link.lastIndexOf('/')).split("/", -1)));
        }
        for (String part : to.split("/", -1)) {
            if (part.equals("..")) parts.pollLast();
            else if (!part.isEmpty() && !part.equals(".")) parts.addLast(part);
        }
        return String.join("/", parts);
    }
}
