const SVG = 'http://www.w3.org/2000/svg';
const BULB = 'M9 18h6M10 21h4M12 3a6 6 0 0 0-3.6 10.8c.7.6 1.1 1.3 1.1 2.2h5c0-.9.4-1.6 1.1-2.2A6 6 0 0 0 12 3z';

/** The lights of the visitor's flat; the model switches them. */
export class Lights {
  #list;
  #rooms = new Map();

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /** All are off in the beginning. */
  show(rooms) {
    this.#rooms = new Map(rooms.map(room => [room, lamp(room)]));
    this.#list.replaceChildren(...this.#rooms.values());
  }

  set(room, on) {
    const entry = this.#rooms.get(room);
    entry.classList.toggle('on', on);
    entry.querySelector('.switch').textContent = on ? 'on' : 'off';
  }
}

function lamp(room) {
  const entry = document.createElement('li');
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.setAttribute('aria-hidden', 'true');
  const bulb = document.createElementNS(SVG, 'path');
  bulb.setAttribute('d', BULB);
  picture.append(bulb);
  const state = document.createElement('span');
  state.className = 'switch';
  state.textContent = 'off';
  entry.append(picture, document.createElement('br'), `${room} `, state);
  return entry;
}
