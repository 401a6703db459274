// Does with Google's SDK what a Java test asks for. In: one JSON object a line, {id, op, ...}. Out: {id, result} or
// {id, error} for each, and in between {session, on, ...} for everything the SDK calls back. Ends when its input ends.
import { Console } from 'node:console';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { GoogleGenAI } from '@google/genai';
import { OAuth2Client } from 'google-auth-library';

import { leaves } from './surface.mjs';

// the SDK's warnings must not get between the answers
globalThis.console = new Console(process.stderr);

const declarations = fileURLToPath(new URL('node_modules/@google/genai/dist/genai.d.ts', import.meta.url));
const sessions = new Map();

function write(line) {
    process.stdout.write(`${JSON.stringify(line)}\n`);
}

function client({ accessToken, ...options }) {
    if (accessToken) {
        const authClient = new OAuth2Client();
        authClient.setCredentials({ access_token: accessToken, expiry_date: Number.MAX_SAFE_INTEGER });
        options.googleAuthOptions = { authClient };
    }
    return new GoogleGenAI(options);
}

// what JSON cannot carry: tools with code
function callable(declaration) {
    return { tool: async () => declaration, callTool: async () => [] };
}

const operations = {
    version: () => ({
        sdk: JSON.parse(readFileSync(new URL('node_modules/@google/genai/package.json', import.meta.url), 'utf8')).version,
        node: process.versions.node,
    }),

    leaves: ({ type, choose, beside, skip }) => leaves(declarations, type, { choose, beside, skip }),

    // answers at once: connect() may never settle
    connect({ session, options, model, config, callableTools }) {
        const tell = (on, more) => write({ session, on, ...more });
        if (callableTools) {
            config.tools = callableTools.map(callable);
        }
        client(options).live.connect({
            model,
            config,
            callbacks: {
                onopen: () => tell('open'),
                onmessage: message => tell('message', { message, text: message.text, data: message.data }),
                onerror: event => tell('error', { message: event.message }),
                onclose: event => tell('close', { code: event.code, reason: event.reason }),
            },
        }).then(connected => {
            sessions.set(session, connected);
            tell('connected', { setupComplete: connected.setupComplete });
        }, error => tell('failed', { message: error.message }));
    },

    send({ session, method, params }) {
        sessions.get(session)[method](params);
    },

    close({ session }) {
        sessions.get(session).close();
    },

    createToken: ({ options, config }) => client(options).authTokens.create({ config }),
};

// an SDK that stumbles over a message does so where nobody waits
process.on('unhandledRejection', error => write({ unhandled: error?.message ?? String(error) }));

createInterface({ input: process.stdin }).on('line', async line => {
    const { id, op, ...its } = JSON.parse(line);
    try {
        write({ id, result: await operations[op](its) ?? null });
    } catch (error) {
        write({ id, error: error.message });
    }
}).on('close', () => process.exit(0));
