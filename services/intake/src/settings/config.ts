// Settings of the intake service alone. Units and limits are given with each setting.

import { type ConfigOf, integer, oneOf, text } from '@tocsin/service-kit/settings/settings'

export const intakeSettings = {
  intake: {
    memory: oneOf(['fast', 'small'], {
      default: 'fast',
      doc: 'Of `tocsin intake` alone, by the environment alone: small keeps less memory in reserve, for about two thirds more processor time a report.'
    }),
    inFlightMax: integer({
      default: 1000,
      min: 1,
      max: 100_000,
      doc: 'Most reports that are being written at once; further ones are answered 503 with Retry-After.'
    }),
    inFlightBytesMax: integer({
      default: 67_108_864,
      min: 1_048_576,
      max: 17_179_869_184,
      doc: 'Most bytes of the texts of all reports that are being written; further ones are answered 503 with Retry-After.'
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
    streamsMax: integer({
      default: 16,
      min: 1,
      max: 1000,
      doc: 'Most streams of reports (NDJSON) that are open at once, a quarter of them, or one, of one key; further ones are answered 429 with Retry-After.'
    }),
    streamLinesMax: integer({
      default: 256,
      min: 1,
      max: 10_000,
      doc: 'Most lines of one stream that are under way at once; further ones are not read before earlier ones are answered.'
    }),
    streamWindowBytes: integer({
      default: 4_194_304,
      min: 65_536,
      max: 268_435_456,
      doc: 'Most bytes of lines of one stream that are under way at once; at least one line always is.'
    }),
    streamBytesMin: integer({
      default: 1024,
      min: 1,
      max: 1_048_576,
      doc: 'A stream that brings fewer bytes than this, white space apart, in streamPatienceMs, while it is waited for, is cut.'
    }),
    streamPatienceMs: integer({
      default: 10_000,
      min: 50,
      max: 600_000,
      doc: 'How long a stream may bring less than streamBytesMin, and how long its results may lie unread, before it is cut, ms.'
    }),
    backfillLagMs: integer({
      default: 1000,
      min: 0,
      max: 3_600_000,
      doc: "Backfill is written only while its theatre's rules are less than this behind, ms; 0 = only while they have folded everything."
    }),
    quarantineDays: integer({
      default: 90,
      min: 0,
      max: 36_500,
      doc: 'How long records that no version can parse stay in quarantine, days; 0 = for ever. On Kafka too: the topic itself keeps them for ever.'
    }),
    backfillPatienceMs: integer({
      default: 2000,
      min: 0,
      max: 60_000,
      doc: 'How long a report of the backfill waits for its theatre before it is answered 503 with Retry-After, ms.'
    })
  },
  gazetteer: {
    boundaries: text({
      default: '',
      doc: "A GeoJSON file of first-level areas that replaces the gazetteer's own in the countries that it has; empty = none. Intake does not start with one that is bad.",
      example: '/etc/tocsin/boundaries.geojson'
    })
  }
}
export type IntakeConfig = ConfigOf<typeof intakeSettings>
