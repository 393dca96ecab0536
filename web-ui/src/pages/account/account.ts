/** One's own account (GET /api/me). */
export interface Account {
  readonly name: string;
  readonly role: string;
  readonly createdMs: number;
  readonly oneTimePassword: boolean;
}
