const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15000;
/** Two seconds of speech: what cannot be sent by then is too late to be heard. */
const MOST_WAITING_BYTES = 64000;
const HEADER_BYTES = 8;
const AUDIO = 1;
/** Codes with which the server says that it makes no sense to come back at once. */
const FINAL_CODES = new Set([1008, 1009, 1013, 4000, 4001, 4002, 4003, 4004, 4005]);

/**
 * The connection to the server. Tries again when it is lost, unless the server has ended it.
 *
 * Events: `state` with `detail` {state: 'connecting' | 'connected' | 'waiting' | 'disconnected', reason, seconds},
 * `message` with the JSON, `audio` with {generation, pcm}, `congested` when speech is dropped.
 */
export class Connection extends EventTarget {
  #url;
  #socket;
  #wanted = false;
  #failures = 0;
  #timer;

  constructor(url) {
    super();
    this.#url = url;
  }

  get connected() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  get wanted() {
    return this.#wanted;
  }

  open() {
    this.#wanted = true;
    this.#failures = 0;
    this.#connect();
  }

  close() {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
    this.#tell('state', { state: 'disconnected' });
  }

  send(message) {
    if (this.connected) {
      this.#socket.send(JSON.stringify(message));
    }
  }

  /** @param {ArrayBuffer} pcm dropped when the connection is gone or too slow */
  speak(pcm) {
    if (!this.connected) {
      return;
    }
    if (this.#socket.bufferedAmount > MOST_WAITING_BYTES) {
      this.#tell('congested');
    } else {
      this.#socket.send(pcm);
    }
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#tell('state', { state: 'connecting' });
    const socket = new WebSocket(this.#url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#failures = 0;
      this.#tell('state', { state: 'connected' });
    };
    socket.onmessage = ({ data }) => (typeof data === 'string' ? this.#tell('message', JSON.parse(data)) : this.#audio(data));
    socket.onclose = ({ code, reason }) => {
      if (socket === this.#socket && this.#wanted) {
        this.#lost(code, reason, opened);
      }
    };
  }

  #audio(data) {
    const view = new DataView(data);
    if (view.getUint8(0) === AUDIO) {
      this.#tell('audio', { generation: view.getUint32(4, true), pcm: data.slice(HEADER_BYTES) });
    }
  }

  #lost(code, reason, opened) {
    if (FINAL_CODES.has(code)) {
      this.#wanted = false;
      this.#tell('state', { state: 'disconnected', reason: reason || 'The server has ended the conversation.' });
      return;
    }
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures++);
    this.#timer = setTimeout(() => this.#connect(), pause);
    this.#tell('state', {
      state: 'waiting',
      seconds: Math.round(pause / 1000),
      reason: opened ? 'The connection was lost.' : 'The server cannot be reached.',
    });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
