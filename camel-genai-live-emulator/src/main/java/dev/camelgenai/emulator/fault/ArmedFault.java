package dev.camelgenai.emulator.fault;

/**
 * A fault that is armed; a snapshot.
 *
 * @param id       for {@link Faults#disarm}; never used a second time by the same {@link Faults}
 * @param fault    as it was armed
 * @param happened how often it has happened so far
 */
public record ArmedFault(long id, Fault fault, long happened) {
}
