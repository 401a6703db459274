/**
 * Changes the sample rate of a stream of sound, block by block: a windowed sinc filter that lets nothing pass that the lower of both rates
 * cannot carry, so that nothing is mirrored back as noise. Any two rates will do.
 */
export class Resampler {
  static #ZERO_CROSSINGS = 16;
  static #STEPS = 256;

  #step;
  #reach;
  #table;
  #kept;
  #position;

  /**
   * @param {number} from samples per second that are pushed
   * @param {number} to samples per second that come back
   */
  constructor(from, to) {
    const ratio = Math.min(1, to / from);
    this.#step = from / to;
    // a lower rate needs a longer filter
    this.#reach = Math.ceil(Resampler.#ZERO_CROSSINGS / ratio);
    this.#table = Resampler.#filter(ratio, this.#reach);
    this.#kept = new Float32Array(2 * this.#reach);
    this.#position = this.#reach;
  }

  /** One half of the symmetrical filter, with #STEPS values from one sample to the next. */
  static #filter(ratio, reach) {
    const cutoff = ratio * 0.94;
    const table = new Float32Array(reach * Resampler.#STEPS + 2);
    for (let i = 0; i < reach * Resampler.#STEPS; i++) {
      const x = i / Resampler.#STEPS;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x);
      const blackman = 0.42 + 0.5 * Math.cos(Math.PI * x / reach) + 0.08 * Math.cos(2 * Math.PI * x / reach);
      table[i] = cutoff * sinc * blackman;
    }
    return table;
  }

  /**
   * @param {Float32Array} block the next samples
   * @returns {Float32Array} what can be told by now; the filter's reach is behind
   */
  push(block) {
    const samples = new Float32Array(this.#kept.length + block.length);
    samples.set(this.#kept);
    samples.set(block, this.#kept.length);
    const end = samples.length - this.#reach;
    const result = new Float32Array(Math.max(0, Math.ceil((end - this.#position) / this.#step)));
    let position = this.#position;
    for (let i = 0; i < result.length; i++, position += this.#step) {
      result[i] = this.#at(samples, position);
    }
    const keepFrom = Math.max(0, Math.min(samples.length, Math.floor(position) - this.#reach));
    this.#kept = samples.slice(keepFrom);
    this.#position = position - keepFrom;
    return result;
  }

  #at(samples, position) {
    const first = Math.floor(position) - this.#reach + 1;
    let sum = 0;
    for (let k = 0; k < 2 * this.#reach; k++) {
      const place = Math.abs(position - (first + k)) * Resampler.#STEPS;
      const index = Math.floor(place);
      const weight = this.#table[index] + (this.#table[index + 1] - this.#table[index]) * (place - index);
      sum += samples[first + k] * weight;
    }
    return sum;
  }
}
