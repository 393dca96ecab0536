import t from 'tap';
import { CONVERTERS } from '../../src/config/keywords/converters.ts';
import { FETCHES } from '../../src/config/keywords/fetches.ts';
import { LOG_VARIABLES } from '../../src/config/keywords/log-variables.ts';
import { allKeywords } from '../../src/config/registry.ts';
import { CONVERTERS as COMPILED_CONVERTERS } from '../../src/sample/converters.ts';
import { FETCHES as COMPILED_FETCHES } from '../../src/sample/fetches.ts';
import { implementedVariables } from '../../src/sample/log-variables.ts';

t.test('every keyword is declared once', async (test) => {
  const seen = new Set<string>();
  for (const { kind, name } of allKeywords()) {
    const key = `${kind} ${name}`;
    if (seen.has(key)) test.fail(`${key} twice`);
    seen.add(key);
  }
  test.ok(seen.size > 800, `${seen.size} keywords`);
});

t.test('what is implemented says what it is for, how it is written and where it is explained', async (test) => {
  for (const entry of allKeywords()) {
    if (!entry.implemented) continue;
    const complete =
      entry.help.length > 3 && entry.grammar.includes(entry.name) && entry.manual !== '' && entry.since !== '';
    if (!complete) test.fail(`${entry.kind} ${entry.name}`);
  }
  test.pass();
});

t.test('the fetches, converters and variables that are offered can be compiled', async (test) => {
  for (const { name, meaning, implemented } of FETCHES.values()) {
    test.equal(COMPILED_FETCHES.has(meaning), implemented, name);
  }
  for (const { name, implemented } of CONVERTERS.values()) {
    test.equal(COMPILED_CONVERTERS.has(name), implemented, name);
  }
  for (const variable of LOG_VARIABLES.values()) {
    if (variable.implemented) test.ok(implementedVariables.has(variable.name), variable.name);
  }
});
