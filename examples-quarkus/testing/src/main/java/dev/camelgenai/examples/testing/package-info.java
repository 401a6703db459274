/** What the tests of packaged examples have in common. */
package dev.camelgenai.examples.testing;
