import { isIPv6 } from 'node:net';
import type { AnswerError } from '../answers.ts';
import {
  backendLine,
  bindLine,
  defaultBackendLine,
  endpoint,
  FORWARDED_FOR,
  frontendLine,
  HTTP_MODE,
  httpCheckLines,
  REQUEST_TIMEOUT,
  ROUND_ROBIN,
  serverLine,
} from '../common-lines.ts';
import { CHECK_QUESTIONS, nameQuestion, portQuestion, serversQuestion } from '../common-questions.ts';
import { floatingBlocks } from '../floating-address.ts';
import { comment, line, section } from '../page.ts';
import { defineTemplate } from '../template.ts';

export const TWO_UNITS = defineTemplate({
  id: 'two-units',
  title: 'Two units, one address',
  purpose:
    'Two units stand side by side. Clients use a floating address, which is on one of them; when that one fails, the other ' +
    'takes the address within seconds, and knows which visitor belongs to which server, for they share the table. Fill it ' +
    'in on both units: the answers are the same but for "this unit is".',
  questions: {
    name: nameQuestion('web'),
    role: {
      type: 'choice',
      label: 'This unit is',
      help: 'The first has the address as long as it is well.',
      choices: [
        { value: 'first', label: 'the first' },
        { value: 'second', label: 'the second' },
      ],
      initially: 'first',
      example: 'first',
    },
    firstName: {
      type: 'text',
      shape: 'name',
      label: 'Name of the first unit',
      help: 'Its host name: the proxy knows itself by it.',
      initially: 'unit-a',
      example: 'unit-a',
    },
    firstAddress: {
      type: 'address',
      any: false,
      label: 'Address of the first unit',
      help: 'Its own, not the floating one.',
      initially: undefined,
      example: '192.168.1.11',
    },
    secondName: {
      type: 'text',
      shape: 'name',
      label: 'Name of the second unit',
      help: 'Its host name.',
      initially: 'unit-b',
      example: 'unit-b',
    },
    secondAddress: {
      type: 'address',
      any: false,
      label: 'Address of the second unit',
      help: 'Its own, not the floating one.',
      initially: undefined,
      example: '192.168.1.12',
    },
    peersPort: {
      ...portQuestion(1024),
      label: 'Port between the units',
      help: 'Over it they tell each other their tables; nobody else needs it.',
    },
    floating: {
      type: 'address',
      any: false,
      label: 'Floating address',
      help: 'The one clients use; free until now, of the network of the interface.',
      initially: undefined,
      example: '192.168.1.10',
    },
    prefix: {
      type: 'number',
      least: 1,
      most: 128,
      unit: 'bits',
      label: 'Bits of the network',
      help: '24 is 255.255.255.0.',
      initially: 24,
      example: 24,
    },
    interface: {
      type: 'text',
      shape: 'interface',
      label: 'Network interface',
      help: 'Where the floating address shall be.',
      initially: 'eth0',
      example: 'eth0',
    },
    router: {
      type: 'number',
      least: 1,
      most: 255,
      unit: 'number',
      label: 'Number of the virtual router',
      help: 'The same on both units, and used by nobody else in this network.',
      initially: 51,
      example: 51,
    },
    program: {
      type: 'choice',
      label: 'Floating addresses are kept by',
      help: 'Mahalo asks the proxy itself whether it serves; keepalived looks whether its process is there.',
      choices: [
        { value: 'mahalo', label: 'mahalo vrrp' },
        { value: 'keepalived', label: 'keepalived' },
      ],
      initially: 'mahalo',
      example: 'mahalo',
    },
    port: portQuestion(80),
    servers: serversQuestion('Web servers', 'web', ['10.0.0.11:80', '10.0.0.12:80']),
    ...CHECK_QUESTIONS,
  },
  manual: [
    { place: '3.5', about: 'peers: how units share tables' },
    { place: '4.2 stick-table', about: 'the table' },
    { place: '4.2 stick on', about: 'who goes back to which server' },
  ],
  check(answers) {
    const { firstAddress, firstName, floating, prefix, secondAddress, secondName } = answers;
    const errors: AnswerError[] = [];
    const refuse = (question: string, message: string): void => {
      errors.push({ question, message });
    };
    if (firstName.toLowerCase() === secondName.toLowerCase())
      refuse('secondName', 'the units must have different names');
    if (firstAddress === secondAddress) refuse('secondAddress', 'the units must have different addresses');
    if (floating === firstAddress || floating === secondAddress) {
      refuse('floating', 'must be an address of its own, not that of a unit');
    }
    for (const [question, address] of Object.entries({ secondAddress, floating })) {
      if (isIPv6(address) !== isIPv6(firstAddress)) refuse(question, 'all three must be IPv4, or all three IPv6');
    }
    if (!isIPv6(floating) && prefix > 32) refuse('prefix', 'an IPv4 network has at most 32 bits');
    return errors;
  },
  write(answers, names) {
    const { name, peersPort } = answers;
    const peers = names.peers(`${name}_units`);
    const frontend = names.proxy(`${name}_in`);
    const backend = names.proxy(`${name}_servers`);
    return {
      sections: [
        section(
          ['Both units tell each other which visitor belongs to which server.'],
          line(`peers ${peers}`, 'Here begin the units that share tables. Both list both.', '3.5 peers'),
          [
            line(
              `peer ${answers.firstName} ${endpoint(answers.firstAddress, peersPort)}`,
              'The first unit. The one whose name is the host name of this machine is this unit, and listens there.',
              '3.5 peer',
            ),
            line(
              `peer ${answers.secondName} ${endpoint(answers.secondAddress, peersPort)}`,
              'The second unit.',
              '3.5 peer',
            ),
          ],
        ),
        section(
          [`Visitors of "${name}" arrive here, whichever unit has the floating address.`],
          frontendLine(frontend, 'the entrance'),
          [
            HTTP_MODE,
            comment('On all addresses: the floating one is not there while the other unit has it.'),
            bindLine('*', answers.port),
            REQUEST_TIMEOUT,
            FORWARDED_FOR,
            defaultBackendLine(backend),
          ],
        ),
        section([`The web servers of "${name}".`], backendLine(backend, 'the servers'), [
          HTTP_MODE,
          ROUND_ROBIN,
          comment('A visitor stays on a server, by address, on whichever unit.'),
          line(
            `stick-table type ip size 20k expire 30m peers ${peers}`,
            'Up to 20,000 addresses for half an hour after the last visit; both units have the table.',
            '4.2 stick-table',
          ),
          line('stick on src', "The client's address is the key.", '4.2 stick on'),
          ...httpCheckLines(answers.checkPath, answers.site),
          ...answers.servers.map((server) => serverLine(server.name, server.address, 'check')),
        ]),
      ],
      floating: floatingBlocks(
        {
          instance: `${name}_address`,
          first: answers.role === 'first',
          interface: answers.interface,
          router: answers.router,
          ownAddress: answers.role === 'first' ? answers.firstAddress : answers.secondAddress,
          otherAddress: answers.role === 'first' ? answers.secondAddress : answers.firstAddress,
          floating: answers.floating,
          prefix: answers.prefix,
          program: answers.program,
          frontend,
        },
        names,
      ),
    };
  },
});
