/// What an image shall be, read from TOML with every mistake told by file, line and key. Start with
/// [Blueprint]; `docs/guides/blueprint.md` lists every key.
@NullMarked
package dev.evenkeel.image.blueprint;

import org.jspecify.annotations.NullMarked;
