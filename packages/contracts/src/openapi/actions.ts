// Answers of operator actions.

import { instant, type JsonSchema, listOf, orNull, record, ref, text, words } from './json-schema.ts'

export const actionSchemas: Readonly<Record<string, JsonSchema>> = {
  ActionPending: record('The action is stored but not decided yet.', {
    actionId: text(),
    state: words(['pending'])
  }),
  IncidentActionDone: record('A completed split or merge.', {
    actionId: text(),
    incidents: listOf(ref('Incident'), 'The incidents that hold the reports of the action.')
  }),
  ActionStatus: record(
    'The outcome of an action.',
    {
      actionId: text(),
      state: words(['pending', 'done', 'refused']),
      alertId: text('For an action on an alert.'),
      incidentId: text('For a split or a merge.'),
      incidents: listOf(text(), 'For a completed split or merge: the incidents that hold its reports.'),
      requestedAt: instant('Present while it is pending.'),
      at: instant('When it was decided.'),
      reason: words(
        ['unknown-alert', 'stale-revision', 'alert-closed', 'invalid', 'another-came-first', 'too-many-declared'],
        'Why it was refused.'
      ),
      by: orNull(text('Who came first: the name of the key.')),
      byId: orNull(text('The unique id of that key.')),
      since: orNull(text('When.')),
      operatorRevision: { description: 'The current revision.', type: ['integer', 'null'] }
    },
    ['alertId', 'incidentId', 'incidents', 'requestedAt', 'at', 'reason', 'by', 'byId', 'since', 'operatorRevision']
  )
}
