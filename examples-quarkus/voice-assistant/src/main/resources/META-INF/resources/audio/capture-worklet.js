import { Resampler } from './resampler.js';

const CHUNK_SECONDS = 0.02;

/** Turns what the microphone hears into chunks of 20 ms, 16-bit PCM at the rate that the service takes. */
class Capture extends AudioWorkletProcessor {
  #resampler;
  #chunk;
  #filled = 0;
  #squares = 0;

  constructor({ processorOptions }) {
    super();
    this.#resampler = new Resampler(sampleRate, processorOptions.rate);
    this.#chunk = new Int16Array(processorOptions.rate * CHUNK_SECONDS);
  }

  process([channels]) {
    if (channels.length > 0) {
      for (const sample of this.#resampler.push(mixed(channels))) {
        const value = Math.max(-1, Math.min(1, sample));
        this.#squares += value * value;
        this.#chunk[this.#filled++] = Math.round(value * 32767);
        if (this.#filled === this.#chunk.length) {
          this.#hand();
        }
      }
    }
    return true;
  }

  #hand() {
    const pcm = this.#chunk.slice().buffer;
    this.port.postMessage({ pcm, level: Math.sqrt(this.#squares / this.#chunk.length) }, [pcm]);
    this.#filled = 0;
    this.#squares = 0;
  }
}

function mixed(channels) {
  if (channels.length === 1) {
    return channels[0];
  }
  return channels[0].map((_, i) => channels.reduce((sum, channel) => sum + channel[i], 0) / channels.length);
}

registerProcessor('capture', Capture);
