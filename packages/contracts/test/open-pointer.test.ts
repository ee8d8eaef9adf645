import { expect, it } from 'vitest'
import { openPointer } from '../src/json/open-pointer.ts'
import { parseReportInput } from '../src/report/report-validation.ts'

const report = {
  source: { id: 'wire-1' },
  occurred: { from: '2025-06-01', to: '2025-06-01' },
  category: 'attack',
  location: { country: 'ML', lat: 14, lon: -5 }
}

it.each([
  ['/private/persons/0/name', '/private/persons/0/name'],
  ['/private/persons/0/Awa Diallo', '/private/persons/0'],
  ['/private/persons/Awa Diallo/role', '/private/persons'],
  ['/private/Awa Diallo', '/private'],
  ['/Private/Awa Diallo', '/Private'],
  ['/persons/Awa Diallo', '/persons'],
  ['/data/private/links/3/Awa', '/data/private/links/3'],
  ['/location/lat', '/location/lat'],
  ['/anything/else', '/anything/else'],
  ['', '']
])('tells %s as %s', (pointer, told) => {
  expect(openPointer(pointer)).toBe(told)
})

it.each([
  ['a field of private', { 'Awa Diallo': 1 }, '/private'],
  ['persons by name', { persons: { 'Awa Diallo': {} } }, '/private/persons'],
  ['a field of a person', { persons: [{ name: 'x', 'Awa Diallo': 1 }] }, '/private/persons/0']
])('names %s by its place and not by what it says', (_, texts, pointer) => {
  const parsed = parseReportInput({ ...report, private: texts })
  expect(parsed).toMatchObject({ ok: false, errors: [{ pointer }] })
  expect(JSON.stringify(parsed)).not.toContain('Awa')
})

it('still names an unknown field that is not under private, so that it can be mended', () => {
  expect(parseReportInput({ ...report, catgory: 'x' })).toMatchObject({
    ok: false,
    errors: [{ pointer: '/catgory' }]
  })
})
