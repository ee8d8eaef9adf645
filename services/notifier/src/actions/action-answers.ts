// What is answered to acts on alerts and incidents.

import { instant, listOf, nullable, ref, shape, text, words } from '@tocsin/contracts/format/format'

export const actionPendingSchema = shape(
  'ActionPending',
  'The action is stored but not decided yet.',
  {
    actionId: text(),
    state: words(['pending'])
  }
)
export const alertActionResultSchema = shape(
  'AlertActionResult',
  'What became of it on one alert.',
  {
    alertId: text(),
    status: {
      description: 'As the route of one alert: 200 done, 202 stored.',
      type: 'integer'
    },
    operatorRevision: { description: 'Of 200: the revision after it.', type: 'integer' },
    actionId: text('Of 202: query `/v1/actions/:id`.'),
    problem: ref('Problem')
  },
  ['operatorRevision', 'actionId', 'problem']
)
export const alertActionResultsSchema = shape(
  'AlertActionResults',
  'What became of an act on several alerts.',
  {
    items: listOf(alertActionResultSchema, 'In the order of the request.')
  }
)
export const alertAnswerResultSchema = shape(
  'AlertAnswerResult',
  'What became of it for one alert.',
  {
    alertId: text(),
    status: {
      description: 'As the route of one alert: 200 done, 202 stored.',
      type: 'integer'
    },
    actionId: text('Of 200 and 202.'),
    at: instant('Of 200: when it was recorded.'),
    problem: ref('Problem')
  },
  ['actionId', 'at', 'problem']
)
export const alertAnswerResultsSchema = shape(
  'AlertAnswerResults',
  'What became of an answer to several alerts.',
  {
    items: listOf(alertAnswerResultSchema, 'In the order of the request.')
  }
)
export const incidentActionDoneSchema = shape('IncidentActionDone', 'A completed split or merge.', {
  actionId: text(),
  incidents: listOf(ref('Incident'), 'The incidents that hold the reports of the action.')
})
export const actionStatusSchema = shape(
  'ActionStatus',
  'The outcome of an action.',
  {
    actionId: text(),
    state: words(['pending', 'done', 'refused']),
    alertId: text('For an action on an alert.'),
    incidentId: text('For a split or a merge.'),
    incidents: listOf(
      text(),
      'For a completed split or merge: the incidents that hold its reports.'
    ),
    requestedAt: instant('Present while it is pending.'),
    at: instant('When it was decided.'),
    reason: words(
      [
        'unknown-alert',
        'stale-revision',
        'alert-closed',
        'invalid',
        'another-came-first',
        'too-many-declared'
      ],
      'Why it was refused.'
    ),
    by: nullable(text('Who came first: the name of the key.')),
    byId: nullable(text('The unique id of that key.')),
    since: nullable(text('When.')),
    operatorRevision: { description: 'The current revision.', type: ['integer', 'null'] }
  },
  [
    'alertId',
    'incidentId',
    'incidents',
    'requestedAt',
    'at',
    'reason',
    'by',
    'byId',
    'since',
    'operatorRevision'
  ]
)
