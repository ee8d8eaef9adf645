// Reads files as the records that an engine gets: files of UCDP GED, and scenarios.

import { createSecretKey } from 'node:crypto'
import type {
  RuleVersion,
  TheatrePayload,
  TheatreRecord
} from '@tocsin/domain/record/theatre-record'
import { resolvePlaces } from '../../../../services/intake/src/acceptance/report-places.ts'
import { deriveKeys, noDerivedKeys } from '../../../../services/intake/src/privacy/derived-keys.ts'
import { revisionOf } from '../../../../services/intake/src/report/report-records.ts'
import { type ReadBacktest, readBacktest } from '../../../cli/src/backtest/backtest-reading.ts'
import { createTheatreRecords } from '../../../cli/src/backtest/backtest-records.ts'
import {
  createAreaNames,
  createCountryCheck,
  importGazetteer
} from '../../../cli/src/import/import-gazetteer.ts'
import { importInput } from '../../../cli/src/import/import-input.ts'
import { computeReportId } from '../../../contracts/src/report/report-identity.ts'
import {
  checkReportTimes,
  parseReportInput
} from '../../../contracts/src/report/report-validation.ts'
import { planScenario, type ScenarioLine } from '../../../host/src/scenario/scenario.ts'
import { readScenarioFile } from '../../../host/src/scenario/scenario-file.ts'
import { createImporter } from '../../../importers/src/formats.ts'

const secret = Buffer.alloc(32, 1)

export async function readArchive(path: string): Promise<ReadBacktest> {
  const gazetteer = importGazetteer({})
  const nowMs = Date.now()
  return readBacktest({
    input: await importInput(path, process.stdin),
    importer: createImporter('ucdp-ged', null),
    settings: {
      source: null,
      reportedAt: null,
      knownAtColumn: null,
      handling: null,
      encoding: 'utf-8',
      areas: createAreaNames(gazetteer),
      otherCountry: createCountryCheck(gazetteer),
      mapping: null,
      nowMs
    },
    gazetteer,
    theatres: 'one',
    secret,
    nowMs,
    signal: new AbortController().signal,
    onProgress: () => {}
  })
}

/** The records of an archive, with a tick a day. */
export async function readArchiveRecords(
  path: string,
  rules: readonly RuleVersion[]
): Promise<readonly TheatreRecord[]> {
  const { items, sources } = await readArchive(path)
  const plan = { theatres: 'one', rules, sources, reliability: 'B', items } as const
  const ordered = createTheatreRecords(plan, () => Number.NEGATIVE_INFINITY)
  const records = [...ordered].map(({ record }) => record)
  const { theatre, time } = records[0]!
  const configured = rules.map((data): TheatreRecord => {
    return { type: 'rule.configured', data, id: `rule-${data.ruleId}`, theatre, time }
  })
  return [records[0]!, ...configured, ...records.slice(1)]
}

/** The records of a scenario that intake accepts, with the ticks of its player. */
export function readScenarioRecords(
  path: string,
  rules: readonly RuleVersion[]
): readonly TheatreRecord[] {
  const { setup, lines } = readScenarioFile(path)
  const theatre = setup.theatre.id
  const records: TheatreRecord[] = []
  const add = (payload: TheatrePayload, time: string) =>
    records.push({ ...payload, theatre, time, id: `r-${records.length}` } as TheatreRecord)
  const time = lines[0]!.at
  const config = { countries: [], polygon: null, retentionDays: 820, ...setup.theatre }
  add({ type: 'theatre.configured', data: config }, time)
  for (const source of setup.sources)
    add({ type: 'source.configured', data: source } as TheatrePayload, time)
  for (const data of rules) add({ type: 'rule.configured', data }, time)
  const gazetteer = importGazetteer({})
  for (const step of planScenario(lines)) {
    const payload: TheatrePayload | null =
      step.kind === 'tick'
        ? { type: 'clock.ticked', data: { to: step.at, gap: false } }
        : createPayload(step.line, gazetteer, theatre)
    if (payload !== null) add(payload, step.at)
  }
  return records
}

type Gazetteer = ReturnType<typeof importGazetteer>

/** Null: intake refuses it. */
function createPayload(
  { action, body, sourceId, externalId, at }: ScenarioLine,
  gazetteer: Gazetteer,
  theatre: string
): TheatrePayload | null {
  const reportId = computeReportId({ sourceId, externalId, idempotencyKey: at, body: null })
  if (action === 'delete')
    return { type: 'report.withdrawn', data: { reportId, reason: 'withdrawn', lane: 'live' } }
  const parsed = parseReportInput(body)
  if (!parsed.ok || checkReportTimes(parsed.report, Date.parse(at)).length > 0) return null
  const input = parsed.report
  const places = resolvePlaces(input, gazetteer)
  if (!places.ok) return null
  const keys =
    input.private === null ? noDerivedKeys : deriveKeys(input.private, createSecretKey(secret))
  const revision = revisionOf({
    reportId,
    contentHash: `${reportId}/${at}`,
    externalId,
    reportedAt: input.reportedAt ?? at,
    input,
    place: places.place,
    alsoAt: places.alsoAt,
    keys,
    sealed: null,
    theatre,
    lane: 'live'
  })
  return { type: 'report.received', data: revision }
}
