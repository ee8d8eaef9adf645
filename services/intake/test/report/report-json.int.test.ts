// The limit of JSON values in a report, at each entry point: enough for any valid report, too few
// to block the process.

import { postedReportFormat } from '@tocsin/contracts/report/posted-report'
import { afterEach, expect, it } from 'vitest'
import { reportValuesMax } from '../../src/report/incoming-report.ts'
import { aReport } from '../support/intake-under-test.ts'
import { ServedIntake } from '../support/served-intake.ts'

interface Schema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly maxItems?: number
}

/** Maximum number of values that a schema allows. */
function valuesOf({ $ref, properties = {}, items, maxItems }: Schema): number {
  if ($ref !== undefined)
    return valuesOf((postedReportFormat.$defs as Record<'location', Schema>).location)
  if (items !== undefined) {
    if (maxItems === undefined) throw new Error('a list of a report has no limit')
    return 1 + maxItems * valuesOf(items)
  }
  return Object.values(properties).reduce((sum, property) => sum + valuesOf(property), 1)
}

let served: ServedIntake | null = null
afterEach(() => served?.end())

const withMembers = (count: number) =>
  JSON.stringify({
    ...aReport,
    ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, 1]))
  })
const event = (data: string) =>
  `{"specversion":"1.0","type":"tocsin.report.v1","source":"/wire","id":"1","data":${data}}`

it('is far more than the largest report needs', () => {
  expect(valuesOf(postedReportFormat as Schema) * 2).toBeLessThan(reportValuesMax)
})

it('holds for a report, a correction, a withdrawal, an event and a line of a stream', async () => {
  const at = await ServedIntake.start()
  served = at
  const id = 'ab'.repeat(16)
  const ask = async (
    method: 'POST' | 'PUT' | 'DELETE',
    url: string,
    type: string,
    payload: string
  ) => (await at.ask(method, url, { payload, headers: { 'content-type': type } })).json().code
  for (const [count, code] of [
    [reportValuesMax - 200, 'body-invalid'],
    [reportValuesMax, 'body-malformed']
  ] as const) {
    expect(await ask('POST', '/v1/reports', 'application/json', withMembers(count))).toBe(code)
    expect(await ask('PUT', `/v1/reports/${id}`, 'application/json', withMembers(count))).toBe(code)
    expect(await ask('DELETE', `/v1/reports/${id}`, 'application/json', withMembers(count))).toBe(
      code
    )
    expect(
      await ask('POST', '/v1/reports', 'application/cloudevents+json', event(withMembers(count)))
    ).toBe(code)
  }
  const { body } = await at.ask('POST', '/v1/reports', {
    payload: `${withMembers(reportValuesMax)}\n${withMembers(1)}\n`,
    headers: { 'content-type': 'application/x-ndjson' }
  })
  expect(body.split('\n').slice(0, 2)).toMatchObject([
    expect.stringContaining('body-malformed'),
    expect.stringContaining('body-invalid')
  ])
})
