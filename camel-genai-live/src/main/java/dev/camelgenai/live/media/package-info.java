/** Sound and pictures as bytes: WAV, telephony, sample rates, image formats. Knows neither Camel nor sessions. */
package dev.camelgenai.live.media;
