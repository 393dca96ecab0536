/** Lines of a configuration, each with why it stands there. Comments of the text explain themselves. */

import './explained-text.css';
import type { ExplainedLine } from './template.ts';

interface ExplainedTextProperties {
  /** The part to show. */
  readonly text: string;
  /** The number of its first line in the whole text. */
  readonly firstLine: number;
  readonly lines: readonly ExplainedLine[];
}

export function ExplainedText({ firstLine, lines, text }: ExplainedTextProperties) {
  const byNumber = new Map(lines.map((line) => [line.number, line]));
  const shown = text
    .replace(/\n$/, '')
    .split('\n')
    .map((content, index) => ({ number: firstLine + index, content }));
  return (
    <ol class="explained" start={firstLine}>
      {shown.map(({ content, number }) => {
        const line = byNumber.get(number);
        if (content.trim() === '') return null;
        return (
          <li key={number} class={line === undefined ? 'explained-comment' : undefined}>
            <code>{content}</code>
            {line !== undefined && (
              <p>
                {line.explanation}{' '}
                {line.link !== '' && (
                  <a href={line.link} target="_blank" rel="noreferrer" aria-label={`HAProxy's manual, ${line.manual}`}>
                    manual {line.manual}
                  </a>
                )}
              </p>
            )}
          </li>
        );
      })}
    </ol>
  );
}
