import { Resampler } from './resampler.js';

/** As long as this the first sound of a turn waits for more, so that a late packet makes no gap. */
const HEAD_START_SECONDS = 0.06;
const FADE_FRAMES = 128;
const LEVEL_SECONDS = 0.05;
const KEPT_GENERATIONS = 16;

/**
 * Plays the speech of the model from a queue of its own. The queue holds up to `maxSeconds`; what comes when it is full is dropped
 * and counted (drop-newest: what was begun is spoken to the end, and the transcript has the rest). A flush drops everything of
 * that generation and of those before, fading out within one render quantum.
 *
 * Counts the frames that were played of each generation, in the thread that plays them.
 */
class Player extends AudioWorkletProcessor {
  #rate;
  #maxFrames;
  #queue = [];
  #queued = 0;
  #offset = 0;
  #playing = false;
  #ended = false;
  #waited = 0;
  #fading;
  #resampler;
  #generation = 0;
  #flushed = 0;
  #played = new Map();
  #squares = new Map();
  #flushes = [];
  #dropped = 0;
  #level = 0;
  #levelFrames = 0;

  constructor({ processorOptions }) {
    super();
    this.#rate = processorOptions.rate;
    this.#maxFrames = processorOptions.maxSeconds * sampleRate;
    this.port.onmessage = ({ data }) => this.#on[data.type](data);
  }

  #on = {
    audio: ({ generation, pcm }) => this.#take(generation, new Int16Array(pcm)),
    end: () => {
      this.#ended = true;
    },
    flush: ({ generation }) => this.#flush(generation),
    statistics: () => this.port.postMessage({ type: 'statistics', statistics: this.#statistics() }),
  };

  #take(generation, pcm) {
    if (generation <= this.#flushed) {
      return;
    }
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#resampler = new Resampler(this.#rate, sampleRate);
    }
    const samples = this.#resampler.push(Float32Array.from(pcm, sample => sample / 32768));
    if (this.#queued + samples.length > this.#maxFrames) {
      this.#dropped += samples.length;
      this.port.postMessage({ type: 'dropped' });
      return;
    }
    this.#ended = false;
    this.#queue.push({ generation, samples });
    this.#queued += samples.length;
  }

  #flush(generation) {
    this.#flushed = Math.max(this.#flushed, generation);
    this.#flushes.push({ generation, frame: currentFrame, played: this.#played.get(generation) ?? 0, queued: this.#queued });
    this.#flushes = this.#flushes.slice(-KEPT_GENERATIONS);
    const kept = this.#queue.filter(each => each.generation > generation);
    if (kept.length === this.#queue.length) {
      return;
    }
    if (this.#playing) {
      const { generation: interrupted, samples } = this.#queue[0];
      this.#fading = { interrupted, samples: samples.slice(this.#offset, this.#offset + FADE_FRAMES) };
    }
    this.#queue = kept;
    this.#queued = kept.reduce((sum, each) => sum + each.samples.length, 0);
    this.#offset = 0;
    this.#playing = false;
    this.#waited = 0;
  }

  process(_, [[output, ...others]]) {
    let frames = 0;
    if (this.#fading) {
      frames = this.#fade(output);
    } else if (this.#mayPlay(output.length)) {
      frames = this.#play(output);
    }
    this.#measure(output);
    others.forEach(channel => channel.set(output));
    if (this.#playing && frames < output.length) {
      this.#playing = false;
      this.#waited = 0;
      this.port.postMessage({ type: 'quiet' });
    }
    return true;
  }

  /** The remaining frames of what was interrupted; a hard cut would crack. */
  #fade(output) {
    const { interrupted, samples } = this.#fading;
    samples.forEach((sample, i) => {
      output[i] = sample * (1 - (i + 1) / samples.length);
    });
    this.#count(interrupted, output, 0, samples.length);
    this.#fading = undefined;
    this.port.postMessage({ type: 'quiet' });
    return output.length;
  }

  #mayPlay(frames) {
    if (!this.#playing && this.#queued > 0) {
      this.#waited += frames;
      const headStart = HEAD_START_SECONDS * sampleRate;
      if (this.#ended || this.#queued >= headStart || this.#waited >= headStart) {
        this.#playing = true;
        this.port.postMessage({ type: 'speaking' });
      }
    }
    return this.#playing;
  }

  #play(output) {
    let filled = 0;
    while (filled < output.length && this.#queue.length > 0) {
      const { generation, samples } = this.#queue[0];
      const part = samples.subarray(this.#offset, this.#offset + output.length - filled);
      output.set(part, filled);
      this.#count(generation, output, filled, filled + part.length);
      filled += part.length;
      this.#queued -= part.length;
      this.#offset += part.length;
      if (this.#offset >= samples.length) {
        this.#queue.shift();
        this.#offset = 0;
      }
    }
    return filled;
  }

  #count(generation, output, from, to) {
    let squares = this.#squares.get(generation) ?? 0;
    for (let i = from; i < to; i++) {
      squares += output[i] * output[i];
    }
    this.#squares.set(generation, squares);
    this.#played.set(generation, (this.#played.get(generation) ?? 0) + to - from);
    for (const counts of [this.#played, this.#squares]) {
      if (counts.size > KEPT_GENERATIONS) {
        counts.delete(counts.keys().next().value);
      }
    }
  }

  #measure(output) {
    for (const sample of output) {
      this.#level += sample * sample;
    }
    this.#levelFrames += output.length;
    if (this.#levelFrames >= LEVEL_SECONDS * sampleRate) {
      this.port.postMessage({
        type: 'level',
        level: Math.sqrt(this.#level / this.#levelFrames),
        queuedSeconds: this.#queued / sampleRate,
      });
      this.#level = 0;
      this.#levelFrames = 0;
    }
  }

  #statistics() {
    return {
      sampleRate,
      queuedFrames: this.#queued,
      droppedFrames: this.#dropped,
      generations: [...this.#played].map(([generation, frames]) => (
        { generation, frames, rms: Math.sqrt(this.#squares.get(generation) / Math.max(1, frames)) })),
      flushes: this.#flushes,
    };
  }
}

registerProcessor('player', Player);
