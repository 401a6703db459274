/** The command line. */
package dev.camelgenai.emulator.cli;
