/** What a Camel route sees: the {@code genai-live} component, its options, headers and bodies. */
package dev.camelgenai.live;
