import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readKey } from '../src/record/control-record.ts'
import { encodeEnvelope } from '../src/record/envelope.ts'
import { laterSchemas, recordSchemas } from '../src/record/record-schemas.ts'
import {
  decodeAlertRecord,
  decodeControlRecord,
  decodeDataKey,
  decodeIncidentEvent,
  decodeQuarantineRecord,
  decodeTheatreRecord,
  encodeRecord,
  engineVersion
} from '../src/record/records.ts'
import { recordData, type Schema, sampleOf, samplesOf } from './support/schema-samples.ts'

const decoders = {
  theatre: decodeTheatreRecord,
  control: decodeControlRecord,
  alert: decodeAlertRecord,
  incident: decodeIncidentEvent,
  'data-key': decodeDataKey,
  quarantine: decodeQuarantineRecord
} as const
const envelope = {
  id: 'id-1',
  source: '/tocsin/test',
  time: '2025-06-02T09:00:00.000Z',
  cause: null,
  theatre: 'sahel'
}
const decode = (event: string, data: object) =>
  decoders[recordSchemas.get(event)?.family ?? 'theatre'](
    encodeRecord(envelope, { type: event, data })
  )

const all = [recordSchemas, laterSchemas.get(2)!].flatMap((schemas, i) =>
  [...schemas].map(([event, { schema }]) => ({ event, version: i + 1, schema: schema as Schema }))
)

describe.each(all)('$event, version $version', ({ event, schema }) => {
  const needed = sampleOf(schema, 'needed') as object

  it('takes data of its schema and gives it back as it was', () => {
    for (const data of samplesOf(schema))
      expect(decode(event, data)).toMatchObject({
        kind: 'decoded',
        envelope: { type: `tocsin.${event}.v1`, data }
      })
  })

  it('needs every member that its type needs', () => {
    for (const path of memberPaths(needed))
      expect({ path, ...decode(event, without(needed, path)) }).toMatchObject({
        kind: 'undecodable',
        path
      })
  })

  it('lets members through that a later version adds', () => {
    expect(decode(event, { ...needed, addedLater: { deep: [1] } }).kind).toBe('decoded')
  })
})

describe('refuses', () => {
  it.each([
    ['a word that does not exist', 'theatre.configured', 'clock', 'sundial'],
    ['a word in a list', 'rule.configured', 'groupBy', ['weather']],
    ['a list that is a dictionary', 'rule.configured', 'parameters', [7]],
    ['too small a number', 'rule.configured', 'ruleVersion', 0],
    ['too large a number', 'report.received', 'credibility', 7],
    ['half a death', 'report.received', 'fatalities.low', 0.5],
    ['a latitude beyond the pole', 'report.received', 'place.lat', 91],
    ['the same twice', 'report.received', 'place.neighbours', ['ML-4', 'ML-4']],
    ['a text for an object', 'data-key.created', 'wrapped', 'AAAA'],
    ['null', 'rule.removed', 'ruleId', null],
    ['a number for an id', 'rule.removed', 'ruleId', 7],
    ['a text for a number', 'alert.raised', 'measure.value', '3'],
    ['a day for an instant', 'clock.ticked', 'to', '2025-06-02'],
    ['an offset where UTC is written', 'clock.ticked', 'to', '2025-06-02T00:00:00.000+01:00'],
    ['an empty list', 'rule.declared', 'theatres', []],
    ['an empty text', 'key.rotated', 'by', ''],
    ['three of a pair', 'pair.declared', 'reportIds', ['a', 'b', 'c']],
    ['a short tuple', 'alert.raised', 'area.circle', [1, 2]],
    ['a secret instead of its hash', 'key.created', 'secretHash', 'tk_secret'],
    ['neither of two forms', 'key.created', 'theatres', 'sahel'],
    ['another of its actions', 'answer.requested', 'action', 'acknowledge']
  ])('%s', (_, event, at, value) => {
    const good = recordData(event)
    expect(decode(event, withValue(good, at.split('.'), value))).toEqual({
      kind: 'undecodable',
      reason: 'data-invalid'
    })
  })
})

describe('the decoders', () => {
  it('say that a newer major version is newer, whatever it holds', () => {
    const bytes = encodeEnvelope({ ...baseEnvelope(), type: 'tocsin.clock.ticked.v2', data: {} })
    expect(decodeTheatreRecord(bytes)).toEqual({
      kind: 'newer',
      type: `tocsin.clock.ticked.v2, written by engine ${baseEnvelope().engine}; this version has engine ${engineVersion}`
    })
    const unheardOf = encodeEnvelope({
      ...baseEnvelope(),
      type: 'tocsin.never.heard-of.v3',
      data: {}
    })
    expect(decodeAlertRecord(unheardOf)).toEqual({
      kind: 'newer',
      type: expect.stringMatching(/^tocsin\.never\.heard-of\.v3, /)
    })
  })

  it('refuse a record of another log by name', () => {
    const bytes = encodeRecord(envelope, { type: 'key.revoked', data: { keyId: 'k1' } })
    expect(decodeTheatreRecord(bytes)).toEqual({ kind: 'undecodable', reason: 'unknown-type' })
    expect(decodeControlRecord(bytes).kind).toBe('decoded')
  })

  it('read a key that a later release gave a scope of its own, without that scope', () => {
    const data = { ...recordData('key.created'), laterScopes: ['metrics:read', 'moon:read'] }
    const decoded = decodeControlRecord(encodeRecord(envelope, { type: 'key.created', data }))
    const record = decoded.kind === 'decoded' ? decoded.record : null
    const scopes = record?.type === 'key.created' ? readKey(record.data).scopes : []
    expect([scopes.at(-1), scopes.includes('moon:read' as never)]).toEqual(['metrics:read', false])
  })

  it('refuse a theatre record that names no theatre', () => {
    const { theatre: _, ...bare } = envelope
    const bytes = encodeRecord(bare, {
      type: 'clock.ticked',
      data: { to: '2025-06-02T00:00:00.000Z', gap: false }
    })
    expect(decodeTheatreRecord(bytes)).toEqual({ kind: 'undecodable', reason: 'not-an-envelope' })
  })

  it('never throw, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map(text => new TextEncoder().encode(text))
        ),
        bytes => {
          for (const decoder of Object.values(decoders))
            expect(decoder(bytes).kind).not.toBe('decoded')
        }
      )
    )
  })
})

function baseEnvelope() {
  return {
    specversion: '1.0',
    datacontenttype: 'application/json',
    engine: '9.0.0',
    ...envelope
  } as const
}

/** Paths of all members of objects, those in the first item of a list among them. */
function memberPaths(value: unknown, at: readonly string[] = []): string[][] {
  if (Array.isArray(value)) return value.length > 0 ? memberPaths(value[0], [...at, '0']) : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => [
    [...at, key],
    ...memberPaths(member, [...at, key])
  ])
}

function without(value: object, path: readonly string[]): object {
  const copy = structuredClone(value)
  const last = path.at(-1) as string
  delete (
    path
      .slice(0, -1)
      .reduce<Record<string, unknown>>(
        (v, k) => v[k] as Record<string, unknown>,
        copy as never
      ) as never
  )[last]
  return copy
}

function withValue(value: object, path: readonly string[], replacement: unknown): object {
  const copy = structuredClone(value)
  const parent = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>((v, k) => v[k] as Record<string, unknown>, copy as never)
  parent[path.at(-1) as string] = replacement
  return copy
}
