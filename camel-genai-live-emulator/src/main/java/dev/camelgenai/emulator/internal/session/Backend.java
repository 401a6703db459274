package dev.camelgenai.emulator.internal.session;

import java.util.Optional;

import dev.camelgenai.emulator.EmulatorClock;
import dev.camelgenai.emulator.fault.Faults;
import dev.camelgenai.emulator.internal.cassette.Recorder;
import dev.camelgenai.emulator.internal.cassette.Replay;
import io.vertx.core.Vertx;

/** What all sessions of an emulator share. */
public record Backend(Vertx vertx, EmulatorClock clock, EmulatorSettings settings, Faults faults, SessionRegistry registry,
        Resumptions resumptions, EphemeralTokens tokens, Optional<Recorder> recorder, Optional<Replay> replay) {
}
