// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

/// The numbers of the NBD protocol that this server speaks (NetworkBlockDevice/nbd, doc/proto.md).
final class NbdWire {
    static final long GREETING = 0x4e42444d41474943L;
    static final long OPTION = 0x49484156454f5054L;
    static final long OPTION_REPLY = 0x0003e889045565a9L;
    static final int REQUEST = 0x25609513;
    static final int SIMPLE_REPLY = 0x67446698;

    static final int FIXED_NEWSTYLE = 1;
    static final int NO_ZEROES = 2;

    static final int OPTION_EXPORT_NAME = 1;
    static final int OPTION_ABORT = 2;
    static final int OPTION_LIST = 3;
    static final int OPTION_INFO = 6;
    static final int OPTION_GO = 7;

    static final int REPLY_ACK = 1;
    static final int REPLY_SERVER = 2;
    static final int REPLY_INFO = 3;
    static final int REPLY_UNSUPPORTED = 0x80000001;
    static final int REPLY_INVALID = 0x80000003;
    static final int REPLY_UNKNOWN_EXPORT = 0x80000006;

    static final int INFO_EXPORT = 0;
    static final int INFO_BLOCK_SIZE = 3;

    /// has flags, flush, FUA, trim, write zeroes
    static final int EXPORT_FLAGS = 1 | 4 | 8 | 32 | 64;

    static final int READ = 0;
    static final int WRITE = 1;
    static final int DISCONNECT = 2;
    static final int FLUSH = 3;
    static final int TRIM = 4;
    static final int WRITE_ZEROES = 6;

    static final int FLAG_FUA = 1;
    static final int FLAG_NO_HOLE = 2;

    static final int EIO = 5;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;

    /// The longest read or write, as announced to the client.
    static final int PAYLOAD_BYTES = 32 << 20;

    /// The longest option; a name has at most 4096 bytes.
    static final int OPTION_BYTES = 8 << 10;

    private NbdWire() {}
}
