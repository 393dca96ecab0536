/** Converters that keep values in the places for captures. */
import type { ExpressionTopic } from '../case.ts';

const EXPRESSIONS = [
  'capture.req.hdr(0)',
  'str(abcdefghij),capture-req(0)',
  'capture.req.hdr(0)',
  'str(xy),capture-req(1),upper',
  'capture.req.hdr(1)',
  'str(xy),capture-req(2)',
  'str(xy),capture-req(-1)',
  'str(xy),capture-res(0)',
  'int(12345),capture-req(1)',
  'capture.req.hdr(1)',
  'src,capture-req(0)',
  'capture.req.hdr(0),length',
  'str(),capture-req(0)',
  'capture.req.hdr(0)',
];

export const CONVERTERS_CAPTURES: ExpressionTopic = {
  name: 'converters that capture',
  lines: ['declare capture request len 5', 'declare capture request len 9', 'declare capture response len 3'],
  cases: [
    ...EXPRESSIONS.map((expression) => ({ expression })),
    ...['str(abcdefghij),capture-res(0)', 'capture.res.hdr(0)', 'str(x),capture-res(1)', 'str(q),capture-req(0)'].map(
      (expression) => ({ expression, direction: 'response' as const }),
    ),
    ...['str(x),capture-req', 'str(x),capture-res(a)'].map((expression) => ({ expression, refused: true })),
  ],
};
