/** How the API says no: `{"error": {"code": "...", "message": "..."}}`; `code` is for programs, `message` for people. */

export class Failure extends Error {
  readonly status: number;
  readonly code: string;
  /** More to know, for programs. */
  readonly detail: object | undefined;

  constructor(status: number, code: string, message: string, detail?: object) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

export function failureBody(code: string, message: string, detail?: object): object {
  return { error: { code, message, ...detail } };
}
