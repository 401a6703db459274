/** Reads code with the user: a live session whose tools see one directory. */
package dev.camelgenai.examples.codingassistant;
