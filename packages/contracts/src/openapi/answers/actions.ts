// Answers to what officers do.

import { instant, type JsonSchema, oneOfWords, orNull, record, text } from '../json-schema.ts'

export const actionSchemas: Readonly<Record<string, JsonSchema>> = {
  ActionPending: record('The action is stored and not decided yet.', {
    actionId: text(),
    state: oneOfWords(['pending'])
  }),
  ActionStatus: record(
    'What became of an action.',
    {
      actionId: text(),
      state: oneOfWords(['pending', 'done', 'refused']),
      alertId: text(),
      requestedAt: instant('While it is pending.'),
      at: instant('When it was decided.'),
      reason: oneOfWords(['unknown-alert', 'stale-revision', 'alert-closed', 'invalid'], 'Why it was refused.'),
      by: orNull(text('Who came first.')),
      since: orNull(text('When.')),
      operatorRevision: { description: 'The revision that stands.', type: ['integer', 'null'] }
    },
    ['requestedAt', 'at', 'reason', 'by', 'since', 'operatorRevision']
  )
}
