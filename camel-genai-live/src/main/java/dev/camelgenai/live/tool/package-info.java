/** Routes that a model can call: the component {@code genai-live-tool}. */
package dev.camelgenai.live.tool;
