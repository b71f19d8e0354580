// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.Optional;

/// A native library of an encoder: the pinned copy in the folder that the system property
/// `evenkeel.encoders` names, or else the system's. A folder that is named and lacks the library
/// means that there is none: a device never takes another one in silence.
final class EncoderLibrary {
    static final String FOLDER_PROPERTY = "evenkeel.encoders";
    private static final int MAX_VERSION_BYTES = 64;

    @SuppressWarnings("restricted")
    private static final AddressLayout TEXT =
            ADDRESS.withTargetLayout(
                    MemoryLayout.sequenceLayout(MAX_VERSION_BYTES, ValueLayout.JAVA_BYTE));

    private final SymbolLookup symbols;

    private EncoderLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /// What makes a library's functions callable. Throws [NoSuchElementException] where it lacks
    /// one.
    interface Binding<T> {
        T bind(EncoderLibrary library);
    }

    /// Empty where the library is not there, lacks a function, or where native code is not allowed:
    /// then there is one encoder fewer, and nothing else changes.
    static <T> Optional<T> load(String name, Binding<T> binding) {
        try {
            return Optional.of(binding.bind(new EncoderLibrary(lookup(name))));
        } catch (IllegalArgumentException
                | IllegalCallerException
                | NoSuchElementException
                | UnsatisfiedLinkError absent) {
            System.getLogger(EncoderLibrary.class.getName())
                    .log(
                            System.Logger.Level.DEBUG,
                            () -> name + ": not used, " + absent.getMessage());
            return Optional.empty();
        }
    }

    // the one place of the product that loads native code of its own choice
    @SuppressWarnings("restricted")
    private static SymbolLookup lookup(String name) {
        String folder = System.getProperty(FOLDER_PROPERTY);
        if (folder == null) return SymbolLookup.libraryLookup(name, Arena.global());
        Path library = Path.of(folder, name);
        if (!Files.isRegularFile(library)) {
            throw new NoSuchElementException(library + " is not there");
        }
        return SymbolLookup.libraryLookup(library, Arena.global());
    }

    @SuppressWarnings("restricted")
    MethodHandle function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), descriptor, options);
    }

    /// What a function without parameters says as a text.
    String text(String function) {
        MethodHandle handle = function(function, FunctionDescriptor.of(TEXT));
        try {
            return ((MemorySegment) handle.invokeExact()).getString(0);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    /// A downcall declares every throwable and throws none of its own.
    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof RuntimeException known) return known;
        if (thrown instanceof Error error) throw error;
        return new IllegalStateException(thrown);
    }
}
