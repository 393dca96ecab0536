/** Where HAProxy's manual can be read: the version whose behaviour is reproduced. */

const MANUAL = 'https://docs.haproxy.org/2.6/configuration.html';

/** `place`: a section, and a keyword within it where one is meant ("4.2 timeout connect"); '' for none. */
export function manualLink(place: string): string {
  const [section = '', ...keyword] = place.split(' ');
  if (!/^[0-9]+(?:\.[0-9]+)*$/.test(section)) return '';
  const name = keyword.length === 0 ? '' : `-${encodeURIComponent(keyword.join(' '))}`;
  return `${MANUAL}#${section}${name}`;
}
