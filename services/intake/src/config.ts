// What only the intake service needs to be told. Units and limits stand with each setting.

import { type ConfigOf, integer } from '@tocsin/service-kit/settings'

export const intakeSettings = {
  intake: {
    inFlightMax: integer({
      default: 1000,
      min: 1,
      max: 100_000,
      doc: 'Most reports that are being written at once; further ones are answered 503 with Retry-After.'
    }),
    requestDeadlineMs: integer({
      default: 5000,
      min: 50,
      max: 300_000,
      doc: 'How long a report may take to become durable before the reporter is told to send it again, ms.'
    }),
    logPatienceMs: integer({
      default: 1000,
      min: 50,
      max: 60_000,
      doc: 'No write answered for so long while some are under way: the log is away, and reports are answered 503 at once until it answers, ms.'
    }),
    backfillLagMs: integer({
      default: 1000,
      min: 0,
      max: 3_600_000,
      doc: "Backfill is written only while its theatre's rules are less than this behind, ms; 0 = only while they have folded everything."
    }),
    backfillPatienceMs: integer({
      default: 2000,
      min: 0,
      max: 60_000,
      doc: 'How long a report of the backfill waits for its theatre before it is answered 503 with Retry-After, ms.'
    })
  }
}
export type IntakeConfig = ConfigOf<typeof intakeSettings>
