// SPDX-License-Identifier: Apache-2.0
/// Every parser of bytes that a stranger may have written, under a fuzzer and a kept corpus. All of
/// it is tests: start with `Target`, the rules that each parser has to hold, and `Targets`, the
/// list of them. Not here: what a parser's answer means; that is tested beside it.
package dev.evenkeel.fuzz;
