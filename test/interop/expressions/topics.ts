/** All topics; each file of `cases` is one. */
import type { ExpressionTopic } from './case.ts';
import { HTTP_HEADERS } from './cases/http-headers.ts';

export const TOPICS: readonly ExpressionTopic[] = [HTTP_HEADERS];
