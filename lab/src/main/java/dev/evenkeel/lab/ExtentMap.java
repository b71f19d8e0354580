// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/// The newest cached content of each place of a disk: parts of writes that never overlap, by
/// offset. One entry per contiguous part, however many sectors it has.
final class ExtentMap {
    private final TreeMap<Long, CachedWrite> extents = new TreeMap<>();

    void put(CachedWrite write) {
        carve(write.offset(), write.end());
        extents.put(write.offset(), write);
    }

    /// Forgets what lies in `start` to `end`; an extent that reaches over a border keeps its rest.
    void carve(long start, long end) {
        for (CachedWrite extent : overlapping(start, end)) {
            extents.remove(extent.offset());
            if (extent.offset() < start) {
                extents.put(extent.offset(), extent.part(extent.offset(), start));
            }
            if (extent.end() > end) extents.put(end, extent.part(end, extent.end()));
        }
    }

    /// Forgets the extents that came from `write`: it is on the medium now.
    void removeAllOf(CachedWrite write) {
        for (CachedWrite extent : overlapping(write.offset(), write.end())) {
            if (extent.sequence() == write.sequence()) extents.remove(extent.offset());
        }
    }

    /// The extents that touch `start` to `end`, by offset.
    List<CachedWrite> overlapping(long start, long end) {
        var found = new ArrayList<CachedWrite>();
        var before = extents.lowerEntry(start);
        if (before != null && before.getValue().end() > start) found.add(before.getValue());
        found.addAll(extents.subMap(start, end).values());
        return found;
    }

    Collection<CachedWrite> all() {
        return extents.values();
    }

    void clear() {
        extents.clear();
    }
}
