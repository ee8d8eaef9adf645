import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeEnvelope } from '../src/record/envelope.ts'
import { recordSchemas, secondSchemas } from '../src/record/record-schemas.ts'
import {
  decodeAlertRecord,
  decodeControlRecord,
  decodeDataKey,
  decodeIncidentEvent,
  decodeQuarantineRecord,
  decodeTheatreRecord,
  encodeRecord
} from '../src/record/records.ts'
import { type Golden, goldenRecords } from './golden/records.ts'
import { secondGolden } from './golden/second-versions.ts'
import { definitionOf, type Schema, sampleOf } from './support/schema-samples.ts'

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

const allGolden = [
  ...goldenRecords.map(golden => ({ ...golden, version: 1 })),
  ...secondGolden.map(golden => ({ ...golden, version: 2 }))
]

describe.each(allGolden)(
  '$event, version $version',
  ({ event, good: golden, bad, version }: Golden & { version: number }) => {
    const schema = (version === 2 ? secondSchemas : recordSchemas).get(event)?.schema as Schema
    const whole = sampleOf(schema, 'whole') as object
    // Schema and type are one: what is made of the schema is data of the type.
    const good = [...golden, whole, sampleOf(schema, 'bare') as object]

    it('takes its good data and gives it back as it was', () => {
      for (const data of good) {
        const decoded = decode(event, data)
        expect(decoded).toMatchObject({
          kind: 'decoded',
          envelope: { type: `tocsin.${event}.v1`, data }
        })
      }
    })

    it.each(bad)('refuses $why', ({ at, value }) => {
      expect(decode(event, withValue(good[0] as object, at.split('.'), value))).toEqual({
        kind: 'undecodable',
        reason: 'data-invalid'
      })
    })

    it('needs every member that its type needs', () => {
      for (const path of memberPaths(good[0] as object)) {
        if (isDictionary(path)) continue
        expect({ path, ...decode(event, without(good[0] as object, path)) }).toMatchObject({
          kind: 'undecodable',
          path
        })
      }
    })

    it('names no member that its golden data lacks', () => {
      const named = propertyPaths(schema)
      const held = new Set(
        good.flatMap(data =>
          memberPaths(data).map(path => path.filter(key => !/^\d+$/.test(key)).join('.'))
        )
      )
      expect(named.filter(path => !held.has(path))).toEqual([])
    })

    it('lets members through that a later version adds', () => {
      expect(decode(event, { ...(good[0] as object), addedLater: { deep: [1] } }).kind).toBe(
        'decoded'
      )
    })
  }
)

describe('the decoders', () => {
  it('have golden data for every record', () => {
    expect(goldenRecords.map(g => g.event).sort()).toEqual([...recordSchemas.keys()].sort())
    expect(secondGolden.map(g => g.event).sort()).toEqual([...secondSchemas.keys()].sort())
  })

  it('say that a newer major version is newer, whatever it holds', () => {
    const bytes = encodeEnvelope({ ...baseEnvelope(), type: 'tocsin.clock.ticked.v2', data: {} })
    expect(decodeTheatreRecord(bytes)).toEqual({ kind: 'newer', type: 'tocsin.clock.ticked.v2' })
    const unheardOf = encodeEnvelope({
      ...baseEnvelope(),
      type: 'tocsin.never.heard-of.v3',
      data: {}
    })
    expect(decodeAlertRecord(unheardOf)).toEqual({
      kind: 'newer',
      type: 'tocsin.never.heard-of.v3'
    })
  })

  it('refuse a record of another log by name', () => {
    const bytes = encodeRecord(envelope, { type: 'key.revoked', data: { keyId: 'k1' } })
    expect(decodeTheatreRecord(bytes)).toEqual({ kind: 'undecodable', reason: 'unknown-type' })
    expect(decodeControlRecord(bytes).kind).toBe('decoded')
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

/** Objects whose member names are the reporter's or the rule's own. */
function isDictionary(path: readonly string[]): boolean {
  return ['parameters', 'group', 'filter'].includes(path.at(-2) ?? '')
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

/** Paths of all members that a schema names. */
function propertyPaths(node: Schema, at = ''): string[] {
  if (node.$ref) return propertyPaths(definitionOf(node.$ref), at)
  const inItems = typeof node.items === 'object' ? propertyPaths(node.items, at) : []
  const inAlternatives = (node.anyOf ?? []).flatMap(n => propertyPaths(n, at))
  const inMembers = Object.entries(node.properties ?? {}).flatMap(([key, member]) => {
    const path = at === '' ? key : `${at}.${key}`
    return [path, ...propertyPaths(member, path)]
  })
  return [...inMembers, ...inItems, ...inAlternatives]
}
