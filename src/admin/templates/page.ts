/** What a template writes: sections of lines, each with the reason why it is there. */

/** Where the manual tells more: its section, and the keyword within it where one is meant ("4.2 timeout connect"). */
export type ManualPlace = string;

export interface TemplateLine {
  readonly text: string;
  readonly explanation: string;
  readonly manual: ManualPlace;
}

/** A comment within a section, above the lines it is about. */
export interface TemplateComment {
  readonly comment: string;
}

export interface TemplateSection {
  /** Above the section, a line each. */
  readonly comments: readonly string[];
  readonly opening: TemplateLine;
  readonly body: readonly (TemplateLine | TemplateComment)[];
}

/** A file beside the configuration. */
export interface TemplateFile {
  readonly path: string;
  readonly text: string;
  readonly explanation: string;
}

/** A file the configuration needs and the template cannot write: a certificate. */
export interface NeededFile {
  readonly path: string;
  readonly what: string;
}

export interface TemplatePage {
  readonly sections: readonly TemplateSection[];
  readonly files?: readonly TemplateFile[];
  readonly needs?: readonly NeededFile[];
  /** Blocks for keepalived.conf. */
  readonly floating?: readonly TemplateBlock[];
}

/** A block of keepalived.conf: lines with their own indentation. */
export interface TemplateBlock {
  readonly comments: readonly string[];
  readonly lines: readonly TemplateLine[];
}

/** The names a section may have; one that is taken comes back changed. */
export interface Names {
  proxy(wanted: string): string;
  peers(wanted: string): string;
  /** Of `vrrp_instance` and the `vrrp_track_` blocks in keepalived.conf. */
  floating(wanted: string): string;
}

export function line(text: string, explanation: string, manual: ManualPlace): TemplateLine {
  return { text, explanation, manual };
}

export function comment(text: string): TemplateComment {
  return { comment: text };
}

export function section(
  comments: readonly string[],
  opening: TemplateLine,
  body: readonly (TemplateLine | TemplateComment)[],
): TemplateSection {
  return { comments, opening, body };
}

export interface ExplainedLine extends TemplateLine {
  /** From 1, in the text it belongs to. */
  readonly number: number;
}

export interface Rendered {
  readonly text: string;
  readonly explained: readonly ExplainedLine[];
}

/** As a person would write it: comments above, four blanks before what belongs to a section, an empty line between. */
export function renderSections(sections: readonly TemplateSection[], firstLine = 1): Rendered {
  const lines: string[] = [];
  const explained: ExplainedLine[] = [];
  const add = (entry: TemplateLine | TemplateComment, indent: string): void => {
    const text = 'comment' in entry ? `# ${entry.comment}` : entry.text;
    lines.push(indent + text);
    if (!('comment' in entry)) explained.push({ ...entry, number: firstLine + lines.length - 1 });
  };
  for (const one of sections) {
    if (lines.length > 0) lines.push('');
    for (const text of one.comments) add({ comment: text }, '');
    add(one.opening, '');
    for (const entry of one.body) add(entry, '    ');
  }
  return { text: lines.map((text) => `${text}\n`).join(''), explained };
}

export function renderBlocks(blocks: readonly TemplateBlock[], firstLine = 1): Rendered {
  const lines: string[] = [];
  const explained: ExplainedLine[] = [];
  for (const block of blocks) {
    if (lines.length > 0) lines.push('');
    lines.push(...block.comments.map((text) => `# ${text}`));
    for (const entry of block.lines) {
      lines.push(entry.text);
      explained.push({ ...entry, text: entry.text.trimStart(), number: firstLine + lines.length - 1 });
    }
  }
  return { text: lines.map((text) => `${text}\n`).join(''), explained };
}
