// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import java.util.Optional;

/// One thing that a row of the decision table does to the boot record. Each is written twice, side
/// by side: as Java for simulators and as U-Boot commands for the boot script.
public enum BootStep {
    EMPTY_FIRST("the first slot has no attempt left") {
        @Override
        BootRecord apply(BootRecord record) {
            return record.withLeft(record.first(), 0);
        }

        @Override
        String commands() {
            return "if test ${first} = a; then setenv a_left 0; else setenv b_left 0; fi";
        }
    },

    SWITCH_SLOTS("the other slot becomes the first") {
        @Override
        BootRecord apply(BootRecord record) {
            return record.withFirst(record.first().other());
        }

        @Override
        String commands() {
            return "if test ${first} = a; then setenv first b; else setenv first a; fi";
        }
    },

    FILL_FIRST("the first slot gets " + BootRecord.ATTEMPTS + " attempts") {
        @Override
        BootRecord apply(BootRecord record) {
            return record.withLeft(record.first(), BootRecord.ATTEMPTS);
        }

        @Override
        String commands() {
            return "if test ${first} = a; then setenv a_left N; else setenv b_left N; fi"
                    .replace("N", Integer.toString(BootRecord.ATTEMPTS));
        }
    },

    /// In no row that ships: a slot that was never committed would boot without its deadline.
    END_TRIAL("no slot is on trial") {
        @Override
        BootRecord apply(BootRecord record) {
            return record.withTrial(Optional.empty());
        }

        @Override
        String commands() {
            return "setenv trial none";
        }
    },

    /// Always the last step: the script counts once, after the rows.
    TAKE_ATTEMPT("the first slot has one attempt fewer, at least 0") {
        @Override
        BootRecord apply(BootRecord record) {
            int left = record.left(record.first());
            return record.withLeft(record.first(), Math.max(0, left - 1));
        }

        @Override
        String commands() {
            return "setenv ek_take yes";
        }
    };

    private final String words;

    BootStep(String words) {
        this.words = words;
    }

    /// What it does, for readers.
    public String words() {
        return words;
    }

    abstract BootRecord apply(BootRecord record);

    /// The same in U-Boot's commands, one line.
    abstract String commands();
}
