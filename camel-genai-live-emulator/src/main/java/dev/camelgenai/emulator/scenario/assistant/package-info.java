/** The scenario of {@link dev.camelgenai.emulator.scenario.Scenarios#assistant()}; its words are resources beside the classes. */
package dev.camelgenai.emulator.scenario.assistant;
