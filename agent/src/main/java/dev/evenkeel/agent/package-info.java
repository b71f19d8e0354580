/// One device: the update machine, journal, health verdicts, boot reports.
package dev.evenkeel.agent;
