// Records of the logs, from and to stored bytes: envelope + schema of its type. What a reader does with each outcome is its own judgement,
// but `newer` must stop it: a record of a newer major version is never skipped.

import type { AlertEvent, IncidentEvent } from '@tocsin/domain/alert'
import type { ControlPayload, ControlRecord } from '@tocsin/domain/control-record'
import type { TheatrePayload, TheatreRecord } from '@tocsin/domain/theatre-record'
import { decodeEnvelope, type Envelope, encodeEnvelope, type UndecodableReason } from './envelope.ts'

/** The engine's version: a change of what the fold decides changes it, and goes out quietly. */
export const engineVersion = '0.1.0'

export type Decoded<T> =
  | { readonly kind: 'decoded'; readonly record: T; readonly envelope: Envelope }
  | { readonly kind: 'newer'; readonly type: string }
  | { readonly kind: 'undecodable'; readonly reason: UndecodableReason }

export interface EnvelopeInput {
  readonly id: string
  readonly source: string
  readonly time: string
  readonly cause: string | null
  readonly theatre?: string
  readonly previoushash?: string
}

/** Canonical bytes of a record. */
export function encodeRecord(
  input: EnvelopeInput,
  payload: TheatrePayload | ControlPayload | AlertEvent | IncidentEvent | { type: string; data: object }
): Uint8Array {
  return encodeEnvelope({
    specversion: '1.0',
    datacontenttype: 'application/json',
    engine: engineVersion,
    ...input,
    type: `tocsin.${payload.type}.v1`,
    data: payload.data
  })
}

export function decodeTheatreRecord(bytes: Uint8Array): Decoded<TheatreRecord> {
  return decode(bytes, e => ({ ...(payloadOf(e) as TheatrePayload), id: e.id, theatre: e.theatre ?? '', time: e.time }))
}

export function decodeControlRecord(bytes: Uint8Array): Decoded<ControlRecord> {
  return decode(bytes, e => ({ ...(payloadOf(e) as ControlPayload), id: e.id, time: e.time }))
}

export function decodeAlertEvent(bytes: Uint8Array): Decoded<AlertEvent> {
  return decode(bytes, e => payloadOf(e) as AlertEvent)
}

export function decodeIncidentEvent(bytes: Uint8Array): Decoded<IncidentEvent> {
  return decode(bytes, e => payloadOf(e) as IncidentEvent)
}

function payloadOf(envelope: Envelope): { type: string; data: unknown } {
  return { type: envelope.type.slice('tocsin.'.length, -'.v1'.length), data: envelope.data }
}

function decode<T>(bytes: Uint8Array, build: (envelope: Envelope) => T): Decoded<T> {
  const decoded = decodeEnvelope(bytes)
  if (decoded.kind === 'undecodable') return decoded
  if (decoded.major > 1) return { kind: 'newer', type: decoded.envelope.type }
  return { kind: 'decoded', record: build(decoded.envelope), envelope: decoded.envelope }
}
