/** Does a service work: POST /api/wizard/proof. */

export interface Proof {
  readonly passed: boolean;
  /** What a person should know, in a sentence or two. */
  readonly reason: string;
  /** Where it was tried; '' when that is not known. */
  readonly address: string;
  /** Of HTTP; 0: none. */
  readonly status: number;
  readonly milliseconds: number;
  /** `backend/server` of those that counted it. */
  readonly servers: readonly string[];
}
