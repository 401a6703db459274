/** What listens: upgrades and their refusals, the minting of tokens. */
package dev.camelgenai.emulator.internal.server;
