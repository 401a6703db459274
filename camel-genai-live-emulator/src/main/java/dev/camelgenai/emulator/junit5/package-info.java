/** The emulator in JUnit tests. */
package dev.camelgenai.emulator.junit5;
