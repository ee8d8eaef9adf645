// Settings of the intake service alone, and what it is given. Units and limits are given with each
// setting.

import type { WorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import type { ProcessModel } from '@tocsin/read-model/process/process-model'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { type ConfigOf, choice, constant, integer, text } from '@tocsin/service/settings/settings'

export const intakeSettings = {
  intake: {
    memory: choice(['fast', 'small'], {
      default: 'fast',
      doc: 'Only for `tocsin intake`, and only in the environment: small reserves less memory, at about two thirds more processor time per report.'
    }),
    /** Reports that are being written: some commits of the log. Beyond it 503. */
    inFlightMax: constant(1000),
    /** Reporters time out after 10 s or more: an earlier answer can give the reason, ms. */
    requestDeadlineMs: constant(5000),
    /**
     * A commit takes 20 ms: a log that answers no write for so long is unavailable, and reports get
     * 503 immediately, ms.
     */
    logPatienceMs: constant(1000),
    /** Each may have 4 MiB of lines in flight; further ones get 429. One key may have four. */
    streamsMax: constant(16),
    /** Lines of a stream in flight: some batches of the log. */
    streamLinesMax: constant(256),
    /** Their bytes; one line is always allowed. */
    streamWindowBytes: constant(4_194_304),
    /** How long a stream may bring no data, or its results stay unread, ms. */
    streamPatienceMs: constant(10_000),
    /**
     * Backfill waits while the rules of the theatre lag by more: a live report never waits behind a
     * file, ms.
     */
    backfillLagMs: constant(1000),
    quarantineDays: integer({
      default: 90,
      min: 0,
      max: 36_500,
      doc: 'How long records that no version can parse stay in quarantine, days; 0 = for ever. Also on Kafka, whose topic itself has no retention limit.'
    }),
    /** How long one backfill report waits for that before it gets 503, ms. */
    backfillPatienceMs: constant(2000)
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

export interface IntakeDeps extends ServiceDeps {
  readonly config: IntakeConfig
  /** Default: the world's, with the boundaries file of the settings. */
  readonly gazetteer?: WorldGazetteer
  /** Closed by the caller. */
  readonly model: ProcessModel
}
