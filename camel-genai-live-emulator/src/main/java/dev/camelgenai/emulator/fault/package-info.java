/** Misbehaviour on demand: what goes wrong, when, how often, and how a fault is written as text. */
package dev.camelgenai.emulator.fault;
