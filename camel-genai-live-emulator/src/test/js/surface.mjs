// What Google's SDK can express, read from its own type declarations: every leaf below a type, each with a value to send.
import { readFileSync } from 'node:fs';

const DECLARATION = /^(?:export )?declare (?:interface|class|enum|type) (\w+)(?: extends \w+)?(?: = ([^;]+);$| \{$([\s\S]*?)^\}$)/gm;

function parse(file) {
    const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    const types = new Map();
    for (const [declaration, name, alias, body] of text.matchAll(DECLARATION)) {
        if (alias) {
            types.set(name, { alias });
        } else if (declaration.includes('declare enum ')) {
            types.set(name, { constants: [...body.matchAll(/^ {4}\w+ = "(\w+)"/gm)].map(([, value]) => value) });
        } else {
            types.set(name, { fields: [...body.matchAll(/^ {4}(\w+)\??: ([^;]+);$/gm)].map(([, field, type]) => ({ field, type })) });
        }
    }
    return types;
}

// the members of unions that are walked; the others have tests of their own
const UNIONS = {
    ContentUnion: 'Content',
    ContentListUnion: 'Content[]',
    SchemaUnion: 'Schema',
    ToolListUnion: 'Tool[]',
    ToolUnion: 'Tool',
    'FunctionResponse[] | FunctionResponse': 'FunctionResponse[]',
};

const SCALARS = {
    string: 'x',
    number: 3,
    boolean: true,
    unknown: { any: 'thing' },
    object: { any: 'thing' },
    'Record<string, string>': { any: 'thing' },
    'Record<string, unknown>': { any: 'thing' },
    'Record<string, any>': { any: 'thing' },
};

/**
 * Every leaf below a type.
 *
 * @param file the declarations
 * @param root the type's name
 * @param choose values for leaves, by path or its end, where the default for the type will not do
 * @param beside what goes with a leaf in the object at that path
 * @param skip fields of the root to leave out
 * @returns {{path: string, value: unknown}[]} value is an instance of the root with that one leaf in it
 */
export function leaves(file, root, { choose = {}, beside = {}, skip = [] }) {
    const types = parse(file);
    const found = [];

    function walk(type, path, wrap, above) {
        const name = UNIONS[type] ?? type;
        const chosen = Object.keys(choose).find(end => path === end || path.endsWith(`.${end}`));
        const leaf = value => found.push({ path, value: wrap(value) });
        const constants = all => all.forEach(value => found.push({ path: `${path}=${value}`, value: wrap(value) }));
        if (chosen) {
            leaf(choose[chosen]);
        } else if (name in SCALARS) {
            leaf(SCALARS[name]);
        } else if (name.endsWith('[]')) {
            walk(name.slice(0, -2), `${path}[]`, value => wrap([value]), above);
        } else if (name.startsWith('Record<string, ')) {
            walk(name.slice('Record<string, '.length, -1), `${path}{}`, value => wrap({ any: value }), above);
        } else if (name.startsWith("'")) {
            constants(name.split(' | ').map(literal => literal.slice(1, -1)));
        } else {
            const declared = types.get(name);
            if (!declared) {
                throw new Error(`${path} has the type ${type}, which surface.mjs does not know; see there`);
            }
            if (declared.alias) {
                walk(declared.alias, path, wrap, above);
            } else if (declared.constants) {
                constants(declared.constants.filter(constant => !constant.endsWith('UNSPECIFIED')));
            } else if (declared.fields.length === 0 || above.includes(name)) {
                // a schema in a schema: once is enough
                leaf({});
            } else {
                declared.fields.filter(({ field }) => path || !skip.includes(field))
                    .forEach(({ field, type: its }) => walk(its, path ? `${path}.${field}` : field,
                        value => wrap({ ...beside[path], [field]: value }), [...above, name]));
            }
        }
    }

    walk(root, '', value => value, []);
    return found;
}
