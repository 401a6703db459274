/** What was said, written and done; screen readers read out what is complete. */
export class Conversation {
  #list;
  #open = new Map();
  #calls = new Map();
  #outcomes = new Map();

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
    // the last words stay in sight when a phone is turned
    new ResizeObserver(() => this.#scroll()).observe(list);
  }

  /** Whoever connects again talks to a model that knows nothing of it. */
  divide(text) {
    this.#open.clear();
    this.#calls.clear();
    this.#outcomes.clear();
    if (this.#list.childElementCount > 0) {
      this.#append('divider', text);
    }
  }

  notice(text) {
    this.#append('notice', text);
  }

  /** The visitor has written this. */
  write(text) {
    this.#append('user', text);
  }

  /** Fragments are put together, those of the user until it is complete. */
  transcript({ role, text, complete }) {
    let entry = this.#open.get(role);
    if (!entry) {
      if (text.trim() === '') {
        return;
      }
      entry = this.#append(role, '');
      entry.setAttribute('aria-busy', 'true');
      this.#open.set(role, entry);
    }
    const words = entry.querySelector('.words');
    words.textContent = complete ? text : words.textContent + text;
    if (complete) {
      this.#close(role);
    }
    this.#scroll();
  }

  /** The model has said what it had to say. */
  completeTurn() {
    this.#close('model');
  }

  /** The model breaks off. */
  interrupt() {
    const entry = this.#open.get('model');
    if (entry) {
      entry.classList.add('interrupted');
      entry.append(element('span', 'mark', 'interrupted'));
      this.#close('model');
    }
  }

  call({ id, name, args }) {
    const entry = this.#append('tool', '');
    entry.querySelector('.words').append(element('code', '', `${name}(${argumentsOf(args)})`), element('span', 'outcome', '…'));
    entry.classList.add('running');
    this.#calls.set(id, entry);
    this.#settle(id);
  }

  result({ id, result, failed }) {
    this.#outcomes.set(id, { text: result, state: failed ? 'failed' : 'done' });
    this.#settle(id);
  }

  cancel({ id }) {
    this.#outcomes.set(id, { text: 'cancelled', state: 'cancelled' });
    this.#settle(id);
  }

  /** A tool may be done before its call, which comes another way, is shown. */
  #settle(id) {
    const entry = this.#calls.get(id);
    const outcome = this.#outcomes.get(id);
    if (entry && outcome) {
      entry.classList.replace('running', outcome.state);
      entry.querySelector('.outcome').textContent = outcome.text;
      this.#calls.delete(id);
      this.#outcomes.delete(id);
    }
  }

  #close(role) {
    this.#open.get(role)?.removeAttribute('aria-busy');
    this.#open.delete(role);
  }

  #append(kind, text) {
    const entry = element('div', kind);
    const speaker = { user: 'You', model: 'Assistant', tool: 'Tool' }[kind];
    if (speaker) {
      entry.append(element('span', 'speaker', speaker));
    }
    entry.append(element('span', 'words', text));
    this.#list.append(entry);
    this.#scroll();
    return entry;
  }

  #scroll() {
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}

function argumentsOf(args) {
  return Object.entries(args).map(([name, value]) => `${name}: ${value}`).join(', ');
}

function element(name, className, text) {
  const created = document.createElement(name);
  if (className) {
    created.className = className;
  }
  if (text) {
    created.textContent = text;
  }
  return created;
}
