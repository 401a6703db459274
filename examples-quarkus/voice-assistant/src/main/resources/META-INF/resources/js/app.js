import { Connection } from './connection.js';
import { Conversation } from './conversation.js';
import { Lights } from './lights.js';
import { Microphone } from './microphone.js';
import { Player } from './player.js';

const byId = id => document.getElementById(id);
const socketUrl = new URL('live', document.baseURI);
socketUrl.protocol = socketUrl.protocol.replace('http', 'ws');

export const connection = new Connection(socketUrl);
export const microphone = new Microphone();
export const player = new Player();
const conversation = new Conversation(byId('conversation'));
const lights = new Lights(byId('lights'));

let context;
let welcome;
let readiness;
let speaking = false;

/** Settles when the server has said welcome, or has ended the conversation. */
function ready() {
  if (!readiness) {
    readiness = {};
    readiness.promise = new Promise((resolve, reject) => Object.assign(readiness, { resolve, reject }));
    // whoever waits for it is told; nobody need
    readiness.promise.catch(() => {});
  }
  return readiness;
}

/** Browsers let sound begin with a click or a key only, so this has to be called from one. */
async function connect() {
  showError();
  context ??= new AudioContext({ latencyHint: 'interactive' });
  await context.resume();
  if (!connection.wanted) {
    connection.open();
  }
}

function disconnect() {
  stopMicrophone();
  connection.close();
}

async function toggleMicrophone() {
  if (microphone.on) {
    stopMicrophone();
    return;
  }
  try {
    await connect();
    await ready().promise;
    await microphone.start(context, welcome.inputRate);
  } catch (error) {
    microphone.stop();
    showError(error.message);
  }
  showActivity();
}

function stopMicrophone() {
  if (microphone.on) {
    microphone.stop();
    connection.send({ type: 'microphoneOff' });
    showLevel('input', 0);
  }
  showActivity();
}

async function write(text) {
  try {
    await connect();
    await ready().promise;
    conversation.write(text);
    connection.send({ type: 'text', text });
  } catch (error) {
    showError(error.message);
  }
}

const on = {
  welcome: async message => {
    welcome = message;
    byId('service').textContent = message.emulated
      ? `${message.model}, played by an emulator: there is no model behind it`
      : message.model;
    lights.show(message.rooms);
    conversation.divide('A new conversation');
    await player.start(context, message.outputRate);
    ready().resolve();
    readiness.settled = true;
  },
  session: ({ event, attempt, stateRestored }) => {
    if (event === 'opened' || event === 'resumed') {
      showState('connected', 'Connected');
    }
    if (event === 'reconnecting') {
      showState('waiting', `Live session lost, attempt ${attempt}`);
    }
    if (event === 'resumed' && !stateRestored) {
      conversation.notice('The connection to the model was lost. It has forgotten the conversation.');
    }
  },
  transcript: message => conversation.transcript(message),
  interrupted: ({ generation }) => {
    player.flush(generation);
    conversation.interrupt();
  },
  turnComplete: () => {
    player.end();
    conversation.completeTurn();
  },
  toolCall: message => conversation.call(message),
  toolResult: message => conversation.result(message),
  toolCancelled: message => conversation.cancel(message),
  light: ({ room, on: isOn }) => lights.set(room, isOn),
  notice: ({ text }) => conversation.notice(text),
};

connection.addEventListener('message', ({ detail }) => on[detail.type]?.(detail));
connection.addEventListener('audio', ({ detail }) => player.play(detail));
connection.addEventListener('congested', () => showError('Your connection is too slow: not everything you say is heard.'));
connection.addEventListener('state', ({ detail: { state, reason, seconds } }) => {
  if (state === 'connected') {
    showState('connecting', 'Opening the session');
    showError();
  } else if (state === 'waiting') {
    showState('waiting', `Trying again in ${seconds} s`);
    showError(reason);
  } else if (state === 'connecting') {
    showState('connecting', 'Connecting');
  } else {
    stopMicrophone();
    showState('disconnected', 'Not connected');
    showError(reason);
  }
  if (state === 'waiting' || state === 'disconnected') {
    player.stop();
    speaking = false;
    showLevel('output', 0);
  }
  if (state === 'disconnected') {
    ready().reject(new Error(reason ?? ''));
    readiness = undefined;
  } else if (state === 'waiting' && readiness?.settled) {
    // who waits already goes on waiting
    readiness = undefined;
  }
  byId('connect').textContent = connection.wanted ? 'Disconnect' : 'Connect';
  showActivity();
});

microphone.addEventListener('chunk', ({ detail: { pcm, level } }) => {
  connection.speak(pcm);
  showLevel('input', level);
});
microphone.addEventListener('ended', () => {
  stopMicrophone();
  showError('The microphone was disconnected.');
});
player.addEventListener('level', ({ detail: { level } }) => showLevel('output', level));
player.addEventListener('speaking', () => {
  speaking = true;
  showActivity();
});
player.addEventListener('quiet', () => {
  speaking = false;
  showActivity();
});
player.addEventListener('dropped', () => showError('The reply is too long to be kept: its end is in writing only.'));

byId('connect').addEventListener('click', () => (connection.wanted ? disconnect() : connect()));
byId('microphone').addEventListener('click', toggleMicrophone);
byId('composer').addEventListener('submit', event => {
  event.preventDefault();
  const text = byId('text').value.trim();
  if (text) {
    byId('text').value = '';
    write(text);
  }
});
byId('suggestions').addEventListener('click', ({ target }) => {
  if (target instanceof HTMLButtonElement) {
    write(target.textContent);
  }
});
document.addEventListener('visibilitychange', () => {
  // phones stop the sound of pages that are not seen
  if (!document.hidden && connection.wanted) {
    context?.resume();
  }
});

function showState(state, text) {
  byId('state').dataset.state = state;
  byId('state').textContent = text;
}

function showError(text = '') {
  byId('error').textContent = text;
  byId('error').hidden = text === '';
}

function showActivity() {
  byId('microphone').setAttribute('aria-pressed', String(microphone.on));
  byId('hint').textContent = hint();
}

function hint() {
  if (speaking) {
    return microphone.on ? 'Speaking. Just talk to interrupt.' : 'Speaking.';
  }
  return microphone.on ? 'Listening. Press again to switch the microphone off.'
    : 'Press the microphone and speak. You may interrupt at any time.';
}

/** Ears do not hear in proportion: -60 dB is nothing, 0 dB is all. */
function showLevel(side, level) {
  const shown = level > 0 ? Math.max(0, Math.min(1, 1 + Math.log10(level) / 3)) : 0;
  document.documentElement.style.setProperty(side === 'input' ? '--level-in' : '--level-out', shown.toFixed(2));
  byId(`${side}-level`).setAttribute('aria-valuenow', Math.round(shown * 100));
}
