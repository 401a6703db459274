const CONSTRAINTS = { audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true } };

/** Events: `chunk` with {pcm, level}, `ended` when the device is gone. */
export class Microphone extends EventTarget {
  #stream;
  #source;
  #node;

  get on() {
    return this.#stream !== undefined;
  }

  /**
   * @param {AudioContext} context
   * @param {number} rate samples per second of the chunks
   * @throws {Error} readable, when there is no microphone to be had
   */
  async start(context, rate) {
    if (!navigator.mediaDevices?.getUserMedia) {
      throw new Error('The browser gives the microphone to secure pages only: open this page by https, or on this machine '
        + 'as http://127.0.0.1.');
    }
    await context.audioWorklet.addModule('audio/capture-worklet.js');
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia(CONSTRAINTS);
    } catch (error) {
      throw new Error(reason(error), { cause: error });
    }
    this.#stream.getAudioTracks()[0].onended = () => {
      this.stop();
      this.dispatchEvent(new Event('ended'));
    };
    this.#source = context.createMediaStreamSource(this.#stream);
    this.#node = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0, processorOptions: { rate } });
    this.#node.port.onmessage = ({ data }) => this.dispatchEvent(new CustomEvent('chunk', { detail: data }));
    this.#source.connect(this.#node);
  }

  stop() {
    this.#source?.disconnect();
    if (this.#node) {
      this.#node.port.onmessage = null;
    }
    this.#stream?.getTracks().forEach(track => track.stop());
    this.#stream = this.#source = this.#node = undefined;
  }
}

function reason({ name, message }) {
  switch (name) {
    case 'NotAllowedError':
      return 'The microphone is not allowed. Allow it for this page in the browser, and try again.';
    case 'NotFoundError':
      return 'There is no microphone. Connect one, or write instead.';
    case 'NotReadableError':
      return 'The microphone is in use by another program.';
    default:
      return `The microphone does not work: ${message}`;
  }
}
