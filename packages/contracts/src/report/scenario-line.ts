// A line of a scenario: a report, a correction or a withdrawal, and when it is posted.

import { dictionary, named, optional, record, withKeywords } from '../format/format.ts'
import { postedExternalId, postedInstant, postedSource } from './posted-text.ts'
import { postedReason } from './withdrawal.ts'

/** Its report is checked when it is posted. */
export const scenarioLineFormat = record(
  {
    at: postedInstant,
    report: optional(dictionary<unknown>()),
    put: optional(withKeywords(dictionary<unknown>(), { required: ['externalId'] })),
    delete: optional(
      record(
        {
          source: record(postedSource, { additionalProperties: false }),
          externalId: postedExternalId('the id of the report at its source'),
          reason: postedReason
        },
        { additionalProperties: false }
      )
    )
  },
  {
    ...named(
      'scenario-line.v1',
      'Scenario line',
      'One line of a scenario: when, and what is posted, corrected or withdrawn then.'
    ),
    additionalProperties: false,
    oneOf: [{ required: ['report'] }, { required: ['put'] }, { required: ['delete'] }]
  }
)
