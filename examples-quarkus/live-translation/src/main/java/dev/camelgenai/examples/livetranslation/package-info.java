/** One speaks, and listeners follow live in other languages: a live session for each language of a talk. */
package dev.camelgenai.examples.livetranslation;
