/** A template: questions, and the text their answers make. Pure data and a pure function; one file each in scenarios/. */

import type { AnswerError, ReadAnswers } from './answers.ts';
import type { Names, TemplatePage } from './page.ts';
import type { AnswersOf, Questions } from './question.ts';

export interface Template {
  /** Kebab-case, for addresses and scripts. */
  readonly id: string;
  readonly title: string;
  /** What it is for, and when to take another one. */
  readonly purpose: string;
  readonly questions: Questions;
  /** Sections of HAProxy's manual to read, with what is found there. */
  readonly manual: readonly { readonly place: string; readonly about: string }[];
  /** What answers must be together, when each is good for itself. */
  readonly check: (answers: ReadAnswers) => readonly AnswerError[];
  /** `answers` must come from `readAnswers` with the questions of this template. */
  readonly write: (answers: ReadAnswers, names: Names) => TemplatePage;
}

interface Definition<Asked extends Questions> extends Omit<Template, 'questions' | 'check' | 'write'> {
  readonly questions: Asked;
  readonly check?: (answers: AnswersOf<Asked>) => readonly AnswerError[];
  readonly write: (answers: AnswersOf<Asked>, names: Names) => TemplatePage;
}

/** Gives `check` and `write` their answers typed by the questions; `readAnswers` has checked each by its type. */
export function defineTemplate<Asked extends Questions>(definition: Definition<Asked>): Template {
  return {
    ...definition,
    check: (answers) => definition.check?.(answers as AnswersOf<Asked>) ?? [],
    write: (answers, names) => definition.write(answers as AnswersOf<Asked>, names),
  };
}
