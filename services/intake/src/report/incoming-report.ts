// A report on its way from its body to its record: parsed and named here, once. Places and theatre
// are added in report-places.ts; its record is made in report-records.ts. Ids and hashes are keyed by
// the suite's secret, private parts by the report's own keys:
// packages/contracts/src/report/report-identity.ts.

import { createSecretKey } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Principal } from '@tocsin/auth/access/principal'
import type { JsonLimits } from '@tocsin/contracts/json/strict-json'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { PostedReport, ReportInput } from '@tocsin/contracts/report/posted-report'
import { checkReportEvent, formatEventKey } from '@tocsin/contracts/report/report-event'
import {
  computeContentHash,
  halfDigestLength,
  isNamedByKey,
  KeyedIdentity,
  type ReportContent
} from '@tocsin/contracts/report/report-identity'
import { parseReportInput } from '@tocsin/contracts/report/report-validation'
import type { Lane, Place } from '@tocsin/contracts/theatre/report'
import type { KnownReport, KnownRevision } from '@tocsin/read-model/reports/known-report'
import { takeJsonAs } from '@tocsin/service/http/json-body'
import type { FastifyInstance } from 'fastify'
import type { IntakeParts } from '../wiring/intake-parts.ts'
import { invalidBody, type KeyAt, keyBeside } from './refusals.ts'

export interface Post {
  readonly body: unknown
  readonly idempotencyKey: string | null
  /** Default `idempotency-key`. */
  readonly keyAt?: KeyAt
  readonly lane: Lane
  readonly principal: Principal
}
export type Correction = Omit<Post, 'idempotencyKey' | 'keyAt'>

export interface IncomingReport {
  readonly reportId: string
  readonly input: ReportInput
  /** What is compared with the revisions that are known. */
  readonly content: ReportContent
  readonly isCorrection: boolean
  /**
   * Where the key that names the report was given: only the first post with a key counts. Null if
   * no key names it.
   */
  readonly once: KeyAt | null
  readonly lane: Lane
  readonly principal: Principal
}

export interface LocatedReport extends IncomingReport {
  readonly place: Place
  readonly alsoAt: readonly Place[]
  readonly theatre: string
}

/** A report that is to be written: the times and ids that the log gives it are known. */
export interface NewRevision extends LocatedReport {
  readonly externalId: string | null
  readonly reportedAt: string
}

const noDigests: KeyDigests = new Map()

export class IncomingReports {
  readonly #parts: IntakeParts
  readonly #identity: KeyedIdentity

  constructor(parts: IntakeParts) {
    this.#parts = parts
    this.#identity = new KeyedIdentity(createSecretKey(parts.secrets.derive('reports')))
  }

  /** Throws ProblemError, `body-invalid` before any other. */
  readPost(post: Post): IncomingReport {
    const { idempotencyKey, keyAt = 'idempotency-key', lane, principal } = post
    const parsed = this.#parse(post)
    const { sourceId, externalId } = parsed.input
    // Every event has an id, so an event's id next to an externalId is no mistake; an
    // Idempotency-Key is.
    if (externalId !== null && idempotencyKey !== null && keyAt === 'idempotency-key')
      throw keyBeside('an externalId')
    const { content } = parsed
    const named = { sourceId, externalId, idempotencyKey, principalId: principal.id, content }
    return {
      ...parsed,
      reportId: this.#identity.computeId(named),
      isCorrection: false,
      once: isNamedByKey(named) ? keyAt : null,
      lane,
      principal
    }
  }

  /** Throws ProblemError `body-invalid`. */
  readCorrection(reportId: string, correction: Correction): IncomingReport {
    const { lane, principal } = correction
    const rest = { isCorrection: true, once: null, lane, principal }
    return { ...this.#parse(correction), reportId, ...rest }
  }

  /**
   * The digests of the private part under the known keys of its report, to compare with earlier
   * revisions.
   */
  computeDigests({ reportId, content: { privateText } }: IncomingReport): KeyDigests {
    return privateText === null
      ? noDigests
      : this.#parts.vault.computeDigests(reportId, privateText)
  }

  #parse({ body }: Correction): Pick<IncomingReport, 'input' | 'content'> {
    const input = parseBody(body)
    const content = this.#identity.hashContent(body as PostedReport, input.private !== null)
    return { input, content }
  }
}

/** Throws ProblemError `body-invalid`, which names the wrong fields. */
export function parseBody(body: unknown): ReportInput {
  const parsed = parseReportInput(body)
  if (!parsed.ok) throw invalidBody(parsed.errors)
  return parsed.report
}

/**
 * The event's key, if the headers are those of an event in binary mode; null if not. Throws
 * ProblemError `header-invalid`.
 */
export function makeEventKey(headers: IncomingHttpHeaders): string | null {
  if (
    headers['ce-specversion'] === undefined &&
    headers['ce-id'] === undefined &&
    headers['ce-type'] === undefined
  )
    return null
  const [specversion, type, source, id] = ['specversion', 'type', 'source', 'id'].map(name =>
    decoded(headers[`ce-${name}`])
  )
  const event = { specversion, type, source, id, datacontenttype: headers['content-type'] }
  const errors = checkReportEvent(event, name =>
    name === 'datacontenttype' ? 'content-type' : `ce-${name}`
  )
  const [first] = errors
  if (first === undefined) return formatEventKey(event)
  const detail = `The headers are those of a CloudEvent: ${first.pointer} ${first.detail}.`
  throw new ProblemError('header-invalid', detail, { errors })
}

/**
 * Decodes the percent-encoding of header values. Undefined if it is invalid. Source: CloudEvents
 * HTTP binding, 3.1.3.2.
 */
function decoded(value: string | string[] | undefined): string | undefined {
  if (typeof value !== 'string') return undefined
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}

/**
 * Most values in the JSON of a report: several times what its schema and an event's own attributes
 * allow. A body beyond it is malformed.
 */
export const reportValuesMax = 5_000

/** The limits of an app, tightened to what a report can need. */
export function reportJsonLimits({ depthMax, valuesMax }: JsonLimits): JsonLimits {
  return { depthMax, valuesMax: Math.min(valuesMax, reportValuesMax) }
}

/** Applies these limits in the scope of a plugin. */
export function takeReportJson(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json')
  takeJsonAs(app, 'application/json', reportJsonLimits(app.jsonLimits))
}

/**
 * The digest of a post's private part under each unerased data key of the report; null under a key
 * that cannot be used.
 */
export type KeyDigests = ReadonlyMap<string, string | null>

/** The revision with the same content, the winner first; null if there is none. */
export function findSame(
  { winner, revisions }: KnownReport,
  posted: ReportContent,
  digests: KeyDigests
): KnownRevision | null {
  if (winner !== null && isSame(winner, posted, digests)) return winner
  return (
    revisions.find(revision => isSame(revision, posted, digests)) ??
    revisions.find(revision => mayBeSame(revision, posted, digests)) ??
    null
  )
}

/** True if a revision is known to have the same content. */
export function isSame(
  { contentHash, keyId }: KnownRevision,
  content: ReportContent,
  digests: KeyDigests
): boolean {
  if ((keyId === null) !== (content.privateText === null)) return false
  const digest = keyId === null ? null : (digests.get(keyId) ?? null)
  return (keyId === null || digest !== null) && contentHash === computeContentHash(content, digest)
}

/**
 * True if a revision has the same open part, and its private part was erased and cannot be
 * compared. Posting the same file again must not restore erased texts: that takes a correction.
 */
function mayBeSame(
  { contentHash, keyId }: KnownRevision,
  content: ReportContent,
  digests: KeyDigests
): boolean {
  if (keyId === null || content.privateText === null || digests.has(keyId)) return false
  return contentHash.startsWith(content.open.slice(0, halfDigestLength))
}
