/** Names of variables (manual 2.8): a scope, a dot, and letters, digits, underscores and dots. */

const SCOPES = ['proc', 'sess', 'txn', 'req', 'res', 'check'] as const;

export type VariableScope = (typeof SCOPES)[number];

/** What is wrong with the name of a variable, in HAProxy's words; undefined when nothing is. */
export function variableNameProblem(name: string): string | undefined {
  if (name === '') return 'Empty variable name cannot be accepted';
  const dot = name.indexOf('.');
  const scope = SCOPES.find((one) => one === name.slice(0, dot));
  if (scope === undefined || dot + 1 === name.length) {
    return (
      `invalid variable name '${name}'. A variable name must be start by its scope. ` +
      "The scope can be 'proc', 'sess', 'txn', 'req', 'res' or 'check'"
    );
  }
  const wrong = /[^A-Za-z0-9_.]/.exec(name.slice(dot + 1));
  return wrong === null ? undefined : `invalid syntax at char '${name.slice(dot + 1 + wrong.index)}'`;
}

export function isVariableName(name: string): boolean {
  return variableNameProblem(name) === undefined;
}
