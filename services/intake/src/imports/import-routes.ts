// HTTP route of the dry run of an import: the file is the body. What would be accepted is answered
// as reports, so that what is sent after it is what was shown.

import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { optional, text, type ValuesOf, words } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { normalizeText } from '@tocsin/contracts/report/normal-text'
import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import { computeReportId } from '@tocsin/contracts/report/report-identity'
import { openBytes } from '@tocsin/importers/bytes/opened-bytes'
import {
  createImporter,
  type ImportFormat,
  importFormats,
  mappingOf
} from '@tocsin/importers/formats'
import { encodings, ImportFileError, type WithdrawalItem } from '@tocsin/importers/item/import-item'
import { type Mapping, readMapping } from '@tocsin/importers/item/mapping-file'
import {
  readShippedMapping,
  type ShippedMapping,
  shippedMappings
} from '@tocsin/importers/item/shipped-mappings'
import { checkBodyBytes } from '@tocsin/service/http/json-body'
import { answer, createRouteAdder } from '@tocsin/service/route/definition'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Foresight, ReportAcceptance } from '../acceptance/acceptance.ts'
import { refusePart } from '../report/refusals.ts'
import { importKindsSchema, importTriedSchema } from '../report/report-schemas.ts'
import type { IntakeParts } from '../wiring/intake-parts.ts'
import { createAreaNames, createCountryCheck, type DryRunOutcome, runDry } from './dry-run.ts'
import { countRefused, countSkipped } from './import-tally.ts'

const fileContentType = 'application/octet-stream'
const mebibyte = 1024 * 1024
/** The answer lists every row. */
export const importRowsMax = 10_000
const unpackedMax = 32 * mebibyte
const workbook = { unpackedMax, cellsMax: 1_000_000 }
/** Between two parts of a file other requests have their turn, bytes. */
const partBytes = 64 * 1024

const query = {
  format: words(importFormats, 'Format of the file.'),
  mapping: optional(
    text(
      'For `csv`, `kml` and `geojson`: the name of a mapping that ships, or a mapping in YAML or JSON.',
      { minLength: 1, maxLength: 6000 }
    )
  ),
  encoding: words(encodings, 'Of the text, where no byte order mark says it.', {
    default: 'utf-8'
  }),
  reportedAt: optional(
    text('Report time of all rows: when this edition of the file was published.', {
      format: 'date-time'
    })
  )
}

export function importRoutes(parts: IntakeParts, acceptance: ReportAcceptance): FastifyPluginAsync {
  return async app => {
    app.removeAllContentTypeParsers()
    const read = async (request: FastifyRequest, bytes: Buffer) => {
      checkBodyBytes(request, bytes.length)
      return bytes
    }
    app.addContentTypeParser(fileContentType, { parseAs: 'buffer' }, read)
    app.addContentTypeParser('*', (_request: FastifyRequest, _body: unknown, done) =>
      done(new ProblemError('content-type-unsupported', `Send the file as ${fileContentType}.`))
    )
    const route = createRouteAdder(app, { tag: 'Reports', access: ['reports:write'] })
    route({
      id: 'listImportKinds',
      method: 'GET',
      path: '/v1/imports',
      summary: 'List formats and mappings of imports',
      answers: { 200: answer('What files can be.', importKindsSchema) },
      handle: async () => ({
        formats: importFormats.map(format => ({
          format,
          mapping: mappingOf[format],
          statesReportTime: !mayHaveReportTime(format)
        })),
        mappings: shippedMappings
      })
    })
    route({
      id: 'tryImport',
      method: 'POST',
      path: '/v1/imports/dry-run',
      summary: 'Try a file of reports without writing anything',
      description:
        'The file is the body, at most 10,000 rows; it may be packed by gzip or zstd. Each row is judged as its post would be now. Send the `reports` of the answer to `POST /v1/reports` as lines, with `lane=backfill`, then a DELETE for each of `toWithdraw`; sending them again changes nothing.',
      query,
      reads: {
        content: { [fileContentType]: { schema: { type: 'string', contentEncoding: 'binary' } } }
      },
      answers: { 200: answer('What each row would become.', importTriedSchema) },
      problems: ['log-unavailable'],
      async handle(request) {
        const file = (request.body as Buffer | undefined) ?? Buffer.alloc(0)
        const foresee = await acceptance.foresight(getPrincipal(request))
        return judgeFile(parts, file, request.query, foresee)
      }
    })
  }
}

async function judgeFile(
  { gazetteer, clock }: IntakeParts,
  file: Buffer,
  { format, encoding, mapping: named, reportedAt: stated }: ValuesOf<typeof query>,
  foresee: Foresight
): Promise<object> {
  const mapping = chooseMapping(format, named)
  const reportedAt = stated ?? null
  if (reportedAt !== null && !mayHaveReportTime(format))
    throw refuseQuery('reportedAt', `does not apply: ${format} states it itself`)
  const nowMs = clock.nowMs()
  const stop = new AbortController()
  const reports: PostedReport[] = []
  const toWithdraw: WithdrawalItem[] = []
  let outcome: DryRunOutcome
  try {
    outcome = await runDry({
      bytes: atMost(openBytes(listParts(file))),
      importer: createImporter(format, mapping),
      settings: {
        ...{ source: null, reportedAt, knownAtColumn: null, handling: null, encoding, mapping },
        areas: createAreaNames(gazetteer),
        otherCountry: createCountryCheck(gazetteer),
        ...{ nowMs, workbook }
      },
      signal: stop.signal,
      foresee,
      onJudged(item, { kind }, { rows }) {
        if (item.kind === 'report' && kind === 'accepted') reports.push(item.report)
        if (item.kind === 'withdrawal') toWithdraw.push(item)
        if (rows > importRowsMax) stop.abort()
      }
    })
  } catch (error) {
    if (!(error instanceof ImportFileError)) throw error
    throw new ProblemError('body-malformed', `The file cannot be read: ${error.message}.`)
  }
  if (outcome.tally.rows > importRowsMax)
    throw tooLarge(`has more than ${importRowsMax.toLocaleString('en')} rows`)
  return { ...describe(outcome), reports, toWithdraw: toWithdraw.map(describeWithdrawal) }
}

/** CAP and lines of reports state it themselves. */
function mayHaveReportTime(format: ImportFormat): boolean {
  return format !== 'ndjson' && format !== 'cap'
}

function describeWithdrawal({ sourceId, externalId, reason, ifAbsent }: WithdrawalItem) {
  return {
    reportId: computeReportId(sourceId, externalId),
    ...{ externalId: normalizeText(externalId), reason, mayBeAbsent: ifAbsent !== null }
  }
}

function describe({ tally, firstRefused, ...outcome }: DryRunOutcome): object {
  const { rows, accepted, duplicates, withdrawn: withdrawals, staysWithdrawn, warnings } = tally
  const { categories, countries, places, sources, occurred, notes, brokenBy } = outcome
  return {
    ...{ rows, accepted, duplicates, withdrawals, staysWithdrawn, leftOut: countSkipped(tally) },
    ...{ refused: countRefused(tally), refusedRows: firstRefused, warnings, categories, countries },
    ...{ places, sources, occurred, notes, brokenBy }
  }
}

/** A mapping by the name of a shipped one, or as its text. Throws ProblemError `query-invalid`. */
function chooseMapping(format: ImportFormat, named: string | undefined): Mapping | null {
  const need = mappingOf[format]
  if (named === undefined) {
    if (need !== 'needed') return null
    throw refuseQuery('mapping', `is missing: ${format} needs a mapping of its columns`)
  }
  if (need === 'none') throw refuseQuery('mapping', `does not apply: ${format} needs none`)
  if (shippedMappings.includes(named as ShippedMapping))
    return readShippedMapping(named as ShippedMapping)
  const read = readMapping(named)
  if (read.ok) return read.mapping
  throw refuseQuery('mapping', `is not valid: ${read.errors.join('; ')}`)
}

const refuseQuery = (name: string, detail: string) => refusePart('query-invalid', name, detail)

function tooLarge(how: string): ProblemError {
  return new ProblemError(
    'body-too-large',
    `The file ${how}: send it in parts, or with the command line (tocsin import).`
  )
}

async function* listParts(file: Buffer): AsyncIterable<Uint8Array> {
  for (let at = 0; at < file.length; at += partBytes) {
    yield file.subarray(at, at + partBytes)
  }
}

async function* atMost(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let length = 0
  for await (const chunk of bytes) {
    length += chunk.length
    if (length > unpackedMax) throw tooLarge(`has more than ${unpackedMax / mebibyte} MiB`)
    yield chunk
    await new Promise(resolve => setImmediate(resolve))
  }
}
