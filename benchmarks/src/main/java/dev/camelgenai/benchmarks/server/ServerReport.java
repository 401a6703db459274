package dev.camelgenai.benchmarks.server;

import java.util.Map;

import dev.camelgenai.benchmarks.SequenceLedger;

/**
 * What the server has counted since the run began.
 *
 * @param connections  upgrades
 * @param account      of all sessions together
 * @param unrecognised messages that are neither a setup nor marked audio
 * @param sourceSent   messages of its own that the server has written
 * @param received     chunks by session
 */
public record ServerReport(long connections, SequenceLedger.Account account, long unrecognised, long sourceSent,
        Map<Integer, Long> received) {
}
