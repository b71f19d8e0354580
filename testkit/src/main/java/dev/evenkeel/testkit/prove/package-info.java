/// The prover: cuts the power of the shipping agent at every instant, and again while it recovers,
/// and looks whether every promise holds. Start with [Prover] and [Promise]; why it may be believed
/// stands in `docs/decisions/0050-the-prover.md`. Deliberately not here: what a cut does to a real
/// kernel (module lab).
@NullMarked
package dev.evenkeel.testkit.prove;

import org.jspecify.annotations.NullMarked;
