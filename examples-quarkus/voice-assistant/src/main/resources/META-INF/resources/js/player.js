/** As much of a reply is kept that has not been played yet; models speak faster than it is heard. */
const MAX_SECONDS = 60;

/** Events: `level` with {level, queuedSeconds}, `speaking`, `quiet`, `dropped` when a reply is longer than what is kept. */
export class Player extends EventTarget {
  #node;

  /**
   * @param {AudioContext} context
   * @param {number} rate samples per second of what comes
   */
  async start(context, rate) {
    this.stop();
    await context.audioWorklet.addModule('audio/player-worklet.js');
    this.#node = new AudioWorkletNode(context, 'player', {
      numberOfInputs: 0,
      outputChannelCount: [1],
      processorOptions: { rate, maxSeconds: MAX_SECONDS },
    });
    this.#node.port.onmessage = ({ data }) => this.dispatchEvent(new CustomEvent(data.type, { detail: data }));
    this.#node.connect(context.destination);
  }

  stop() {
    if (this.#node) {
      this.#node.disconnect();
      this.#node.port.onmessage = null;
      this.#node = undefined;
    }
  }

  play({ generation, pcm }) {
    this.#node?.port.postMessage({ type: 'audio', generation, pcm }, [pcm]);
  }

  /** No more is coming: what there is need not wait for more. */
  end() {
    this.#node?.port.postMessage({ type: 'end' });
  }

  /** Plays nothing more of this generation and of those before. */
  flush(generation) {
    this.#node?.port.postMessage({ type: 'flush', generation });
  }

  /** What the audio thread has counted: frames played of each generation, and at the flushes. */
  statistics() {
    return new Promise((resolve, reject) => {
      if (!this.#node) {
        reject(new Error('The player is not started'));
        return;
      }
      this.addEventListener('statistics', ({ detail }) => resolve(detail.statistics), { once: true });
      this.#node.port.postMessage({ type: 'statistics' });
    });
  }
}
