// Answers of operator actions.

import { instant, type JsonSchema, listOf, oneOfWords, orNull, record, ref, text } from './json-schema.ts'

export const actionSchemas: Readonly<Record<string, JsonSchema>> = {
  ActionPending: record('The action is stored and not decided yet.', {
    actionId: text(),
    state: oneOfWords(['pending'])
  }),
  IncidentActionDone: record('A split or a merge that was done.', {
    actionId: text(),
    incidents: listOf(ref('Incident'), 'Those that hold the reports of which it spoke.')
  }),
  ActionStatus: record(
    'What became of an action.',
    {
      actionId: text(),
      state: oneOfWords(['pending', 'done', 'refused']),
      alertId: text('Of an action on an alert.'),
      incidentId: text('Of a split or a merge.'),
      incidents: listOf(text(), 'Once a split or a merge is done: the incidents that hold its reports.'),
      requestedAt: instant('While it is pending.'),
      at: instant('When it was decided.'),
      reason: oneOfWords(
        ['unknown-alert', 'stale-revision', 'alert-closed', 'invalid', 'another-came-first', 'too-many-declared'],
        'Why it was refused.'
      ),
      by: orNull(text('Who came first: the name of a key.')),
      byId: orNull(text('The id of that key, which no other has.')),
      since: orNull(text('When.')),
      operatorRevision: { description: 'The revision that stands.', type: ['integer', 'null'] }
    },
    ['alertId', 'incidentId', 'incidents', 'requestedAt', 'at', 'reason', 'by', 'byId', 'since', 'operatorRevision']
  )
}
