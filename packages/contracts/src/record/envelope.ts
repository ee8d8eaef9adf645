// The envelope of every record in every log: a CloudEvent 1.0 in JSON, written as canonical bytes.
// `decodeEnvelope` checks the envelope only; `data` is checked by the schema of its type
// (record-schemas.ts).

import { toCanonicalJson } from '../json/canonical-json.ts'

export interface Envelope<Data = unknown> {
  readonly specversion: '1.0'
  readonly id: string
  /** The writer, `/tocsin/<service>`. */
  readonly source: string
  readonly type: string
  /** ISO 8601, UTC, ms. */
  readonly time: string
  readonly datacontenttype: 'application/json'
  /**
   * The record it follows from, `<topic>/<partition>/<position>` or a record id; null for input
   * from outside.
   */
  readonly cause: string | null
  readonly engine: string
  readonly theatre?: string
  /** SHA-256 of the previous alert record in its theatre; alerts only. */
  readonly previoushash?: string
  /**
   * Id and display name of the principal who asked for it. Administration only; older records lack
   * both.
   */
  readonly by?: string
  readonly byname?: string
  /**
   * The trace that led to it (W3C; Distributed Tracing extension of CloudEvents). What follows from
   * a record has that of the record, so that all who make it make the same bytes.
   */
  readonly traceparent?: string
  readonly data: Data
}

export type DecodedEnvelope =
  | {
      readonly kind: 'decoded'
      readonly envelope: Envelope
      readonly event: string
      readonly major: number
    }
  | { readonly kind: 'undecodable'; readonly reason: UndecodableReason }

export const undecodableReasons = [
  'not-utf8',
  'not-json',
  'not-an-envelope',
  'data-invalid',
  'unknown-type'
] as const
export type UndecodableReason = (typeof undecodableReasons)[number]

const typePattern = /^tocsin\.([a-z][a-z-]*(?:\.[a-z][a-z-]*)+)\.v([1-9][0-9]{0,3})$/
const utf8 = new TextDecoder('utf-8', { fatal: true })

export function encodeEnvelope(envelope: Envelope): Uint8Array {
  // From Node's pool: one buffer per record would burden the garbage collector.
  return Buffer.from(toCanonicalJson(envelope))
}

/**
 * Reads an envelope from stored bytes. Pure; never throws: undecodable bytes come back with their
 * reason.
 */
export function decodeEnvelope(bytes: Uint8Array): DecodedEnvelope {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return { kind: 'undecodable', reason: 'not-utf8' }
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'undecodable', reason: 'not-json' }
  }
  if (!isEnvelope(value)) return { kind: 'undecodable', reason: 'not-an-envelope' }
  const [, event, major] = typePattern.exec(value.type) ?? []
  if (event === undefined) return { kind: 'undecodable', reason: 'not-an-envelope' }
  return { kind: 'decoded', envelope: value, event, major: Number(major) }
}

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null) return false
  const e = value as Partial<Record<keyof Envelope, unknown>>
  return (
    e.specversion === '1.0' &&
    typeof e.id === 'string' &&
    typeof e.source === 'string' &&
    typeof e.type === 'string' &&
    typeof e.time === 'string' &&
    (e.cause === null || typeof e.cause === 'string') &&
    typeof e.engine === 'string' &&
    typeof e.data === 'object' &&
    e.data !== null
  )
}
