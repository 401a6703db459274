/** What a connection is after its upgrade: setup, turns, tools, memory, resumption, record. */
package dev.camelgenai.emulator.internal.session;
