// What was released is kept in released/. Every schema of today is the released one, grown by
// optional members alone. At a release, with TOCSIN_TEST_RELEASE=1, the files are written anew.
// What would break old readers, a further word in a list too, is a new file with the next version
// and a new major version of its event. Where a poster may say more words than before, the released
// file is changed by hand.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { laterSchemas, recordSchemas } from '../../src/record/record-schemas.ts'
import { postedReportFormat } from '../../src/report/posted-report.ts'
import { scenarioLineFormat } from '../../src/report/scenario-line.ts'
import { withdrawalFormat } from '../../src/report/withdrawal.ts'
import { definitions } from '../../src/schema/definitions.ts'
import { buildSchema, type PublishedSchema } from '../../src/schema/published-schema.ts'
import { faultsOf } from './growth.ts'

const folder = new URL('../../released/', import.meta.url)
const posted = [postedReportFormat, withdrawalFormat, scenarioLineFormat].map(buildSchema)
const schemas = new Map<string, PublishedSchema>(
  [
    definitions,
    ...posted,
    ...[recordSchemas, ...laterSchemas.values()].flatMap(each =>
      Array.from(each.values(), ({ schema }) => schema)
    )
  ].map(s => [s.$id, s])
)

it.each(readdirSync(folder))('%s is as it was released, or has more optional members', name => {
  expect(
    faultsOf(
      JSON.parse(readFileSync(new URL(name, folder), 'utf8')),
      plain(schemas.get(name)),
      name
    )
  ).toEqual([])
})

it('are all there, and at a release as they are now', () => {
  if (process.env.TOCSIN_TEST_RELEASE === '1') {
    for (const [name, schema] of schemas)
      writeFileSync(new URL(name, folder), `${JSON.stringify(schema, null, 2)}\n`)
  }
  expect(readdirSync(folder).sort()).toEqual([...schemas.keys()].sort())
})

it.each([...schemas.keys()])('%s is a schema, by the meta-schema', name => {
  const ajv = new Ajv2020()
  expect([ajv.validateSchema(plain(schemas.get(name)) as AnySchema), ajv.errors ?? []]).toEqual([
    true,
    []
  ])
})

type Draft = Record<string, unknown>

describe('growth', () => {
  const schema = {
    type: 'object',
    required: ['a'],
    additionalProperties: false,
    properties: {
      a: { type: 'string', maxLength: 9 },
      b: { enum: ['x', 'y'] },
      c: {
        type: 'array',
        items: { type: 'object', required: [], properties: { d: { type: 'number', minimum: 0 } } }
      },
      e: { $ref: '#/$defs/e' }
    },
    $defs: { e: { type: ['integer', 'null'] } }
  }
  const text = { type: 'string' }
  /** Faults of the schema with other values at pointers; undefined takes away. */
  const faults = (changes: Readonly<Record<string, unknown>>) => {
    const draft = structuredClone(schema)
    for (const [pointer, value] of Object.entries(changes)) {
      const path = pointer.split('/').slice(1)
      const parent = path.slice(0, -1).reduce((node, key) => node[key] as Draft, draft as Draft)
      if (value === undefined) delete parent[path.at(-1) as string]
      else parent[path.at(-1) as string] = value
    }
    return faultsOf(schema, draft, 's.json')
  }

  it.each<[string, string, unknown]>([
    ['an optional member', '/properties/f', text],
    ['an optional member of a part', '/properties/c/items/properties/f', text],
    ['a further definition', '/$defs/f', text],
    ['words with their type beside them', '/properties/b/type', 'string'],
    ['other words for people', '/properties/a/description', 'Which.'],
    ['the same reference, written out', '/properties/e/$ref', 's.json#/$defs/e'],
    ['the same words in another order', '/properties/b/enum', ['y', 'x']]
  ])('lets pass: %s', (_, pointer, value) => {
    expect(faults({ [pointer]: value })).toEqual([])
  })

  it.each<[string, string, unknown]>([
    ['a member that is gone', '/properties/b', undefined],
    ['a member of a part that is gone', '/properties/c/items/properties/d', undefined],
    ['a member that is required now', '/required', ['a', 'b']],
    ['a member that may be left out now', '/required', []],
    ['a narrower limit', '/properties/a/maxLength', 8],
    ['a wider limit', '/properties/a/maxLength', 10],
    ['a new limit', '/properties/a/minLength', 1],
    ['a limit that is gone', '/properties/c/items/properties/d/minimum', undefined],
    ['another type', '/properties/a/type', 'number'],
    ['another type of words', '/properties/b/type', ['string', 'null']],
    ['a type more', '/$defs/e/type', ['integer', 'null', 'string']],
    ['a word less', '/properties/b/enum', ['x']],
    ['a word more', '/properties/b/enum', ['x', 'y', 'z']],
    ['unknown members let through', '/additionalProperties', undefined],
    ['another reference', '/properties/e/$ref', '#/$defs/f']
  ])('stops: %s', (_, pointer, value) => {
    expect(
      faults({ [pointer]: value }).map(fault => fault.split(': ')[0]?.replace(/\/0$/, ''))
    ).toEqual([pointer])
  })
})

/** As JSON has it. */
function plain(schema: object | undefined): unknown {
  return schema && JSON.parse(JSON.stringify(schema))
}
