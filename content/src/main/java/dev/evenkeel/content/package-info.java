/// Images as chunks: how an image is cut ([Chunker]), packed ([Frame], [PackWriter]) and described
/// ([ChunkIndex]); the repository folder that keeps them ([ContentFolder]); and the cheapest way in
/// which a device gets an image ([ReusePlan], [FetchPlan]). Start at [ChunkIndex] and [ReusePlan].
/// The bytes of every format: `docs/formats/content.md`. Deliberately not here: signatures (module
/// `trust`), HTTP and the writing of slots.
package dev.evenkeel.content;
