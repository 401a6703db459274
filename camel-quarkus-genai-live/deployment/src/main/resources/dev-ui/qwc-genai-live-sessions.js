import { LitElement, css, html } from 'lit';
import { JsonRpc } from 'jsonrpc';
import { notifier } from 'notifier';
import '@vaadin/button';

const REFRESH_MILLIS = 2000;

/** Endpoints, sessions and the emulator of the Dev Service; asks again every two seconds while it is shown. */
export class QwcGenaiLiveSessions extends LitElement {

    static styles = css`
        :host { display: flex; flex-direction: column; gap: 1em; padding: 1em; overflow: auto; }
        h4 { margin: 0; }
        table { border-collapse: collapse; }
        th, td { text-align: left; vertical-align: top; padding: 0.2em 1em 0.2em 0; }
        code { overflow-wrap: anywhere; }
        .lost { color: var(--lumo-error-text-color); }
    `;

    static properties = {
        _application: { state: true },
        _emulator: { state: true },
    };

    jsonRpc = new JsonRpc(this);

    constructor() {
        super();
        this._application = { endpoints: [], sessions: [], counts: [], lostSessions: [] };
        this._emulator = {};
    }

    connectedCallback() {
        super.connectedCallback();
        this._refresh();
        this._timer = setInterval(() => this._refresh(), REFRESH_MILLIS);
    }

    disconnectedCallback() {
        clearInterval(this._timer);
        super.disconnectedCallback();
    }

    _refresh() {
        this.jsonRpc.overview().then(answer => { this._application = answer.result; });
        this.jsonRpc.emulator().then(answer => { this._emulator = answer.result; });
    }

    render() {
        return html`
            <h4>Endpoints</h4>
            <div>${this._application.endpoints.map(uri => html`<div><code>${uri}</code></div>`)}</div>
            ${this._application.lostSessions.map(lost => html`
                <div class="lost">Route ${lost.route} has lost its session in group ${lost.group}: ${lost.reason}</div>`)}
            <h4>Sessions of the application</h4>
            ${this._table(['Group', 'Model', 'Key (digest)', 'State', 'Waiting to be sent'], this._application.sessions,
                session => [session.group, session.model, html`<code>${session.key}</code>`, session.state, session.waiting])}
            <h4>Counts</h4>
            ${this._table(['Group', 'Reconnects', 'In doubt', 'Dropped', 'Unheard', 'Cancelled', 'Stale audio', 'Overflow audio'],
                this._application.counts, count => [count.group, count.reconnects, count.inDoubt, count.dropped, count.unheard,
                    count.cancelled, count.staleAudio, count.overflowAudio])}
            ${this._renderEmulator()}
        `;
    }

    _renderEmulator() {
        if (!this._emulator.url) {
            return html`<div>The Dev Service does not run: the application talks to a service of its own choice.</div>`;
        }
        return html`
            <h4>Emulator at ${this._emulator.url}</h4>
            ${this._table(['Session', 'Model', '', 'Last messages of the application'], this._emulator.sessions, session => [
                `${session.number} (${session.open ? 'open' : 'ended'})`, session.model, this._buttons(session),
                session.messages.map(message => html`<div><code>${message}</code></div>`)])}
        `;
    }

    _buttons(session) {
        return session.open ? html`
            <vaadin-button theme="small" title="Announce the end of the connection, in 10 seconds"
                @click=${() => this._act('goAway', session)}>Go away</vaadin-button>
            <vaadin-button theme="small" title="Cut the connection"
                @click=${() => this._act('drop', session)}>Drop</vaadin-button>
            <vaadin-button theme="small" title="Tell the application that the user has interrupted the model"
                @click=${() => this._act('interrupt', session)}>Interrupt</vaadin-button>` : '';
    }

    _act(action, session) {
        this.jsonRpc[action]({ session: String(session.number) }).then(answer => {
            if (!answer.result) {
                notifier.showWarningMessage(`Session ${session.number} is not open any more.`);
            }
            this._refresh();
        });
    }

    _table(heads, rows, cells) {
        return rows.length === 0 ? html`<div>None.</div>` : html`
            <table>
                <tr>${heads.map(head => html`<th>${head}</th>`)}</tr>
                ${rows.map(row => html`<tr>${cells(row).map(cell => html`<td>${cell}</td>`)}</tr>`)}
            </table>`;
    }
}

customElements.define('qwc-genai-live-sessions', QwcGenaiLiveSessions);
