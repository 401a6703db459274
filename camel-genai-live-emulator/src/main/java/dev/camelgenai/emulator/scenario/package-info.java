/**
 * What the model says: a {@link dev.camelgenai.emulator.scenario.Scenario} gets every turn of the user and answers it, be it
 * written in Java, put together from rules or read from a YAML file.
 */
package dev.camelgenai.emulator.scenario;
