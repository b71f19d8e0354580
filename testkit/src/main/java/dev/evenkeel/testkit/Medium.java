// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// What a partition holds: immutable, sparse, and cheap to change, because a changed medium shares
/// all other pages with the one that it came from. Offsets are bytes.
public final class Medium {
    public static final int PAGE_BYTES = 4096;
    private static final byte[] ZEROS = new byte[PAGE_BYTES];

    private final long sizeBytes;
    private final int[] numbers;
    private final byte[][] pages;

    private Medium(long sizeBytes, int[] numbers, byte[][] pages) {
        this.sizeBytes = sizeBytes;
        this.numbers = numbers;
        this.pages = pages;
    }

    /// Zeros only.
    public static Medium blank(long sizeBytes) {
        return new Medium(sizeBytes, new int[0], new byte[0][]);
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /// Numbers of the pages that were ever written, ascending.
    public IntStream writtenPages() {
        return Arrays.stream(numbers);
    }

    public void read(long offset, byte[] into, int at, int count) {
        requireWithin(offset, count);
        for (int done = 0; done < count; ) {
            int within = (int) ((offset + done) % PAGE_BYTES);
            int part = Math.min(PAGE_BYTES - within, count - done);
            System.arraycopy(page((offset + done) / PAGE_BYTES), within, into, at + done, part);
            done += part;
        }
    }

    public byte[] read(long offset, int count) {
        byte[] bytes = new byte[count];
        read(offset, bytes, 0, count);
        return bytes;
    }

    /// The medium with `bytes` at `offset`.
    public Medium with(long offset, byte[] bytes) {
        return with(offset, bytes, 0, bytes.length);
    }

    /// The medium with a part of `bytes` at `offset`.
    public Medium with(long offset, byte[] bytes, int from, int count) {
        requireWithin(offset, count);
        Medium changed = this;
        for (int done = 0; done < count; ) {
            int within = (int) ((offset + done) % PAGE_BYTES);
            int part = Math.min(PAGE_BYTES - within, count - done);
            long number = (offset + done) / PAGE_BYTES;
            byte[] page = page(number).clone();
            System.arraycopy(bytes, from + done, page, within, part);
            changed = changed.withPage((int) number, page);
            done += part;
        }
        return changed;
    }

    /// The medium with zeros from `offset` on; both are multiples of [#PAGE_BYTES].
    public Medium blanked(long offset, long count) {
        int from = place((int) (offset / PAGE_BYTES));
        int to = place((int) ((offset + count) / PAGE_BYTES));
        if (from == to) return this;
        int[] fewerNumbers = new int[numbers.length - (to - from)];
        byte[][] fewerPages = new byte[fewerNumbers.length][];
        System.arraycopy(numbers, 0, fewerNumbers, 0, from);
        System.arraycopy(pages, 0, fewerPages, 0, from);
        System.arraycopy(numbers, to, fewerNumbers, from, numbers.length - to);
        System.arraycopy(pages, to, fewerPages, from, numbers.length - to);
        return new Medium(sizeBytes, fewerNumbers, fewerPages);
    }

    /// The same medium, each page replaced by an equal one that may be shared.
    public Medium sharing(UnaryOperator<byte[]> shared) {
        byte[][] same = new byte[pages.length][];
        for (int i = 0; i < same.length; i++) same[i] = shared.apply(pages[i]);
        return new Medium(sizeBytes, numbers, same);
    }

    /// Whether it begins with exactly these bytes.
    public boolean startsWith(byte[] image) {
        for (int done = 0; done < image.length; done += PAGE_BYTES) {
            int part = Math.min(PAGE_BYTES, image.length - done);
            byte[] page = page(done / PAGE_BYTES);
            if (!Arrays.equals(page, 0, part, image, done, done + part)) return false;
        }
        return true;
    }

    /// The page itself, shared: nobody may change it.
    public byte[] page(long number) {
        int at = Arrays.binarySearch(numbers, (int) number);
        return at < 0 ? ZEROS : pages[at];
    }

    /// Index of the first written page that is not below `number`.
    private int place(int number) {
        int at = Arrays.binarySearch(numbers, number);
        return at < 0 ? -at - 1 : at;
    }

    private Medium withPage(int number, byte[] page) {
        int place = place(number);
        if (place < numbers.length && numbers[place] == number) {
            int at = place;
            byte[][] changed = pages.clone();
            changed[at] = page;
            return new Medium(sizeBytes, numbers, changed);
        }
        int[] moreNumbers = new int[numbers.length + 1];
        byte[][] morePages = new byte[numbers.length + 1][];
        System.arraycopy(numbers, 0, moreNumbers, 0, place);
        System.arraycopy(pages, 0, morePages, 0, place);
        moreNumbers[place] = number;
        morePages[place] = page;
        System.arraycopy(numbers, place, moreNumbers, place + 1, numbers.length - place);
        System.arraycopy(pages, place, morePages, place + 1, numbers.length - place);
        return new Medium(sizeBytes, moreNumbers, morePages);
    }

    private void requireWithin(long offset, int count) {
        if (offset < 0 || offset > sizeBytes - count) {
            throw new IndexOutOfBoundsException(
                    count + " bytes at " + offset + ", the medium has " + sizeBytes);
        }
    }
}
