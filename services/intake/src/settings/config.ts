// Settings of the intake service alone. Units and limits are given with each setting.

import { type ConfigOf, integer, oneOf, text } from '@tocsin/service-kit/settings/settings'

export const intakeSettings = {
  intake: {
    memory: oneOf(['fast', 'small'], {
      default: 'fast',
      doc: 'Only for `tocsin intake`, and only in the environment: small reserves less memory, at about two thirds more processor time per report.'
    }),
    inFlightMax: integer({
      default: 1000,
      min: 1,
      max: 100_000,
      doc: 'Maximum number of reports being written; further ones are answered 503 with Retry-After.'
    }),
    inFlightBytesMax: integer({
      default: 67_108_864,
      min: 1_048_576,
      max: 17_179_869_184,
      doc: 'Maximum total size of the reports being written, bytes; further ones are answered 503 with Retry-After.'
    }),
    requestDeadlineMs: integer({
      default: 5000,
      min: 50,
      max: 300_000,
      doc: 'Time for a report to become durable, ms; after that it is answered 503 and may be sent again.'
    }),
    logPatienceMs: integer({
      default: 1000,
      min: 50,
      max: 60_000,
      doc: 'If no write in flight is answered for this long, ms, the log counts as unavailable, and reports are answered 503 at once until it answers.'
    }),
    streamsMax: integer({
      default: 16,
      min: 1,
      max: 1000,
      doc: 'Maximum number of open streams of reports (NDJSON). A key may use four of them. Further ones are answered 429 with Retry-After.'
    }),
    streamLinesMax: integer({
      default: 256,
      min: 1,
      max: 10_000,
      doc: 'Maximum number of lines of one stream in flight; further ones are read only once earlier ones are answered.'
    }),
    streamWindowBytes: integer({
      default: 4_194_304,
      min: 65_536,
      max: 268_435_456,
      doc: 'Maximum total size of the lines of one stream in flight, bytes; one line is always allowed.'
    }),
    streamBytesMin: integer({
      default: 1024,
      min: 1,
      max: 1_048_576,
      doc: 'A stream is cut if fewer bytes than this arrive within streamPatienceMs while a read is pending.'
    }),
    streamPatienceMs: integer({
      default: 10_000,
      min: 50,
      max: 600_000,
      doc: 'How long a stream may stay below streamBytesMin, and how long its results may stay unread, before it is cut, ms.'
    }),
    correctionsPerHourMax: integer({
      default: 10,
      min: 0,
      max: 100_000,
      doc: 'How often one report may be corrected within an hour, by any key; further corrections are answered 429 with Retry-After. Withdrawals, duplicates, backfill, replay theatres and the owner are not limited. 0 = unlimited.'
    }),
    backfillLagMs: integer({
      default: 1000,
      min: 0,
      max: 3_600_000,
      doc: 'Backfill is written only while the rules of its theatre lag by less than this, ms; 0 = only while they have no lag.'
    }),
    quarantineDays: integer({
      default: 90,
      min: 0,
      max: 36_500,
      doc: 'How long records that no version can parse stay in quarantine, days; 0 = for ever. Also on Kafka, whose topic itself has no retention limit.'
    }),
    backfillPatienceMs: integer({
      default: 2000,
      min: 0,
      max: 60_000,
      doc: 'How long a backfill report waits for the rules of its theatre before it is answered 503 with Retry-After, ms.'
    })
  },
  gazetteer: {
    boundaries: text({
      default: '',
      doc: "A GeoJSON file of first-level areas that replaces the gazetteer's in the countries that it contains; empty = none. Intake does not start if the file is invalid.",
      example: '/etc/tocsin/boundaries.geojson'
    })
  }
}
export type IntakeConfig = ConfigOf<typeof intakeSettings>
