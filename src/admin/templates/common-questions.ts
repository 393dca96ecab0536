/** Questions that many templates ask in the same words. */

import type {
  AddressQuestion,
  HostQuestion,
  NumberQuestion,
  PortQuestion,
  ServersQuestion,
  TextQuestion,
} from './question.ts';

export function nameQuestion(initially: string): TextQuestion {
  return {
    type: 'text',
    shape: 'name',
    label: 'Name of the service',
    help: 'The sections of the configuration are called after it, and so are the rows of the statistics.',
    initially,
    example: initially,
  };
}

const ADDRESS_QUESTION: AddressQuestion = {
  type: 'address',
  any: true,
  label: 'Address that clients use',
  help: 'One of this unit, or a floating one of the pair; * listens on all of them.',
  initially: '*',
  example: '192.168.1.10',
};

export function portQuestion(initially: number): PortQuestion {
  return {
    type: 'port',
    label: 'Port that clients use',
    help: 'Nothing else may listen on it.',
    initially,
    example: initially,
  };
}

/** How the service is called, and where clients come to it. */
export function entranceQuestions(
  name: string,
  port: number,
): { readonly name: TextQuestion; readonly address: AddressQuestion; readonly port: PortQuestion } {
  return { name: nameQuestion(name), address: ADDRESS_QUESTION, port: portQuestion(port) };
}

export function serversQuestion(
  what: string,
  prefix: string,
  example: readonly string[],
  label = 'Servers',
): ServersQuestion {
  return {
    type: 'servers',
    prefix,
    least: 1,
    label,
    help: `${what}, one each: address:port, or a name of your own, a blank, and address:port.`,
    initially: undefined,
    example,
  };
}

export const CHECK_PATH_QUESTION: TextQuestion = {
  type: 'text',
  shape: 'path',
  label: 'Page that tells whether a server is well',
  help: 'It is asked every two seconds; an answer of 200 to 399 is good. Take one that needs what users need.',
  initially: '/',
  example: '/health',
};

const SITE_QUESTION: HostQuestion = {
  type: 'host',
  label: 'Host name of the site',
  help: 'Health checks ask for it, as browsers do. Servers with a single site do not care.',
  initially: 'localhost',
  example: 'www.example.com',
};

/** What an HTTP check asks for: see `httpCheckLines`. */
export const CHECK_QUESTIONS = { checkPath: CHECK_PATH_QUESTION, site: SITE_QUESTION };

export function secondsQuestion(label: string, help: string, initially: number, most = 86_400): NumberQuestion {
  return { type: 'number', least: 1, most, unit: 'seconds', label, help, initially, example: initially };
}
