/** The control API: HTTP on loopback, to look at a running emulator and to steer it. */
package dev.camelgenai.emulator.internal.control;
