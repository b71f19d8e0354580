/// The pages of the console: records as views, made from the fleet by [Views], and written by the
/// templates in `src/main/jte` through [Pages]. No HTTP here.
@NullMarked
package dev.evenkeel.server.console;

import org.jspecify.annotations.NullMarked;
