/** The usual surroundings of cases about rules: TCP with one origin or three, HTTP with one. */
import { close, closed, type DifferentialCase, get, httpCase, type Script, send, text, web } from './case.ts';

interface TcpInput {
  readonly name: string;
  readonly client?: Script;
  readonly clients?: readonly Script[];
  readonly origin?: Script;
  readonly frontend?: readonly string[];
  readonly backend?: readonly string[];
  readonly logs?: number;
  readonly loose?: DifferentialCase['loose'];
}

export function tcpCase(input: TcpInput): DifferentialCase {
  const { name, frontend = [], backend = [], ...rest } = input;
  return httpCase({
    origin: [text('hello'), send('world'), close],
    client: [send('hello'), closed],
    ...rest,
    name: `tcp-rule-${name}`,
    expect: '',
    raw: true,
    config: web({ frontend: ['mode tcp', 'option tcplog', ...frontend], backend: ['mode tcp', ...backend] }),
  });
}

interface HttpInput {
  readonly name: string;
  readonly expect: string;
  readonly client?: Script;
  readonly origin?: Script;
  readonly origins?: Readonly<Record<string, readonly Script[]>>;
  readonly frontend?: readonly string[];
  readonly backend?: readonly string[];
  readonly logs?: number;
}

export function ruleCase(input: HttpInput): DifferentialCase {
  const { name, frontend, backend, ...rest } = input;
  return httpCase({
    client: [send(get('/')), closed],
    ...rest,
    name: `http-content-${name}`,
    config: web({ frontend: frontend ?? [], backend: backend ?? [] }),
  });
}

interface PayloadInput {
  readonly name: string;
  readonly client: Script;
  readonly frontend: readonly string[];
  readonly backend?: readonly string[];
  readonly logs?: number;
  readonly origins?: Readonly<Record<string, readonly Script[]>>;
}

/** Origins that wait for some bytes and say who they are. */
export function origins(first: string): Readonly<Record<string, readonly Script[]>> {
  return {
    main: [[text(first), send('main'), close]],
    second: [[text(first), send('second'), close]],
    third: [[text(first), send('third'), close]],
  };
}

/** A TCP frontend with three backends; `{case}-be` is the default. */
export function payloadCase(input: PayloadInput): DifferentialCase {
  const { name, frontend, backend = [], ...rest } = input;
  return httpCase({
    ...rest,
    origins: { ...origins(''), ...rest.origins },
    name: `tcp-payload-${name}`,
    expect: '',
    raw: true,
    config: [
      'frontend {case}',
      '  mode tcp',
      '  option tcplog',
      '  bind {bind}',
      ...frontend.map((line) => `  ${line}`),
      '  default_backend {case}-be',
      'backend {case}-be',
      '  mode tcp',
      ...backend.map((line) => `  ${line}`),
      '  server s1 {origin}',
      'backend {case}-second',
      '  mode tcp',
      '  server s2 {origin:second}',
      'backend {case}-third',
      '  mode tcp',
      '  server s3 {origin:third}',
      '',
    ].join('\n'),
  });
}
