// Answers about policies of subscriptions.

import { severities } from '@tocsin/domain/record/severity'
import { count, instant, type JsonSchema, listOf, record, ref, text, truth, words } from './json-schema.ts'

export const policySchemas: Readonly<Record<string, JsonSchema>> = {
  PolicyPreview: record('What a policy would have told in the last week.', {
    from: instant('Where the events begin that were played.'),
    to: instant('Now.'),
    isWhole: truth('False: there were more events in the week than are played.'),
    isRepeatsCut: truth('There were more repeats than are played: those after the first 20,000 are left out.'),
    events: count('Events that are sent without a policy.'),
    told: count('What is sent with it.'),
    eventsPerHour: { type: 'number', minimum: 0 },
    toldPerHour: { type: 'number', minimum: 0 },
    eventsInHourMax: count('In the fullest hour.'),
    toldInHourMax: count('In the fullest hour.'),
    toldBySeverity: tallies('Tellings by severity.'),
    toldByReason: tallies('Tellings by the reason.'),
    untoldByReason: tallies('What was not told, or is held still, by the reason; one for each alert and turn.'),
    silentCount: count('Alerts of which nothing is told.'),
    silent: listOf(ref('SilentAlert'), 'Those of them that you may see now, the gravest first, at most 50.')
  }),
  SilentAlert: record('An alert of which a policy would have told nothing.', {
    alertId: text(),
    severity: words([...severities]),
    headline: text('As it is now.'),
    reason: text('Why: a reason of holding or of muting.')
  })
}

function tallies(description: string): JsonSchema {
  return { description, type: 'object', additionalProperties: { type: 'integer', minimum: 0 } }
}
