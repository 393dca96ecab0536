/**
 * The line grammar of the runtime API (management manual 9.3): commands end with a line feed or an unescaped semicolon,
 * words with a blank, a backslash takes the meaning off the character after it.
 */

/** HAProxy's MAX_CLI_ARGS. */
const MOST_WORDS = 64;

/** Where the first command of `text` ends (index of its `\n` or `;`), or -1 when it is not complete. */
export function commandEnd(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') {
      at++;
    } else if (character === '\n' || character === ';') {
      return at;
    }
  }
  return -1;
}

/** Cuts a command into words, escapes resolved. */
export function commandWords(command: string): readonly string[] {
  const words: string[] = [];
  let at = 0;
  while (words.length < MOST_WORDS) {
    while (command.charAt(at) === ' ' || command.charAt(at) === '\t') {
      at++;
    }
    if (at >= command.length) {
      break;
    }
    let word = '';
    for (; at < command.length && command.charAt(at) !== ' ' && command.charAt(at) !== '\t'; at++) {
      if (command.charAt(at) === '\\') {
        at++;
      }
      word += command.charAt(at);
    }
    words.push(word);
  }
  return words;
}
