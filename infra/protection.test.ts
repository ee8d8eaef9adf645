// What packages/service/PROTECTION.md says of limits and settings is what the contract and the
// settings say.

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { postedReportFormat } from '../packages/contracts/src/report/posted-report.ts'
import { suiteSettings } from '../packages/host/src/suite/suite-settings.ts'
import { namedSettings } from '../packages/service/src/settings/settings.ts'

const document = readFileSync(new URL('../packages/service/PROTECTION.md', import.meta.url), 'utf8')
const schema = postedReportFormat as unknown as {
  properties: { private: { properties: Record<string, Field> } }
}

interface Field {
  readonly maxLength?: number
  readonly maxItems?: number
  readonly items?: Field
  readonly properties?: Record<string, Field>
}

const rowOf = (field: string) =>
  new RegExp(`^\\| \`${field.replace(/[[\].]/g, '\\$&')}\`.*\\|(.*)\\|$`, 'm').exec(
    document
  )?.[1] ?? ''

it('states the limits of each private field as the schema has them', () => {
  const { narrative, links, persons } = schema.properties.private.properties as Record<
    'narrative' | 'links' | 'persons',
    Field
  >
  const person = persons.items?.properties as Record<'name' | 'aliases' | 'role' | 'kind', Field>
  expect(rowOf('private.narrative')).toContain(`${narrative.maxLength} characters`)
  expect(rowOf('private.links')).toContain(
    `${links.maxItems} links, ${links.items?.maxLength} characters`
  )
  expect(rowOf('private.persons')).toContain(`${persons.maxItems} persons`)
  expect(rowOf('private.persons[].name')).toContain(`${person.name.maxLength} characters`)
  expect(rowOf('private.persons[].aliases')).toContain(
    `${person.aliases.maxItems} names, ${person.aliases.items?.maxLength} characters`
  )
  expect(rowOf('private.persons[].role')).toContain(`${person.role.maxLength} characters`)
  expect(person.kind.maxLength).toBe(person.role.maxLength)
  expect(Object.keys(schema.properties.private.properties).sort()).toEqual([
    'links',
    'narrative',
    'persons'
  ])
  expect(Object.keys(person).sort()).toEqual(['aliases', 'kind', 'name', 'role'])
})

it('names settings that are there', () => {
  const settings = new Set(namedSettings(suiteSettings).map(setting => setting.env))
  const named = [...document.matchAll(/TOCSIN_[A-Z_]+/g)].map(([name]) => name)
  expect(named.length).toBeGreaterThan(1)
  expect(named.filter(name => !settings.has(name))).toEqual([])
})
