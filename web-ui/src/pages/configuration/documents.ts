/** What can be edited, and where the unit answers about it. */

import type { DocumentFile } from '../../../../src/admin/answers/revisions.ts';
import { api } from '../../api/client.ts';
import type { CheckDiagnostic, CheckReport } from '../../application/templates/template.ts';
import type { DocumentId } from '../../application/trial.ts';

export type Diagnostic = CheckDiagnostic;
export type Report = CheckReport;

export interface Preview {
  readonly different: boolean;
  readonly sentences: readonly string[];
  readonly process: readonly string[];
}

export interface TextInForce {
  readonly number: number;
  readonly text: string;
  readonly files: readonly DocumentFile[];
}

export interface EditedDocument {
  readonly id: DocumentId;
  /** Of the unit's API. */
  readonly base: string;
  /** Of these pages. */
  readonly path: string;
  readonly title: string;
  readonly about: string;
  /** As the reader of it calls the text. */
  readonly fileName: string;
  /** Whose manual its words are explained in. */
  readonly manual: string;
  /** Who reads it. */
  readonly reader: string;
}

export const CONFIGURATION: EditedDocument = {
  id: 'configuration',
  base: '/api/configuration',
  path: '/configuration',
  title: 'Configuration',
  about:
    'The text that the proxy runs, in the language of HAProxy. What you write is what counts: comments and order stay.',
  fileName: 'haproxy.cfg',
  manual: "HAProxy's manual",
  reader: 'This proxy',
};

export const KEEPALIVED: EditedDocument = {
  id: 'vrrp-configuration',
  base: '/api/vrrp/configuration',
  path: '/configuration/floating',
  title: 'Floating addresses',
  about:
    'keepalived.conf: which addresses this unit shares with another one, and when it takes them. The agent starts with the first text that is applied.',
  fileName: 'keepalived.conf',
  manual: "keepalived's manual",
  reader: 'This agent',
};

export function readInForce({ base }: EditedDocument): Promise<TextInForce> {
  return api.get<TextInForce>(base);
}

export function checkText({ base }: EditedDocument, text: string, files: readonly DocumentFile[]): Promise<Report> {
  return api.post<Report>(`${base}/check`, { text, files });
}

export function previewText(
  { base }: EditedDocument,
  text: string,
  files: readonly DocumentFile[],
): Promise<{ readonly report: Report; readonly preview: Preview | null }> {
  return api.post(`${base}/preview`, { text, files });
}
