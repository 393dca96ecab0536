/** A file as the body of a request, with progress: `fetch` does not tell how much of it has left. */

import { ApiError, answerOf, CSRF_HEADER, currentCsrfToken } from './client.ts';

export interface UploadOptions {
  readonly signal: AbortSignal;
  /** Bytes that have left this computer. */
  readonly onProgress: (sentBytes: number) => void;
}

/** Rejects with an ApiError, or with the reason of the signal. */
export function upload<Answer>(path: string, file: Blob, { onProgress, signal }: UploadOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader(CSRF_HEADER, currentCsrfToken());
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded));
    request.addEventListener('load', () => {
      try {
        resolve(answerOf<Answer>(request.status, request.responseText));
      } catch (error) {
        reject(error as Error);
      }
    });
    request.addEventListener('error', () => {
      reject(new ApiError(0, 'unreachable', 'The connection broke before the unit had everything.'));
    });
    request.addEventListener('abort', () => reject(signal.reason as Error));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
